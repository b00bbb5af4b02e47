#include "model/answer/reasons.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "features/families/families.h"
#include "features/facts/item_facts.h"
#include "features/facts/store_facts.h"
#include "history/rhythm.h"
#include "model/answer/discount_reason.h"
#include "model/answer/habit_reason.h"
#include "model/answer/promotion_reason.h"
#include "model/answer/rank_reason.h"
#include "model/answer/spend_reason.h"

static void add_number(text *out, uint64_t n, const char *what)
{
    text_add(out, "%llu %s%s", (unsigned long long)n, what, n == 1 ? "" : "s");
}

/* "9 days", "1 day" */
static void add_days(text *out, double days)
{
    add_number(out, (uint64_t)llround(fmax(0, days)), "day");
}

/* "about every 9 days", "about every day" */
static void add_every(text *out, double days)
{
    text_add(out, "about every ");
    if (llround(days) == 1)
        text_add(out, "day");
    else
        add_days(out, days);
}

/* A sentence to go on with: without its dot, and not as one begins. */
static void add_phrase(text *out, const char *sentence)
{
    size_t n = strlen(sentence);
    n -= n > 0 && sentence[n - 1] == '.';
    if (n > 1 && isupper((unsigned char)sentence[0]) && !isupper((unsigned char)sentence[1]))
        text_add(out, "%c%.*s", tolower((unsigned char)sentence[0]), (int)n - 1, sentence + 1);
    else
        text_add_bytes(out, sentence, n);
}

/* "MILK (1029743)" would be long: the name, or the id where there is none. */
static void add_item(text *out, const assortment *a, uint32_t item)
{
    char buffer[32];
    const char *name = assortment_label(a, item);
    text_add(out, "%s", name ? name : id_table_text(&a->items, item, buffer));
}

/* ---- Household and product ---- */

static void tell_pair(text *out, const reason_row *row)
{
    const households *h = row->h;
    size_t p = row->user == HISTORY_NONE ? SIZE_MAX : households_find_pair(h, row->user, row->item);
    if (p == SIZE_MAX) {
        text_add(out, "never bought before");
        return;
    }
    rhythm r;
    rhythm_read(&r, h, p);
    uint64_t times = h->pair_line_offset[p + 1] - h->pair_line_offset[p];
    text_add(out, "bought ");
    if (times == 1)
        text_add(out, "once, ");
    else
        text_add(out, "%llu times, ", (unsigned long long)times);
    if (r.days > 1) {
        add_every(out, (double)(r.last - r.first) / (r.days - 1));
        text_add(out, ", ");
    }
    text_add(out, times > 1 ? "last " : "");
    add_days(out, h->as_of - r.last);
    text_add(out, " ago");
}

static void tell_household(text *out, const reason_row *row)
{
    const households *h = row->h;
    if (row->user == HISTORY_NONE) {
        text_add(out, "the household is not known");
        return;
    }
    uint64_t from = h->basket_offset[row->user], end = h->basket_offset[row->user + 1];
    uint32_t days = households_count_visits(h, row->user);
    double lines = (double)(h->user_offset[row->user + 1] - h->user_offset[row->user]);
    lines += households_sum_foreign(h, row->user).lines;
    if (days > 1) {
        text_add(out, "shops ");
        add_every(out, (double)(h->basket_day[end - 1] - h->basket_day[from]) / (days - 1.0));
    } else {
        text_add(out, "shopped on one day");
    }
    text_add(out, ", %.1f products a basket, last ", lines / (double)(end - from));
    add_days(out, h->as_of - h->basket_day[end - 1]);
    text_add(out, " ago");
}

/* ---- Product ---- */

static void tell_item(text *out, const item_facts *facts, const reason_row *row)
{
    uint32_t buyers = facts->buyers[WINDOW_4][row->item];
    double ratio = (double)facts->price_now[row->item] / (double)facts->price[row->item];
    if (buyers == 0)
        text_add(out, "nobody");
    else
        add_number(out, buyers, "household");
    text_add(out, " bought it in the last 4 weeks");
    double off = round(100 * fabs(ratio - 1));
    if (isfinite(ratio) && off >= 5)
        text_add(out, ", price %.0f %% %s usual in the last 2 weeks", off,
                 ratio < 1 ? "below" : "above");
}

/* ---- A category column of the product ---- */

