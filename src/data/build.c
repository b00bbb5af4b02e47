/* From receipts in memory to a dataset: rank ids, clean, merge, sort, number what is left. */
#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "base/text.h"
#include "data/attributes.h"
#include "data/far_days.h"
#include "data/findings/findings.h"
#include "data/known_ids.h"
#include "data/limits.h"
#include "data/merge.h"
#include "data/summary.h"
#include "data/weeks.h"

typedef struct builder {
    const aisle_receipts *receipts;
    const known_ids *known; /* NULL: none */
    const data_options *options;
    id_table all_users, all_items, all_stores;
    uint32_t *user_rank, *item_rank, *basket_rank, *store_rank;
    attribute_source products, households;
    uint8_t *item_out;
    merged_lines lines;
} builder;

static aisle_status check_codes(const aisle_coded *column, size_t n, const char *name,
                                bool may_miss, aisle_error *err)
{
    for (size_t i = 0; i < n; i++)
        if (column->code[i] >= column->values.count &&
            !(may_miss && column->code[i] == AISLE_MISSING))
            return fail(err, AISLE_ERROR_ARGUMENT,
                        "receipts: the %s of line %zu has code %" PRIu32 " of %zu", name, i,
                        column->code[i], column->values.count);
    return AISLE_OK;
}

static aisle_status check_amounts(const double *amount, size_t n, const char *name,
                                  aisle_error *err)
{
    for (size_t i = 0; amount && i < n; i++)
        if (!(fabs(amount[i]) <= DATA_MOST_AMOUNT))
            return fail(err, AISLE_ERROR_ARGUMENT,
                        "receipts: the %s of line %zu is %g, expected up to %g", name, i, amount[i],
                        DATA_MOST_AMOUNT);
    return AISLE_OK;
}

static aisle_status check_receipts(const aisle_receipts *r, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    if (r->lines == 0)
        TRY(fail(err, AISLE_ERROR_DATA, "the receipts have no lines (%zu could not be read)",
                 r->rejected));
    if (r->lines >= UINT32_MAX)
        TRY(fail(err, AISLE_ERROR_DATA,
                 "more than %" PRIu32 " lines at once: they go in parts of the households "
                 "(--memory, docs/scale.md)",
                 UINT32_MAX - 1));
    TRY(check_codes(&r->user, r->lines, "user", false, err));
    TRY(check_codes(&r->item, r->lines, "item", false, err));
    if (r->basket.code)
        TRY(check_codes(&r->basket, r->lines, "basket", true, err));
    if (r->store.code)
        TRY(check_codes(&r->store, r->lines, "store", true, err));
    TRY(check_amounts(r->quantity, r->lines, "quantity", err));
    TRY(check_amounts(r->value, r->lines, "value", err));
    TRY(check_amounts(r->discount, r->lines, "discount", err));
    for (size_t i = 0; r->discount && i < r->lines; i++)
        if (r->discount[i] < 0)
            TRY(fail(err, AISLE_ERROR_ARGUMENT,
                     "receipts: the discount of line %zu is %g, expected 0 or more", i,
                     r->discount[i]));
    for (size_t i = 0; r->promotion && i < r->lines; i++)
        if (r->promotion[i] > PROMOTION_MASK)
            TRY(fail(err, AISLE_ERROR_ARGUMENT,
                     "receipts: the promotion of line %zu is %d, expected 0 to %d", i,
                     r->promotion[i], PROMOTION_MASK));
    for (size_t i = 0; i < r->lines; i++)
        if (r->day[i] < DATA_FIRST_DAY || r->day[i] > DATA_LAST_DAY)
            TRY(fail(err, AISLE_ERROR_ARGUMENT,
                     "receipts: day %" PRId32 " of line %zu is not in the years 1 to 9999",
                     r->day[i], i));
done:
    return status;
}

static aisle_status rank_values(id_table *table, uint32_t **rank, const aisle_values *values,
                                aisle_error *err)
{
    *rank = NEW_ARRAY(uint32_t, values->count);
    if (!*rank)
        return fail_memory(err);
    return id_table_init(table, *rank, values, err);
}

/* Adds ids to a table; rank: [n] places in it, which follow. */
static aisle_status add_known(id_table *table, uint32_t *rank, size_t n, const id_table *known,
                              aisle_error *err)
{
    aisle_status status = AISLE_OK;
    id_table both = {0};
    uint32_t *moved = NEW_ARRAY(uint32_t, table->count);
    TRY_ALLOC(moved);
    TRY(id_table_union(&both, table, known, err));
    id_table_match(moved, table, &both);
    for (size_t i = 0; i < n; i++)
        rank[i] = moved[rank[i]];
    id_table_fini(table);
    *table = both;
    memset(&both, 0, sizeof both);
done:
    mem_free(moved);
    id_table_fini(&both);
    return status;
}

