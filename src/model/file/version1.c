#include "model/file/version1.h"

#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "model/file/columns_file.h"

/* Section "meta". */
typedef struct version1_meta {
    int64_t as_of, users, items, lines, baskets, pairs;
    int64_t product_columns, household_columns;
    int64_t department, category;
    int64_t labels;
    int64_t reserved[5];
} version1_meta;

/* Section "promotions.meta". */
typedef struct version1_promotions {
    int64_t before, ahead, by_store, reserved;
} version1_promotions;

bool version1_has_key(const char *key)
{
    static const char *const keys[] = {"candidates.up_cf.sample", "candidates.tifu_knn.sample",
                                       "candidates.similar_users.sample"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (strcmp(key, keys[i]) == 0)
            return true;
    return false;
}

#define REFUSE(...) return fail_at(err, AISLE_ERROR_FORMAT, name, 0, 0, __VA_ARGS__)

static aisle_status read_meta(version1_meta *m, sections *s, const char *name, aisle_error *err)
{
    void *bytes = NULL;
    aisle_status status = section_bind(&bytes, s, "meta", sizeof *m, 1, name, err);
    if (status != AISLE_OK)
        return status;
    memcpy(m, bytes, sizeof *m);
    const int64_t most = UINT32_MAX - 1;
    if (m->as_of < INT32_MIN || m->as_of > INT32_MAX || m->users < 0 || m->users > most ||
        m->items < 0 || m->items > most || m->lines < 0 || m->lines > most || m->baskets < 0 ||
        m->baskets > most || m->pairs < 0 || m->pairs > m->lines || m->product_columns < 0 ||
        m->household_columns < 0 || m->household_columns > SECTIONS_MOST || m->department < -1 ||
        m->department > INT32_MAX || m->category < -1 || m->category > INT32_MAX || m->labels < 0 ||
        m->labels > 1)
        REFUSE("'%s' is damaged: section 'meta'", name);
    return AISLE_OK;
}

/* A copy of a section of count elements. */
static aisle_status copy(void *out, sections *s, const char *section_name, size_t size,
                         uint64_t count, const char *name, aisle_error *err)
{
    void *bytes = NULL;
    aisle_status status = section_bind(&bytes, s, section_name, size, count, name, err);
    if (status != AISLE_OK)
        return status;
    void *own = mem_copy(bytes, count, size);
    if (!own)
        return fail_memory(err);
    memcpy(out, &own, sizeof own);
    return AISLE_OK;
}

static aisle_status copy_ids(id_table *out, sections *s, const char *prefix, size_t count,
                             const char *name, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    id_table mapped;
    uint32_t *all = NULL;
    TRY(ids_from_sections(&mapped, s, prefix, count, name, err));
    TRY(id_table_check(&mapped, err));
    TRY_ALLOC(all = NEW_ARRAY(uint32_t, mapped.count));
    for (uint32_t i = 0; i < mapped.count; i++)
        all[i] = i;
    TRY(id_table_subset(out, &mapped, all, mapped.count, err));
done:
    mem_free(all);
    return status;
}

/* codes: where a table's rows go, when they are not its own. */
static aisle_status copy_attributes(attribute_table *out, uint32_t **codes, sections *s,
                                    const char *prefix, size_t columns, size_t rows,
                                    const char *name, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    attribute_table mapped = {0};
    char section_name[SECTION_NAME_ROOM];
    TRY(attributes_from_sections(&mapped, s, prefix, columns, rows, name, err));
    TRY_ALLOC(out->names = NEW_ZEROED(char *, columns));
    TRY_ALLOC(out->code = NEW_ZEROED(uint32_t *, columns));
    TRY_ALLOC(out->levels = NEW_ZEROED(id_table, columns));
    out->columns = columns;
    out->rows = codes ? 0 : rows;
    for (size_t c = 0; c < columns; c++) {
        TRY_ALLOC(out->names[c] = mem_text(mapped.names[c]));
        snprintf(section_name, sizeof section_name, "%.20s.%zu", prefix, c);
        TRY(copy_ids(&out->levels[c], s, section_name, SIZE_MAX, name, err));
        uint32_t **to = codes ? &codes[c] : &out->code[c];
        TRY_ALLOC(*to = NEW_ARRAY(uint32_t, rows));
        if (rows)
            memcpy(*to, mapped.code[c], rows * sizeof **to);
        if (codes)
            TRY_ALLOC(out->code[c] = NEW_ARRAY(uint32_t, 0));
    }
done:
    for (size_t c = 0; mapped.names && c < columns; c++)
        mem_free(mapped.names[c]);
    mem_free(mapped.names);
    mem_free(mapped.code);
    mem_free(mapped.levels);
    return status;
}

/* Weeks were not kept: T's week is taken to begin at T, the others every 7 days. */
static aisle_status read_promotions(assortment *a, households *h, sections *s, const char *name,
                                    aisle_error *err)
{
    aisle_status status = AISLE_OK;
    promotion_view *v = &a->promotions;
    version1_promotions meta;
    void *bytes = NULL;
    if (!sections_find(s, "promotions.meta"))
        return AISLE_OK;
    TRY(section_bind(&bytes, s, "promotions.meta", sizeof meta, 1, name, err));
    memcpy(&meta, bytes, sizeof meta);
    if (meta.before != PROMOTION_WEEKS_BEFORE || meta.ahead < 0 ||
        meta.ahead > PROMOTION_WEEKS_BEYOND + 1 || meta.by_store < 0 || meta.by_store > 1)
        REFUSE("'%s' is damaged: section 'promotions.meta'", name);
    v->before = (uint32_t)meta.before;
    v->ahead = (uint32_t)meta.ahead;
    v->by_store = meta.by_store;
    uint32_t weeks = v->before + v->ahead;
    uint64_t rows = (uint64_t)weeks * a->n_items;
    TRY_ALLOC(v->start = NEW_ARRAY(int32_t, (size_t)weeks + 2));
    for (uint32_t w = 0; w < weeks + 2; w++)
        v->start[w] = a->as_of + 7 * ((int32_t)w - (int32_t)v->before);
    TRY(copy(&v->offset, s, "promotions.offset", sizeof *v->offset, rows + 1, name, err));
    TRY(copy(&v->place, s, "promotions.place", sizeof *v->place, v->offset[rows], name, err));
    TRY(copy(&h->line.promotion, s, "promotions.line", 1, h->line.n, name, err));
done:
    return status;
}

static aisle_status read_assortment(assortment *a, sections *s, const version1_meta *m,
                                    const char *name, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    a->as_of = (int32_t)m->as_of;
    a->n_items = (uint32_t)m->items;
    a->has_stores = sections_find(s, "baskets.store") != NULL;
    a->has_discounts = sections_find(s, "lines.discount") != NULL;
    a->products.department = (int)m->department;
    a->products.category = (int)m->category;
    a->segments.department = a->segments.category = -1;
    a->left_out.is_int = true;
    TRY_ALLOC(a->left_out.ints = NEW_ARRAY(int64_t, 0));
    TRY(copy_ids(&a->items, s, "items", a->n_items, name, err));
    if (a->has_stores)
        TRY(copy_ids(&a->stores, s, "stores", SIZE_MAX, name, err));
    TRY(copy_attributes(&a->products, NULL, s, "products", (size_t)m->product_columns, a->n_items,
                        name, err));
    if (m->labels) {
        TRY(copy(&a->label_offset, s, "labels.offsets", 8, (uint64_t)a->n_items + 1, name, err));
        TRY(copy(&a->label_bytes, s, "labels.bytes", 1, a->label_offset[a->n_items], name, err));
    }
done:
    return status;
}

/* Baskets by user with their days, which format 1 left to the lines. */
static aisle_status find_baskets(households *h, const char *name, aisle_error *err)
{
    h->basket_offset = NEW_ZEROED(uint64_t, (size_t)h->n_users + 1);
    h->basket_day = NEW_ARRAY(int32_t, h->baskets);
    if (!h->basket_offset || !h->basket_day)
        return fail_memory(err);
    size_t n = 0;
    for (uint32_t u = 0; u < h->n_users; u++) {
        if (h->user_offset[u] > h->user_offset[u + 1] || h->user_offset[u + 1] > h->line.n)
            REFUSE("'%s' is damaged: section 'lines.offset'", name);
        for (uint64_t l = h->user_offset[u]; l < h->user_offset[u + 1]; l++) {
            if (l == h->user_offset[u] || h->line.basket[l] != h->line.basket[l - 1])
                n++;
            if (n > h->baskets || h->line.basket[l] + (size_t)1 != n)
                REFUSE("'%s' is damaged: section 'lines.basket'", name);
            h->basket_day[n - 1] = h->line.day[l];
        }
        h->basket_offset[u + 1] = n;
    }
    if (n != h->baskets)
        REFUSE("'%s' is damaged: section 'lines.basket'", name);
    return AISLE_OK;
}

static aisle_status read_households(households *h, sections *s, const version1_meta *m,
                                    const char *name, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    uint64_t users = (uint64_t)m->users + 1, lines = (uint64_t)m->lines;
    h->as_of = (int32_t)m->as_of;
    h->n_users = (uint32_t)m->users;
    h->line.n = (size_t)lines;
    h->baskets = (size_t)m->baskets;
    h->pairs = (size_t)m->pairs;
    TRY(copy_ids(&h->users, s, "users", h->n_users, name, err));
    TRY(copy(&h->user_offset, s, "lines.offset", 8, users, name, err));
    TRY(copy(&h->line.item, s, "lines.item", 4, lines, name, err));
    TRY(copy(&h->line.day, s, "lines.day", 4, lines, name, err));
    TRY(copy(&h->line.basket, s, "lines.basket", 4, lines, name, err));
    TRY(copy(&h->line.quantity, s, "lines.quantity", 4, lines, name, err));
    TRY(copy(&h->line.value, s, "lines.value", 8, lines, name, err));
    if (sections_find(s, "lines.discount"))
        TRY(copy(&h->line.discount, s, "lines.discount", 4, lines, name, err));
    if (sections_find(s, "baskets.store"))
        TRY(copy(&h->store, s, "baskets.store", 4, h->baskets, name, err));
    TRY(copy(&h->pair_offset, s, "pairs.offset", 8, users, name, err));
    TRY(copy(&h->pair_item, s, "pairs.item", 4, h->pairs, name, err));
    TRY(copy(&h->pair_line_offset, s, "pairs.line_offset", 8, h->pairs + 1, name, err));
    TRY(copy(&h->pair_line, s, "pairs.line", 4, lines, name, err));
    TRY(find_baskets(h, name, err));
    TRY(households_init_visits(h, err));
done:
    return status;
}

/* Arrays of level 1, which is fitted again. */
static void take_level1(sections *s)
{
    for (size_t i = 0; i < s->count; i++) {
        const char *dot = strchr(s->section[i].name, '.');
        char prefix[SECTION_NAME_MOST] = "";
        if (dot)
            memcpy(prefix, s->section[i].name, (size_t)(dot - s->section[i].name));
        if (retriever_find(prefix))
            s->section[i].taken = true;
    }
}

aisle_status version1_from_sections(assortment *a, households *h, sections *s, const char *name,
                                    aisle_error *err)
{
    aisle_status status = AISLE_OK;
    version1_meta m;
    memset(a, 0, sizeof *a);
    memset(h, 0, sizeof *h);
    h->a = a;
    TRY(read_meta(&m, s, name, err));
    TRY(read_assortment(a, s, &m, name, err));
    TRY(read_households(h, s, &m, name, err));
    TRY_ALLOC(h->level = NEW_ZEROED(uint32_t *, (size_t)m.household_columns));
    TRY(copy_attributes(&a->segments, h->level, s, "households", (size_t)m.household_columns,
                        h->n_users, name, err));
    TRY(read_promotions(a, h, s, name, err));
    a->first_day = a->as_of - 1;
    for (size_t l = 0; l < h->line.n; l++)
        a->first_day = h->line.day[l] < a->first_day ? h->line.day[l] : a->first_day;
    take_level1(s);
    TRY(assortment_check(a, err));
    TRY(households_check(h, err));
done:
    if (status != AISLE_OK) {
        households_fini(h);
        assortment_fini(a);
    }
    return status;
}
