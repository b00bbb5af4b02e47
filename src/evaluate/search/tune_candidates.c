#include "aisle/tune.h"

#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "evaluate/judged_window.h"
#include "evaluate/search/quota_pool.h"

/* Candidates a household of the curve, beside what the options want. */
static const double curve[] = {20, 50, 70, 100, 150, 187, 250, 324};
enum { CURVE = sizeof curve / sizeof *curve };

/* Households that the search looks at; more are sampled, evenly spaced. */
enum { MOST_HOUSEHOLDS = 10000 };

typedef struct tuner {
    const aisle_dataset *dataset;
    const aisle_config *config;
    aisle_tune_options options;
    aisle_tuning *out;
    window days;
    judged_window w;
    uint32_t *rows;    /* [out->measured] of the truth */
    uint32_t *users;   /* [out->measured] */
    item_lists *lists; /* [out->n_sources] */
    quota_pool pool;
    stages clock;
} tuner;

static aisle_status check_options(const aisle_tune_options *o, aisle_error *err)
{
    if (!(o->most >= 1 && o->most <= 1e6))
        return fail(err, AISLE_ERROR_ARGUMENT, "most: found %g, expected 1 to 1000000", o->most);
    if (o->step < 1 || o->step > 1000)
        return fail(err, AISLE_ERROR_ARGUMENT, "step: found %u, expected 1 to 1000", o->step);
    if (o->depth < 1 || o->depth > 2000)
        return fail(err, AISLE_ERROR_ARGUMENT, "depth: found %u, expected 1 to 2000", o->depth);
    if (o->k < 1)
        return fail(err, AISLE_ERROR_ARGUMENT, "k: found 0, expected 1 or more");
    return AISLE_OK;
}

/* Level 1's ground as of the start of the validation window, nothing fitted; what was bought. */
static aisle_status open_window(tuner *u, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    bool *none = NEW_ZEROED(bool, retriever_count);
    split planned;
    TRY_ALLOC(none);
    TRY(split_init(&planned, u->dataset, u->config, err));
    TRY(split_validation(&u->days, &planned, u->dataset, u->config, err));
    snapshot_source source = {u->dataset, u->config, u->days.from, planned.catalogue_as_of,
                              none,       NULL};
    judged_who who = {NULL, false};
    TRY(judged_window_init(&u->w, &source, u->days, &who, &u->clock, err));
    u->out->window = (aisle_window){u->days.from, u->days.to, u->days.from};
    u->out->whole_weeks =
        window_is_weeks(&u->out->first_week, &u->out->last_week, &u->dataset->weeks, u->days);
    u->out->new_only = u->config->evaluate.new_only;
    u->out->households = u->w.t.n;
done:
    mem_free(none);
    return status;
}

static aisle_status choose_households(tuner *u, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    size_t n = u->w.t.n < MOST_HOUSEHOLDS ? u->w.t.n : MOST_HOUSEHOLDS;
    uint64_t sum = 0;
    TRY_ALLOC(u->rows = NEW_ARRAY(uint32_t, n));
    TRY_ALLOC(u->users = NEW_ARRAY(uint32_t, n));
    for (size_t i = 0; i < n; i++) {
        size_t row = i * u->w.t.n / n, bought = u->w.t.offset[row + 1] - u->w.t.offset[row];
        u->rows[i] = (uint32_t)row;
        u->users[i] = u->w.t.user[row];
        sum += bought < u->options.k ? bought : u->options.k;
    }
    u->out->measured = n;
    u->out->ceiling_any = (double)sum / (double)n / u->options.k;
done:
    return status;
}

/* One source's lists, added where it can be fitted; not enough memory is no fault of the source. */
static aisle_status add_source(tuner *u, const retriever *r, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    aisle_error why = AISLE_ERROR_INIT;
    void *state = NULL;
    item_lists *lists = &u->lists[u->out->n_sources];
    retriever_query query = {u->w.query.h, u->users, u->out->measured, u->out->new_only, 0};
    stages_begin(&u->clock, r->name);
    status = retriever_fit(&state, r, &u->w.s.l.context, &u->w.s.h, &why);
    if (status == AISLE_ERROR_MEMORY)
        return fail_memory(err);
    if (status != AISLE_OK) {
        aisle_left_out *left = &u->out->left_out[u->out->n_left_out++];
        left->name = r->name;
        snprintf(left->why, sizeof left->why, "%.255s", why.message);
        return AISLE_OK;
    }
    u->out->sources[u->out->n_sources++] = r->name;
    TRY(item_lists_init(lists, query.n, u->options.depth, err));
    TRY(retriever_fill(lists, r, state, &u->w.s.l.context, &query, err));
done:
    r->free(state, true);
    return status;
}

static aisle_status add_sources(tuner *u, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    TRY_ALLOC(u->out->sources = NEW_ZEROED(const char *, retriever_count));
    TRY_ALLOC(u->out->left_out = NEW_ZEROED(aisle_left_out, retriever_count));
    TRY_ALLOC(u->lists = NEW_ZEROED(item_lists, retriever_count));
    for (size_t r = 0; r < retriever_count; r++) {
        u->clock.done = 0.9 * (double)r / (double)retriever_count;
        TRY(add_source(u, &retriever_table[r], err));
    }
    TRY(quota_pool_init(&u->pool, u->lists, (uint32_t)u->out->n_sources, &u->w.t, u->rows, err));
done:
    return status;
}

