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
    aisle_window window;           /* that was measured on */
    int32_t first_week, last_week; /* that the window touches */
    bool whole_weeks;              /* it is these, from the first day to the last */
    uint64_t households;           /* that bought something that counts there */
    uint64_t measured;             /* of these, evenly spaced, where they are very many */
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

typedef struct aisle_search_options {
    uint32_t trials;    /* settings that are tried, the configuration's own among them */
    uint32_t windows;   /* of a horizon each, one before the other, the last just before the test */
    const char *metric; /* by its name in docs/metrics.md */
    uint32_t k;         /* 0: the first of evaluate.k */
    const char *journal; /* file that results are added to, and taken from when a search that was
                            stopped is started again; NULL: none */
} aisle_search_options;

/* clang-format off */
#define AISLE_SEARCH_OPTIONS_INIT {32, 1, "precision", 0, 0}
/* clang-format on */

/* A key of the configuration and its value, as YAML. */
typedef struct aisle_setting {
    char key[64], value[32];
} aisle_setting;

typedef struct aisle_trial {
    uint32_t number; /* 0: the configuration as it is */
    uint32_t rung;   /* the last that it was tried on, from 0 on */
    double value;    /* there */
    size_t n_settings;
    aisle_setting *settings; /* [n_settings] that differ from the configuration's */
} aisle_trial;

typedef struct aisle_rung {
    uint32_t trials, every; /* of the label windows' households, one in `every` trains */
} aisle_rung;

typedef struct aisle_search {
    aisle_window window;           /* from the first judged day to the last; as_of is the first */
    int32_t first_week, last_week; /* that the window touches */
    bool whole_weeks;              /* it is these, from the first day to the last */
    uint32_t windows, k;
    const char *metric;
    bool new_only;
    double confidence;
    uint64_t households; /* that bought something that counts, in any window */
    size_t n_rungs, n_trials;
    aisle_rung *rungs;   /* [n_rungs] */
    aisle_trial *trials; /* [n_trials] best first: by rung down, then value down */
    /* The configuration and the best trial once more, with a seed that the search has not used: */
    double configured, best;
    aisle_estimate difference; /* best less configured, by paired resamples of the households */
    uint64_t resumed;          /* results that the journal had */
    size_t n_stages;
    aisle_stage *stages;
} aisle_search;

/* Searches quotas of level 1, label windows, negatives and LightGBM's parameters by successive
 * halving (Jamieson and Talwalkar 2016): all trials with few of the training households, the better
 * half with twice as many, until all train. Judged on the validation windows, never on the test
 * window; the value of the best is an optimistic one, since it was chosen by it. options may be
 * NULL. The caller frees *out. */
AISLE_API aisle_status aisle_tune(aisle_search **out, const aisle_dataset *dataset,
                                  const aisle_search_options *options, const aisle_run *run,
                                  aisle_error *err);

AISLE_API void aisle_search_free(aisle_search *search);

#ifdef __cplusplus
}
#endif

#endif
