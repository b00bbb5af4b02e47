#include "evaluate/metrics.h"

#include <math.h>
#include <string.h>

#include "aisle/evaluate.h"

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t hits_at(const hit_list *l, size_t k)
{
    size_t hits = 0;
    for (size_t i = 0; i < smaller(k, l->length); i++)
        hits += l->hit[i];
    return hits;
}

static metric_value mean_of(double value)
{
    return (metric_value){value, 1};
}

static metric_value precision(const hit_list *l, size_t k)
{
    return mean_of((double)hits_at(l, k) / (double)k);
}

static metric_value precision_with_lists(const hit_list *l, size_t k)
{
    if (l->length == 0)
        return (metric_value){0, 0};
    return precision(l, k);
}

static metric_value precision_r(const hit_list *l, size_t k)
{
    return mean_of((double)hits_at(l, k) / (double)smaller(k, l->bought));
}

static metric_value precision_micro(const hit_list *l, size_t k)
{
    return (metric_value){(double)hits_at(l, k), (double)smaller(k, l->bought)};
}

static metric_value r_precision(const hit_list *l, size_t k)
{
    (void)k;
    return mean_of((double)hits_at(l, l->bought) / (double)l->bought);
}

static metric_value precision_repeat(const hit_list *l, size_t k)
{
    size_t hits = 0;
    for (size_t i = 0; l->repeat && i < smaller(k, l->length); i++)
        hits += l->hit[i] && l->repeat[i];
    return mean_of((double)hits / (double)k);
}

static metric_value precision_explore(const hit_list *l, size_t k)
{
    return mean_of(precision(l, k).sum - precision_repeat(l, k).sum);
}

static metric_value recall(const hit_list *l, size_t k)
{
    return mean_of((double)hits_at(l, k) / (double)l->bought);
}

/* Sum of the precisions at the hits up to k. */
static double precision_sum(const hit_list *l, size_t k)
{
    double sum = 0;
    size_t hits = 0;
    for (size_t i = 0; i < smaller(k, l->length); i++) {
        if (!l->hit[i])
            continue;
        hits++;
        sum += (double)hits / (double)(i + 1);
    }
    return sum;
}

static metric_value map(const hit_list *l, size_t k)
{
    return mean_of(precision_sum(l, k) / (double)smaller(k, l->bought));
}

static metric_value map_full(const hit_list *l, size_t k)
{
    return mean_of(precision_sum(l, k) / (double)l->bought);
}

static metric_value map_div_k(const hit_list *l, size_t k)
{
    return mean_of(precision_sum(l, k) / (double)k);
}

static double gain(const hit_list *l, size_t k)
{
    double sum = 0;
    for (size_t i = 0; i < smaller(k, l->length); i++)
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

static metric_value ndcg(const hit_list *l, size_t k)
{
    return mean_of(gain(l, k) / ideal_gain(smaller(k, l->bought)));
}

static metric_value ndcg_full(const hit_list *l, size_t k)
{
    return mean_of(gain(l, k) / ideal_gain(k));
}

static metric_value mrr(const hit_list *l, size_t k)
{
    for (size_t i = 0; i < smaller(k, l->length); i++)
        if (l->hit[i])
            return mean_of(1 / (double)(i + 1));
    return mean_of(0);
}

static metric_value hit_rate(const hit_list *l, size_t k)
{
    return mean_of(hits_at(l, k) > 0);
}

const metric metric_table[] = {
    {"precision", "hits / k", precision},
    {"precision_with_lists", "hits / k, over households with a list", precision_with_lists},
    {"precision_r", "hits / min(k, bought)", precision_r},
    {"precision_micro", "sum of hits / sum of min(k, bought)", precision_micro},
    {"r_precision",
     "hits among the first `bought` places / bought, whatever k; a list ends at the longest k",
     r_precision},
    {"precision_repeat", "hits that were bought before / k", precision_repeat},
    {"precision_explore", "hits that were never bought before / k", precision_explore},
    {"recall", "hits / bought", recall},
    {"recall_capped", "hits / min(k, bought)", precision_r},
    {"map", "average precision, divided by min(k, bought)", map},
    {"map_full", "average precision, divided by bought", map_full},
    {"map_div_k", "average precision, divided by k", map_div_k},
    {"ndcg", "binary gain, log2 discount, against the ideal of min(k, bought)", ndcg},
    {"ndcg_full", "binary gain, log2 discount, against k hits", ndcg_full},
    {"mrr", "1 / place of the first hit, 0 beyond k", mrr},
    {"hit_rate", "1 where any of the k is a hit", hit_rate},
};

const size_t metric_count = sizeof metric_table / sizeof metric_table[0];

const metric *metric_find(const char *name)
{
    for (size_t i = 0; i < metric_count; i++)
        if (strcmp(metric_table[i].name, name) == 0)
            return &metric_table[i];
    return NULL;
}

int aisle_metric_at(aisle_metric_info *out, size_t index)
{
    if (index >= metric_count)
        return 0;
    out->name = metric_table[index].name;
    out->meaning = metric_table[index].meaning;
    return 1;
}
