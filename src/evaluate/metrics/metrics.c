#include "evaluate/metrics/metrics.h"

#include <string.h>

#include "aisle/evaluate.h"
#include "evaluate/metrics/metric_kinds.h"

const metric metric_table[] = {
    {"precision", "hits / k", metric_precision, METRIC_NEEDS_NOTHING},
    {"precision_with_lists", "hits / k, over households with a list", metric_precision_with_lists,
     METRIC_NEEDS_NOTHING},
    {"precision_r", "hits / min(k, bought)", metric_precision_r, METRIC_NEEDS_NOTHING},
    {"precision_micro", "sum of hits / sum of min(k, bought)", metric_precision_micro,
     METRIC_NEEDS_NOTHING},
    {"r_precision",
     "hits among the first `bought` places / bought, whatever k; a list ends at the longest k",
     metric_r_precision, METRIC_NEEDS_NOTHING},
    {"precision_repeat", "hits that were bought before / k", metric_precision_repeat,
     METRIC_NEEDS_REPEAT},
    {"precision_explore", "hits that were never bought before / k", metric_precision_explore,
     METRIC_NEEDS_REPEAT},
    {"recall", "hits / bought", metric_recall, METRIC_NEEDS_NOTHING},
    {"recall_capped", "hits / min(k, bought)", metric_precision_r, METRIC_NEEDS_NOTHING},
    {"map", "average precision, divided by min(k, bought)", metric_map, METRIC_NEEDS_NOTHING},
    {"map_full", "average precision, divided by bought", metric_map_full, METRIC_NEEDS_NOTHING},
    {"map_div_k", "average precision, divided by k", metric_map_div_k, METRIC_NEEDS_NOTHING},
    {"ndcg", "binary gain, log2 discount, against the ideal of min(k, bought)", metric_ndcg,
     METRIC_NEEDS_NOTHING},
    {"ndcg_full", "binary gain, log2 discount, against k hits", metric_ndcg_full,
     METRIC_NEEDS_NOTHING},
    {"mrr", "1 / place of the first hit, 0 beyond k", metric_mrr, METRIC_NEEDS_NOTHING},
    {"hit_rate", "1 where any of the k is a hit", metric_hit_rate, METRIC_NEEDS_NOTHING},
    {"coverage", "share of the catalogue that is on any list", NULL, METRIC_NEEDS_CATALOGUE},
    {"novelty", "mean of log2(households / buyers before T) over the list, in bits", metric_novelty,
     METRIC_NEEDS_BEFORE},
    {"popularity", "mean number of buyers before T over the list", metric_popularity,
     METRIC_NEEDS_BEFORE},
    {"serendipity",
     "mean over the list of hits that popularity would have placed lower: how much lower, of the "
     "catalogue",
     metric_serendipity, METRIC_NEEDS_BEFORE},
    {"diversity", "mean number of category columns that differ between two products of the list",
     metric_diversity, METRIC_NEEDS_CATEGORIES},
    {"revenue_precision", "price of the hits / price of the list", metric_revenue_precision,
     METRIC_NEEDS_PRICES},
    {"revenue_precision_micro", "sum of the price of hits / sum of the price of lists",
     metric_revenue_precision_micro, METRIC_NEEDS_PRICES},
};

const size_t metric_count = sizeof metric_table / sizeof metric_table[0];

metric_value metric_of_list(const metric *m, const hit_list *list, size_t k)
{
    if (!m->value || (list->bought == 0 && m->need <= METRIC_NEEDS_REPEAT))
        return (metric_value){0, 0};
    return m->value(list, k);
}

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
