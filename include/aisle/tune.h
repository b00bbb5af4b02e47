/* aisle/tune.h: settings found on weeks before the test window, which is never looked at. */
#ifndef AISLE_TUNE_H
#define AISLE_TUNE_H

#include "aisle/evaluate.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct aisle_tune_options {
    double most;    /* candidates a household, on average, that are wanted in the end */
    uint32_t step;  /* quotas are multiples of it */
    uint32_t depth; /* of the lists: no quota is larger */
    uint32_t k;     /* of the ceiling */
} aisle_tune_options;

/* clang-format off */
#define AISLE_TUNE_OPTIONS_INIT {100, 5, 400, 5}
/* clang-format on */

/* The best quotas found for a number of candidates. */
typedef struct aisle_tune_point {
    double most;       /* candidates a household that were allowed */
    double candidates; /* that there are */
    double ceiling;    /* mean(min(k, bought among the candidates)) / k */
    int64_t *quota;    /* [n_sources] */
} aisle_tune_point;

/* A source that could not be fitted, and why. */
typedef struct aisle_left_out {
    const char *name;
    char why[256];
} aisle_left_out;

typedef struct aisle_tuning {
    aisle_window window; /* that was measured on */
    int32_t first_week, last_week;
    uint64_t households; /* that bought something that counts there */
    uint64_t measured;   /* of these, evenly spaced, where they are very many */
    uint32_t k;
    bool new_only;
    double ceiling_any;    /* of any products */
    double ceiling_all;    /* of all that any source lists up to the depth */
    double candidates_all; /* a household, of these */
    size_t n_sources;
    const char **sources; /* [n_sources] in the order of the quotas */
    double *alone;        /* [n_sources] ceiling of a source's whole lists */
    size_t n_left_out;
    aisle_left_out *left_out;
    size_t n_points;
    aisle_tune_point *points; /* [n_points] by most, ascending; one is that of the options */
    size_t n_stages;
    aisle_stage *stages;
} aisle_tuning;

/* Fits every source as of the start of the validation window (the horizon's weeks just before the
 * test window), and looks for the quotas whose union has the largest ceiling there, for several
 * numbers of candidates. What comes of it is the ceiling on these weeks, that the quotas were
 * chosen on; weeks that they were not chosen on have a lower one. options may be NULL. The caller
 * frees *out. */
AISLE_API aisle_status aisle_tune_candidates(aisle_tuning **out, const aisle_dataset *dataset,
                                             const aisle_tune_options *options,
                                             const aisle_run *run, aisle_error *err);

AISLE_API void aisle_tuning_free(aisle_tuning *tuning);

#ifdef __cplusplus
}
#endif

#endif
