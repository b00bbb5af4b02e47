#include "base/topk.h"

static void ranked_swap(ranked *a, ranked *b)
{
    ranked t = *a;
    *a = *b;
    *b = t;
}

static void ranked_insertion_sort(ranked *e, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        ranked r = e[i];
        size_t j = i;
        for (; j > 0 && ranked_before(r, e[j - 1]); j--)
            e[j] = e[j - 1];
        e[j] = r;
    }
}

static void ranked_sift(ranked *e, size_t i, size_t n)
{
    ranked r = e[i];
    for (size_t child; (child = 2 * i + 1) < n; i = child) {
        if (child + 1 < n && ranked_before(e[child], e[child + 1]))
            child++;
        if (!ranked_before(r, e[child]))
            break;
        e[i] = e[child];
    }
    e[i] = r;
}

static void ranked_heap_sort(ranked *e, size_t n)
{
    for (size_t i = n / 2; i-- > 0;)
        ranked_sift(e, i, n);
    for (size_t i = n; i-- > 1;) {
        ranked_swap(&e[0], &e[i]);
        ranked_sift(e, 0, i);
    }
}

/* Hoare's partition around the median of three: after it, everything in [0, p) stands before
 * everything in [p, n), and 0 < p < n. n >= 3. */
static size_t ranked_partition(ranked *e, size_t n)
{
    ranked *middle = &e[n / 2], *last = &e[n - 1];
    if (ranked_before(*middle, e[0]))
        ranked_swap(middle, &e[0]);
    if (ranked_before(*last, e[0]))
        ranked_swap(last, &e[0]);
    if (ranked_before(*last, *middle))
        ranked_swap(last, middle);
    ranked pivot = *middle;
    size_t i = 0, j = n - 1;
    for (;;) {
        while (ranked_before(e[i], pivot))
            i++;
        while (ranked_before(pivot, e[j]))
            j--;
        if (i >= j)
            return j + 1 < n ? j + 1 : j;
        ranked_swap(&e[i++], &e[j--]);
    }
}

/* depth bounds the partitions: bad luck ends in a heap sort. */
static void ranked_intro_sort(ranked *e, size_t n, int depth)
{
    while (n > 16) {
        if (depth-- == 0) {
            ranked_heap_sort(e, n);
            return;
        }
        size_t p = ranked_partition(e, n);
        ranked_intro_sort(e + p, n - p, depth);
        n = p;
    }
    ranked_insertion_sort(e, n);
}

static int depth_limit(size_t n)
{
    int depth = 4;
    for (; n > 1; n >>= 1)
        depth += 2;
    return depth;
}

void ranked_sort(ranked *entries, size_t n)
{
    ranked_intro_sort(entries, n, depth_limit(n));
}

/* Moves the best k to the front (quickselect; Hoare 1961). */
static void ranked_select(ranked *e, size_t n, size_t k)
{
    int depth = depth_limit(n);
    while (n > 16 && k > 0 && k < n) {
        if (depth-- == 0)
            break;
        size_t p = ranked_partition(e, n);
        if (k <= p) {
            n = p;
        } else {
            e += p;
            n -= p;
            k -= p;
        }
    }
    ranked_sort(e, n);
}

void topk_shrink(topk *t)
{
    if (t->count <= t->k)
        return;
    ranked_select(t->entries, t->count, t->k);
    t->count = t->k;
    ranked worst = t->entries[0];
    for (size_t i = 1; i < t->count; i++) {
        if (ranked_before(worst, t->entries[i]))
            worst = t->entries[i];
    }
    t->floor = ranked_score(worst);
}

size_t topk_finish(topk *t)
{
    topk_shrink(t);
    ranked_sort(t->entries, t->count);
    return t->count;
}
