/* evaluate/judge.h: lists against the truth. */
#ifndef EVALUATE_JUDGE_H
#define EVALUATE_JUDGE_H

#include "evaluate/bootstrap.h"
#include "evaluate/truth.h"
#include "model/snapshot.h"

/* The metrics asked for: every metric at every k. */
typedef struct judge {
    const truth *t;
    const history *h;
    const metric **metrics; /* [n_metrics] */
    size_t n_metrics;
    const int64_t *k; /* [n_k] */
    size_t n_k;
    bootstrap_options bootstrap;
} judge;

/* The same of each household: values: [n_metrics * n_k][households]. */
aisle_status judge_values(metric_value *values, const judge *j, const item_lists *lists,
                          aisle_error *err);

/* Values of lists (list i is household i of the truth): out: [n_metrics * n_k] by metric, k. */
aisle_status judge_lists(aisle_estimate *out, const judge *j, const item_lists *lists,
                         aisle_error *err);

/* mean(min(k, bought)) / k; with candidates: of what was bought among them. out: [n_k]. */
aisle_status judge_ceiling(aisle_estimate *out, const judge *j, const candidate_lists *candidates,
                           aisle_error *err);

#endif
