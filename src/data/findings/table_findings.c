/* Whether the tables say something of what the receipts have. */
#include <ctype.h>
#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "base/rng.h"
#include "data/findings/findings.h"

enum { ID_BYTES = 128 };

/* ---- Ids that would be the same, were they written alike ---- */

typedef enum likeness { LIKE_ZEROS, LIKE_POINT_ZERO, LIKE_CASE, LIKE_MARKS, LIKENESSES } likeness;

static const struct likeness_words {
    const char *cause, *sql;
} like[LIKENESSES] = {
    [LIKE_ZEROS] = {"one side is padded with zeros in front", "ltrim(%s, '0')"},
    [LIKE_POINT_ZERO] = {"one side has numbers with .0 behind them",
                         "regexp_replace(%s, '[.]0+$', '')"},
    [LIKE_CASE] = {"capital letters differ", "lower(%s)"},
    [LIKE_MARKS] = {"blanks, dashes or other marks differ",
                    "regexp_replace(%s, '[^A-Za-z0-9]', '', 'g')"},
};

/* The id without what the likeness does not look at. */
static size_t simplify(char out[ID_BYTES], const char *id, likeness how)
{
    size_t n = 0, length = strlen(id);
    if (how == LIKE_POINT_ZERO) {
        const char *point = strrchr(id, '.');
        if (point && point[1] && strspn(point + 1, "0") == strlen(point + 1))
            length = (size_t)(point - id);
    }
    size_t i = 0;
    while (how == LIKE_ZEROS && i + 1 < length && id[i] == '0')
        i++;
    for (; i < length && n + 1 < ID_BYTES; i++) {
        unsigned char c = (unsigned char)id[i];
        if (how == LIKE_MARKS && c < 0x80 && !isalnum(c))
            continue;
        out[n++] = (char)(how == LIKE_CASE || how == LIKE_MARKS ? (c < 0x80 ? tolower(c) : c) : c);
    }
    out[n] = '\0';
    return n;
}

static uint64_t hash_of(const char *id)
{
    uint64_t hash = 0;
    for (; *id; id++)
        hash = rng_mix(hash ^ (unsigned char)*id);
    return hash | 1;
}

/* Open addressing over hashes alone: two ids of one hash are taken for the same. */
typedef struct hash_set {
    uint64_t *slots;
    size_t n;
} hash_set;

static bool hash_set_find(const hash_set *s, uint64_t hash, bool add)
{
    size_t at = hash & (s->n - 1);
    for (; s->slots[at]; at = (at + 1) & (s->n - 1))
        if (s->slots[at] == hash)
            return true;
    if (add)
        s->slots[at] = hash;
    return false;
}

static aisle_status fill_set(hash_set *s, const id_table *keys, likeness how, aisle_error *err)
{
    char buffer[32], simple[ID_BYTES];
    s->n = 16;
    while (s->n < 2 * keys->count)
        s->n *= 2;
    s->slots = NEW_ZEROED(uint64_t, s->n);
    if (!s->slots)
        return fail_memory(err);
    for (uint32_t k = 0; k < keys->count; k++) {
        simplify(simple, id_table_text(keys, k, buffer), how);
        hash_set_find(s, hash_of(simple), true);
    }
    return AISLE_OK;
}

/* The likeness that finds most of those that have no row, where it is half of them; -1: none. */
static aisle_status find_likeness(int *out, uint32_t *example, const id_table *ids,
                                  const uint32_t *rows, const id_table *keys, aisle_error *err)
{
    char buffer[32], simple[ID_BYTES];
    size_t best = 0, missing = 0;
    *out = -1;
    for (uint32_t i = 0; i < ids->count; i++)
        missing += rows[i] == AISLE_MISSING;
    for (int how = 0; how < LIKENESSES; how++) {
        hash_set set;
        size_t found = 0;
        uint32_t first = AISLE_MISSING;
        aisle_status status = fill_set(&set, keys, (likeness)how, err);
        if (status != AISLE_OK)
            return status;
        for (uint32_t i = 0; i < ids->count; i++) {
            if (rows[i] != AISLE_MISSING)
                continue;
            simplify(simple, id_table_text(ids, i, buffer), (likeness)how);
            bool alike = hash_set_find(&set, hash_of(simple), false);
            first = alike && first == AISLE_MISSING ? i : first;
            found += alike;
        }
        mem_free(set.slots);
        if (found <= best || 2 * found < missing)
            continue;
        best = found;
        *out = how;
        *example = first;
    }
    return AISLE_OK;
}

/* ---- Lines without a row ---- */

