#include "candidates/factors/als_fold.h"

#include <string.h>

aisle_status als_fold_init(als_fold *out, const float *items, size_t n,
                           const als_settings *settings, double mean_pairs, aisle_error *err)
{
    als_fold f = {.mean_pairs = mean_pairs};
    als_settings exact = *settings;
    exact.solver = ALS_CHOLESKY;
    aisle_status status = als_solver_init(&f.solver, n, &exact, err);
    if (status == AISLE_OK)
        status = als_solver_prepare(&f.solver, items, n, err);
    if (status == AISLE_OK)
        *out = f;
    else
        als_fold_fini(&f);
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
