#include "catalogue/catalogue.h"

#include <assert.h>
#include <string.h>

#include "base/fail.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/sort.h"
#include "history/day_sums.h"

enum { HOUSEHOLDS = CATALOGUE_HOUSEHOLDS, BUYERS, QUANTITY, VALUE };

static const tally_column columns[] = {{"households", TALLY_ONE, TALLY_ADD, 1},
                                       {"buyers", TALLY_ITEM, TALLY_ADD, 1},
                                       {"quantity", TALLY_ITEM, TALLY_WIDE, 1},
                                       {"value", TALLY_ITEM, TALLY_WIDE, 1}};

static aisle_status sum_catalogue(tally *t, const households *h, const candidates_options *options,
                                  aisle_error *err)
{
    const line_columns *line = &h->line;
    (void)options;
    (void)err;
    *tally_counts(t, HOUSEHOLDS) = h->n_users;
    for (size_t p = 0; p < h->pairs; p++)
        tally_counts(t, BUYERS)[h->pair_item[p]]++;
    for (size_t l = 0; l < line->n; l++) {
        tally_amounts(t, QUANTITY)[line->item[l]] += tally_micro((double)line->quantity[l]);
        tally_amounts(t, VALUE)[line->item[l]] += tally_micro(line->value[l]);
    }
    return AISLE_OK;
}

const tally_part catalogue_part = {"catalogue", TALLY_NO_ROWS, 4, columns, sum_catalogue};

/* What the prefilter judges an item by. */
typedef struct item_sums {
    double households;
    double *quantity, *value; /* [n_items] */
    const int64_t *buyers;    /* [n_items] */
    const tally *from;
    tally own;
} item_sums;

static aisle_status item_sums_init(item_sums *s, const households *h, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    uint32_t n = h->a->n_items;
    TRY(sums_of(&s->from, &s->own, &catalogue_part, h, NULL, err));
    TRY_ALLOC(s->quantity = NEW_ARRAY(double, n));
    TRY_ALLOC(s->value = NEW_ARRAY(double, n));
    s->households = (double)*tally_counts(s->from, HOUSEHOLDS);
    s->buyers = tally_counts(s->from, BUYERS);
    for (uint32_t i = 0; i < n; i++) {
        s->quantity[i] = tally_amount(tally_amounts(s->from, QUANTITY)[i]);
        s->value[i] = tally_amount(tally_amounts(s->from, VALUE)[i]);
    }
done:
    return status;
}

static void item_sums_fini(item_sums *s)
{
    mem_free(s->quantity);
    mem_free(s->value);
    tally_fini(&s->own);
}

/* Keeps (in) or drops (out) the items of the named levels of a role's column. */
static aisle_status filter_levels(uint8_t *allowed, const assortment *a, int column,
                                  const text_list *names, bool in, const char *key,
                                  aisle_error *err)
{
    if (names->count == 0)
        return AISLE_OK;
    if (column < 0)
        return fail(err, AISLE_ERROR_CONFIG, "catalogues.*.%s: no column is given that role", key);
    const id_table *levels = &a->products.levels[column];
    uint8_t *named = NEW_ZEROED(uint8_t, levels->count);
    if (!named)
        return fail_memory(err);
    for (size_t i = 0; i < names->count; i++) {
        uint32_t level = id_table_find(levels, names->items[i]);
        if (level == AISLE_MISSING) {
            mem_free(named);
            return fail(err, AISLE_ERROR_CONFIG, "catalogues.*.%s: '%s' is no value of column '%s'",
                        key, names->items[i], a->products.names[column]);
        }
        named[level] = 1;
    }
    const uint32_t *code = a->products.code[column];
    for (uint32_t i = 0; i < a->n_items; i++)
        allowed[i] &= (code[i] != AISLE_MISSING && named[code[i]]) == in;
    mem_free(named);
    return AISLE_OK;
}

static void mark_item(uint8_t *named, const assortment *a, const char *id)
{
    uint32_t item = id_table_find(&a->items, id);
    if (item != AISLE_MISSING)
        named[item] = 1;
}

