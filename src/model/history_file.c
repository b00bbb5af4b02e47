#include "model/history_file.h"

#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "base/text.h"
#include "model/promotion_file.h"

/* One array of a history, by the name of its section. */
typedef struct array_row {
    const char *name;
    size_t size;
    uint64_t count;
    void **data;
} array_row;

/* Room for a name with a suffix: sections_add refuses what is too long. */
enum { HISTORY_ARRAYS = 10, NAME_ROOM = 2 * SECTION_NAME_MOST };

static void list_arrays(array_row out[HISTORY_ARRAYS], history *h)
{
    uint64_t users = (uint64_t)h->n_users + 1;
    const array_row rows[HISTORY_ARRAYS] = {
        {"lines.offset", 8, users, (void **)&h->user_offset},
        {"lines.item", 4, h->lines, (void **)&h->item},
        {"lines.day", 4, h->lines, (void **)&h->day},
        {"lines.basket", 4, h->lines, (void **)&h->basket},
        {"lines.quantity", 4, h->lines, (void **)&h->quantity},
        {"lines.value", 8, h->lines, (void **)&h->value},
        {"pairs.offset", 8, users, (void **)&h->pair_offset},
        {"pairs.item", 4, h->pairs, (void **)&h->pair_item},
        {"pairs.line_offset", 8, h->pairs + 1, (void **)&h->pair_line_offset},
        {"pairs.line", 4, h->lines, (void **)&h->pair_line},
    };
    memcpy(out, rows, sizeof rows);
}

static aisle_status add_ids(sections *s, const char *prefix, const id_table *t, bool required,
                            aisle_error *err)
{
    char name[NAME_ROOM];
    if (t->is_int) {
        snprintf(name, sizeof name, "%.20s.ints", prefix);
        return sections_add(s, name, t->ints, t->count * sizeof *t->ints, required, err);
    }
    snprintf(name, sizeof name, "%.20s.offsets", prefix);
    aisle_status status =
        sections_add(s, name, t->offsets, (t->count + 1) * sizeof *t->offsets, required, err);
    if (status != AISLE_OK)
        return status;
    snprintf(name, sizeof name, "%.20s.bytes", prefix);
    return sections_add(s, name, t->bytes, t->offsets[t->count], required, err);
}

static aisle_status add_attributes(sections *s, const char *prefix, const attribute_table *t,
                                   aisle_error *err)
{
    char name[NAME_ROOM];
    for (size_t c = 0; c < t->columns; c++) {
        snprintf(name, sizeof name, "%s.%zu.code", prefix, c);
        aisle_status status =
            sections_add(s, name, t->code[c], t->rows * sizeof **t->code, true, err);
        if (status != AISLE_OK)
            return status;
        snprintf(name, sizeof name, "%s.%zu", prefix, c);
        status = add_ids(s, name, &t->levels[c], true, err);
        if (status != AISLE_OK)
            return status;
    }
    return AISLE_OK;
}

static aisle_status join_names(char **out, uint64_t *bytes, const attribute_table *t,
                               aisle_error *err)
{
    text joined = {0};
    for (size_t c = 0; c < t->columns; c++)
        text_add_bytes(&joined, t->names[c], strlen(t->names[c]) + 1);
    *out = joined.bytes;
    *bytes = joined.length;
    if (!joined.failed)
        return AISLE_OK;
    text_fini(&joined);
    *out = NULL;
    return fail_memory(err);
}

static void fill_meta(history_meta *m, const history *h)
{
    memset(m, 0, sizeof *m);
    m->as_of = h->as_of;
    m->users = h->n_users;
    m->items = h->n_items;
    m->lines = (int64_t)h->lines;
    m->baskets = (int64_t)h->baskets;
    m->pairs = (int64_t)h->pairs;
    m->product_columns = (int64_t)h->products.columns;
    m->household_columns = (int64_t)h->households.columns;
    m->department = h->products.department;
    m->category = h->products.category;
    m->labels = h->label_offset != NULL;
}

