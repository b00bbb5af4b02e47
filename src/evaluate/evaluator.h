/* evaluate/evaluator.h: one test window: trains, ranks, judges. */
#ifndef EVALUATE_EVALUATOR_H
#define EVALUATE_EVALUATOR_H

#include "evaluate/evaluation.h"
#include "evaluate/metrics/judge.h"
#include "evaluate/judged_window.h"
#include "model/calibration.h"

/* An evaluation at work; borrowed by what fills the rest of its results. */
typedef struct evaluator {
    const aisle_dataset *dataset;
    const aisle_config *config;
    const plan *p;
    split windows;
    const uint8_t *only;     /* [dataset users] who is judged; NULL: all */
    const uint8_t *left_out; /* [dataset users] who takes no part in the fit; NULL: all do */
    fit_sample sample;       /* of the others, those that do */
    bool keep_lists;
    aisle_evaluation *out;
    judged_window w;
    list_facts facts;
    judge j;
    candidate_lists candidates;
    ranker *level2;
    ordering order;
    calibration calibrated;
    judgement *judged; /* [out->n_models] */
    stages clock;
} evaluator;

/* Measures on the test window of e->windows. dataset, config, p, windows, only, left_out,
 * keep_lists and clock.run are set, the rest is zero. */
aisle_status evaluator_run(evaluator *e, aisle_error *err);

/* Frees what is e's own, the results with it unless they were taken. */
void evaluator_fini(evaluator *e);

#endif