static aisle_status mark_file(uint8_t *named, const assortment *a, const char *path,
                              aisle_error *err)
{
    char *bytes;
    size_t length;
    aisle_status status = file_read(&bytes, &length, path, err);
    if (status != AISLE_OK)
        return status;
    static const char mark[] = "\xef\xbb\xbf"; /* byte-order mark */
    char *first = strncmp(bytes, mark, sizeof mark - 1) ? bytes : bytes + sizeof mark - 1;
    for (char *line = first; line && *line;) {
        char *end = strchr(line, '\n');
        size_t n = end ? (size_t)(end - line) : strlen(line);
        if (n && line[n - 1] == '\r')
            n--;
        line[n] = '\0';
        if (n)
            mark_item(named, a, line);
        line = end ? end + 1 : NULL;
    }
    mem_free(bytes);
    return AISLE_OK;
}

aisle_status catalogue_mark_items(uint8_t *named, const assortment *a, const text_list *ids,
                                  const char *file, aisle_error *err)
{
    for (size_t i = 0; i < ids->count; i++)
        mark_item(named, a, ids->items[i]);
    return file ? mark_file(named, a, file, err) : AISLE_OK;
}

aisle_status catalogue_filter_items(uint8_t *allowed, const assortment *a, const text_list *ids,
                                    const char *file, bool in, aisle_error *err)
{
    if (ids->count == 0 && !file)
        return AISLE_OK;
    aisle_status status = AISLE_OK;
    uint8_t *named = NEW_ZEROED(uint8_t, a->n_items);
    TRY_ALLOC(named);
    TRY(catalogue_mark_items(named, a, ids, file, err));
    for (uint32_t i = 0; i < a->n_items; i++)
        allowed[i] &= named[i] == in;
done:
    mem_free(named);
    return status;
}

static bool has_values(const assortment *a, const item_sums *s)
{
    for (uint32_t i = 0; i < a->n_items; i++)
        if (s->value[i] != 0)
            return true;
    return false;
}

static aisle_status filter_numbers(uint8_t *allowed, const households *h, const item_sums *s,
                                   const catalogue_options *o, aisle_error *err)
{
    bool priced = o->price_above >= 0 || o->price_below < 1e300;
    if (priced && !has_values(h->a, s))
        return fail(err, AISLE_ERROR_CONFIG,
                    "catalogues.%s: price_above and price_below need receipts with values "
                    "(data.receipts.value)",
                    o->name);
    for (uint32_t i = 0; i < h->a->n_items; i++) {
        double price = s->value[i] / s->quantity[i];
        double share = (double)s->buyers[i] / s->households;
        if (priced && !(price > o->price_above && price < o->price_below))
            allowed[i] = 0;
        if (!(share >= o->share_from && share <= o->share_to))
            allowed[i] = 0;
    }
    return AISLE_OK;
}

/* The `top` allowed items of the largest quantity; ties go to the lower id. */
static aisle_status keep_top(uint8_t *allowed, const assortment *a, const item_sums *s, int64_t top,
                             aisle_error *err)
{
    if (top == 0)
        return AISLE_OK;
    sort_pair *pairs = NEW_ARRAY(sort_pair, 2 * (size_t)a->n_items);
    if (!pairs)
        return fail_memory(err);
    size_t n = 0;
    for (uint32_t i = 0; i < a->n_items; i++) {
        if (!allowed[i])
            continue;
        /* Bits of positive doubles order as the numbers do; inverted: the largest first. */
        uint64_t bits;
        memcpy(&bits, &s->quantity[i], sizeof bits);
        pairs[n++] = (sort_pair){~bits, i};
    }
    sort_pairs(pairs, pairs + a->n_items, n);
    for (size_t k = (size_t)top; k < n; k++)
        allowed[pairs[k].value] = 0;
    mem_free(pairs);
    return AISLE_OK;
}

/* The rules by index of the assortment that they are decided on. */
static aisle_status decide(uint8_t *allowed, const households *h, const catalogue_options *o,
                           aisle_error *err)
{
    aisle_status status = AISLE_OK;
    item_sums sums = {0};
    int department = h->a->products.department, category = h->a->products.category;
    memset(allowed, 1, h->a->n_items);
    TRY(item_sums_init(&sums, h, err));
    TRY(filter_numbers(allowed, h, &sums, o, err));
    TRY(filter_levels(allowed, h->a, department, &o->departments_in, true, "departments_in", err));
    TRY(filter_levels(allowed, h->a, department, &o->departments_out, false, "departments_out",
                      err));
    TRY(filter_levels(allowed, h->a, category, &o->categories_in, true, "categories_in", err));
    TRY(filter_levels(allowed, h->a, category, &o->categories_out, false, "categories_out", err));
    TRY(catalogue_filter_items(allowed, h->a, &o->items_in, o->items_in_file, true, err));
    TRY(catalogue_filter_items(allowed, h->a, &o->items_out, o->items_out_file, false, err));
    TRY(keep_top(allowed, h->a, &sums, o->top, err));
done:
    item_sums_fini(&sums);
    return status;
}