/* One table and the receipts' ids of its kind. */
typedef struct side {
    const char *code, *what, *key; /* "households", "data.households" */
    double usual;                  /* share of lines without a row that is nothing odd */
    const attribute_source *table;
    const id_table *ids;
    const uint32_t *rank, *line_code; /* of the receipts' values; of lines */
    const text_list *column;          /* of the receipts */
} side;

static void add_step(text *step, const side *s, int how, const char *id)
{
    char simple[ID_BYTES];
    if (how < 0) {
        text_add(step,
                 "look whether key '%s' names the table of these ids, all of it, and its "
                 "column of the id",
                 s->key);
        return;
    }
    simplify(simple, id, (likeness)how);
    text_add(step, "write both alike, by %s.sql and data.receipts.sql: SELECT * REPLACE (", s->key);
    char sql[256];
    snprintf(sql, sizeof sql, like[how].sql, s->column->count ? s->column->items[0] : "id");
    text_add(step, "%s AS %s) FROM …", sql, s->column->count ? s->column->items[0] : "id");
}

static aisle_status look_at_side(finding_list *l, const finding_inputs *in, const side *s,
                                 aisle_error *err)
{
    aisle_status status = AISLE_OK;
    char buffer[32], table_id[32];
    text what = {0}, step = {0};
    uint64_t without = 0, n = in->receipts->lines;
    uint32_t example = AISLE_MISSING, *rows = NULL;
    int how;
    if (s->table->keys.count == 0)
        return AISLE_OK;
    TRY_ALLOC(rows = NEW_ARRAY(uint32_t, s->ids->count));
    TRY(attribute_source_find(rows, s->table, s->ids, err));
    for (size_t i = 0; i < n; i++) {
        uint32_t id = s->rank[s->line_code[i]];
        if (rows[id] != AISLE_MISSING)
            continue;
        example = id < example ? id : example;
        without++;
    }
    if (without == 0)
        goto done;
    TRY(find_likeness(&how, &example, s->ids, rows, &s->table->keys, err));
    if ((double)without <= (how < 0 ? s->usual : 0.001) * (double)n)
        goto done;
    const char *id = id_table_text(s->ids, example, buffer);
    text_add(&what,
             "%.1f %% of the lines have no row in the table of %s (such as '%s'; the table has "
             "'%s')",
             100 * (double)without / (double)n, s->what, id,
             id_table_text(&s->table->keys, 0, table_id));
    if (how >= 0)
        text_add(&what, ": %s", like[how].cause);
    add_step(&step, s, how, id);
    TRY(finding_add(l, s->code, without, n, &what, &step, err));
done:
    mem_free(rows);
    text_fini(&what);
    text_fini(&step);
    return status;
}

aisle_status find_unmatched(finding_list *l, const finding_inputs *in, aisle_error *err)
{
    const data_options *o = in->options;
    const side products = {
        .code = "lines_without_product",
        .what = "products",
        .key = "data.products",
        .usual = 0.01,
        .table = in->products,
        .ids = in->items,
        .rank = in->item_rank,
        .line_code = in->receipts->item.code,
        .column = &o->receipts.item,
    };
    /* Not each household has told about itself. */
    const side people = {
        .code = "lines_without_household",
        .what = "households",
        .key = "data.households",
        .usual = 0.9,
        .table = in->people,
        .ids = in->users,
        .rank = in->user_rank,
        .line_code = in->receipts->user.code,
        .column = &o->receipts.user,
    };
    aisle_status status = look_at_side(l, in, &products, err);
    return status ? status : look_at_side(l, in, &people, err);
}

/* ---- Rows of one key that say different things ---- */

static aisle_status look_at_rows(finding_list *l, const attribute_source *table, const char *code,
                                 const char *what_of, aisle_error *err)
{
    char buffer[32];
    text what = {0}, step = {0};
    if (table->disagreeing == 0)
        return AISLE_OK;
    text_add(&what,
             "%zu %s have several rows that say different things (such as '%s'); the first by "
             "its values counts",
             table->disagreeing, what_of, id_table_text(&table->keys, table->disagrees, buffer));
    text_add(&step, "one row each, or `where` for the rows that hold now");
    return finding_add(l, code, table->disagreeing, table->keys.count, &what, &step, err);
}

aisle_status find_disagreeing_rows(finding_list *l, const finding_inputs *in, aisle_error *err)
{
    aisle_status status = look_at_rows(l, in->products, "products_disagree", "products", err);
    return status ? status : look_at_rows(l, in->people, "households_disagree", "households", err);
}
