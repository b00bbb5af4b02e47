#include <math.h>
#include <stdlib.h>

#include "aisle/abtest_analysis.h"
#include "base/fail.h"
#include "base/mem.h"

static const char *const names[] = {"holm", "bonferroni", "bh", "none"};
enum { CORRECTIONS = sizeof names / sizeof names[0] };

const char *aisle_abtest_correction_name(size_t index)
{
    return index < CORRECTIONS ? names[index] : NULL;
}

typedef struct placed {
    double p;
    size_t at;
} placed;

static int by_p(const void *a, const void *b)
{
    const placed *x = a, *y = b;
    if (x->p != y->p)
        return x->p < y->p ? -1 : 1;
    return (x->at > y->at) - (x->at < y->at);
}

/* Stepping down from the smallest: never below the one before. */
static void holm(double *adjusted, const placed *sorted, size_t n)
{
    double most = 0;
    for (size_t i = 0; i < n; i++) {
        most = fmax(most, fmin(1, sorted[i].p * (double)(n - i)));
        adjusted[sorted[i].at] = most;
    }
}

/* Stepping up from the largest: never above the one after. */
static void benjamini_hochberg(double *adjusted, const placed *sorted, size_t n)
{
    double least = 1;
    for (size_t i = n; i-- > 0;) {
        least = fmin(least, sorted[i].p * (double)n / (double)(i + 1));
        adjusted[sorted[i].at] = least;
    }
}

aisle_status aisle_abtest_correct(double *adjusted, const double *p, size_t n,
                                  aisle_abtest_correction correction, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    placed *sorted = NEW_ARRAY(placed, n);
    TRY_ALLOC(sorted);
    for (size_t i = 0; i < n; i++) {
        if (!(p[i] >= 0 && p[i] <= 1))
            TRY(fail(err, AISLE_ERROR_ARGUMENT, "p value %zu: found %g, expected 0 to 1", i + 1,
                     p[i]));
        sorted[i] = (placed){p[i], i};
    }
    qsort(sorted, n, sizeof *sorted, by_p);
    for (size_t i = 0; i < n; i++)
        adjusted[i] = correction == AISLE_ABTEST_CORRECT_NONE ? p[i] : fmin(1, p[i] * (double)n);
    if (correction == AISLE_ABTEST_CORRECT_HOLM)
        holm(adjusted, sorted, n);
    if (correction == AISLE_ABTEST_CORRECT_BH)
        benjamini_hochberg(adjusted, sorted, n);
done:
    mem_free(sorted);
    return status;
}
