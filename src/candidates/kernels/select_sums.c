#include "candidates/kernels/select_sums.h"

#include "candidates/kernels/dense.h"

#include <float.h>

enum { BLOCK = 64, GROUPS_MOST = 2048 };

/* A number, to 12 bits, that k of the n values reach; 0 where fewer are above 0. x: >= 0 */
static float reached_by(const float *x, size_t n, size_t k)
{
    int32_t bits[GROUPS_MOST], floor = 0;
    memcpy(bits, x, n * sizeof *bits);
    for (int32_t bit = 1 << 30; bit >= 1 << 12; bit >>= 1) {
        int32_t count = 0;
        for (size_t i = 0; i < n; i++)
            count += bits[i] >= (floor | bit);
        if ((size_t)count >= k)
            floor |= bit;
    }
    float reached;
    memcpy(&reached, &floor, sizeof reached);
    return reached;
}

/* Where the largest of k groups reach a score, at least k scores do: a floor before anything is
 * pushed. Twice as many groups as places lose little. */
static float find_floor(const scored_items *scored, size_t k, const dense_kernels *kernels)
{
    float largest[GROUPS_MOST] = {0};
    size_t groups = BLOCK;
    while (groups < 2 * k)
        groups *= 2;
    if (k == 0 || groups > GROUPS_MOST || scored->n < 2 * groups)
        return 0;
    kernels->largest(largest, groups, scored->score, scored->n);
    return reached_by(largest, groups, k);
}

void select_sums(topk *best, const scored_items *scored)
{
    const dense_kernels *kernels = dense_kernels_best();
    float floor = find_floor(scored, best->k, kernels);
    if (!(floor >= FLT_TRUE_MIN))
        floor = FLT_TRUE_MIN;
    if (best->floor < floor)
        best->floor = floor;
    for (size_t first = 0; first < scored->n; first += BLOCK) {
        uint32_t at[BLOCK];
        size_t n = scored->n - first < BLOCK ? scored->n - first : BLOCK;
        size_t found = kernels->at_least(at, scored->score + first, n, best->floor);
        for (size_t j = 0; j < found; j++) {
            size_t i = first + at[j];
            uint32_t item = scored->item ? scored->item[i] : (uint32_t)i;
            topk_push(best, scored->score[i], scored->popularity ? scored->popularity[item] : 0,
                      item);
        }
    }
}