static void tell_category(text *out, const reason_row *row, size_t c)
{
    const households *h = row->h;
    const attribute_table *t = &h->a->products;
    uint32_t level = reasons_name_level(out, h->a, row->item, c);
    uint64_t lines = 0;
    int32_t last = 0;
    if (level == AISLE_MISSING)
        return;
    if (row->user == HISTORY_NONE) {
        text_add(out, "the household is not known");
        return;
    }
    uint64_t from = h->user_offset[row->user], end = h->user_offset[row->user + 1];
    for (uint64_t l = from; l < end; l++) {
        if (t->code[c][h->line.item[l]] != level)
            continue;
        lines++;
        last = h->line.day[l];
    }
    if (lines == 0) {
        text_add(out, "never bought there");
        return;
    }
    end += households_sum_foreign(h, row->user).lines;
    text_add_percent(out, 100 * (double)lines / (double)(end - from));
    text_add(out, " of the purchases, last ");
    add_days(out, h->as_of - last);
    text_add(out, " ago");
}

static void tell_attribute(text *out, const reason_row *row, size_t c)
{
    char buffer[32];
    const households *h = row->h;
    const attribute_table *products = &h->a->products;
    bool product = c < products->columns;
    const attribute_table *t = product ? products : &h->a->segments;
    size_t column = product ? c : c - products->columns;
    uint32_t level = AISLE_MISSING;
    if (product)
        level = t->code[column][row->item];
    else if (row->user != HISTORY_NONE)
        level = h->level[column][row->user];
    text_add(out, "%s %s ", product ? "the product's" : "the household's", t->names[column]);
    if (level == AISLE_MISSING)
        text_add(out, "is not known");
    else
        text_add(out, "is %s", id_table_text(&t->levels[column], level, buffer));
}

/* ---- Visits and stores ---- */

static void tell_visits(text *out, const reason_row *row)
{
    enum { VISITS = 12 };
    const households *h = row->h;
    if (row->user == HISTORY_NONE) {
        text_add(out, "the household is not known");
        return;
    }
    uint32_t all = households_count_visits(h, row->user), with = 0, last = UINT32_MAX;
    uint32_t visits = all < VISITS ? all : VISITS;
    for (uint64_t l = h->user_offset[row->user]; l < h->user_offset[row->user + 1]; l++) {
        uint32_t visit = h->visit[h->line.basket[l]];
        if (h->line.item[l] != row->item || visit + visits < all || visit == last)
            continue;
        with++;
        last = visit;
    }
    text_add(out, "bought on %u of the last ", with);
    add_number(out, visits, "visit");
}

/* The store of most weight of its baskets, an older one counting less, as features have it. */
static uint32_t find_home(const households *h, uint32_t user)
{
    double most = 0;
    uint32_t home = AISLE_MISSING;
    uint64_t from = h->basket_offset[user], end = h->basket_offset[user + 1];
    for (uint64_t b = from; b < end; b++) {
        uint32_t store = households_store(h, b);
        double sum = 0;
        for (uint64_t c = from; c < end && store != AISLE_MISSING; c++)
            if (h->store[c] == store)
                sum += fmax(1e-9, pow(decay_rates[1], (h->as_of - h->basket_day[c]) / 7.0));
        if (sum > most || (sum == most && sum > 0 && store < home)) {
            most = sum;
            home = store;
        }
    }
    return home;
}

static void tell_store(text *out, const store_facts *f, const reason_row *row)
{
    uint32_t home = AISLE_MISSING;
    if (row->user != HISTORY_NONE)
        home = find_home(row->h, row->user);
    if (home == AISLE_MISSING) {
        text_add(out, "where the household shops is not known");
        return;
    }
    const store_sale *sale = store_facts_find(f, home, row->item);
    text_add(out, sale ? "sold " : "not sold");
    if (sale)
        add_number(out, (uint64_t)sale->lines, "time");
    text_add(out, " in %d weeks in the store that it visits most", STORE_WEEKS);
}

/* ---- Level 1 ---- */

static void tell_found(text *out, const reason_row *row)
{
    uint32_t n = row->lists->n_sources, found = 0;
    for (uint32_t s = 0; s < n; s++)
        found += row->lists->rank[row->row * n + s] != 0;
    text_add(out, "found by %u of %u sources", found, n);
}

/* Households of the pool nearest to the row's by a source, kept for the next product. */
static aisle_status find_near(reasons *r, const retriever *source, const reason_row *row,
                              aisle_error *err)
{
    const level1 *l = &r->s->l;
    asker who = {row->h, row->user, false};
    if (r->near_source == source && r->near_user == row->user)
        return AISLE_OK;
    r->near_source = source;
    r->near_user = row->user;
    return source->similar_users(&r->near_count, r->near, REASONS_NEAR,
                                 l->state[source - retriever_table], &l->context, &who, err);
}

