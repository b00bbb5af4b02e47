/* Of the products on the list: beside accuracy, over households with a list. Novelty, serendipity
 * and diversity as RecTools defines them (MeanInvUserFreq, Serendipity, IntraListDiversity by
 * Hamming's distance). */
#include <math.h>

#include "evaluate/metrics/metric_kinds.h"

static const metric_value NOT_COUNTED = {0, 0};

static size_t places(const hit_list *l, size_t k)
{
    return metric_smaller(k, l->length);
}

metric_value metric_novelty(const hit_list *l, size_t k)
{
    double sum = 0;
    size_t n = places(l, k);
    if (n == 0)
        return NOT_COUNTED;
    for (size_t i = 0; i < n; i++) {
        uint32_t buyers = l->facts->buyers[l->item[i]];
        /* Never bought: as new as what one household bought. */
        sum += log2((double)l->facts->households / (buyers ? buyers : 1));
    }
    return (metric_value){sum / (double)n, 1};
}

metric_value metric_popularity(const hit_list *l, size_t k)
{
    double sum = 0;
    size_t n = places(l, k);
    if (n == 0)
        return NOT_COUNTED;
    for (size_t i = 0; i < n; i++)
        sum += l->facts->buyers[l->item[i]];
    return (metric_value){sum / (double)n, 1};
}

metric_value metric_serendipity(const hit_list *l, size_t k)
{
    double sum = 0, items = (double)l->facts->items;
    size_t n = places(l, k);
    if (n == 0)
        return NOT_COUNTED;
    for (size_t i = 0; i < n; i++) {
        uint32_t item = l->item[i];
        double here = (items - (double)i) / items;
        double anywhere = (items + 1 - l->facts->popularity[item]) / items;
        if (l->facts->buyers[item] == 0)
            anywhere = 0;
        sum += l->hit[i] ? fmax(0, here - anywhere) : 0;
    }
    return (metric_value){sum / (double)n, 1};
}

static size_t count_differing(const list_facts *f, uint32_t a, uint32_t b)
{
    size_t n = 0;
    for (size_t c = 0; c < f->columns; c++)
        n += f->code[a * f->columns + c] != f->code[b * f->columns + c];
    return n;
}

metric_value metric_diversity(const hit_list *l, size_t k)
{
    size_t n = places(l, k), differing = 0;
    if (n == 0)
        return NOT_COUNTED;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < i; j++)
            differing += count_differing(l->facts, l->item[i], l->item[j]);
    return (metric_value){n < 2 ? 0 : (double)differing / ((double)n * (double)(n - 1) / 2), 1};
}

/* A product without a price is worth nothing. */
metric_value metric_revenue_precision_micro(const hit_list *l, size_t k)
{
    double hits = 0, all = 0;
    if (l->bought == 0)
        return NOT_COUNTED;
    for (size_t i = 0; i < places(l, k); i++) {
        double price = l->facts->price[l->item[i]];
        if (isnan(price))
            continue;
        all += price;
        hits += l->hit[i] ? price : 0;
    }
    return (metric_value){hits, all};
}

metric_value metric_revenue_precision(const hit_list *l, size_t k)
{
    metric_value v = metric_revenue_precision_micro(l, k);
    if (l->bought == 0)
        return NOT_COUNTED;
    return (metric_value){v.weight > 0 ? v.sum / v.weight : 0, 1};
}
