#include "experiment/statistics/special.h"

#include <cmath>
#include <limits>

/* Boost's own exception types would be exported: std::exception does. */
#define BOOST_EXCEPTION_DISABLE
#include <boost/math/distributions/beta.hpp>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>

namespace
{

using namespace boost::math::policies;

typedef policy<domain_error<ignore_error>, pole_error<ignore_error>, overflow_error<ignore_error>,
               underflow_error<ignore_error>, denorm_error<ignore_error>,
               evaluation_error<ignore_error>, rounding_error<ignore_error>,
               indeterminate_result_error<ignore_error>, promote_double<false>>
    quiet;

typedef boost::math::normal_distribution<double, quiet> normal;
typedef boost::math::chi_squared_distribution<double, quiet> chi_squared;
typedef boost::math::students_t_distribution<double, quiet> student;
typedef boost::math::beta_distribution<double, quiet> beta;

const double missing = std::numeric_limits<double>::quiet_NaN();

/* The policy throws nothing; what Boost may throw otherwise must not reach C. */
template <typename F> double guarded(F f) noexcept
{
    try {
        return f();
    } catch (...) {
        return missing;
    }
}

bool is_share(double p)
{
    return p >= 0 && p <= 1;
}

bool has_shape(const special_beta &s)
{
    return std::isfinite(s.a) && std::isfinite(s.b) && s.a > 0 && s.b > 0;
}

} // namespace

double special_normal_below(double z)
{
    return guarded([=] { return cdf(normal(), z); });
}

double special_normal_above(double z)
{
    return guarded([=] { return cdf(complement(normal(), z)); });
}

double special_normal_quantile(double p)
{
    return is_share(p) ? guarded([=] { return quantile(normal(), p); }) : missing;
}

double special_chi2_above(double x, double freedom)
{
    if (!(x >= 0) || !(freedom > 0) || std::isinf(x) || std::isinf(freedom))
        return std::isinf(x) && x > 0 && freedom > 0 ? 0 : missing;
    return guarded([=] { return cdf(complement(chi_squared(freedom), x)); });
}

double special_t_above(double t, double freedom)
{
    if (std::isnan(t) || !(freedom > 0))
        return missing;
    return guarded([=] { return cdf(complement(student(freedom), t)); });
}

double special_t_quantile(double p, double freedom)
{
    if (!is_share(p) || !(freedom > 0))
        return missing;
    return guarded([=] { return quantile(student(freedom), p); });
}

double special_beta_below(double x, special_beta shape)
{
    if (!is_share(x) || !has_shape(shape))
        return missing;
    return guarded([=] { return cdf(beta(shape.a, shape.b), x); });
}

double special_beta_quantile(double p, special_beta shape)
{
    if (!is_share(p) || !has_shape(shape))
        return missing;
    return guarded([=] { return quantile(beta(shape.a, shape.b), p); });
}
