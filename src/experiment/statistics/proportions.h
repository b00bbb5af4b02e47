/* experiment/statistics/proportions.h: shares of households, their tests and intervals. */
#ifndef EXPERIMENT_STATISTICS_PROPORTIONS_H
#define EXPERIMENT_STATISTICS_PROPORTIONS_H

#include "aisle/abtest_analysis.h"

typedef struct share {
    double hits, n;
} share;

typedef struct two_shares {
    share control, treatment;
} two_shares;

/* Some households, and no more converted than there are. */
aisle_status share_check(const aisle_abtest_count *c, aisle_error *err);

/* Intervals of a share; z is the normal quantile of half of alpha. */
aisle_abtest_interval share_wilson(share s, double z);
aisle_abtest_interval share_exact(share s, double alpha);

/* The pooled z of treatment less control; 0 where nobody or everybody converted. */
double shares_z(const two_shares *s);

/* Two-sided p of a standard normal z. */
double two_sided(double z);

/* Fisher's exact test, two-sided (fisher.c). */
double shares_fisher(const two_shares *s);

/* Pearson's chi-squared, corrected by Yates or not. */
double shares_chi2(const two_shares *s, bool yates);

/* Whether an expected count of the two by two table is below 5. */
bool shares_are_small(const two_shares *s);

/* Of the difference (Newcombe 1998, method 10). */
aisle_abtest_interval shares_newcombe(const two_shares *s, double z);

/* Of the difference, by inverting the score test (score_interval.c). */
aisle_abtest_interval shares_score(const two_shares *s, double z);

void shares_compare(aisle_abtest_proportions *out, const two_shares *s, double alpha);

#endif
