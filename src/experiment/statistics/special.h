/* experiment/statistics/special.h: distribution functions, by Boost.Math. NaN where there is no
 * value; nothing is thrown. Any number of threads. */
#ifndef EXPERIMENT_STATISTICS_SPECIAL_H
#define EXPERIMENT_STATISTICS_SPECIAL_H

#ifdef __cplusplus
extern "C" {
#endif

/* Of the normal distribution: P(Z < z), P(Z > z), and the z of P(Z < z) = p. */
double special_normal_below(double z);
double special_normal_above(double z);
double special_normal_quantile(double p);

/* P(X > x) of chi-squared. */
double special_chi2_above(double x, double freedom);

/* Of Student's t: P(T > t), and the t of P(T < t) = p. */
double special_t_above(double t, double freedom);
double special_t_quantile(double p, double freedom);

typedef struct special_beta {
    double a, b;
} special_beta;

/* Of the beta distribution: P(X < x), and the x of P(X < x) = p. */
double special_beta_below(double x, special_beta shape);
double special_beta_quantile(double p, special_beta shape);

#ifdef __cplusplus
}
#endif

#endif
