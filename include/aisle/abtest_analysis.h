/* aisle/abtest_analysis.h: what an A/B test has shown.
 *
 * Group 0 is the control; each of the others, the treatments, is compared with it. The household is
 * the unit: whoever came often is one household. All tests are two-sided. Nothing here keeps state:
 * any number of threads. */
#ifndef AISLE_ABTEST_ANALYSIS_H
#define AISLE_ABTEST_ANALYSIS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aisle/abtest_sequential.h"
#include "aisle/error.h"
#include "aisle/run.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Of p values that belong together, p_adjusted is at most alpha where the effect counts. */
typedef enum aisle_abtest_correction {
    AISLE_ABTEST_CORRECT_HOLM,       /* no false effect at all, but with chance alpha (Holm 1979) */
    AISLE_ABTEST_CORRECT_BONFERRONI, /* the same, simpler and weaker: p times their number */
    AISLE_ABTEST_CORRECT_BH,         /* at most the share alpha of the effects is false (Benjamini
                                        and Hochberg 1995) */
    AISLE_ABTEST_CORRECT_NONE,
} aisle_abtest_correction;

/* "holm", "bonferroni", "bh", "none" by index 0, 1, …; NULL beyond. */
AISLE_API const char *aisle_abtest_correction_name(size_t index);

/* adjusted: [n] of p: [n], in the same order. */
AISLE_API aisle_status aisle_abtest_correct(double *adjusted, const double *p, size_t n,
                                            aisle_abtest_correction correction, aisle_error *err);

typedef struct aisle_abtest_analysis_options {
    double alpha; /* of the primary metric over all looks; intervals are of 1 - alpha */
    double sample_ratio_alpha;      /* below it the sizes of the groups are not by chance */
    const double *shares;           /* [n_shares] of households a group, as assigned; NULL: equal */
    const char *const *share_names; /* [n_shares] groups they are of; NULL: in their order */
    size_t n_shares;
    aisle_abtest_correction correction; /* of the primary metric over the treatments, and of all
                                           other metrics and treatments together; with looks at
                                           each of them, by a boundary for alpha, which may spend
                                           somewhat more than alpha over all looks */
    const char *control;                /* name of a variant of the data; NULL: "control", else the
                                           first by its bytes */
    const char *primary;                /* metric to decide by; NULL: conversion, else the first */
    uint32_t resamples;                 /* of the bootstrap of mean differences; 0: none */
    uint64_t seed;
    aisle_abtest_looks looks; /* of the test; looks.n 0: one, at the end */
} aisle_abtest_analysis_options;

/* clang-format off */
#define AISLE_ABTEST_ANALYSIS_OPTIONS_INIT {.05, .001, NULL, NULL, 0, AISLE_ABTEST_CORRECT_HOLM, NULL, NULL, 2000, 1, AISLE_ABTEST_LOOKS_INIT}
/* clang-format on */

typedef struct aisle_abtest_interval {
    double low, high; /* NaN: there is none */
} aisle_abtest_interval;

/* Households, and those of them that converted. */
typedef struct aisle_abtest_count {
    const char *name; /* in UTF-8, of this group only; NULL: "group 1", "group 2", … */
    uint64_t converted, households;
} aisle_abtest_count;

typedef struct aisle_abtest_group {
    char *name;
    uint64_t households, converted;
    double expected;              /* households by the shares */
    double rate;                  /* converted / households; NaN without conversion */
    aisle_abtest_interval wilson; /* of the rate (Wilson 1927) */
    aisle_abtest_interval exact;  /* of the rate (Clopper and Pearson 1934) */
} aisle_abtest_group;

/* Two proportions, every way. */
typedef struct aisle_abtest_proportions {
    double z, z_p;                  /* pooled */
    double chi2, chi2_p;            /* Pearson; z squared */
    double yates, yates_p;          /* corrected for continuity */
    double fisher_p;                /* exact, two-sided: of all tables that are not likelier */
    double odds_ratio;              /* of the sample */
    bool fisher;                    /* an expected count is below 5: Fisher's p counts, else z's */
    double difference, relative;    /* rate less the control's; the same / the control's */
    aisle_abtest_interval wald;     /* of the difference */
    aisle_abtest_interval newcombe; /* of the difference (Newcombe 1998, method 10) */
    aisle_abtest_interval score; /* of the difference (Mee 1984): holds 0 where z does not count */
    aisle_abtest_interval lift;  /* of relative (Katz et al. 1978: normal on the log) */
} aisle_abtest_proportions;