static aisle_status rank_ids(builder *b, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    id_table baskets = {0};
    const aisle_receipts *r = b->receipts;
    TRY(rank_values(&b->all_users, &b->user_rank, &r->user.values, err));
    TRY(rank_values(&b->all_items, &b->item_rank, &r->item.values, err));
    if (r->basket.code)
        TRY(rank_values(&baskets, &b->basket_rank, &r->basket.values, err));
    if (r->store.code)
        TRY(rank_values(&b->all_stores, &b->store_rank, &r->store.values, err));
    if (b->known) {
        TRY(add_known(&b->all_items, b->item_rank, r->item.values.count, b->known->items, err));
        if (r->store.code)
            TRY(add_known(&b->all_stores, b->store_rank, r->store.values.count, b->known->stores,
                          err));
    }
done:
    id_table_fini(&baskets);
    return status;
}

static aisle_status decide_items(builder *b, const aisle_attributes *products, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    size_t n = b->all_items.count;
    uint32_t *rows = NEW_ARRAY(uint32_t, n);
    TRY_ALLOC(rows);
    TRY_ALLOC(b->item_out = NEW_ARRAY(uint8_t, n));
    TRY(attribute_source_init(&b->products, products, b->options->products.department,
                              b->options->products.category, err));
    TRY(attribute_source_find(rows, &b->products, &b->all_items, err));
    TRY(clean_items(b->item_out, &b->products, rows, n, b->options, err));
done:
    mem_free(rows);
    return status;
}

static aisle_status merge_and_clean(builder *b, aisle_error *err)
{
    const aisle_receipts *r = b->receipts;
    ranked_receipts ranked = {
        .receipts = r,
        .n_users = b->all_users.count,
        .n_items = b->all_items.count,
        .n_baskets = r->basket.code ? r->basket.values.count : 0,
        .user_rank = b->user_rank,
        .item_rank = b->item_rank,
        .basket_rank = b->basket_rank,
        .store_rank = b->store_rank,
        .item_out = b->item_out,
    };
    cleaning_rules rules = cleaning_rules_of(b->options, r->value != NULL);
    aisle_status status = merge_lines(&b->lines, &ranked, &rules, err);
    if (status == AISLE_OK && b->lines.line.n == 0 && r->elsewhere == 0) {
        text why = {0};
        for (int i = 0; i < AISLE_REASON_COUNT; i++)
            if (b->lines.set_aside[i])
                text_add(&why, "%s%s %" PRIu64, why.length ? ", " : "",
                         aisle_reason_name((aisle_reason)i), b->lines.set_aside[i]);
        status = fail(err, AISLE_ERROR_DATA, "cleaning left none of the %zu lines (%s)", r->lines,
                      why.bytes ? why.bytes : "");
        text_fini(&why);
    }
    return status;
}

/* Keeps the ids that occur in the column or are known (may be NULL), and renumbers it by them; what
 * is missing stays so. */
static aisle_status keep_used(id_table *out, uint32_t *column, size_t rows, const id_table *all,
                              const id_table *known, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    uint32_t n = 0;
    uint32_t *number = NEW_ZEROED(uint32_t, all->count), *kept = NEW_ARRAY(uint32_t, all->count);
    TRY_ALLOC(number);
    TRY_ALLOC(kept);
    for (size_t r = 0; r < rows; r++)
        if (column[r] != AISLE_MISSING)
            number[column[r]] = 1;
    for (uint32_t i = 0; known && i < known->count; i++)
        number[id_table_find_same(all, known, i)] = 1;
    for (uint32_t i = 0; i < all->count; i++) {
        if (!number[i])
            continue;
        kept[n] = i;
        number[i] = n++;
    }
    for (size_t r = 0; r < rows; r++)
        if (column[r] != AISLE_MISSING)
            column[r] = number[column[r]];
    TRY(id_table_subset(out, all, kept, n, err));
done:
    mem_free(number);
    mem_free(kept);
    return status;
}

