/* Matrix factorisation for implicit feedback (Hu, Koren and Volinsky 2008): x_u and y_i minimise
 *
 *     sum over all (u, i) of c_ui (p_ui − x_uᵀy_i)² + λ (sum |x_u|² + sum |y_i|²)
 *
 * with p = 1, c = alpha · weight for what was bought and p = 0, c = 1 for the rest, by turns for
 * households and products (als_solve.c). The score of an item is x_uᵀy_i. The matrix has the
 * catalogue's items only: what can't be recommended neither costs time nor shapes the factors. */
#include "candidates/retriever_table.h"

#include "base/mem.h"
#include "candidates/als_fit.h"
#include "candidates/als_state.h"
#include "candidates/als_weights.h"
#include "candidates/panels.h"

#include <math.h>

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
        mem_free(s->users);
        mem_free(s->panels);
    }
    mem_free(s);
}

aisle_status als_adopt(void **state, const list_context *context, aisle_error *err)
{
    aisle_status status = als_options_check(&context->options->als, err);
    if (status != AISLE_OK)
        return status;
    als_state *s = NEW_ZEROED(als_state, 1);
    if (!s)
        return fail_memory(err);
    s->n_users = context->h->n_users;
    s->n_items = context->c->count;
    s->stride = dense_stride((size_t)context->options->als.factors);
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

static aisle_status als_factorise(als_state *s, float *items, const list_context *context,
                                  aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const als_options *options = &context->options->als;
    als_settings settings = als_settings_of(context);
    als_solver solver = {0};
    als_matrix m = {0};
    csr c = {0};
    TRY(als_weights_init(&c, context->h, context->c, options, err));
    TRY(als_matrix_init(&m, &c, err));
    TRY(als_solver_init(&solver, s->n_users > s->n_items ? s->n_users : s->n_items, &settings,
                        err));
    als_start(s->users, items, &m, settings.factors, context->seed);
    for (int64_t i = 0; i < options->iterations; i++)
        TRY(als_iterate(&solver, s->users, items, &m, i, options->iterations, err));
    TRY(check_finite(s->users, s->n_users * s->stride, "households", AISLE_ERROR_ARGUMENT, options,
                     err));
    TRY(check_finite(items, s->n_items * s->stride, "items", AISLE_ERROR_ARGUMENT, options, err));
done:
    als_solver_fini(&solver);
    als_matrix_fini(&m);
    csr_fini(&c);
    return status;
}

aisle_status als_fit(void **state, const list_context *context, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    void *adopted = NULL;
    float *items = NULL;
    TRY(als_adopt(&adopted, context, err));
    als_state *s = adopted;
    TRY_ALLOC(s->users = NEW_ARRAY(float, s->n_users * s->stride));
    TRY_ALLOC(items = NEW_ARRAY(float, s->n_items * s->stride));
    TRY(als_factorise(s, items, context, err));
    TRY(panels_pack(&s->panels, items, s->n_items, s->stride, context->threads, err));
    *state = s;
    adopted = NULL;
done:
    mem_free(items);
    als_free(adopted, true);
    return status;
}

aisle_status als_fill(item_lists *out, const void *state, const list_context *context,
                      const retriever_query *query, aisle_error *err)
{
    const als_state *s = state;
    return panels_fill(out, s->users, s->panels, s->stride, context, query, err);
}

void als_score(float *out, const void *state, const list_context *context, uint32_t user,
               const uint32_t *items, size_t n, void *scratch)
{
    (void)scratch;
    const als_state *s = state;
    panels_score(out, s->users + user * s->stride, s->panels, s->stride, context->c, items, n);
}

size_t als_arrays(state_array out[8], void *state)
{
    als_state *s = state;
    out[0] = (state_array){"users", sizeof *s->users, s->n_users * s->stride, (void **)&s->users};
    out[1] = (state_array){"items", sizeof *s->panels, panels_floats(s->n_items, s->stride),
                           (void **)&s->panels};
    return 2;
}

aisle_status als_check(const void *state, const list_context *context, aisle_error *err)
{
    const als_state *s = state;
    const als_options *options = &context->options->als;
    aisle_status status = check_finite(s->users, s->n_users * s->stride, "households",
                                       AISLE_ERROR_FORMAT, options, err);
    if (status != AISLE_OK)
        return status;
    return check_finite(s->panels, panels_floats(s->n_items, s->stride), "items",
                        AISLE_ERROR_FORMAT, options, err);
}