AISLE_API aisle_status aisle_abtest_compare(aisle_abtest_proportions *out,
                                            const aisle_abtest_count *control,
                                            const aisle_abtest_count *treatment, double confidence,
                                            aisle_error *err);

/* One metric of one treatment against the control. */
typedef struct aisle_abtest_comparison {
    const char *metric; /* "conversion", "orders", "revenue", "orders_per_visit", … */
    const char *test;   /* "z", "fisher", "welch", "delta" or "cuped" */
    uint32_t treatment; /* its group */
    bool primary;
    double control, treated;         /* rates, means or ratios */
    double difference, relative;     /* relative NaN where the control has 0 */
    aisle_abtest_interval interval;  /* of the difference */
    aisle_abtest_interval lift;      /* of relative */
    aisle_abtest_interval bootstrap; /* of the difference of means, by percentiles; NaN with
                                        too few resamples for alpha */
    double statistic, freedom;       /* z or t; freedom NaN but of t */
    double p, p_adjusted;
    bool counts; /* p_adjusted is at most the alpha of this look */
} aisle_abtest_comparison;

typedef enum aisle_abtest_verdict {
    AISLE_ABTEST_DO_NOT_DECIDE, /* the sample ratio is wrong */
    AISLE_ABTEST_GO_ON,         /* a look before the last, nothing shown yet */
    AISLE_ABTEST_TAKE,          /* `chosen` is better */
    AISLE_ABTEST_WEIGH,         /* `chosen` is better, but another metric of it is worse */
    AISLE_ABTEST_KEEP,          /* no treatment is better */
} aisle_abtest_verdict;

typedef struct aisle_abtest_analysis {
    size_t n_groups;
    aisle_abtest_group *groups; /* [n_groups] the control first */
    double alpha;               /* of this look: alpha without looks */
    double critical;            /* |z| of it */
    double sample_ratio_chi2, sample_ratio_p;
    bool sample_ratio_wrong;
    bool has_conversion;
    aisle_abtest_proportions *proportions; /* [n_groups - 1] where there is conversion */
    size_t n_comparisons;
    aisle_abtest_comparison *comparisons; /* [n_comparisons] the primary metric's first */
    aisle_abtest_looks looks;
    aisle_abtest_verdict verdict;
    uint32_t chosen;    /* group to take; 0: the control */
    char decision[768]; /* one sentence with its reasons */
} aisle_abtest_analysis;

/* By counts alone. The caller frees *out. */
AISLE_API aisle_status aisle_abtest_analyze_counts(aisle_abtest_analysis **out,
                                                   const aisle_abtest_count *groups,
                                                   size_t n_groups,
                                                   const aisle_abtest_analysis_options *options,
                                                   aisle_error *err);

/* Rows of households; those of one household are summed. Columns may be NULL but for household,
 * variant, and one of orders and revenue. */
typedef struct aisle_abtest_data {
    size_t rows;
    const char *const *household;
    const char *const *variant; /* one a household */
    const double *orders;       /* over 0: converted */
    const double *visits;       /* for orders_per_visit */
    const double *revenue;      /* for revenue; with orders for revenue_per_order */
    const double *pre_orders;   /* of the same length of time before the test, for CUPED */
    const double *pre_revenue;
} aisle_abtest_data;

/* Means by Welch (1947), and with a period before by CUPED (Deng et al. 2013): y less theta times
 * the centred pre-period, theta one for all groups; ratios of sums by the delta method (Deng et al.
 * 2018). run may be NULL; the caller frees *out. */
AISLE_API aisle_status aisle_abtest_analyze(aisle_abtest_analysis **out,
                                            const aisle_abtest_data *data,
                                            const aisle_abtest_analysis_options *options,
                                            const aisle_run *run, aisle_error *err);

AISLE_API void aisle_abtest_analysis_free(aisle_abtest_analysis *analysis);

#ifdef __cplusplus
}
#endif

#endif