/* The users with a line, and where their lines are. */
static aisle_status take_users(aisle_dataset *d, const uint32_t *user_lines, const id_table *all,
                               aisle_error *err)
{
    aisle_status status = AISLE_OK;
    uint32_t n = 0, *kept = NEW_ARRAY(uint32_t, all->count);
    TRY_ALLOC(kept);
    for (uint32_t u = 0; u < all->count; u++)
        if (user_lines[u])
            kept[n++] = u;
    TRY(id_table_subset(&d->users, all, kept, n, err));
    TRY_ALLOC(d->user_offset = NEW_ARRAY(uint64_t, (size_t)n + 1));
    d->user_offset[0] = 0;
    for (uint32_t u = 0; u < n; u++)
        d->user_offset[u + 1] = d->user_offset[u] + user_lines[kept[u]];
done:
    mem_free(kept);
    return status;
}

/* The arrays move from the merged lines into the dataset. */
static aisle_status take_lines(aisle_dataset *d, builder *b, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    merged_lines *lines = &b->lines;
    const known_ids *known = b->known;
    TRY(take_users(d, lines->user_lines, &b->all_users, err));
    TRY(keep_used(&d->items, lines->line.item, lines->line.n, &b->all_items,
                  known ? known->items : NULL, err));
    if (lines->store)
        TRY(keep_used(&d->stores, lines->store, lines->baskets, &b->all_stores,
                      known ? known->stores : NULL, err));
    d->line = lines->line;
    d->baskets = lines->baskets;
    d->store = lines->store;
    memset(&lines->line, 0, sizeof lines->line);
    lines->store = NULL;
done:
    return status;
}

/* Products that the cleaning leaves out. */
static aisle_status list_left_out(aisle_dataset *d, const builder *b, aisle_error *err)
{
    uint32_t n = 0, *out = NEW_ARRAY(uint32_t, b->all_items.count);
    if (!out)
        return fail_memory(err);
    for (uint32_t i = 0; i < b->all_items.count; i++)
        if (b->item_out[i] != AISLE_REASON_COUNT)
            out[n++] = i;
    id_table own = {0};
    aisle_status status = id_table_subset(&own, &b->all_items, out, n, err);
    mem_free(out);
    if (status != AISLE_OK || !b->known) {
        d->left_out = own;
        return status;
    }
    status = id_table_union(&d->left_out, &own, b->known->left_out, err);
    id_table_fini(&own);
    return status;
}

static aisle_status take_attributes(attribute_table *out, const attribute_source *source,
                                    const id_table *ids, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    uint32_t *rows = NEW_ARRAY(uint32_t, ids->count);
    TRY_ALLOC(rows);
    TRY(attribute_source_find(rows, source, ids, err));
    TRY(attribute_table_init(out, source, rows, ids->count, err));
done:
    mem_free(rows);
    return status;
}

/* The days of all receipts, not only of the households that are here. */
static void span_all(aisle_dataset_summary *s, const aisle_receipts *r)
{
    if (r->span) {
        s->first_day = r->span[0];
        s->last_day = r->span[1];
        return;
    }
    for (size_t i = 0; i < r->n_days; i++) {
        s->first_day = r->days[i] < s->first_day ? r->days[i] : s->first_day;
        s->last_day = r->days[i] > s->last_day ? r->days[i] : s->last_day;
    }
}

enum { FEW_HOUSEHOLDS = 10 };

/* Where weeks do not go by, a far day may be why: that is said first. */
static aisle_status take_weeks(aisle_dataset *d, const aisle_receipts *r, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    aisle_dataset_summary *s = &d->summary;
    day_counts days = {0};
    TRY(day_counts_init(&days, r, err));
    far_days_find(&s->far_first, &s->far_last, &days,
                  d->users.count < FEW_HOUSEHOLDS && !r->elsewhere);
    /* Whoever says where the receipts begin or end means it. */
    if (d->config->data.receipts.from.kind != MOMENT_NONE)
        s->far_first = (aisle_far_days){0};
    if (d->config->data.receipts.until.kind != MOMENT_NONE)
        s->far_last = (aisle_far_days){0};
    aisle_status weeks =
        week_table_init(&d->weeks, r->n_days ? r->days : r->day, r->n_days ? r->day_week : r->week,
                        r->n_days ? r->n_days : r->lines, s->first_day, s->last_day, err);
    if (weeks == AISLE_ERROR_DATA)
        TRY(far_days_check(s, err));
    TRY(weeks);
    d->weeks.by_day =
        !s->week_from_source && weeks_go_by_day(&d->weeks, &days, s->first_day, s->last_day);
    TRY(weeks_judge_last(&s->partial_week, &d->weeks, &days, s->last_day, err));
    s->first_week = week_label(&d->weeks, week_of_day(&d->weeks, s->first_day));
    s->last_week = week_label(&d->weeks, week_of_day(&d->weeks, s->last_day));
done:
    day_counts_fini(&days);
    return status;
}

