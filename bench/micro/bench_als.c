/* Times ALS and its lists on made-up pairs:
 *     bench_als [users items pairs factors iterations threads [solver]]
 * Items are drawn with a heavy head; users have a few to some hundred pairs. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/rng.h"
#include "base/sort.h"
#include "base/timer.h"
#include "candidates/factors/als_fit.h"
#include "candidates/factors/panels.h"

typedef struct setting {
    uint32_t users, items;
    uint64_t pairs;
    size_t factors;
    int iterations, threads, solver; /* enum als_solver_kind */
} setting;

static void stop(const char *what, const aisle_error *err)
{
    fprintf(stderr, "%s: %s\n", what, err->message);
    exit(1);
}

/* Row u gets about pairs / users distinct items, those of low numbers most often. */
static uint64_t draw_row(uint32_t *columns, uint64_t room, const setting *s, uint32_t u)
{
    rng r = rng_init(1, u);
    double mean = (double)s->pairs / s->users;
    uint64_t n = (uint64_t)(mean * 2 * rng_unit(&r)) + 1, kept = 0;
    n = n < room ? n : room;
    for (uint64_t i = 0; i < n; i++) {
        double x = rng_unit(&r);
        columns[i] = (uint32_t)(x * x * x * s->items);
    }
    sort_u32(columns, n);
    for (uint64_t i = 0; i < n; i++)
        if (kept == 0 || columns[kept - 1] != columns[i])
            columns[kept++] = columns[i];
    return kept;
}

static void draw_matrix(csr *m, const setting *s)
{
    aisle_error err = AISLE_ERROR_INIT;
    uint64_t room = s->pairs + s->pairs / 8 + s->users;
    if (csr_init(m, s->users, s->items, room, &err))
        stop("matrix", &err);
    for (uint32_t u = 0; u < s->users; u++) {
        uint64_t at = m->offset[u];
        uint64_t n = draw_row(m->column + at, room - at, s, u);
        for (uint64_t e = at; e < at + n; e++)
            m->value[e] = 1 + (float)(e % 5);
        m->offset[u + 1] = at + n;
    }
}

/* Lists of 200 for up to 20,000 users. */
static void time_lists(const setting *s, const float *x, const float *y)
{
    aisle_error err = AISLE_ERROR_INIT;
    size_t stride = dense_stride(s->factors), n = s->users < 20000 ? s->users : 20000;
    catalogue c = {.n_items = s->items,
                   .count = s->items,
                   .allowed = NEW_ARRAY(uint8_t, s->items),
                   .items = NEW_ARRAY(uint32_t, s->items),
                   .place = NEW_ARRAY(uint32_t, s->items)};
    list_context context = {
        .c = &c, .popularity = NEW_ZEROED(uint32_t, s->items), .threads = s->threads};
    uint32_t *users = NEW_ARRAY(uint32_t, n);
    item_lists lists;
    float *panels = NULL;
    uint32_t *place = NULL;
    factor_panels packed;
    for (uint32_t i = 0; i < s->items; i++) {
        c.items[i] = c.place[i] = i;
        c.allowed[i] = 1;
    }
    for (uint32_t u = 0; u < n; u++)
        users[u] = u;
    retriever_query query = {NULL, users, n, false, 0};
    if (item_lists_init(&lists, n, 200, &err) ||
        panels_pack(&panels, &place, y, s->items, stride, s->threads, &err) ||
        factor_panels_init(&packed, panels, place, &c, stride, &err))
        stop("lists", &err);
    double start = timer_now();
    if (panels_fill(&lists, x, &packed, &context, &query, &err))
        stop("lists", &err);
    double seconds = timer_now() - start;
    printf("top 200 of %zu users: %.3f s, %.1f GFLOP/s\n", n, seconds,
           2e-9 * (double)n * s->items * (double)stride / seconds);
    item_lists_fini(&lists);
    factor_panels_fini(&packed);
    mem_free(panels);
    mem_free(place);
    mem_free(users);
    mem_free(context.popularity);
    mem_free(c.allowed);
    mem_free(c.items);
    mem_free(c.place);
}

/* Iterations as a fit has them, with the loss after each (not timed). */
static void time_fit(const setting *s, float *x, float *y, const als_matrix *m)
{
    aisle_error err = AISLE_ERROR_INIT;
    als_solver solver;
    als_settings settings = {.factors = s->factors,
                             .regularisation = 0.1,
                             .solver = s->solver,
                             .steps = s->solver == ALS_BLOCKS ? 1 : ALS_STEPS,
                             .threads = s->threads};
    if (als_solver_init(&solver, s->users > s->items ? s->users : s->items, &settings, &err))
        stop("solver", &err);
    als_start(x, y, m, s->factors, 2);
    printf("%u users, %u items, %llu pairs, %zu factors, %d threads, kernels for %s\n", s->users,
           s->items, (unsigned long long)csr_entries(&m->users), s->factors, s->threads,
           solver.kernels->name);
    double total = 0;
    for (int i = 0; i < s->iterations; i++) {
        double start = timer_now(), loss;
        if (als_iterate(&solver, x, y, m, i, s->iterations, &err))
            stop("iteration", &err);
        double seconds = timer_now() - start;
        total += seconds;
        if (als_loss(&loss, x, y, m, &settings, &err))
            stop("loss", &err);
        printf("iteration %d: %.3f s, in all %.3f s, loss %.7f\n", i + 1, seconds, total, loss);
    }
    als_solver_fini(&solver);
}

int main(int argc, char **argv)
{
    aisle_error err = AISLE_ERROR_INIT;
    setting s = {2467, 67000, 770000, 64, 15, 2, ALS_CG};
    csr users;
    als_matrix m;
    if (argc > 6)
        s = (setting){(uint32_t)atol(argv[1]),
                      (uint32_t)atol(argv[2]),
                      (uint64_t)atol(argv[3]),
                      (size_t)atol(argv[4]),
                      (int)atol(argv[5]),
                      (int)atol(argv[6]),
                      argc > 7 ? (int)atol(argv[7]) : ALS_CG};
    draw_matrix(&users, &s);
    if (als_matrix_init(&m, &users, &err))
        stop("matrix", &err);
    float *x = NEW_ARRAY(float, s.users *dense_stride(s.factors));
    float *y = NEW_ARRAY(float, s.items *dense_stride(s.factors));
    if (!x || !y)
        return 1;
    time_fit(&s, x, y, &m);
    time_lists(&s, x, y);
    als_matrix_fini(&m);
    mem_free(x);
    mem_free(y);
    return 0;
}
