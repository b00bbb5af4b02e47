/* aisle/ablate.h: what each family of features is worth, on weeks before the test window. */
#ifndef AISLE_ABLATE_H
#define AISLE_ABLATE_H

#include "aisle/evaluate.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct aisle_ablate_options {
    const char *metric; /* by its name in docs/metrics.md */
    uint32_t k;         /* 0: the first of evaluate.k */
    uint32_t windows;   /* of a horizon each, one before the other, the last just before the test */
    uint32_t seeds;     /* trainings of each, from the configuration's seed on; their mean counts */
} aisle_ablate_options;

/* clang-format off */
#define AISLE_ABLATE_OPTIONS_INIT {"precision", 0, 1, 1}
/* clang-format on */

typedef struct aisle_ablated {
    const char *family, *meaning;
    uint32_t columns;
    double value;              /* of the two levels without it */
    aisle_estimate difference; /* value less that of all: below 0 where the family helps */
} aisle_ablated;

typedef struct aisle_ablation {
    aisle_window window;           /* from the first judged day to the last; as_of is the first */
    int32_t first_week, last_week; /* that the window touches */
    bool whole_weeks;              /* it is these, from the first day to the last */
    uint32_t windows, seeds, k;
    const char *metric;
    bool new_only;
    double confidence;
    uint64_t households;  /* that bought something that counts, in any window */
    aisle_estimate value; /* of all families */
    size_t n_families;
    aisle_ablated *families; /* [n_families] by value, lowest first: what helps most */
    size_t n_stages;
    aisle_stage *stages;
} aisle_ablation;

/* Trains level 2 with all families and without each, on the same rows, and judges all on the
 * validation windows; the test window is not looked at. Intervals are of paired resamples of the
 * households (evaluate.bootstrap, evaluate.confidence). options may be NULL. The caller frees *out.
 */
AISLE_API aisle_status aisle_ablate(aisle_ablation **out, const aisle_dataset *dataset,
                                    const aisle_ablate_options *options, const aisle_run *run,
                                    aisle_error *err);

AISLE_API void aisle_ablation_free(aisle_ablation *ablation);

#ifdef __cplusplus
}
#endif

#endif