aisle_status history_to_sections(sections *s, history_meta *meta, history_names *names,
                                 const history *h, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    array_row rows[HISTORY_ARRAYS];
    history view = *h;
    memset(names, 0, sizeof *names);
    fill_meta(meta, h);
    TRY(sections_add(s, "meta", meta, sizeof *meta, true, err));
    TRY(add_ids(s, "users", &h->users, true, err));
    TRY(add_ids(s, "items", &h->items, true, err));
    list_arrays(rows, &view);
    for (int i = 0; i < HISTORY_ARRAYS; i++)
        TRY(sections_add(s, rows[i].name, *rows[i].data, rows[i].size * rows[i].count, true, err));
    if (h->store) {
        TRY(add_ids(s, "stores", &h->stores, false, err));
        TRY(sections_add(s, "baskets.store", h->store, h->baskets * sizeof *h->store, false, err));
    }
    if (h->discount)
        TRY(sections_add(s, "lines.discount", h->discount, h->lines * sizeof *h->discount, false,
                         err));
    TRY(join_names(&names->products, &names->product_bytes, &h->products, err));
    TRY(join_names(&names->households, &names->household_bytes, &h->households, err));
    TRY(sections_add(s, "products.names", names->products, names->product_bytes, true, err));
    TRY(sections_add(s, "households.names", names->households, names->household_bytes, true, err));
    TRY(add_attributes(s, "products", &h->products, err));
    TRY(add_attributes(s, "households", &h->households, err));
    if (h->label_offset) {
        TRY(sections_add(s, "labels.offsets", h->label_offset,
                         ((uint64_t)h->n_items + 1) * sizeof *h->label_offset, true, err));
        TRY(sections_add(s, "labels.bytes", h->label_bytes, h->label_offset[h->n_items], true,
                         err));
    }
done:
    return status;
}

void history_names_fini(history_names *names)
{
    mem_free(names->products);
    mem_free(names->households);
    memset(names, 0, sizeof *names);
}

#define REFUSE(...) return fail_at(err, AISLE_ERROR_FORMAT, name, 0, 0, __VA_ARGS__)

aisle_status section_bind(void **data, sections *s, const char *section_name, size_t size,
                          uint64_t count, const char *name, aisle_error *err)
{
    const section *found = sections_take(s, section_name);
    if (!found)
        REFUSE("'%s' is no whole model: section '%s' is missing", name, section_name);
    if (count > UINT64_MAX / size || found->length != count * size)
        REFUSE("'%s' is damaged: section '%s' has %llu bytes, expected %llu of %zu", name,
               section_name, (unsigned long long)found->length, (unsigned long long)count, size);
    *data = (void *)found->bytes;
    return AISLE_OK;
}

/* count SIZE_MAX: as many as there are. */
static aisle_status bind_ids(id_table *t, sections *s, const char *prefix, size_t count,
                             const char *name, aisle_error *err)
{
    char section_name[NAME_ROOM];
    memset(t, 0, sizeof *t);
    snprintf(section_name, sizeof section_name, "%.20s.ints", prefix);
    const section *ints = sections_find(s, section_name);
    if (ints) {
        t->is_int = true;
        t->count = count == SIZE_MAX ? ints->length / sizeof(int64_t) : count;
        return section_bind((void **)&t->ints, s, section_name, sizeof(int64_t), t->count, name,
                            err);
    }
    snprintf(section_name, sizeof section_name, "%.20s.offsets", prefix);
    const section *offsets = sections_find(s, section_name);
    if (count == SIZE_MAX)
        count = offsets && offsets->length >= 8 ? offsets->length / 8 - 1 : 0;
    aisle_status status =
        section_bind((void **)&t->offsets, s, section_name, 8, (uint64_t)count + 1, name, err);
    if (status != AISLE_OK)
        return status;
    t->count = count;
    snprintf(section_name, sizeof section_name, "%.20s.bytes", prefix);
    return section_bind((void **)&t->bytes, s, section_name, 1, t->offsets[count], name, err);
}

static aisle_status bind_names(attribute_table *t, sections *s, const char *prefix,
                               const char *name, aisle_error *err)
{
    char section_name[NAME_ROOM];
    snprintf(section_name, sizeof section_name, "%s.names", prefix);
    const section *names = sections_take(s, section_name);
    if (!names)
        REFUSE("'%s' is no whole model: section '%s' is missing", name, section_name);
    const char *at = names->bytes, *end = at + names->length;
    for (size_t c = 0; c < t->columns; c++) {
        const char *stop = at < end ? memchr(at, '\0', (size_t)(end - at)) : NULL;
        if (!stop)
            REFUSE("'%s' is damaged: section '%s'", name, section_name);
        t->names[c] = mem_text(at);
        if (!t->names[c])
            return fail_memory(err);
        at = stop + 1;
    }
    if (at != end)
        REFUSE("'%s' is damaged: section '%s'", name, section_name);
    return AISLE_OK;
}

