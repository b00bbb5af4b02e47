/* candidates/retriever.h: what every retriever of level 1 is: a row of functions in a table.
 *
 * Fitted on households and a catalogue, it answers for any household in the numbers of the same
 * assortment, by that household's own receipts: its state holds no household but a sample (pool).
 * A list is sorted by score down, then popularity down (list_context.popularity), then item up; it
 * never has an item outside of the catalogue, nor a score that is not finite, nor an item twice.
 * A household with nothing to say gets an empty list: padding is the blend's. */
#ifndef CANDIDATES_RETRIEVER_H
#define CANDIDATES_RETRIEVER_H

#include "base/topk.h"
#include "candidates/user_pool.h"
#include "catalogue/catalogue.h"
#include "config/options.h"

/* What all retrievers share as of one T. Borrowed by the fitted states. */
typedef struct list_context {
    const assortment *a;
    const catalogue *c;
    const candidates_options *options;
    user_pool pool;
    uint32_t *popularity; /* [n_items] households that bought it in the last fallback_weeks */
    uint32_t *popular;    /* [n_popular] allowed items by popularity down, item up */
    uint32_t n_popular;
    uint64_t seed;
    int threads; /* >= 1; nothing may depend on it but time */
    bool mapped; /* popularity and the pool lie in a mapped file */
} list_context;

/* Lists of n users, k places each: user i has count[i] items at [i * k]. */
typedef struct item_lists {
    size_t n;
    uint32_t k;
    uint32_t *count; /* [n] */
    uint32_t *item;  /* [n * k] */
    float *score;    /* [n * k] */
} item_lists;

/* One who asks. */
typedef struct asker {
    const households *h;
    uint32_t user; /* of h */
    bool new_only; /* leave out what it has bought before */
} asker;

/* Many who ask. */
typedef struct retriever_query {
    const households *h;
    const uint32_t *users; /* [n] users of h; HISTORY_NONE: a stranger, empty list */
    size_t n;
    bool new_only;
    int threads; /* 0: as many as the context has; nothing depends on it but time */
} retriever_query;

static inline int query_threads(const retriever_query *query, const list_context *context)
{
    return query->threads > 0 ? query->threads : context->threads;
}

/* An item or a household of the pool near another one. */
typedef struct neighbour {
    uint32_t index;
    float score;
} neighbour;

/* A named array of a fitted state, for the model file. */
typedef struct state_array {
    const char *name; /* unique within the part, up to 15 characters */
    size_t size;      /* bytes of an element */
    size_t count;     /* elements; STATE_ANY: as many as the file has, written to *found */
    void **data;      /* where the state keeps it */
    size_t *found;
} state_array;

#define STATE_ANY SIZE_MAX
enum { STATE_ARRAYS = 12 };

typedef struct retriever {
    const char *name;    /* the fixed name: "own_decay" */
    const char *summary; /* a sentence for help and docs */
    bool baseline;       /* evaluate measures it even where the blend doesn't take from it */
    bool only_bought;    /* it knows of bought items alone: nothing with new_only */
    /* What the blend takes from it: 0 is off. */
    int64_t (*quota)(const candidates_options *options);
    aisle_status (*fit)(void **state, const list_context *context, const households *h,
                        aisle_error *err);
    /* What fit looks at of all households; NULL: of those alone that it is given, which may be a
     * sample of them. */
    const tally_part *summed;
    /* One household's turn, in a thread's room of so many bytes, 64-byte aligned: ask works out
     * what list and score need, forget leaves the room as it was, all zero. NULL (all three): it
     * needs no room. */
    size_t (*room)(const void *state, const list_context *context);
    void (*ask)(void *room, const void *state, const list_context *context, const asker *who);
    void (*forget)(void *room, const void *state, const list_context *context, const asker *who);
    /* Pushes what there is to say. */
    void (*list)(topk *best, void *room, const void *state, const list_context *context,
                 const asker *who);
    /* Scores of any n items, as list would give them, in the catalogue or not; NaN where there is
     * nothing to say. out: [n] */
    void (*score)(float *out, void *room, const void *state, const list_context *context,
                  const asker *who, const uint32_t *items, size_t n);
    /* Lists of many, the same that list gives one by one; NULL: no faster way. */
    aisle_status (*fill)(item_lists *out, const void *state, const list_context *context,
                         const retriever_query *query, aisle_error *err);
    /* The up to k items most like one, which is in the catalogue, best first, ties by popularity,
     * without itself. NULL: it knows of none. out: [k] */
    aisle_status (*similar_items)(size_t *count, neighbour *out, size_t k, const void *state,
                                  const list_context *context, uint32_t item, aisle_error *err);
    /* The up to k households of the pool most like one, by place, without itself. */
    aisle_status (*similar_users)(size_t *count, neighbour *out, size_t k, const void *state,
                                  const list_context *context, const asker *who, aisle_error *err);
    /* Whether a household of the pool bought the item, as far as the state knows. */
    bool (*pool_bought)(const void *state, uint32_t place, uint32_t item);
    /* The arrays of a state: writes up to STATE_ARRAYS, returns how many. Sizes that a file must
     * have are those of the context; opening checks them. NULL: it has none, adopt is all. */
    size_t (*arrays)(state_array *out, void *state);
    /* An empty state whose arrays are then pointed into a mapped file, and checks of what was
     * pointed there. NULL: fit does not look at households. */
    aisle_status (*adopt)(void **state, const list_context *context, aisle_error *err);
    aisle_status (*check)(const void *state, const list_context *context, aisle_error *err);
    /* Works out what the arrays leave to do, fitted or opened; NULL: nothing. */
    aisle_status (*ready)(void *state, const list_context *context, aisle_error *err);
    void (*free)(void *state, bool owns_arrays);
} retriever;

/* In the order of tables and model files. */
extern const retriever retriever_table[];
extern const size_t retriever_count;

/* NULL: no such name. */
const retriever *retriever_find(const char *name);

/* Fits a state that is ready to be asked. */
aisle_status retriever_fit(void **state, const retriever *r, const list_context *context,
                           const households *h, aisle_error *err);

static inline size_t retriever_room(const retriever *r, const void *state,
                                    const list_context *context)
{
    return r->room ? r->room(state, context) : 0;
}

/* Fills out (n and k set, arrays allocated) on query_threads threads. The list of a household does
 * not depend on who else asks. */
aisle_status retriever_fill(item_lists *out, const retriever *r, const void *state,
                            const list_context *context, const retriever_query *query,
                            aisle_error *err);

/* One household's scores, in room of its own. */
aisle_status retriever_score(float *out, const retriever *r, const void *state,
                             const list_context *context, const asker *who, const uint32_t *items,
                             size_t n, aisle_error *err);

/* The popularity that breaks ties. */
extern const tally_part popularity_part;

/* What the context is made of as of the households' T, which are those of the fit. */
aisle_status list_context_init(list_context *out, const households *h, const catalogue *c,
                               const candidates_options *options, uint64_t seed, int threads,
                               aisle_error *err);
/* The same with popularity and pool from a file. */
aisle_status list_context_adopt(list_context *out, const assortment *a, const catalogue *c,
                                const candidates_options *options, uint64_t seed, int threads,
                                uint32_t *popularity, const id_table *pool, aisle_error *err);
void list_context_fini(list_context *context);

aisle_status item_lists_init(item_lists *out, size_t n, uint32_t k, aisle_error *err);
void item_lists_fini(item_lists *lists);

#endif
