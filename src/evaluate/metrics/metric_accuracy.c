/* Of what was bought: accuracy. */
#include "evaluate/metrics/metric_kinds.h"

#include <math.h>

static size_t hits_at(const hit_list *l, size_t k)
{
    size_t hits = 0;
    for (size_t i = 0; i < metric_smaller(k, l->length); i++)
        hits += l->hit[i];
    return hits;
}

static metric_value mean_of(double value)
{
    return (metric_value){value, 1};
}

metric_value metric_precision(const hit_list *l, size_t k)
{
    return mean_of((double)hits_at(l, k) / (double)k);
}

metric_value metric_precision_with_lists(const hit_list *l, size_t k)
{
    if (l->length == 0)
        return (metric_value){0, 0};
    return metric_precision(l, k);
}

metric_value metric_precision_r(const hit_list *l, size_t k)
{
    return mean_of((double)hits_at(l, k) / (double)metric_smaller(k, l->bought));
}

metric_value metric_precision_micro(const hit_list *l, size_t k)
{
    return (metric_value){(double)hits_at(l, k), (double)metric_smaller(k, l->bought)};
}

metric_value metric_r_precision(const hit_list *l, size_t k)
{
    (void)k;
    return mean_of((double)hits_at(l, l->bought) / (double)l->bought);
}

metric_value metric_precision_repeat(const hit_list *l, size_t k)
{
    size_t hits = 0;
    for (size_t i = 0; l->repeat && i < metric_smaller(k, l->length); i++)
        hits += l->hit[i] && l->repeat[i];
    return mean_of((double)hits / (double)k);
}

metric_value metric_precision_explore(const hit_list *l, size_t k)
{
    return mean_of(metric_precision(l, k).sum - metric_precision_repeat(l, k).sum);
}

metric_value metric_recall(const hit_list *l, size_t k)
{
    return mean_of((double)hits_at(l, k) / (double)l->bought);
}

/* Sum of the precisions at the hits up to k. */
static double precision_sum(const hit_list *l, size_t k)
{
    double sum = 0;
    size_t hits = 0;
    for (size_t i = 0; i < metric_smaller(k, l->length); i++) {
        if (!l->hit[i])
            continue;
        hits++;
        sum += (double)hits / (double)(i + 1);
    }
    return sum;
}

metric_value metric_map(const hit_list *l, size_t k)
{
    return mean_of(precision_sum(l, k) / (double)metric_smaller(k, l->bought));
}

metric_value metric_map_full(const hit_list *l, size_t k)
{
    return mean_of(precision_sum(l, k) / (double)l->bought);
}

metric_value metric_map_div_k(const hit_list *l, size_t k)
{
    return mean_of(precision_sum(l, k) / (double)k);
}

static double gain(const hit_list *l, size_t k)
{
    double sum = 0;
    for (size_t i = 0; i < metric_smaller(k, l->length); i++)
        sum += l->hit[i] ? 1 / log2((double)i + 2) : 0;
    return sum;
}

static double ideal_gain(size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += 1 / log2((double)i + 2);
    return sum;
}

metric_value metric_ndcg(const hit_list *l, size_t k)
{
    return mean_of(gain(l, k) / ideal_gain(metric_smaller(k, l->bought)));
}

metric_value metric_ndcg_full(const hit_list *l, size_t k)
{
    return mean_of(gain(l, k) / ideal_gain(k));
}

metric_value metric_mrr(const hit_list *l, size_t k)
{
    for (size_t i = 0; i < metric_smaller(k, l->length); i++)
        if (l->hit[i])
            return mean_of(1 / (double)(i + 1));
    return mean_of(0);
}

metric_value metric_hit_rate(const hit_list *l, size_t k)
{
    return mean_of(hits_at(l, k) > 0);
}
