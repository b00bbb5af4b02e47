#include "model/answer/rules.h"

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "base/text.h"
#include "config/dump.h"
#include "base/quoted.h"
#include "features/facts/item_facts.h"

/* "column=value" taken apart. */
typedef struct assignment {
    const char *value; /* borrowed */
    int column;        /* of the products; -1: price */
} assignment;

static int find_column(const attribute_table *products, const char *name, size_t length)
{
    for (size_t c = 0; c < products->columns; c++)
        if (strlen(products->names[c]) == length && memcmp(products->names[c], name, length) == 0)
            return (int)c;
    return -1;
}

static aisle_status parse(assignment *out, const char *key, const char *written,
                          const attribute_table *products, bool price, aisle_error *err)
{
    const char *equals = strchr(written, '=');
    if (!equals || equals == written || !equals[1])
        return fail(err, AISLE_ERROR_CONFIG, "key '%s': found '%s', expected column=value", key,
                    written);
    size_t length = (size_t)(equals - written);
    out->value = equals + 1;
    out->column = find_column(products, written, length);
    bool is_price = price && length == strlen("price") && memcmp(written, "price", length) == 0;
    if (out->column < 0 && !is_price)
        return fail(err, AISLE_ERROR_CONFIG,
                    "key '%s': found '%s', but products have no category column '%.*s'", key,
                    written, (int)length, written);
    return AISLE_OK;
}

/* ---- Values of category columns ---- */

static aisle_status parse_level(uint32_t *level, int *column, const char *key, const char *written,
                                const attribute_table *products, aisle_error *err)
{
    assignment a;
    aisle_status status = parse(&a, key, written, products, false, err);
    if (status != AISLE_OK)
        return status;
    *column = a.column;
    *level = id_table_find(&products->levels[a.column], a.value);
    if (*level == AISLE_MISSING)
        return fail(err, AISLE_ERROR_CONFIG, "key '%s': '%s' is no value of column '%s'", key,
                    a.value, products->names[a.column]);
    return AISLE_OK;
}

static aisle_status rule_out(uint8_t *allowed, const text_list *values, const assortment *a,
                             aisle_error *err)
{
    for (size_t v = 0; v < values->count; v++) {
        uint32_t level;
        int column;
        aisle_status status = parse_level(&level, &column, "rules.categories_out", values->items[v],
                                          &a->products, err);
        if (status != AISLE_OK)
            return status;
        for (uint32_t i = 0; i < a->n_items; i++)
            allowed[i] &= a->products.code[column][i] != level;
    }
    return AISLE_OK;
}

/* For each column that is named, one of its named values. */
static aisle_status rule_in(uint8_t *allowed, const text_list *values, const assortment *a,
                            aisle_error *err)
{
    aisle_status status = AISLE_OK;
    uint8_t *named = NEW_ARRAY(uint8_t, a->n_items);
    TRY_ALLOC(named);
    for (size_t c = 0; c < a->products.columns; c++) {
        bool any = false;
        memset(named, 0, a->n_items);
        for (size_t v = 0; v < values->count; v++) {
            uint32_t level;
            int column;
            TRY(parse_level(&level, &column, "rules.categories_in", values->items[v], &a->products,
                            err));
            any |= column == (int)c;
            for (uint32_t i = 0; column == (int)c && i < a->n_items; i++)
                named[i] |= a->products.code[c][i] == level;
        }
        for (uint32_t i = 0; any && i < a->n_items; i++)
            allowed[i] &= named[i];
    }
done:
    mem_free(named);
    return status;
}

/* ---- Numbers ---- */

static double number_of(const snapshot *s, int column, uint32_t item)
{
    char buffer[32];
    double number;
    if (column < 0)
        return (double)s->facts.items->price[item];
    uint32_t level = s->a.products.code[column][item];
    if (level == AISLE_MISSING)
        return NAN;
    const char *written = id_table_text(&s->a.products.levels[column], level, buffer);
    return text_parse_real(&number, written) ? number : NAN;
}

