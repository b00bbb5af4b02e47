#include "naive_mix.h"

#include "base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

static void add(uint32_t *out, uint32_t *n, uint32_t item)
{
    for (uint32_t i = 0; i < *n; i++)
        if (out[i] == item)
            return;
    out[(*n)++] = item;
}

/* The first `top` of the asker's list, by a retriever fitted for it alone. */
static void list_of(item_lists *out, const char *name, const list_context *context,
                    const households *h, const asker *who)
{
    const retriever *row = retriever_find(name);
    retriever_query query = {who->h, &who->user, 1, false, 0};
    void *state;
    assert_int_equal(retriever_fit(&state, row, context, h, NULL), AISLE_OK);
    assert_int_equal(item_lists_init(out, 1, (uint32_t)context->options->mix.top, NULL), AISLE_OK);
    assert_int_equal(retriever_fill(out, row, state, context, &query, NULL), AISLE_OK);
    row->free(state, true);
}

/* Of each item of the list the most similar one, or itself where there is none. */
static void most_alike(uint32_t *out, const item_lists *of, const list_context *context,
                       const households *h)
{
    const retriever *row = retriever_find("item_cosine");
    void *state;
    assert_int_equal(retriever_fit(&state, row, context, h, NULL), AISLE_OK);
    for (uint32_t j = 0; j < of->count[0]; j++) {
        size_t count;
        neighbour near;
        row->similar_items(&count, &near, 1, state, context, of->item[j], NULL);
        out[j] = count ? near.index : of->item[j];
    }
    row->free(state, true);
}

/* The most popular item that is not there yet. */
static uint32_t next_popular(const uint32_t *out, uint32_t n, const list_context *context)
{
    uint32_t best = HISTORY_NONE;
    for (uint32_t i = 0; i < context->a->n_items; i++) {
        bool listed = !context->c->allowed[i];
        for (uint32_t j = 0; j < n; j++)
            listed |= out[j] == i;
        if (!listed && (best == HISTORY_NONE || context->popularity[i] > context->popularity[best]))
            best = i;
    }
    return best;
}

uint32_t naive_mix(uint32_t *out, const list_context *context, const households *h,
                   const asker *who)
{
    item_lists own, users;
    uint32_t n = 0;
    list_of(&own, "own_decay", context, h, who);
    list_of(&users, "similar_users", context, h, who);
    uint32_t *alike = NEW_ARRAY(uint32_t, own.k);
    most_alike(alike, &own, context, h);
    for (uint32_t j = 0; j < own.k; j++) {
        if (j < own.count[0])
            add(out, &n, own.item[j]);
        if (j < own.count[0])
            add(out, &n, alike[j]);
        if (j < users.count[0])
            add(out, &n, users.item[j]);
    }
    while (n < context->c->count) {
        out[n] = next_popular(out, n, context);
        n++;
    }
    mem_free(alike);
    item_lists_fini(&own);
    item_lists_fini(&users);
    return n;
}
