/* model/sums/fit_sample.h: the households that a fit goes by: all, or a seeded sample of them
 * beside sums over all. */
#ifndef MODEL_SUMS_FIT_SAMPLE_H
#define MODEL_SUMS_FIT_SAMPLE_H

#include "model/sums/fit_sums.h"

typedef struct fit_sample {
    uint8_t *left_out;      /* [dataset users] households that take no part; NULL: all do */
    const aisle_sums *sums; /* over all of which they are a sample; NULL: they are all */
    aisle_sums *own;        /* those of sums that it made itself */
} fit_sample;

/* Up to fit.households_most of the dataset's households that are not in left_out (may be NULL,
 * borrowed), drawn by the seed; where that leaves some out, sums over all as of the windows' days.
 */
aisle_status fit_sample_init(fit_sample *out, const aisle_dataset *dataset,
                             const aisle_config *config, const split *windows,
                             const uint8_t *left_out, stages *clock, aisle_error *err);
void fit_sample_fini(fit_sample *s);

/* Whether households that are not left out take no part. */
static inline bool fit_sample_is_some(const fit_sample *s)
{
    return s->sums != NULL;
}

#endif