/* Carries what was decided over to another assortment's items, by id. */
static void translate(uint8_t *allowed, const assortment *a, const assortment *decided,
                      const uint8_t *decision)
{
    char buffer[32];
    memset(allowed, 0, a->n_items);
    for (uint32_t i = 0; i < decided->n_items; i++) {
        if (!decision[i])
            continue;
        uint32_t item = id_table_find(&a->items, id_table_text(&decided->items, i, buffer));
        if (item != AISLE_MISSING)
            allowed[item] = 1;
    }
}

aisle_status catalogue_list_items(catalogue *c, aisle_error *err)
{
    uint32_t n = 0;
    c->count = 0;
    for (uint32_t i = 0; i < c->n_items; i++)
        c->count += c->allowed[i] != 0;
    c->items = NEW_ARRAY(uint32_t, c->count);
    c->place = NEW_ARRAY(uint32_t, c->n_items);
    if (!c->items || !c->place)
        return fail_memory(err);
    for (uint32_t i = 0; i < c->n_items; i++) {
        c->place[i] = c->allowed[i] ? n : HISTORY_NONE;
        if (c->allowed[i])
            c->items[n++] = i;
    }
    return AISLE_OK;
}

bool catalogue_is_everything(const catalogue_options *o)
{
    return !o ||
           (o->price_above < 0 && o->price_below >= 1e300 && o->share_from <= 0 &&
            o->share_to >= 1 && o->departments_in.count == 0 && o->departments_out.count == 0 &&
            o->categories_in.count == 0 && o->categories_out.count == 0 && o->items_in.count == 0 &&
            o->items_out.count == 0 && !o->items_in_file && !o->items_out_file && o->top == 0);
}

aisle_status catalogue_init(catalogue *out, const households *h, const households *decided,
                            const catalogue_options *options, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    catalogue c = {.n_items = h->a->n_items};
    uint8_t *decision = NULL;
    TRY_ALLOC(c.allowed = NEW_ZEROED(uint8_t, h->a->n_items));
    memset(c.allowed, 1, h->a->n_items);
    if (catalogue_is_everything(options)) {
        /* as it is */
    } else if (decided) {
        if (decided->a->n_items == 0)
            TRY(fail(err, AISLE_ERROR_CONFIG, "key 'catalogue_as_of': no receipt lies before it"));
        TRY_ALLOC(decision = NEW_ZEROED(uint8_t, decided->a->n_items));
        TRY(decide(decision, decided, options, err));
        translate(c.allowed, h->a, decided->a, decision);
    } else {
        TRY(decide(c.allowed, h, options, err));
    }
    TRY(catalogue_list_items(&c, err));
    if (c.count == 0)
        TRY(fail(err, AISLE_ERROR_CONFIG, "the catalogue '%s' leaves no product",
                 options ? options->name : "(everything)"));
    assert(catalogue_check(&c, NULL) == AISLE_OK);
    *out = c;
    memset(&c, 0, sizeof c);
done:
    mem_free(decision);
    catalogue_fini(&c);
    return status;
}

void catalogue_fini(catalogue *c)
{
    mem_free(c->allowed);
    mem_free(c->items);
    mem_free(c->place);
    memset(c, 0, sizeof *c);
}

aisle_status catalogue_check(const catalogue *c, aisle_error *err)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < c->n_items; i++) {
        if (c->allowed[i] > 1)
            return fail(err, AISLE_ERROR_FORMAT, "catalogue: a mark that is neither 0 nor 1");
        if (c->allowed[i] && (count >= c->count || c->items[count] != i))
            return fail(err, AISLE_ERROR_FORMAT, "catalogue: marks and items disagree");
        if (c->place[i] != (c->allowed[i] ? count : HISTORY_NONE))
            return fail(err, AISLE_ERROR_FORMAT, "catalogue: items and their places disagree");
        count += c->allowed[i];
    }
    if (count != c->count)
        return fail(err, AISLE_ERROR_FORMAT, "catalogue: marks and items disagree");
    return AISLE_OK;
}