static aisle_status fill_dataset(aisle_dataset *d, builder *b, const aisle_attributes *households,
                                 aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const aisle_receipts *r = b->receipts;
    TRY(take_lines(d, b, err));
    TRY(list_left_out(d, b, err));
    memcpy(d->summary.set_aside, b->lines.set_aside, sizeof d->summary.set_aside);
    d->summary.set_aside[AISLE_REASON_REJECTED] = r->rejected;
    d->summary.set_aside[AISLE_REASON_NO_CARD] = r->no_card;
    d->summary.set_aside[AISLE_REASON_DAYS] = r->outside;
    d->summary.set_aside[AISLE_REASON_WHERE] = r->left_out;
    d->summary.lines_read =
        r->lines + r->rejected + r->elsewhere + r->no_card + r->outside + r->left_out;
    d->summary.elsewhere = r->elsewhere;
    d->summary.returns = b->lines.returns;
    d->summary.baskets = d->baskets;
    d->summary.stores = d->stores.count;
    d->summary.week_from_source = (r->n_days ? r->day_week : r->week) != NULL;
    TRY(attribute_source_init(&b->households, households, NULL, NULL, err));
    TRY(take_attributes(&d->products, &b->products, &d->items, err));
    TRY(take_attributes(&d->households, &b->households, &d->users, err));
    TRY(summary_count(d, &b->products, &b->households, err));
    if (r->elsewhere || r->span)
        span_all(&d->summary, r);
    TRY(take_weeks(d, r, err));
done:
    return status;
}

/* Looks for what is odd, where that is wanted. */
static aisle_status examine(aisle_dataset *d, const builder *b, aisle_error *err)
{
    finding_list found = {0};
    const finding_inputs in = {d,
                               b->receipts,
                               b->options,
                               &b->all_users,
                               &b->all_items,
                               b->user_rank,
                               b->item_rank,
                               &b->products,
                               &b->households};
    if (!b->receipts->examine)
        return AISLE_OK;
    aisle_status status = findings_look(&found, &in, err);
    d->findings = found.list;
    d->n_findings = found.n;
    return status;
}

static void builder_fini(builder *b)
{
    id_table_fini(&b->all_users);
    id_table_fini(&b->all_items);
    id_table_fini(&b->all_stores);
    mem_free(b->user_rank);
    mem_free(b->item_rank);
    mem_free(b->basket_rank);
    mem_free(b->store_rank);
    attribute_source_fini(&b->products);
    attribute_source_fini(&b->households);
    mem_free(b->item_out);
    merged_lines_fini(&b->lines);
}

/* NULL where receipts of others were left out and of these none is left. */
static aisle_status build(aisle_dataset **out, builder *b, const aisle_attributes *products,
                          const aisle_attributes *households, const aisle_config *config,
                          aisle_error *err)
{
    aisle_status status = AISLE_OK;
    aisle_dataset *d = NULL;
    *out = NULL;
    if (b->receipts->lines == 0 && b->receipts->elsewhere)
        return AISLE_OK;
    TRY(check_receipts(b->receipts, err));
    TRY(cleaning_check(b->options, b->receipts->value != NULL, err));
    TRY(rank_ids(b, err));
    TRY(decide_items(b, products, err));
    TRY(merge_and_clean(b, err));
    if (b->lines.line.n == 0)
        goto done;
    TRY_ALLOC(d = NEW_ZEROED(aisle_dataset, 1));
    TRY(aisle_config_copy(&d->config, config, err));
    TRY(fill_dataset(d, b, households, err));
    TRY(examine(d, b, err));
    assert(dataset_check(d, NULL) == AISLE_OK);
    *out = d;
    d = NULL;
done:
    aisle_dataset_free(d);
    return status;
}

aisle_status dataset_build(aisle_dataset **out, const aisle_receipts *receipts,
                           const aisle_attributes *products, const aisle_attributes *households,
                           const aisle_config *config, const known_ids *known, aisle_error *err)
{
    aisle_dataset *dataset;
    builder b = {.receipts = receipts, .known = known, .options = &config->data};
    aisle_status status = build(&dataset, &b, products, households, config, err);
    if (status == AISLE_OK)
        *out = dataset;
    builder_fini(&b);
    return status;
}

aisle_status aisle_dataset_build(aisle_dataset **out, const aisle_receipts *receipts,
                                 const aisle_attributes *products,
                                 const aisle_attributes *households, const aisle_config *config,
                                 aisle_error *err)
{
    return dataset_build(out, receipts, products, households, config, NULL, err);
}
