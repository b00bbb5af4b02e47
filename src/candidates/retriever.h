/* candidates/retriever.h: what every retriever of level 1 is: a row of functions in a table.
 *
 * Fitted on a history and a catalogue, it fills lists for any users of that history. A list is
 * sorted by score down, then popularity down (list_context.popularity), then item up; it never
 * has an item outside of the catalogue, nor a score that is not finite, nor an item twice.
 * A user with nothing to say gets an empty list: padding is the blend's. */
#ifndef CANDIDATES_RETRIEVER_H
#define CANDIDATES_RETRIEVER_H

#include "catalogue/catalogue.h"
#include "config/options.h"
#include "history/history.h"

/* What all retrievers share as of one T. Borrowed by the fitted states. */
typedef struct list_context {
    const history *h;
    const catalogue *c;
    const candidates_options *options;
    uint32_t *popularity; /* [n_items] households that bought it in the last fallback_weeks */
    uint32_t *popular;    /* [n_popular] allowed items by popularity down, item up */
    uint32_t n_popular;
    uint64_t seed;
    int threads; /* >= 1; nothing may depend on it but time */
} list_context;

/* Lists of n users, k places each: user i has count[i] items at [i * k]. */
typedef struct item_lists {
    size_t n;
    uint32_t k;
    uint32_t *count; /* [n] */
    uint32_t *item;  /* [n * k] */
    float *score;    /* [n * k] */
} item_lists;

typedef struct retriever_query {
    const uint32_t *users; /* [n] users of the history; HISTORY_NONE: a stranger, empty list */
    size_t n;
    bool new_only; /* leave out what the user has bought before */
    int threads;   /* 0: as many as the context has; nothing depends on it but time */
} retriever_query;

static inline int query_threads(const retriever_query *query, const list_context *context)
{
    return query->threads > 0 ? query->threads : context->threads;
}

/* An item or a user near another one. */
typedef struct neighbour {
    uint32_t index;
    float score;
} neighbour;

/* A named array of a fitted state, for the model file. */
typedef struct state_array {
    const char *name; /* unique within the retriever, up to 15 characters */
    size_t size;      /* bytes of an element */
    size_t count;     /* elements */
    void **data;      /* where the state keeps it */
} state_array;

typedef struct retriever {
    const char *name;    /* the fixed name: "own_decay" */
    const char *summary; /* a sentence for help and docs */
    bool baseline;       /* evaluate measures it even where the blend doesn't take from it */
    /* What the blend takes from it: 0 is off. */
    int64_t (*quota)(const candidates_options *options);
    aisle_status (*fit)(void **state, const list_context *context, aisle_error *err);
    /* Bytes that a thread works with, all zero before and after each call of score. NULL: none. */
    size_t (*scratch)(const void *state, const list_context *context);
    /* Fills out (n and k set, arrays allocated). Runs on query_threads threads; the list of a
     * user doesn't depend on which other users are asked for. */
    aisle_status (*fill)(item_lists *out, const void *state, const list_context *context,
                         const retriever_query *query, aisle_error *err);
    /* Scores of any n items for one user of the history, as fill would give them, in the catalogue
     * or not; NaN where there is nothing to say. out: [n] */
    void (*score)(float *out, const void *state, const list_context *context, uint32_t user,
                  const uint32_t *items, size_t n, void *scratch);
    /* The up to k items (users) most like one, which is in the catalogue (history), best first,
     * ties by popularity (by index), without itself. NULL: it knows of none. out: [k] */
    aisle_status (*similar_items)(size_t *count, neighbour *out, size_t k, const void *state,
                                  const list_context *context, uint32_t item, aisle_error *err);
    aisle_status (*similar_users)(size_t *count, neighbour *out, size_t k, const void *state,
                                  const list_context *context, uint32_t user, aisle_error *err);
    /* The arrays of a state: writes up to 8, returns how many. Sizes that a file must have are
     * those of the context; opening checks them. NULL: nothing to store, fit again instead. */
    size_t (*arrays)(state_array out[8], void *state);
    /* An empty state whose arrays (data, count) are then pointed into a mapped file, and checks
     * of what was pointed there. NULL with arrays NULL. */
    aisle_status (*adopt)(void **state, const list_context *context, aisle_error *err);
    aisle_status (*check)(const void *state, const list_context *context, aisle_error *err);
    void (*free)(void *state, bool owns_arrays);
} retriever;

/* In the order of tables and model files. */
extern const retriever retriever_table[];
extern const size_t retriever_count;

static inline size_t retriever_scratch(const retriever *r, const void *state,
                                       const list_context *context)
{
    return r->scratch ? r->scratch(state, context) : 0;
}

/* NULL: no such name. */
const retriever *retriever_find(const char *name);

aisle_status list_context_init(list_context *out, const history *h, const catalogue *c,
                               const candidates_options *options, uint64_t seed, int threads,
                               aisle_error *err);
void list_context_fini(list_context *context);

aisle_status item_lists_init(item_lists *out, size_t n, uint32_t k, aisle_error *err);
void item_lists_fini(item_lists *lists);

#endif
