/* Matrix factorisation for implicit feedback (Hu, Koren and Volinsky 2008): x_u and y_i minimise
 *
 *     sum over all (u, i) of c_ui (p_ui − x_uᵀy_i)² + λ (sum |x_u|² + sum |y_i|²)
 *
 * with p = 1, c = alpha · weight for what was bought and p = 0, c = 1 for the rest, by turns for
 * households and products (als_solve.c). The score of an item is x_uᵀy_i. The matrix has the
 * catalogue's items only: what can't be recommended neither costs time nor shapes the factors. */
#include "candidates/retriever_table.h"

#include "base/mem.h"
#include "base/threads.h"
#include "candidates/factors/als_fit.h"
#include "candidates/factors/als_state.h"
#include "candidates/lists.h"

#include <math.h>
#include <string.h>

/* Products of factors below it have finite sums. */
#define MOST_FACTOR 1e17f

int64_t als_quota(const candidates_options *options)
{
    return options->als.quota;
}

void als_free(void *state, bool owns_arrays)
{
    als_state *s = state;
    if (s && owns_arrays) {
        mem_free(s->weigher.idf);
        mem_free(s->weigher.means);
        mem_free(s->users);
        mem_free(s->panels);
        mem_free(s->place);
    }
    if (s) {
        factor_panels_fini(&s->items);
        als_fold_fini(&s->fold);
    }
    mem_free(s);
}

aisle_status als_adopt(void **state, const list_context *context, aisle_error *err)
{
    const als_options *options = &context->options->als;
    aisle_status status = als_options_check(options, err);
    if (status != AISLE_OK)
        return status;
    als_state *s = NEW_ZEROED(als_state, 1);
    if (!s)
        return fail_memory(err);
    s->n_items = context->c->count;
    s->stride = dense_stride((size_t)options->factors);
    s->pool = context->pool.users.count;
    s->weigher = (als_weigher){.options = options, .n_items = s->n_items};
    *state = s;
    return AISLE_OK;
}

als_settings als_settings_of(const list_context *context)
{
    const als_options *o = &context->options->als;
    return (als_settings){.factors = (size_t)o->factors,
                          .regularisation = o->regularisation,
                          .scale_power = o->scale_power,
                          .solver = o->solver,
                          .scaled = o->scaled,
                          .steps = o->solver == ALS_BLOCKS ? 1 : ALS_STEPS,
                          .threads = context->threads};
}

static aisle_status check_finite(const float *x, size_t n, const char *what, aisle_status code,
                                 const als_options *options, aisle_error *err)
{
    for (size_t i = 0; i < n; i++)
        if (!(fabsf(x[i]) < MOST_FACTOR))
            return fail(err, code,
                        "als: factors of %s are not finite, or beyond 1e17 (factors %lld, "
                        "regularisation %g, "
                        "alpha %g)",
                        what, (long long)options->factors, options->regularisation, options->alpha);
    return AISLE_OK;
}

/* ---- Fitting ---- */

static aisle_status factorise(float *items, const als_state *s, const list_context *context,
                              const households *h, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const als_options *options = &context->options->als;
    als_settings settings = als_settings_of(context);
    als_solver solver = {0};
    als_matrix m = {0};
    csr c = {0};
    float *users = NEW_ARRAY(float, h->n_users * s->stride);
    TRY_ALLOC(users);
    TRY(als_weights_init(&c, &s->weigher, h, context->c, err));
    TRY(als_matrix_init(&m, &c, err));
    TRY(als_solver_init(&solver, h->n_users > s->n_items ? h->n_users : s->n_items, &settings,
                        err));
    als_start(users, items, &m, settings.factors, context->seed);
    for (int64_t i = 0; i < options->iterations; i++)
        TRY(als_iterate(&solver, users, items, &m, i, options->iterations, err));
    TRY(check_finite(users, h->n_users * s->stride, "households", AISLE_ERROR_ARGUMENT, options,
                     err));
    TRY(check_finite(items, s->n_items * s->stride, "items", AISLE_ERROR_ARGUMENT, options, err));
done:
    mem_free(users);
    als_solver_fini(&solver);
    als_matrix_fini(&m);
    csr_fini(&c);
    return status;
}

/* The pool's households fold in as everybody does. */
static aisle_status fold_pool(als_state *s, const list_context *context, const households *h,
                              aisle_error *err)
{
    char *room = NEW_ZEROED(char, als_fold_bytes(s));
    s->users = NEW_ARRAY(float, s->pool * s->stride);
    if (!room || !s->users) {
        mem_free(room);
        return fail_memory(err);
    }
    for (size_t p = 0; p < s->pool; p++) {
        asker who = {h, context->pool.user[p], false};
        als_fold_asker(s->users + p * s->stride, s, context, &who, room);
    }
    mem_free(room);
    return AISLE_OK;
}

aisle_status als_ready(void *state, const list_context *context, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    als_state *s = state;
    als_settings settings = als_settings_of(context);
    float *items = NULL;
    if (s->items.at) /* fitting has asked for it already */
        return AISLE_OK;
    TRY(factor_panels_init(&s->items, s->panels, s->place, context->c, s->stride, err));
    TRY_ALLOC(items = NEW_ARRAY(float, s->n_items * s->stride));
    factor_panels_unpack(items, &s->items);
    TRY(als_fold_init(&s->fold, items, s->n_items, &settings, s->weigher.means[1], err));
done:
    mem_free(items);
    return status;
}