/* Whether some of the nearest households bought it: then it says how many. */
static aisle_status tell_near(bool *told, text *out, reasons *r, const retriever *source,
                              const reason_row *row, aisle_error *err)
{
    aisle_status status = find_near(r, source, row, err);
    const void *state = r->s->l.state[source - retriever_table];
    size_t buyers = 0;
    for (size_t i = 0; status == AISLE_OK && i < r->near_count; i++)
        buyers += source->pool_bought(state, r->near[i].index, row->item);
    *told = buyers > 0;
    if (buyers > 0)
        text_add(out, "households like yours buy it: %zu of the nearest %zu", buyers,
                 r->near_count);
    return status;
}

static bool tell_together(text *out, const reasons *r, const reason_row *row)
{
    int64_t n = r->s->l.context.options->co_basket.baskets;
    companion c = companions_find(r->together, row->h, row->user, row->item, n);
    if (c.item == HISTORY_NONE)
        return false;
    text_add(out, "often with ");
    add_item(out, &r->s->a, c.item);
    text_add(out, ", which was in the last baskets: together in %u of ", c.both);
    add_number(out, c.baskets, "basket");
    return true;
}

static aisle_status tell_source(text *out, reasons *r, const reason_row *row, uint32_t s,
                                aisle_error *err)
{
    const retriever *source = &retriever_table[row->lists->source[s]];
    uint32_t rank = row->lists->rank[row->row * row->lists->n_sources + s];
    bool told = false;
    if (rank && source->pool_bought) {
        aisle_status status = tell_near(&told, out, r, source, row, err);
        if (status != AISLE_OK)
            return status;
    } else if (rank && source->similar_items) {
        told = tell_together(out, r, row);
    }
    if (told)
        return AISLE_OK;
    if (rank)
        text_add(out, "no. %u of %s: ", rank, source->name);
    else
        text_add(out, "not among the first of %s: ", source->name);
    add_phrase(out, source->summary);
    return AISLE_OK;
}

/* ---- Any family ---- */

/* What the column means and is, or, where that needs the columns before it, what the family is. */
static void tell_family(text *out, const reason_row *row, size_t column)
{
    const feature_column *c = &row->m->column[column];
    float value = row->m->values[row->row * row->m->columns + column];
    if (c->meaning && strncmp(c->meaning, "The same", strlen("The same")) != 0) {
        add_phrase(out, c->meaning);
        text_add(out, ": ");
    } else {
        add_phrase(out, feature_family_table[c->family]->meaning);
        text_add(out, ": %s ", c->name);
    }
    if (isnan(value))
        text_add(out, "not known");
    else
        text_add(out, "%.4g", (double)value);
}

aisle_status reasons_tell(text *out, reasons *r, const reason_row *row, size_t column,
                          aisle_error *err)
{
    const feature_column *c = &row->m->column[column];
    const feature_family *family = feature_family_table[c->family];
    aisle_status status = AISLE_OK;
    if (family == &pair_family)
        tell_pair(out, row);
    else if (family == &household_family)
        tell_household(out, row);
    else if (family == &item_family)
        tell_item(out, r->s->facts.items, row);
    else if (family == &promotion_family)
        promotion_reason(out, r->s->facts.promotions, row->item);
    else if (family == &visit_family)
        tell_visits(out, row);
    else if (family == &store_family || (family == &habit_family && c->part == HABIT_STORE))
        tell_store(out, r->s->facts.stores, row);
    else if (family == &habit_family)
        habit_reason(out, row, column);
    else if (family == &spend_family)
        spend_reason(out, r->s, row, c->part);
    else if (family == &discount_family)
        discount_reason(out, r->s, row, c->part);
    else if (family == &rank_family && c->part)
        rank_reason(out, r->s, row, c->part - 1u);
    else if (family == &category_family && c->part)
        tell_category(out, row, c->part - 1u);
    else if (family == &attribute_family && c->part)
        tell_attribute(out, row, c->part - 1u);
    else if (family == &level1_family && c->part)
        status = tell_source(out, r, row, c->part - 1u, err);
    else if (family == &level1_family)
        tell_found(out, row);
    else
        tell_family(out, row, column);
    return status == AISLE_OK && out->failed ? fail_memory(err) : status;
}

void reasons_tell_popular(text *out, const reasons *r, uint32_t item)
{
    const list_context *context = &r->s->l.context;
    text_add(out, "popular: ");
    add_number(out, context->popularity[item], "household");
    text_add(out, " bought it");
    if (context->options->fallback_weeks > 0) {
        text_add(out, " in the last ");
        add_number(out, (uint64_t)context->options->fallback_weeks, "week");
    }
}