static aisle_status parse_least(double *least, int *column, const char *written,
                                const attribute_table *products, aisle_error *err)
{
    assignment a;
    aisle_status status = parse(&a, "rules.least", written, products, true, err);
    if (status != AISLE_OK)
        return status;
    *column = a.column;
    if (!text_parse_real(least, a.value) || !isfinite(*least))
        return fail(err, AISLE_ERROR_CONFIG,
                    "key 'rules.least': found '%s', expected column=number", written);
    return AISLE_OK;
}

static aisle_status rule_least(uint8_t *allowed, const text_list *bounds, const snapshot *s,
                               aisle_error *err)
{
    for (size_t b = 0; b < bounds->count; b++) {
        double least;
        int column;
        aisle_status status = parse_least(&least, &column, bounds->items[b], &s->a.products, err);
        if (status != AISLE_OK)
            return status;
        for (uint32_t i = 0; i < s->a.n_items; i++)
            allowed[i] &= number_of(s, column, i) >= least;
    }
    return AISLE_OK;
}

/* ---- At most n of a kind ---- */

static aisle_status parse_cap(rule_cap *out, const char *written, const attribute_table *products,
                              aisle_error *err)
{
    assignment a;
    int64_t most;
    aisle_status status = parse(&a, "rules.most", written, products, false, err);
    if (status != AISLE_OK)
        return status;
    if (!text_parse_i64(&most, a.value, strlen(a.value)) || most < 1 || most > UINT16_MAX)
        return fail(err, AISLE_ERROR_CONFIG,
                    "key 'rules.most': found '%s', expected column=n with n from 1 to %d", written,
                    UINT16_MAX);
    *out = (rule_cap){.code = products->code[a.column],
                      .values = products->levels[a.column].count,
                      .most = (uint32_t)most};
    return AISLE_OK;
}

static aisle_status check_caps(const text_list *most, aisle_error *err)
{
    if (most->count <= RULES_CAPS)
        return AISLE_OK;
    return fail(err, AISLE_ERROR_CONFIG, "key 'rules.most': found %zu, expected %d at most",
                most->count, RULES_CAPS);
}

/* "margin": the column, or -1 for the price. */
static aisle_status find_number(int *column, const char *name, const attribute_table *products,
                                aisle_error *err)
{
    *column = find_column(products, name, strlen(name));
    if (*column < 0 && strcmp(name, "price") != 0)
        return fail(err, AISLE_ERROR_CONFIG,
                    "key 'rules.times': found '%s', expected price or a category column of "
                    "products whose values are numbers",
                    name);
    return AISLE_OK;
}

/* What probabilities are multiplied by; products without a number are out. */
static aisle_status find_times(rule_set *r, const char *name, const snapshot *s, aisle_error *err)
{
    int column;
    aisle_status status = find_number(&column, name, &s->a.products, err);
    if (status != AISLE_OK)
        return status;
    r->times = NEW_ARRAY(double, s->a.n_items);
    if (!r->times)
        return fail_memory(err);
    for (uint32_t i = 0; i < s->a.n_items; i++) {
        r->times[i] = number_of(s, column, i);
        r->allowed[i] &= isfinite(r->times[i]) != 0;
    }
    return AISLE_OK;
}

aisle_status rules_check(const rules_options *o, const attribute_table *products, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    uint32_t level;
    int column;
    double least;
    rule_cap cap;
    TRY(check_caps(&o->most, err));
    for (size_t i = 0; i < o->categories_in.count; i++)
        TRY(parse_level(&level, &column, "rules.categories_in", o->categories_in.items[i], products,
                        err));
    for (size_t i = 0; i < o->categories_out.count; i++)
        TRY(parse_level(&level, &column, "rules.categories_out", o->categories_out.items[i],
                        products, err));
    for (size_t i = 0; i < o->least.count; i++)
        TRY(parse_least(&least, &column, o->least.items[i], products, err));
    for (size_t i = 0; i < o->most.count; i++)
        TRY(parse_cap(&cap, o->most.items[i], products, err));
    if (o->times)
        TRY(find_number(&column, o->times, products, err));
done:
    return status;
}