aisle_status als_fit(void **state, const list_context *context, const households *h,
                     aisle_error *err)
{
    aisle_status status = AISLE_OK;
    void *adopted = NULL;
    float *items = NULL;
    TRY(als_adopt(&adopted, context, err));
    als_state *s = adopted;
    TRY(als_weigher_fit(&s->weigher, h, context->c, err));
    TRY_ALLOC(items = NEW_ARRAY(float, s->n_items * s->stride));
    TRY(factorise(items, s, context, h, err));
    TRY(panels_pack(&s->panels, &s->place, items, s->n_items, s->stride, context->threads, err));
    TRY(als_ready(s, context, err));
    TRY(fold_pool(s, context, h, err));
    *state = s;
    adopted = NULL;
done:
    mem_free(items);
    als_free(adopted, true);
    return status;
}

/* ---- Lists ---- */

static size_t pairs_bytes(const als_state *s)
{
    return room_part(s->n_items * sizeof(uint32_t)) + room_part(s->n_items * sizeof(float));
}

size_t als_fold_bytes(const als_state *s)
{
    return pairs_bytes(s) + als_fold_room(&s->fold) * sizeof(float);
}

void als_fold_asker(float *x, const als_state *s, const list_context *context, const asker *who,
                    void *room)
{
    uint32_t *place = room;
    float *confidence = (float *)(void *)((char *)room + room_part(s->n_items * sizeof *place));
    float *scratch = (float *)(void *)((char *)room + pairs_bytes(s));
    size_t n = als_weigh_user(place, confidence, &s->weigher, context->c, who->h, who->user);
    als_fold_user(x, &s->fold, place, confidence, n, scratch);
    memset(place, 0, n * sizeof *place);
    memset(confidence, 0, n * sizeof *confidence);
    memset(scratch, 0, als_fold_room(&s->fold) * sizeof *scratch);
}

/* The room: the asker's factors, then what folding works in. */
size_t als_room(const void *state, const list_context *context)
{
    const als_state *s = state;
    (void)context;
    return room_part(s->stride * sizeof(float)) + als_fold_bytes(s);
}

void als_ask(void *room, const void *state, const list_context *context, const asker *who)
{
    const als_state *s = state;
    als_fold_asker(room, s, context, who, (char *)room + room_part(s->stride * sizeof(float)));
}

void als_forget(void *room, const void *state, const list_context *context, const asker *who)
{
    (void)context;
    (void)who;
    memset(room, 0, ((const als_state *)state)->stride * sizeof(float));
}

void als_list(topk *best, void *room, const void *state, const list_context *context,
              const asker *who)
{
    panels_list(best, room, &((const als_state *)state)->items, context, who);
}

void als_score(float *out, void *room, const void *state, const list_context *context,
               const asker *who, const uint32_t *items, size_t n)
{
    (void)who;
    panels_score(out, room, &((const als_state *)state)->items, context->c, items, n);
}

/* All who ask are folded in, then scored in groups. */
aisle_status als_fill(item_lists *out, const void *state, const list_context *context,
                      const retriever_query *query, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const als_state *s = state;
    int threads = query_threads(query, context);
    size_t bytes = room_part(als_fold_bytes(s));
    float *users = NEW_ZEROED(float, query->n * s->stride);
    char *rooms = NEW_ZEROED(char, bytes *(size_t)threads);
    TRY_ALLOC(users);
    TRY_ALLOC(rooms);
#pragma omp parallel for num_threads(threads) schedule(dynamic, 16)
    for (size_t i = 0; i < query->n; i++) {
        asker who = {query->h, query->users[i], query->new_only};
        if (who.user != HISTORY_NONE)
            als_fold_asker(users + i * s->stride, s, context, &who,
                           rooms + bytes * (size_t)thread_number());
    }
    TRY(panels_fill(out, users, &s->items, context, query, err));
done:
    mem_free(users);
    mem_free(rooms);
    return status;
}

/* ---- The model file ---- */

size_t als_arrays(state_array *out, void *state)
{
    als_state *s = state;
    out[0] = (state_array){"items", sizeof *s->panels, panels_floats(s->n_items, s->stride),
                           (void **)&s->panels, NULL};
    out[1] = (state_array){"place", sizeof *s->place, s->n_items, (void **)&s->place, NULL};
    out[2] = (state_array){"pool", sizeof *s->users, s->pool * s->stride, (void **)&s->users, NULL};
    out[3] =
        (state_array){"idf", sizeof *s->weigher.idf, s->n_items, (void **)&s->weigher.idf, NULL};
    out[4] = (state_array){"means", sizeof *s->weigher.means, 2, (void **)&s->weigher.means, NULL};
    return 5;
}

aisle_status als_check(const void *state, const list_context *context, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const als_state *s = state;
    const als_options *options = &context->options->als;
    uint8_t *seen = NEW_ZEROED(uint8_t, s->n_items);
    TRY_ALLOC(seen);
    for (size_t i = 0; i < s->n_items; i++) {
        if (s->place[i] >= s->n_items || seen[s->place[i]])
            TRY(fail(err, AISLE_ERROR_FORMAT, "als: item %zu has no place of its own", i));
        seen[s->place[i]] = 1;
        if (!(s->weigher.idf[i] >= 0 && s->weigher.idf[i] < 100))
            TRY(fail(err, AISLE_ERROR_FORMAT, "als: the frequency of item %zu is damaged", i));
    }
    for (int m = 0; m < 2; m++)
        if (!(s->weigher.means[m] >= 0 && isfinite(s->weigher.means[m])))
            TRY(fail(err, AISLE_ERROR_FORMAT, "als: means that are none"));
    TRY(check_finite(s->users, s->pool * s->stride, "households", AISLE_ERROR_FORMAT, options,
                     err));
    TRY(check_finite(s->panels, panels_floats(s->n_items, s->stride), "items", AISLE_ERROR_FORMAT,
                     options, err));
done:
    mem_free(seen);
    return status;
}
