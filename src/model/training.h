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
    calibration *calibrated; /* written where ranker.calibrated asks for it; zeroed before */
} training_job;

/* For each label window: level 1 as of its T, candidates of the households that bought in it,
 * all positives and a sample of the rest, features, then LightGBM. The caller frees *out. */
aisle_status training_run(ranker **out, training_counts *counts, const training_job *job,
                          stages *clock, aisle_error *err);

/* The rows of one window, for training and for tests. */
typedef struct training_rows {
    feature_matrix m;
    float *label;   /* [m.rows] */
    int32_t *group; /* [groups] */
    size_t groups;
} training_rows;

aisle_status training_rows_init(training_rows *out, training_counts *counts,
                                const training_job *job, size_t window_number, stages *clock,
                                aisle_error *err);
void training_rows_fini(training_rows *t);

#endif
