#include "evaluate/split/split_tables.h"

#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "evaluate/evaluation.h"
#include "evaluate/judged_window.h"
#include "evaluate/unseen.h"

const char *aisle_split_table_name(aisle_split_table table)
{
    static const char *const names[AISLE_SPLIT_TABLES] = {
        [AISLE_SPLIT_KNOWN] = "receipts_known",  [AISLE_SPLIT_TEST] = "receipts_test",
        [AISLE_SPLIT_TRUTH] = "truth",           [AISLE_SPLIT_PRODUCTS] = "products",
        [AISLE_SPLIT_HOUSEHOLDS] = "households", [AISLE_SPLIT_PROMOTIONS] = "promotions",
    };
    return (unsigned)table < AISLE_SPLIT_TABLES ? names[table] : "unknown";
}

void aisle_split_tables_windows(aisle_split *out, const aisle_split_tables *t)
{
    evaluation_copy_split(out, &t->windows, t->dataset);
}

size_t split_promotion_weeks(const aisle_split_tables *t)
{
    const aisle_dataset *d = t->dataset;
    int32_t last = t->windows.test.from;
    int64_t weeks = (int64_t)week_of_day(&d->weeks, last) - d->weeks.first;
    if (d->config->features.planned_promotions)
        weeks = (int64_t)week_of_day(&d->weeks, t->windows.test.to - 1) - d->weeks.first + 1;
    if (weeks < 0)
        return 0;
    return (size_t)weeks < d->promotions.weeks ? (size_t)weeks : d->promotions.weeks;
}

bool split_has_attributes(const attribute_table *t)
{
    return t->columns > 0 || t->label;
}

/* The name, with as many underscores as tell it from the columns. */
static char *free_name(const char *name, const attribute_table *t)
{
    char text[64];
    size_t length = strlen(name);
    memcpy(text, name, length + 1);
    for (size_t c = 0; c < t->columns && length + 1 < sizeof text;) {
        if (strcasecmp(text, t->names[c++]) != 0)
            continue;
        text[length++] = '_';
        text[length] = '\0';
        c = 0;
    }
    return mem_text(text);
}

static aisle_status name_columns(aisle_split_tables *t, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    TRY_ALLOC(t->item_name = free_name("item_id", &t->dataset->products));
    TRY_ALLOC(t->label_name = free_name("label", &t->dataset->products));
    TRY_ALLOC(t->user_name = free_name("user_id", &t->dataset->households));
done:
    return status;
}

static aisle_status mark_lines(aisle_split_tables *t, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const aisle_dataset *d = t->dataset;
    TRY_ALLOC(t->user_is_in = NEW_ZEROED(uint8_t, d->users.count));
    TRY_ALLOC(t->item_is_in = NEW_ZEROED(uint8_t, d->items.count));
    for (size_t u = 0; u < d->users.count; u++)
        for (uint64_t l = d->user_offset[u]; l < d->user_offset[u + 1]; l++)
            if (d->line.day[l] < t->windows.test.to) {
                t->user_is_in[u] = t->item_is_in[d->line.item[l]] = 1;
                t->has_values |= d->line.value[l] != 0;
            }
done:
    return status;
}

/* Pairs of a household's labels that count; how many, written where there is room. */
static size_t take_pairs(uint32_t *user, uint32_t *item, const labels *bought, uint32_t u,
                         const truth_rules *rules)
{
    size_t n = 0;
    for (uint64_t b = bought->offset[u]; b < bought->offset[u + 1]; b++) {
        if (!truth_counts(rules, u, bought->item[b]))
            continue;
        user[n] = u;
        item[n++] = bought->item[b];
    }
    return n;
}

/* By the window that evaluate would judge, with no source fitted. */
static aisle_status find_truth(aisle_split_tables *t, stages *clock, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const aisle_dataset *d = t->dataset;
    const catalogue_options *chosen;
    uint8_t *unseen = NULL;
    bool *none = NEW_ZEROED(bool, retriever_count), opened = false;
    judged_window w;
    TRY_ALLOC(none);
    TRY(config_catalogue(&chosen, d->config, err));
    TRY(unseen_draw(&unseen, d, d->config, err));
    fit_sample fitted = {.left_out = unseen};
    snapshot_source source = {d,    d->config, t->windows.test_as_of, t->windows.catalogue_as_of,
                              none, &fitted};
    judged_who who = {unseen, unseen || d->config->split.age > 0};
    TRY(judged_window_init(&w, &source, t->windows.test, &who, clock, err));
    opened = true;
    truth_rules rules = {who.own ? &w.own : &w.s.h, &w.s.c, unseen, catalogue_is_everything(chosen),
                         d->config->evaluate.new_only};
    TRY_ALLOC(t->user = NEW_ARRAY(uint32_t, w.bought.offset[w.bought.n_users]));
    TRY_ALLOC(t->item = NEW_ARRAY(uint32_t, w.bought.offset[w.bought.n_users]));
    for (uint32_t u = 0; u < w.bought.n_users; u++)
        if (!unseen || unseen[u])
            t->pairs += take_pairs(t->user + t->pairs, t->item + t->pairs, &w.bought, u, &rules);
done:
    if (opened)
        judged_window_fini(&w);
    mem_free(unseen);
    mem_free(none);
    return status;
}

aisle_status aisle_split_tables_new(aisle_split_tables **out, const aisle_dataset *dataset,
                                    const aisle_run *run, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    stages clock = {.run = run, .share = 1};
    aisle_split_tables *t = NEW_ZEROED(aisle_split_tables, 1);
    TRY_ALLOC(t);
    t->dataset = dataset;
    TRY(split_init(&t->windows, dataset, dataset->config, err));
    if (split_init_validation(&t->earlier, dataset, dataset->config, 0, NULL) != AISLE_OK)
        t->earlier.n_labels = 0;
    TRY(name_columns(t, err));
    TRY(mark_lines(t, err));
    TRY(find_truth(t, &clock, err));
    stages_end(&clock);
    *out = t;
    t = NULL;
done:
    aisle_split_tables_free(t);
    return status;
}

void aisle_split_tables_free(aisle_split_tables *t)
{
    if (!t)
        return;
    mem_free(t->user);
    mem_free(t->item);
    mem_free(t->user_is_in);
    mem_free(t->item_is_in);
    mem_free(t->item_name);
    mem_free(t->label_name);
    mem_free(t->user_name);
    mem_free(t);
}
