/* evaluate/metrics/metric_kinds.h: the functions that metric_table names. */
#ifndef EVALUATE_METRICS_METRIC_KINDS_H
#define EVALUATE_METRICS_METRIC_KINDS_H

#include "evaluate/metrics/metrics.h"

static inline size_t metric_smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* metric_accuracy.c */
metric_value metric_precision(const hit_list *l, size_t k);
metric_value metric_precision_with_lists(const hit_list *l, size_t k);
metric_value metric_precision_r(const hit_list *l, size_t k);
metric_value metric_precision_micro(const hit_list *l, size_t k);
metric_value metric_r_precision(const hit_list *l, size_t k);
metric_value metric_precision_repeat(const hit_list *l, size_t k);
metric_value metric_precision_explore(const hit_list *l, size_t k);
metric_value metric_recall(const hit_list *l, size_t k);
metric_value metric_map(const hit_list *l, size_t k);
metric_value metric_map_full(const hit_list *l, size_t k);
metric_value metric_map_div_k(const hit_list *l, size_t k);
metric_value metric_ndcg(const hit_list *l, size_t k);
metric_value metric_ndcg_full(const hit_list *l, size_t k);
metric_value metric_mrr(const hit_list *l, size_t k);
metric_value metric_hit_rate(const hit_list *l, size_t k);

/* metric_beside.c */
metric_value metric_novelty(const hit_list *l, size_t k);
metric_value metric_popularity(const hit_list *l, size_t k);
metric_value metric_serendipity(const hit_list *l, size_t k);
metric_value metric_diversity(const hit_list *l, size_t k);
metric_value metric_revenue_precision(const hit_list *l, size_t k);
metric_value metric_revenue_precision_micro(const hit_list *l, size_t k);

#endif
