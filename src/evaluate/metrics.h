/* evaluate/metrics.h: metrics of a ranked list against what was bought, by name.
 *
 * Each is a ratio of sums over households: a numerator and a weight a household. A plain mean
 * has weight 1. Other projects define the same names differently: the table has each of them
 * (docs/metrics.md). */
#ifndef EVALUATE_METRICS_H
#define EVALUATE_METRICS_H

#include <stddef.h>
#include <stdint.h>

/* One household's list, as hits. */
typedef struct hit_list {
    const uint8_t *hit;    /* [length] 1: bought in the window */
    const uint8_t *repeat; /* [length] 1: bought before T as well; NULL: not known, counts as 0 */
    size_t length;         /* of the list, any number */
    size_t bought;         /* distinct products that it bought, at least 1 */
} hit_list;

typedef struct metric_value {
    double sum, weight;
} metric_value;

typedef struct metric {
    const char *name, *meaning;
    metric_value (*value)(const hit_list *list, size_t k);
} metric;

extern const metric metric_table[];
extern const size_t metric_count;

/* NULL: no such name. */
const metric *metric_find(const char *name);

#endif
