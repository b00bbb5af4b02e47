#include "evaluate/metrics/truth.h"

#include <string.h>

#include "base/fail.h"
#include "base/mem.h"

/* Whether a pair counts; *before: bought before T. */
static bool counts(bool *before, const truth_rules *rules, uint32_t user, uint32_t item)
{
    *before = false;
    if (item == HISTORY_NONE)
        return rules->everything;
    if (!rules->c->allowed[item])
        return false;
    *before = households_bought(rules->h, user, item);
    return !(*before && rules->new_only);
}

bool truth_counts(const truth_rules *rules, uint32_t dataset_user, uint32_t dataset_item)
{
    bool before;
    return counts(&before, rules, rules->h->user_of[dataset_user], rules->h->item_of[dataset_item]);
}

/* Adds one household's pairs behind t's; returns how many. */
static size_t add_household(truth *t, uint8_t *seen, const labels *bought, size_t u,
                            const truth_rules *rules)
{
    uint32_t user = rules->h->user_of[u];
    uint64_t from = t->offset[t->n], to = from;
    size_t unknown = 0;
    for (uint64_t b = bought->offset[u]; b < bought->offset[u + 1]; b++) {
        uint32_t item = rules->h->item_of[bought->item[b]];
        bool before;
        if (!counts(&before, rules, user, item))
            continue;
        t->pairs_bought_before += before;
        t->pairs_sold_before += item != HISTORY_NONE;
        if (!seen[bought->item[b]]) {
            seen[bought->item[b]] = 1;
            t->items++;
            t->items_sold_before += item != HISTORY_NONE;
        }
        if (item == HISTORY_NONE)
            unknown++;
        else
            t->item[to++] = item;
    }
    for (; unknown > 0; unknown--)
        t->item[to++] = HISTORY_NONE;
    return to - from;
}

aisle_status truth_init(truth *out, const labels *bought, const truth_rules *rules,
                        aisle_error *err)
{
    aisle_status status = AISLE_OK;
    truth t = {0};
    uint64_t pairs = bought->offset[bought->n_users];
    uint32_t items = 0;
    for (uint64_t b = 0; b < pairs; b++)
        items = bought->item[b] >= items ? bought->item[b] + 1 : items;
    uint8_t *seen = NEW_ZEROED(uint8_t, items);
    TRY_ALLOC(seen);
    TRY_ALLOC(t.dataset_user = NEW_ARRAY(uint32_t, bought->n_users));
    TRY_ALLOC(t.user = NEW_ARRAY(uint32_t, bought->n_users));
    TRY_ALLOC(t.offset = NEW_ZEROED(uint64_t, bought->n_users + 1));
    TRY_ALLOC(t.item = NEW_ARRAY(uint32_t, pairs));
    for (size_t u = 0; u < bought->n_users; u++) {
        if (rules->only && !rules->only[u])
            continue;
        size_t n = add_household(&t, seen, bought, u, rules);
        if (n == 0)
            continue;
        t.dataset_user[t.n] = (uint32_t)u;
        t.user[t.n] = rules->h->user_of[u];
        t.offset[t.n + 1] = t.offset[t.n] + n;
        t.n++;
    }
    if (t.n == 0)
        TRY(fail(err, AISLE_ERROR_DATA,
                 "no household bought anything that counts in the test "
                 "window"));
    *out = t;
    memset(&t, 0, sizeof t);
done:
    mem_free(seen);
    truth_fini(&t);
    return status;
}

void truth_fini(truth *t)
{
    mem_free(t->dataset_user);
    mem_free(t->user);
    mem_free(t->offset);
    mem_free(t->item);
    memset(t, 0, sizeof *t);
}
