/* model/training.h: level 2's rows from label windows, and the ranker trained on them. */
#ifndef MODEL_TRAINING_H
#define MODEL_TRAINING_H

#include "history/windows.h"
#include "model/calibration.h"

typedef struct training_counts {
    uint64_t rows, positives, groups;
    uint64_t groups_dropped; /* without a positive, or of one row */
} training_counts;

/* What level 2 is trained on. */
typedef struct training_job {
    const aisle_dataset *dataset;
    const aisle_config *config;
    const split *windows;
    bool new_only;           /* only pairs that the household had not bought before T */
    const fit_sample *who;   /* as snapshot_source has it */
    calibration *calibrated; /* written where ranker.calibrated asks for it; zeroed before */
    ordering *order;         /* NULL: lists go by the trees, whatever they learned */
} training_job;

/* Rows in groups, a group a household and window. */
typedef struct training_rows {
    feature_matrix m;
    float *label;   /* [m.rows] */
    int32_t *group; /* [groups] */
    size_t groups;
} training_rows;

/* The rows of one label window: level 1 as of its T, candidates of the households that bought in
 * it, all positives and a sample of the rest, features. Adds to counts. */
aisle_status training_rows_init(training_rows *out, training_counts *counts,
                                const training_job *job, size_t window_number, stages *clock,
                                aisle_error *err);
void training_rows_fini(training_rows *t);

/* The rows of all label windows, in the order of time. */
typedef struct training_set {
    training_rows all;
    size_t last_row, last_group; /* where the last window begins */
    training_counts counts;
} training_set;

/* What the trees make of a label window that they have not seen (job->order) is found out on the
 * way. An error where no window has a row. */
aisle_status training_set_init(training_set *out, const training_job *job, stages *clock,
                               aisle_error *err);
void training_set_fini(training_set *t);

/* A copy of every n-th group, with those columns that are to be kept ([columns]; NULL: all). */
aisle_status training_set_pick(training_set *out, const training_set *from, size_t every,
                               const bool *keep, aisle_error *err);

/* Trains on all rows; where early stopping finds the number of trees, it is found on the last
 * window before. held_out (may be NULL) gets a ranker that has not seen the last window, where an
 * option needs one, otherwise NULL. The caller frees both. */
aisle_status training_set_fit(ranker **out, ranker **held_out, const training_set *set,
                              const ranker_options *options, uint64_t seed, stages *clock,
                              aisle_error *err);

/* All of it, and the order and the calibration where they are asked for. The caller frees *out. */
aisle_status training_run(ranker **out, training_counts *counts, const training_job *job,
                          stages *clock, aisle_error *err);

#endif
