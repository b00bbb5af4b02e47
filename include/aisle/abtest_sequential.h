/* aisle/abtest_sequential.h: looking at an A/B test before its end without deciding by chance. */
#ifndef AISLE_ABTEST_SEQUENTIAL_H
#define AISLE_ABTEST_SEQUENTIAL_H

#include <stddef.h>
#include <stdint.h>

#include "aisle/error.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Boundaries of |z| at each look, of a two-sided test; t is the share of the information so far. */
typedef enum aisle_abtest_boundary {
    AISLE_ABTEST_OBRIEN_FLEMING,          /* c / sqrt(t) (O'Brien and Fleming 1979) */
    AISLE_ABTEST_POCOCK,                  /* c (Pocock 1977) */
    AISLE_ABTEST_OBRIEN_FLEMING_SPENDING, /* 4 - 4 Phi(z(alpha / 4) / sqrt(t)) of alpha is spent by
                                             t (Lan and DeMets 1983) */
    AISLE_ABTEST_POCOCK_SPENDING,         /* alpha ln(1 + (e - 1) t) is */
} aisle_abtest_boundary;

/* "obrien-fleming", "pocock", "obrien-fleming-spending", "pocock-spending" by index; NULL beyond.
 */
AISLE_API const char *aisle_abtest_boundary_name(size_t index);

enum { AISLE_ABTEST_LOOKS_MOST = 64 };

typedef struct aisle_abtest_looks {
    aisle_abtest_boundary boundary;
    uint32_t n;                                  /* looks of the whole test; 0: no looks */
    uint32_t look;                               /* this one, from 1 */
    double information[AISLE_ABTEST_LOOKS_MOST]; /* [n] t, growing up to 1; all 0: equal steps. By
                                                    spending, those after this look do not matter */
} aisle_abtest_looks;

/* clang-format off */
#define AISLE_ABTEST_LOOKS_INIT {AISLE_ABTEST_OBRIEN_FLEMING, 0, 0, {0}}
/* clang-format on */

AISLE_API aisle_status aisle_abtest_looks_check(const aisle_abtest_looks *looks, aisle_error *err);

/* |z| from which on an effect counts at look 1, 2, … looks->look, so that over all n looks the
 * chance of any is alpha where there is no effect: critical: [looks->look]. By recursive numerical
 * integration (Armitage, McPherson and Rowe 1969). */
AISLE_API aisle_status aisle_abtest_boundary_make(double *critical, const aisle_abtest_looks *looks,
                                                  double alpha, aisle_error *err);

/* Power of such a test over all looks; drift is the mean of z at the end. critical: [looks->n]. */
AISLE_API aisle_status aisle_abtest_boundary_power(double *power, const aisle_abtest_looks *looks,
                                                   const double *critical, double drift,
                                                   aisle_error *err);

#ifdef __cplusplus
}
#endif

#endif
