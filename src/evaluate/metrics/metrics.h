/* evaluate/metrics/metrics.h: metrics of a ranked list against what was bought, by name.
 *
 * Each is a ratio of sums over households: a numerator and a weight a household. A plain mean
 * has weight 1. Other projects define the same names differently: the table has each of them
 * (docs/metrics.md). */
#ifndef EVALUATE_METRICS_METRICS_H
#define EVALUATE_METRICS_METRICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is known of products beside who bought them: for metrics beside accuracy. Arrays of a kind
 * that is not known are NULL. */
typedef struct list_facts {
    size_t products;            /* that the arrays are of */
    size_t households;          /* that bought anything before T */
    size_t items;               /* that may be recommended */
    const uint8_t *offered;     /* [products] 1: one of them; NULL: all that are listed are */
    const uint32_t *buyers;     /* [products] households that bought it before T */
    const uint32_t *popularity; /* [products] 1: of the most buyers; the same for equal numbers */
    const double *price;        /* [products] of a piece; NaN: not known */
    size_t columns;             /* of categories */
    const uint32_t *code;       /* [products * columns] level of each category column */
} list_facts;

/* One household's list. */
typedef struct hit_list {
    const uint8_t *hit;    /* [length] 1: bought in the window */
    const uint8_t *repeat; /* [length] 1: bought before T as well; NULL: not known, counts as 0 */
    const uint32_t *item;  /* [length] product of the facts */
    const list_facts *facts;
    size_t length; /* of the list, any number */
    size_t bought; /* distinct products that it bought; 0: no metric of hits counts it */
} hit_list;

typedef struct metric_value {
    double sum, weight;
} metric_value;

/* What a metric needs beside the lists and what was bought. */
typedef enum metric_need {
    METRIC_NEEDS_NOTHING,
    METRIC_NEEDS_REPEAT,     /* what each household bought before T */
    METRIC_NEEDS_BEFORE,     /* buyers before T */
    METRIC_NEEDS_PRICES,     /* price */
    METRIC_NEEDS_CATEGORIES, /* code */
    METRIC_NEEDS_CATALOGUE,  /* the number of items alone: the metric is of all lists together */
} metric_need;

typedef struct metric {
    const char *name, *meaning;
    /* NULL: of all lists together, see judge.h. */
    metric_value (*value)(const hit_list *list, size_t k);
    metric_need need;
} metric;

extern const metric metric_table[];
extern const size_t metric_count;

/* The metric of one list; of weight 0 where it does not count it. */
metric_value metric_of_list(const metric *m, const hit_list *list, size_t k);

/* NULL: no such name. */
const metric *metric_find(const char *name);

#endif
