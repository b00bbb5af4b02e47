/* evaluate/search/trial.h: what rankers are tried on: rows to train on and a window to judge them
 * on. */
#ifndef EVALUATE_SEARCH_TRIAL_H
#define EVALUATE_SEARCH_TRIAL_H

#include "evaluate/judged_window.h"
#include "evaluate/metrics/list_facts.h"
#include "evaluate/metrics/metrics.h"
#include "model/training.h"

/* Does not move once initialised. */
typedef struct trial_ground {
    const aisle_config *config;
    judged_window w;
    list_facts facts;
    training_set set;
    candidate_lists candidates; /* of the judged households */
    feature_matrix features;    /* of the candidates */
} trial_ground;

/* By the level 1, features and negatives of config, which may differ from the dataset's. */
aisle_status trial_ground_init(trial_ground *out, const aisle_dataset *dataset,
                               const aisle_config *config, const split *windows, stages *clock,
                               aisle_error *err);
void trial_ground_fini(trial_ground *g);

/* A ranker, and what it is judged by. */
typedef struct trial {
    const training_set *set; /* the ground's, or picked from it */
    const ranker_options *options;
    uint64_t seed;
    const metric *measure;
    int64_t k;
} trial;

/* Trains it and adds what each household's list is worth: values: [users of the dataset]. */
aisle_status trial_run(metric_value *values, const trial_ground *g, const trial *t, stages *clock,
                       aisle_error *err);

/* The metric of that name and k, where 0 is the first of evaluate.k. */
aisle_status trial_measure(const metric **measure, int64_t *k, const aisle_config *config,
                           const char *name, aisle_error *err);

#endif
