#include "candidates/als_fold.h"

#include "base/mem.h"
#include "candidates/als_state.h"
#include "candidates/panels.h"

#include <math.h>
#include <string.h>

static double mean_pairs(const list_context *context)
{
    const history *h = context->h;
    double pairs = 0;
    for (size_t p = 0; p < h->pairs; p++)
        pairs += context->c->allowed[h->pair_item[p]];
    return h->n_users ? pairs / h->n_users : 0;
}

aisle_status als_fold_init(als_fold *out, const void *state, const list_context *context,
                           aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const als_state *s = state;
    als_fold f = {.mean_pairs = mean_pairs(context)};
    als_settings settings = als_settings_of(context);
    float *items = NULL;
    settings.solver = ALS_CHOLESKY;
    TRY_ALLOC(items = NEW_ARRAY(float, s->n_items * s->stride));
    panels_unpack(items, s->panels, s->n_items, s->stride);
    TRY(als_solver_init(&f.solver, s->n_items, &settings, err));
    TRY(als_solver_prepare(&f.solver, items, s->n_items, err));
    *out = f;
    memset(&f, 0, sizeof f);
done:
    als_fold_fini(&f);
    mem_free(items);
    return status;
}

void als_fold_fini(als_fold *f)
{
    als_solver_fini(&f->solver);
}

size_t als_fold_room(const als_fold *f)
{
    return als_solver_room(f->solver.stride);
}

void als_fold_user(float *x, const als_fold *f, const uint32_t *place, const float *confidence,
                   size_t n, float *scratch)
{
    als_row row = {place, confidence, n,
                   als_scaled_regularisation(n, f->mean_pairs, &f->solver.settings), 1};
    memset(x, 0, f->solver.stride * sizeof *x);
    als_solve_row(x, &f->solver, &row, scratch);
}
