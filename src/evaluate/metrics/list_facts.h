/* evaluate/metrics/list_facts.h: what metrics beside accuracy know of products. */
#ifndef EVALUATE_METRICS_LIST_FACTS_H
#define EVALUATE_METRICS_LIST_FACTS_H

#include "base/fail.h"
#include "model/snapshot.h"
#include "evaluate/metrics/metrics.h"

/* As of the households' T, by items; prices are means of what was paid for a piece before T.
 * Freed with list_facts_fini. */
aisle_status list_facts_init(list_facts *out, const households *h, const catalogue *c,
                             aisle_error *err);
void list_facts_fini(list_facts *f);

/* 1 for the items of the most buyers, 2 for those of the next number, …; out: [n]. */
aisle_status list_facts_rank(uint32_t *out, const uint32_t *buyers, size_t n, aisle_error *err);

#endif