static double share(const tuner *u, uint64_t sum)
{
    return (double)sum / (double)u->out->measured / u->options.k;
}

/* What the sources list in full: each alone, and all together. */
static aisle_status measure_all(tuner *u, quota_search *search, aisle_error *err)
{
    aisle_tuning *out = u->out;
    out->alone = NEW_ZEROED(double, out->n_sources);
    if (!out->alone)
        return fail_memory(err);
    for (uint32_t s = 0; s < out->n_sources; s++) {
        quota_search_set(search, s, u->pool.depth);
        out->alone[s] = share(u, search->value);
        quota_search_set(search, s, 0);
    }
    for (uint32_t s = 0; s < out->n_sources; s++)
        quota_search_set(search, s, u->pool.depth);
    out->ceiling_all = share(u, search->value);
    out->candidates_all = (double)search->size / (double)out->measured;
    for (uint32_t s = 0; s < out->n_sources; s++)
        quota_search_set(search, s, 0);
    return AISLE_OK;
}

/* The bounds of the points, ascending, each once; returns how many. */
static size_t choose_points(double most[CURVE + 1], double wanted)
{
    size_t n = 0;
    bool placed = false;
    for (size_t i = 0; i < CURVE; i++) {
        if (!placed && wanted <= curve[i]) {
            placed = true;
            if (wanted < curve[i])
                most[n++] = wanted;
        }
        most[n++] = curve[i];
    }
    if (!placed)
        most[n++] = wanted;
    return n;
}

static aisle_status add_point(tuner *u, quota_search *search, double most, aisle_error *err)
{
    aisle_tune_point *p = &u->out->points[u->out->n_points];
    double n = (double)u->out->measured;
    p->quota = NEW_ARRAY(int64_t, u->out->n_sources);
    if (!p->quota)
        return fail_memory(err);
    u->out->n_points++;
    quota_search_run(search, (uint64_t)(most * n));
    for (size_t s = 0; s < u->out->n_sources; s++)
        p->quota[s] = search->quota[s];
    p->most = most;
    p->candidates = (double)search->size / n;
    p->ceiling = share(u, search->value);
    return AISLE_OK;
}

static aisle_status search_quotas(tuner *u, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    double most[CURVE + 1];
    size_t n = choose_points(most, u->options.most);
    quota_options options = {u->options.k, u->options.step, stages_threads(&u->clock)};
    quota_search search = {0};
    u->clock.done = 0.9;
    stages_begin(&u->clock, "search");
    TRY(quota_search_init(&search, &u->pool, &options, err));
    TRY(measure_all(u, &search, err));
    TRY_ALLOC(u->out->points = NEW_ZEROED(aisle_tune_point, n));
    for (size_t i = 0; i < n; i++)
        TRY(add_point(u, &search, most[i], err));
    stages_end(&u->clock);
    u->out->stages = mem_copy(u->clock.stage, u->clock.count, sizeof *u->clock.stage);
    TRY_ALLOC(u->out->stages);
    u->out->n_stages = u->clock.count;
done:
    quota_search_fini(&search);
    return status;
}

static void tuner_fini(tuner *u)
{
    for (size_t r = 0; u->lists && r < retriever_count; r++)
        item_lists_fini(&u->lists[r]);
    mem_free(u->lists);
    mem_free(u->rows);
    mem_free(u->users);
    quota_pool_fini(&u->pool);
    judged_window_fini(&u->w);
    aisle_tuning_free(u->out);
}

aisle_status aisle_tune_candidates(aisle_tuning **out, const aisle_dataset *dataset,
                                   const aisle_tune_options *options, const aisle_run *run,
                                   aisle_error *err)
{
    static const aisle_tune_options usual = AISLE_TUNE_OPTIONS_INIT;
    aisle_status status = AISLE_OK;
    tuner u = {.dataset = dataset,
               .config = dataset->config,
               .options = options ? *options : usual,
               .clock = {.run = run}};
    TRY(check_options(&u.options, err));
    TRY_ALLOC(u.out = NEW_ZEROED(aisle_tuning, 1));
    u.out->k = u.options.k;
    TRY(open_window(&u, err));
    u.options.depth = u.options.depth < u.w.s.c.count ? u.options.depth : u.w.s.c.count;
    TRY(choose_households(&u, err));
    TRY(add_sources(&u, err));
    TRY(search_quotas(&u, err));
    *out = u.out;
    u.out = NULL;
done:
    tuner_fini(&u);
    return status;
}

void aisle_tuning_free(aisle_tuning *tuning)
{
    if (!tuning)
        return;
    for (size_t i = 0; i < tuning->n_points; i++)
        mem_free(tuning->points[i].quota);
    mem_free(tuning->points);
    mem_free(tuning->sources);
    mem_free(tuning->alone);
    mem_free(tuning->left_out);
    mem_free(tuning->stages);
    mem_free(tuning);
}
