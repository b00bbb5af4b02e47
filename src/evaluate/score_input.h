/* evaluate/score_input.h: rows of texts from elsewhere as what a judge works on. */
#ifndef EVALUATE_SCORE_INPUT_H
#define EVALUATE_SCORE_INPUT_H

#include "aisle/score.h"
#include "base/text_index.h"
#include "evaluate/metrics/list_facts.h"
#include "evaluate/metrics/truth.h"

/* Pairs by household: CSR, items ascending, each once. */
typedef struct score_pairs {
    uint64_t *offset; /* [households + 1] */
    uint32_t *item;
} score_pairs;

/* Does not move: its parts point at each other. */
typedef struct score_ground {
    text_index users, items, models;
    score_pairs bought, before;
    uint32_t
        *household;   /* [users.count] of the truth, or HISTORY_NONE: in neither lists nor truth */
    uint32_t *row;    /* [t.n] its user */
    uint64_t *offset; /* [t.n + 1] */
    truth t;          /* borrows from the above */
    list_facts facts;
} score_ground;

aisle_status score_ground_init(score_ground *out, const aisle_score_input *input, aisle_error *err);
void score_ground_fini(score_ground *g);

/* Whether what the metric needs is given. */
aisle_status score_ground_check(const aisle_score_input *input, const metric *m, aisle_error *err);

/* The lists of one model (its name, or NULL: of all rows), cut after `longest` places. */
aisle_status score_ground_lists(item_lists *out, const score_ground *g,
                                const aisle_score_lists *lists, const char *model, uint32_t longest,
                                aisle_error *err);

#endif
