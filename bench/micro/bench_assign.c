/* Times aisle_abtest_assign on made-up ids in memory, 1, 2, … as texts:
 *     bench_assign [ids threads]
 * and prints how even the split is, so that a fast hash that is none is seen. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "aisle/abtest_assign.h"
#include "base/mem.h"
#include "base/timer.h"
#include "experiment/statistics/special.h"

enum { WIDTH = 12, VARIANTS = 3, ROUNDS = 5 };

int main(int argc, char **argv)
{
    size_t n = argc > 1 ? strtoul(argv[1], NULL, 10) : 1000000;
    static const double shares[VARIANTS] = {.5, .3, .2};
    char(*text)[WIDTH] = mem_zeroed(n, WIDTH);
    const char **ids = NEW_ARRAY(const char *, n);
    uint8_t *variant = NEW_ARRAY(uint8_t, n);
    double count[VARIANTS] = {0}, chi2 = 0, best = INFINITY;
    aisle_abtest_assign_options o = AISLE_ABTEST_ASSIGN_OPTIONS_INIT;
    o.salt = "bench";
    o.shares = shares;
    o.n_variants = VARIANTS;
    o.threads = argc > 2 ? (int)strtol(argv[2], NULL, 10) : 1;
    if (!text || !ids || !variant || n == 0 || n > 100000000)
        return 1;
    for (size_t i = 0; i < n; i++) {
        snprintf(text[i], WIDTH, "%u", (unsigned)i + 1);
        ids[i] = text[i];
    }
    for (int round = 0; round < ROUNDS; round++) {
        double start = timer_now();
        if (aisle_abtest_assign(variant, ids, n, &o, NULL))
            return 1;
        best = fmin(best, timer_now() - start);
    }
    for (size_t i = 0; i < n; i++)
        count[variant[i]]++;
    for (int v = 0; v < VARIANTS; v++)
        chi2 += pow(count[v] - shares[v] * (double)n, 2) / (shares[v] * (double)n);
    printf("%zu ids, %d thread%s: %.4f s, %.1f million a second; p of the shares %.4f\n", n,
           o.threads, o.threads == 1 ? "" : "s", best, 1e-6 * (double)n / best,
           special_chi2_above(chi2, VARIANTS - 1));
    mem_free(text);
    mem_free(ids);
    mem_free(variant);
    return 0;
}