static aisle_status bind_attributes(attribute_table *t, sections *s, const char *prefix,
                                    size_t columns, size_t rows, const char *name, aisle_error *err)
{
    char section_name[NAME_ROOM];
    if (columns > SECTIONS_MOST)
        REFUSE("'%s' is damaged: %zu category columns", name, columns);
    t->names = NEW_ZEROED(char *, columns);
    t->code = NEW_ZEROED(uint32_t *, columns);
    t->levels = NEW_ZEROED(id_table, columns);
    if (!t->names || !t->code || !t->levels)
        return fail_memory(err);
    t->columns = columns;
    t->rows = rows;
    for (size_t c = 0; c < columns; c++) {
        snprintf(section_name, sizeof section_name, "%s.%zu.code", prefix, c);
        aisle_status status =
            section_bind((void **)&t->code[c], s, section_name, 4, rows, name, err);
        if (status != AISLE_OK)
            return status;
        snprintf(section_name, sizeof section_name, "%s.%zu", prefix, c);
        status = bind_ids(&t->levels[c], s, section_name, SIZE_MAX, name, err);
        if (status != AISLE_OK)
            return status;
    }
    return bind_names(t, s, prefix, name, err);
}

static aisle_status read_meta(history_meta *m, sections *s, const char *name, aisle_error *err)
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
        m->household_columns < 0 || m->department < -1 || m->department > INT32_MAX ||
        m->category < -1 || m->category > INT32_MAX || m->labels < 0 || m->labels > 1)
        REFUSE("'%s' is damaged: section 'meta'", name);
    for (size_t i = 0; i < sizeof m->reserved / sizeof *m->reserved; i++)
        if (m->reserved[i] != 0)
            REFUSE("'%s' is newer: section 'meta' has numbers that this program does not know",
                   name);
    return AISLE_OK;
}

/* Models without stores are as good as those that were made before there were any. */
static aisle_status bind_stores(history *h, sections *s, const char *name, aisle_error *err)
{
    if (!sections_find(s, "baskets.store"))
        return AISLE_OK;
    aisle_status status = section_bind((void **)&h->store, s, "baskets.store", sizeof *h->store,
                                       h->baskets, name, err);
    return status == AISLE_OK ? bind_ids(&h->stores, s, "stores", SIZE_MAX, name, err) : status;
}

/* The same of discounts. */
static aisle_status bind_discounts(history *h, sections *s, const char *name, aisle_error *err)
{
    if (!sections_find(s, "lines.discount"))
        return AISLE_OK;
    return section_bind((void **)&h->discount, s, "lines.discount", sizeof *h->discount, h->lines,
                        name, err);
}

static aisle_status bind_labels(history *h, sections *s, const char *name, aisle_error *err)
{
    aisle_status status = section_bind((void **)&h->label_offset, s, "labels.offsets", 8,
                                       (uint64_t)h->n_items + 1, name, err);
    if (status != AISLE_OK)
        return status;
    return section_bind((void **)&h->label_bytes, s, "labels.bytes", 1, h->label_offset[h->n_items],
                        name, err);
}

aisle_status history_from_sections(history *out, sections *s, const char *name, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    history_meta m;
    history h = {.mapped = true};
    array_row rows[HISTORY_ARRAYS];
    TRY(read_meta(&m, s, name, err));
    h.as_of = (int32_t)m.as_of;
    h.n_users = (uint32_t)m.users;
    h.n_items = (uint32_t)m.items;
    h.lines = (size_t)m.lines;
    h.baskets = (size_t)m.baskets;
    h.pairs = (size_t)m.pairs;
    h.products.department = (int)m.department;
    h.products.category = (int)m.category;
    h.households.department = h.households.category = -1;
    TRY(bind_ids(&h.users, s, "users", h.n_users, name, err));
    TRY(bind_ids(&h.items, s, "items", h.n_items, name, err));
    list_arrays(rows, &h);
    for (int i = 0; i < HISTORY_ARRAYS; i++)
        TRY(section_bind(rows[i].data, s, rows[i].name, rows[i].size, rows[i].count, name, err));
    TRY(bind_stores(&h, s, name, err));
    TRY(bind_discounts(&h, s, name, err));
    TRY(promotions_from_sections(&h, s, name, err));
    TRY(bind_attributes(&h.products, s, "products", (size_t)m.product_columns, h.n_items, name,
                        err));
    TRY(bind_attributes(&h.households, s, "households", (size_t)m.household_columns, h.n_users,
                        name, err));
    if (m.labels)
        TRY(bind_labels(&h, s, name, err));
    TRY(history_check(&h, err));
    *out = h;
    memset(&h, 0, sizeof h);
done:
    history_fini(&h);
    return status;
}
