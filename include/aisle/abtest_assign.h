/* aisle/abtest_assign.h: which variant a household gets. */
#ifndef AISLE_ABTEST_ASSIGN_H
#define AISLE_ABTEST_ASSIGN_H

#include <stddef.h>
#include <stdint.h>

#include "aisle/error.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { AISLE_ABTEST_VARIANTS_MOST = 64 };

/* By a salted hash: h = XXH3_64bits_withSeed(the id's bytes, XXH3_64bits(the salt's bytes)). The
 * household gets the first variant v with h < 2^64 (share 0 + ... + share v) / (all shares). So a
 * household's variant depends on its id, the salt and the shares alone; this does not change from
 * version to version. */
typedef struct aisle_abtest_assign_options {
    const char *salt;     /* the test's name: tests of different salts are independent */
    const double *shares; /* [n_variants] more than 0; need not sum to 1 */
    size_t n_variants;    /* 2 to AISLE_ABTEST_VARIANTS_MOST */
    /* [n] or NULL. Within a stratum households in the order of their hashes fill the shares, so
     * that each variant has its share of each stratum to within one household. Then a variant
     * depends on who else is there, and each household may be there once. */
    const char *const *strata;
    /* Households that keep what they have. */
    size_t n_previous;
    const char *const *previous;     /* [n_previous] ids */
    const uint8_t *previous_variant; /* [n_previous] */
    int threads;                     /* 0: all cores; changes no result */
} aisle_abtest_assign_options;

/* clang-format off */
#define AISLE_ABTEST_ASSIGN_OPTIONS_INIT {NULL, NULL, 0, NULL, 0, NULL, NULL, 0}
/* clang-format on */

/* variant: [n] of ids: [n]. */
AISLE_API aisle_status aisle_abtest_assign(uint8_t *variant, const char *const *ids, size_t n,
                                           const aisle_abtest_assign_options *options,
                                           aisle_error *err);

#ifdef __cplusplus
}
#endif

#endif
