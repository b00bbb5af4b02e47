/* aisle/abtest_design.h: how many households an A/B test needs, and for how long it runs.
 *
 * A test has one control and one or more treatments, each compared with the control. Nothing here
 * keeps state: any number of threads. */
#ifndef AISLE_ABTEST_DESIGN_H
#define AISLE_ABTEST_DESIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aisle/abtest_sequential.h"
#include "aisle/error.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Of the size of two proportions p (control) and q (treatment). With equal groups, za the normal
 * quantile of alpha, zb that of the power, d = q - p, m = (p + q) / 2: */
typedef enum aisle_abtest_formula {
    AISLE_ABTEST_POOLED,   /* (za sqrt(2m(1-m)) + zb sqrt(p(1-p) + q(1-q)))^2 / d^2 (Fleiss 1981) */
    AISLE_ABTEST_UNPOOLED, /* (za + zb)^2 (p(1-p) + q(1-q)) / d^2 */
    AISLE_ABTEST_NULL,     /* 2p(1-p) under the first root: the control's rate for both */
    AISLE_ABTEST_ARCSINE,  /* 2 ((za + zb) / h)^2, h = 2 asin sqrt q - 2 asin sqrt p (Cohen 1988);
                              two-sided with the power of both tails */
    AISLE_ABTEST_FLEISS,   /* pooled, n/4 (1 + sqrt(1 + 4/(n|d|)))^2: corrected for continuity, the
                              size for Fisher's test (Fleiss, Tytun and Ury 1980) */
} aisle_abtest_formula;

/* "pooled", "unpooled", "null", "arcsine", "fleiss" by index 0, 1, …; NULL beyond. */
AISLE_API const char *aisle_abtest_formula_name(size_t index);

typedef struct aisle_abtest_design_options {
    aisle_abtest_formula formula; /* of proportions */
    double baseline;     /* the control's rate, in (0, 1), or where sd > 0 its mean a household */
    double sd;           /* of a household's value; 0: a proportion */
    double sd_treatment; /* 0: as sd */
    double effect;       /* smallest that must be found; 0: found for `households` */
    bool relative;       /* effect is a share of the baseline, else in its unit */
    bool one_sided;      /* only a difference in the direction of the effect counts */
    double alpha, power;
    double ratio;             /* households of each treatment / of the control */
    uint32_t treatments;      /* alpha is divided by it (Bonferroni) */
    double households;        /* of each treatment; 0: found */
    double daily;             /* households that come a day; 0: no duration */
    double share;             /* of these that take part, in (0, 1] */
    aisle_abtest_looks looks; /* n 0: one, at the end; else two-sided; look does not matter */
} aisle_abtest_design_options;

/* clang-format off */
#define AISLE_ABTEST_DESIGN_OPTIONS_INIT {AISLE_ABTEST_POOLED, 0, 0, 0, 0, true, false, .05, .8, 1, 1, 0, 0, 1, AISLE_ABTEST_LOOKS_INIT}
/* clang-format on */

AISLE_API aisle_status aisle_abtest_design_options_check(const aisle_abtest_design_options *options,
                                                         aisle_error *err);

typedef struct aisle_abtest_power_point {
    double effect;   /* in the baseline's unit */
    double relative; /* of the baseline; NaN for a mean of 0 */
    double power;    /* with the design's households */
    double size;     /* households of each treatment that find it with the design's power */
} aisle_abtest_power_point;

enum { AISLE_ABTEST_CURVE = 8 };

typedef struct aisle_abtest_design {
    aisle_abtest_design_options options;
    double effect, relative; /* as in aisle_abtest_power_point */
    double expected;         /* the treatment's rate or mean: baseline + effect */
    double alpha_each;       /* of one comparison */
    double exact;            /* households of each treatment before rounding up */
    uint64_t treatment;      /* households of each treatment */
    uint64_t control;        /* of the control */
    uint64_t total;          /* of all groups */
    double power;            /* with these; two-sided: of both tails */
    double inflation;        /* households over those of a test with one look; 1 without looks */
    uint64_t days, weeks;    /* whole weeks that hold the days; 0 without options.daily */
    aisle_abtest_power_point curve[AISLE_ABTEST_CURVE]; /* effects of 1/4, 2/4 … 8/4 of the
                                                           design's; power NaN where the rate
                                                           would leave (0, 1) */
} aisle_abtest_design;

/* Given an effect the households, given households the smallest effect, given both the power. */
AISLE_API aisle_status aisle_abtest_design_make(aisle_abtest_design *out,
                                                const aisle_abtest_design_options *options,
                                                aisle_error *err);

#ifdef __cplusplus
}
#endif

#endif