static bool has_rules(const rules_options *o)
{
    return o->items_in.count || o->items_out.count || o->items_in_file || o->items_out_file ||
           o->categories_in.count || o->categories_out.count || o->most.count || o->least.count ||
           o->not_bought_days || o->times;
}

aisle_status rules_init(rule_set *out, const rules_options *o, const snapshot *s,
                        const calibration *calibrated, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const assortment *a = &s->a;
    rule_set r = {.any = has_rules(o), .not_bought_days = (int32_t)o->not_bought_days};
    if (o->times && calibrated->n == 0)
        TRY(fail(err, AISLE_ERROR_CONFIG,
                 "key 'rules.times' needs the probability of a purchase: a model that is fitted "
                 "with ranker.calibrated"));
    if (r.any) {
        TRY_ALLOC(r.allowed = mem_copy(s->c.allowed, a->n_items, 1));
        TRY(catalogue_filter_items(r.allowed, a, &o->items_in, o->items_in_file, true, err));
        TRY(catalogue_filter_items(r.allowed, a, &o->items_out, o->items_out_file, false, err));
        TRY(rule_in(r.allowed, &o->categories_in, a, err));
        TRY(rule_out(r.allowed, &o->categories_out, a, err));
        TRY(rule_least(r.allowed, &o->least, s, err));
        if (o->times)
            TRY(find_times(&r, o->times, s, err));
        TRY(check_caps(&o->most, err));
        for (size_t i = 0; i < o->most.count; i++)
            TRY(parse_cap(&r.cap[r.caps++], o->most.items[i], &a->products, err));
    }
    *out = r;
    memset(&r, 0, sizeof r);
done:
    rules_fini(&r);
    return status;
}

void rules_fini(rule_set *rules)
{
    mem_free(rules->allowed);
    mem_free(rules->times);
    memset(rules, 0, sizeof *rules);
}

bool rules_allow(const rule_set *rules, const households *h, uint32_t user, uint32_t item)
{
    if (!rules->any)
        return true;
    if (!rules->allowed[item])
        return false;
    if (rules->not_bought_days == 0 || user == HISTORY_NONE)
        return true;
    size_t p = households_find_pair(h, user, item);
    return p == SIZE_MAX || h->line.day[h->pair_line[h->pair_line_offset[p + 1] - 1]] <
                                h->as_of - rules->not_bought_days;
}

/* ---- Files into lists ---- */

static aisle_status keep_file(aisle_config *config, bool in, const assortment *a, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const rules_options *o = &config->rules;
    const char *key = in ? "rules.items_in" : "rules.items_out";
    const char *file = in ? o->items_in_file : o->items_out_file;
    uint8_t *named = NEW_ZEROED(uint8_t, a->n_items);
    text line = {0};
    char buffer[32];
    size_t n = 0;
    TRY_ALLOC(named);
    TRY(catalogue_mark_items(named, a, in ? &o->items_in : &o->items_out, file, err));
    text_add(&line, "%s\t[", key);
    for (uint32_t i = 0; i < a->n_items; i++) {
        if (!named[i])
            continue;
        text_add(&line, n++ ? ", " : "");
        quoted_text(&line, id_table_text(&a->items, i, buffer));
    }
    if (in && n == 0)
        TRY(fail(err, AISLE_ERROR_CONFIG, "key '%s_file': '%s' names no product of the receipts",
                 key, file));
    text_add(&line, "]\n%s_file\tnull\n", key);
    if (line.failed)
        TRY(fail_memory(err));
    TRY(config_restore(config, line.bytes, line.length, "rules", NULL, err));
done:
    mem_free(named);
    text_fini(&line);
    return status;
}

aisle_status rules_keep_files(aisle_config *config, const assortment *a, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    if (config->rules.items_in_file)
        status = keep_file(config, true, a, err);
    if (status == AISLE_OK && config->rules.items_out_file)
        status = keep_file(config, false, a, err);
    return status;
}
