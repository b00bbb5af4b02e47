/* evaluate/search/quota_pool.h: the lists of all sources as the pool of a search for quotas. */
#ifndef EVALUATE_SEARCH_QUOTA_POOL_H
#define EVALUATE_SEARCH_QUOTA_POOL_H

#include "evaluate/search/quota_search.h"
#include "evaluate/metrics/truth.h"

/* lists: [n_sources] of the same households and places; list i is household rows[i] of the truth.
 */
aisle_status quota_pool_init(quota_pool *out, const item_lists *lists, uint32_t n_sources,
                             const truth *t, const uint32_t *rows, aisle_error *err);
void quota_pool_fini(quota_pool *p);

#endif
