#include "evaluate/segments.h"

#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "base/text.h"

/* Baskets before T, in classes. */
static const struct {
    uint32_t from;
    const char *name;
} history_levels[] = {{0, "none"},      {1, "1 to 4"},    {5, "5 to 9"},       {10, "10 to 24"},
                      {25, "25 to 49"}, {50, "50 to 99"}, {100, "100 or more"}};
enum { HISTORY_LEVELS = sizeof history_levels / sizeof *history_levels };
static const char by_history[] = "history", no_value[] = "(none)";

/* One way to divide the households. */
typedef struct division {
    const char *column;
    const attribute_table *table; /* NULL: by history */
    size_t at;                    /* column of the table */
    size_t levels;                /* with that of no value, the last */
} division;

static size_t find_column(const attribute_table *t, const char *name)
{
    for (size_t c = 0; c < t->columns; c++)
        if (strcmp(t->names[c], name) == 0)
            return c;
    return SIZE_MAX;
}

static aisle_status refuse_column(const attribute_table *t, const char *name, aisle_error *err)
{
    text known = {0};
    for (size_t c = 0; c < t->columns; c++)
        text_add(&known, ", %s", t->names[c]);
    aisle_status status = fail(err, AISLE_ERROR_CONFIG,
                               "key 'evaluate.segments': found '%s', expected some of: history%s",
                               name, known.bytes && !known.failed ? known.bytes : "");
    text_fini(&known);
    return status;
}

aisle_status segments_check(const aisle_dataset *dataset, const aisle_config *config,
                            aisle_error *err)
{
    const attribute_table *t = &dataset->households;
    const text_list *names = &config->evaluate.segments;
    for (size_t i = 0; i < names->count; i++) {
        const char *name = names->items[i];
        if (strcmp(name, by_history) == 0)
            continue;
        size_t c = find_column(t, name);
        if (c == SIZE_MAX)
            return refuse_column(t, name, err);
        if (t->levels[c].count > SEGMENT_LEVELS_MOST)
            return fail(err, AISLE_ERROR_CONFIG,
                        "key 'evaluate.segments': '%s' has %zu values, expected up to %d", name,
                        t->levels[c].count, SEGMENT_LEVELS_MOST);
    }
    return AISLE_OK;
}

static size_t level_of(const division *d, const households *h, uint32_t user)
{
    if (!d->table) {
        uint32_t baskets = user == HISTORY_NONE ? 0 : households_count_baskets(h, user);
        size_t level = 0;
        while (level + 1 < HISTORY_LEVELS && history_levels[level + 1].from <= baskets)
            level++;
        return level;
    }
    uint32_t code = user == HISTORY_NONE ? AISLE_MISSING : h->level[d->at][user];
    return code == AISLE_MISSING ? d->levels - 1 : code;
}

static const char *name_of(const division *d, size_t level, char buffer[32])
{
    if (!d->table)
        return history_levels[level].name;
    return level == d->levels - 1
               ? no_value
               : id_table_text(&d->table->levels[d->at], (uint32_t)level, buffer);
}

/* The households that are in, and what is measured of them: models, then the ceiling. */
static size_t pack(metric_value *values, const evaluator *e, const size_t *level, size_t wanted)
{
    const truth *t = &e->w.t;
    size_t models = e->out->n_models, n = 0, k = (size_t)e->out->k[0];
    for (size_t i = 0; i < t->n; i++)
        n += level[i] == wanted;
    for (size_t i = 0, to = 0; i < t->n; i++) {
        if (level[i] != wanted)
            continue;
        size_t bought = (size_t)(t->offset[i + 1] - t->offset[i]);
        for (size_t m = 0; m < models; m++)
            values[m * n + to] = e->judged[m].first[i];
        values[models * n + to++] =
            (metric_value){(double)(bought < k ? bought : k) / (double)k, 1};
    }
    return n;
}

static aisle_status add_segment(evaluator *e, const division *d, const size_t *level, size_t wanted,
                                metric_value *values, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    aisle_evaluation *out = e->out;
    char buffer[32];
    size_t n = pack(values, e, level, wanted), models = out->n_models, capacity = out->n_segments;
    aisle_segment one = {.households = n};
    aisle_estimate *estimates = NULL;
    if (n == 0)
        return AISLE_OK;
    TRY_ALLOC(estimates = NEW_ZEROED(aisle_estimate, models + 1));
    TRY(bootstrap_estimate(estimates, NULL, values, models + 1, n, &e->j.bootstrap, err));
    TRY(evaluation_keep_text(&one.column, out, d->column, err));
    TRY(evaluation_keep_text(&one.level, out, name_of(d, wanted, buffer), err));
    if (mem_grow(&out->segments, &capacity, out->n_segments + 1, sizeof *out->segments))
        TRY(fail_memory(err));
    one.ceiling = estimates[models];
    one.metric = estimates;
    estimates = NULL;
    out->segments[out->n_segments++] = one;
done:
    mem_free(estimates);
    return status;
}

static aisle_status measure(evaluator *e, const division *d, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const truth *t = &e->w.t;
    size_t *level = NEW_ARRAY(size_t, t->n);
    metric_value *values = NEW_ARRAY(metric_value, (e->out->n_models + 1) * t->n);
    TRY_ALLOC(level);
    TRY_ALLOC(values);
    for (size_t i = 0; i < t->n; i++)
        level[i] = level_of(d, e->w.query.h, t->user[i]);
    for (size_t wanted = 0; wanted < d->levels; wanted++)
        TRY(add_segment(e, d, level, wanted, values, err));
done:
    mem_free(level);
    mem_free(values);
    return status;
}

aisle_status segments_measure(evaluator *e, aisle_error *err)
{
    const attribute_table *t = &e->w.s.a.segments;
    const text_list *names = &e->config->evaluate.segments;
    if (!e->p->metrics[0]->value)
        return AISLE_OK;
    for (size_t i = 0; i < names->count; i++) {
        division d = {names->items[i], NULL, 0, HISTORY_LEVELS};
        if (strcmp(names->items[i], by_history) != 0) {
            d.table = t;
            d.at = find_column(t, names->items[i]);
            d.levels = t->levels[d.at].count + 1;
        }
        aisle_status status = measure(e, &d, err);
        if (status != AISLE_OK)
            return status;
    }
    return AISLE_OK;
}
