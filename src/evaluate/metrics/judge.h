/* evaluate/metrics/judge.h: lists against the truth. */
#ifndef EVALUATE_METRICS_JUDGE_H
#define EVALUATE_METRICS_JUDGE_H

#include "evaluate/metrics/bootstrap.h"
#include "evaluate/metrics/list_facts.h"
#include "evaluate/metrics/truth.h"
#include "model/snapshot.h"

/* What households bought before T, CSR with items ascending; row: of each household of the truth,
 * HISTORY_NONE: nothing. */
typedef struct bought_before {
    const uint32_t *row; /* [households] */
    const uint64_t *offset;
    const uint32_t *item;
} bought_before;

/* The metrics asked for: every metric at every k. Households that bought nothing that counts may
 * be among the truth's: only metrics of the list alone count them. */
typedef struct judge {
    const truth *t;
    bought_before before;
    const list_facts *facts;
    const metric **metrics; /* [n_metrics] */
    size_t n_metrics;
    const int64_t *k; /* [n_k] */
    size_t n_k;
    bootstrap_options bootstrap;
} judge;

/* What is kept of one model's judgement, for what compares models. */
typedef struct judgement {
    aisle_estimate *metric; /* [n_metrics * n_k] by metric, k */
    metric_value *first;    /* [households] of the first metric at the first k */
    double *resampled;      /* [bootstrap.resamples] of the same */
} judgement;

/* Of each household's list (list i is household i of the truth): values: [n_metrics * n_k]
 * [households]. A metric of all lists together has weight 0. */
aisle_status judge_values(metric_value *values, const judge *j, const item_lists *lists,
                          aisle_error *err);

/* Freed with judgement_fini. */
aisle_status judge_lists(judgement *out, const judge *j, const item_lists *lists, aisle_error *err);
void judgement_fini(judgement *j);

/* Means over households of hits / k and hits / bought at k = 1, 2, …, n. */
void judge_curve(double *precision, double *recall, size_t n, const judge *j,
                 const item_lists *lists);

/* mean(min(k, bought)) / k at k = 1, 2, …, n. */
void judge_ceiling_curve(double *out, size_t n, const judge *j);

/* mean(min(k, bought)) / k; with candidates: of what was bought among them. out: [n_k]. */
aisle_status judge_ceiling(aisle_estimate *out, const judge *j, const candidate_lists *candidates,
                           aisle_error *err);

#endif
