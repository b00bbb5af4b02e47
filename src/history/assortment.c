#include "history/assortment.h"

#include <string.h>

#include "base/fail.h"
#include "base/mem.h"

/* Marked numbers, ascending; the caller frees *out. */
static aisle_status list_marked(uint32_t **out, uint32_t *n, const uint8_t *marked, size_t size,
                                aisle_error *err)
{
    uint32_t count = 0;
    for (size_t i = 0; i < size; i++)
        count += marked[i];
    *out = NEW_ARRAY(uint32_t, count);
    if (!*out)
        return fail_memory(err);
    *n = 0;
    for (size_t i = 0; i < size; i++)
        if (marked[i])
            (*out)[(*n)++] = (uint32_t)i;
    return AISLE_OK;
}

static aisle_status list_items(uint32_t **items, uint32_t *n, const aisle_dataset *d,
                               const dated_lines *lines, aisle_error *err)
{
    uint8_t *sold = NEW_ZEROED(uint8_t, d->items.count);
    if (!sold)
        return fail_memory(err);
    for (size_t l = 0; l < lines->line.n; l++)
        sold[lines->line.item[l]] = 1;
    aisle_status status = list_marked(items, n, sold, d->items.count, err);
    mem_free(sold);
    return status;
}

static aisle_status take_stores(assortment *a, const aisle_dataset *d, const dated_lines *lines,
                                aisle_error *err)
{
    aisle_status status = AISLE_OK;
    uint8_t *visited = NULL;
    uint32_t *kept = NULL, n = 0;
    a->has_stores = d->store != NULL;
    if (!d->store)
        return AISLE_OK;
    TRY_ALLOC(visited = NEW_ZEROED(uint8_t, d->stores.count));
    for (size_t l = 0; l < lines->line.n; l++)
        if (d->store[lines->line.basket[l]] != AISLE_MISSING)
            visited[d->store[lines->line.basket[l]]] = 1;
    TRY(list_marked(&kept, &n, visited, d->stores.count, err));
    TRY(id_table_subset(&a->stores, &d->stores, kept, n, err));
done:
    mem_free(visited);
    mem_free(kept);
    return status;
}

/* The columns with all their levels, and the rows of n items. */
static aisle_status copy_attributes(attribute_table *out, const attribute_table *from,
                                    const uint32_t *rows, size_t n, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    out->rows = n;
    out->department = from->department;
    out->category = from->category;
    TRY_ALLOC(out->names = NEW_ZEROED(char *, from->columns));
    TRY_ALLOC(out->code = NEW_ZEROED(uint32_t *, from->columns));
    TRY_ALLOC(out->levels = NEW_ZEROED(id_table, from->columns));
    out->columns = from->columns;
    for (size_t c = 0; c < from->columns; c++) {
        TRY_ALLOC(out->names[c] = mem_text(from->names[c]));
        TRY_ALLOC(out->code[c] = NEW_ARRAY(uint32_t, n));
        for (size_t r = 0; r < n; r++)
            out->code[c][r] = from->code[c][rows[r]];
        TRY(id_table_copy(&out->levels[c], &from->levels[c], err));
    }
done:
    return status;
}

static aisle_status copy_labels(assortment *a, const attribute_table *products,
                                const uint32_t *items, aisle_error *err)
{
    if (!products->label)
        return AISLE_OK;
    a->label_offset = NEW_ARRAY(uint64_t, (size_t)a->n_items + 1);
    if (!a->label_offset)
        return fail_memory(err);
    uint64_t bytes = 0;
    for (uint32_t i = 0; i < a->n_items; i++) {
        const char *label = products->label[items[i]];
        a->label_offset[i] = bytes;
        bytes += (label ? strlen(label) : 0) + 1;
    }
    a->label_offset[a->n_items] = bytes;
    a->label_bytes = NEW_ZEROED(char, bytes);
    if (!a->label_bytes)
        return fail_memory(err);
    for (uint32_t i = 0; i < a->n_items; i++) {
        const char *label = products->label[items[i]];
        if (label)
            memcpy(a->label_bytes + a->label_offset[i], label, strlen(label));
    }
    return AISLE_OK;
}

const char *assortment_label(const assortment *a, uint32_t item)
{
    if (!a->label_offset)
        return NULL;
    const char *label = a->label_bytes + a->label_offset[item];
    return *label ? label : NULL;
}

static int32_t find_first_day(const dated_lines *lines, int32_t as_of)
{
    int32_t first = as_of - 1;
    for (size_t l = 0; l < lines->line.n; l++)
        first = lines->line.day[l] < first ? lines->line.day[l] : first;
    return first;
}

aisle_status assortment_init(assortment *out, const aisle_dataset *d, const dated_lines *lines,
                             int32_t as_of, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    uint32_t *items = NULL;
    assortment a = {.as_of = as_of,
                    .first_day = find_first_day(lines, as_of),
                    .has_discounts = d->line.discount != NULL};
    TRY(list_items(&items, &a.n_items, d, lines, err));
    TRY(id_table_subset(&a.items, &d->items, items, a.n_items, err));
    TRY(take_stores(&a, d, lines, err));
    TRY(id_table_copy(&a.left_out, &d->left_out, err));
    TRY(copy_attributes(&a.products, &d->products, items, a.n_items, err));
    TRY(copy_attributes(&a.segments, &d->households, NULL, 0, err));
    TRY(copy_labels(&a, &d->products, items, err));
    TRY(assortment_init_promotions(&a, d, err));
    *out = a;
    memset(&a, 0, sizeof a);
done:
    mem_free(items);
    assortment_fini(&a);
    return status;
}

static void attributes_fini(attribute_table *t, bool mapped)
{
    for (size_t c = 0; c < t->columns; c++) {
        if (t->names)
            mem_free(t->names[c]);
        if (t->code && !mapped)
            mem_free(t->code[c]);
        if (t->levels && !mapped)
            id_table_fini(&t->levels[c]);
    }
    mem_free(t->names);
    mem_free(t->code);
    mem_free(t->levels);
}

void assortment_fini(assortment *a)
{
    attributes_fini(&a->products, a->mapped);
    attributes_fini(&a->segments, a->mapped);
    if (!a->mapped) {
        id_table_fini(&a->items);
        id_table_fini(&a->stores);
        id_table_fini(&a->left_out);
        mem_free(a->label_bytes);
        mem_free(a->label_offset);
        mem_free(a->promotions.start);
        mem_free(a->promotions.offset);
        mem_free(a->promotions.place);
    }
    memset(a, 0, sizeof *a);
}
