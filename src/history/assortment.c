#include "history/assortment.h"

#include <string.h>
#include <strings.h>

#include "base/fail.h"
#include "base/mem.h"
#include "history/day_sums.h"

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

/* What of a dataset is sold, and where. */
typedef struct sold {
    uint8_t *items;  /* [dataset items] */
    uint8_t *stores; /* [dataset stores] */
    int32_t first_day;
} sold;

static aisle_status sold_init(sold *s, const aisle_dataset *d, aisle_error *err)
{
    s->items = NEW_ZEROED(uint8_t, d->items.count);
    s->stores = NEW_ZEROED(uint8_t, d->stores.count);
    return s->items && s->stores ? AISLE_OK : fail_memory(err);
}

static void sold_fini(sold *s)
{
    mem_free(s->items);
    mem_free(s->stores);
}

static void mark_lines(sold *s, const aisle_dataset *d, const dated_lines *lines, int32_t as_of)
{
    const line_columns *line = &lines->line;
    s->first_day = as_of - 1;
    for (size_t l = 0; l < line->n; l++) {
        uint32_t store = d->store ? d->store[line->basket[l]] : AISLE_MISSING;
        s->items[line->item[l]] = 1;
        if (store != AISLE_MISSING)
            s->stores[store] = 1;
        s->first_day = line->day[l] < s->first_day ? line->day[l] : s->first_day;
    }
}

static aisle_status mark_ids(uint8_t *marked, const id_table *known, const id_table *ids,
                             const char *what, aisle_error *err)
{
    char buffer[32];
    for (uint32_t i = 0; i < ids->count; i++) {
        uint32_t at = id_table_find_same(known, ids, i);
        if (at == AISLE_MISSING)
            return fail(err, AISLE_ERROR_ARGUMENT, "sums: the receipts do not know %s '%s'", what,
                        id_table_text(ids, i, buffer));
        marked[at] = 1;
    }
    return AISLE_OK;
}

static aisle_status take_ids(id_table *out, const id_table *from, const uint8_t *marked,
                             aisle_error *err)
{
    uint32_t *kept, n = 0;
    aisle_status status = list_marked(&kept, &n, marked, from->count, err);
    if (status != AISLE_OK)
        return status;
    status = id_table_subset(out, from, kept, n, err);
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

static aisle_status take_sold(assortment *out, const aisle_dataset *d, const sold *what,
                              int32_t as_of, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    uint32_t *items = NULL;
    assortment a = {.as_of = as_of,
                    .first_day = what->first_day,
                    .has_stores = d->store != NULL,
                    .has_discounts = d->line.discount != NULL};
    TRY(list_marked(&items, &a.n_items, what->items, d->items.count, err));
    TRY(id_table_subset(&a.items, &d->items, items, a.n_items, err));
    if (a.has_stores)
        TRY(take_ids(&a.stores, &d->stores, what->stores, err));
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

aisle_status assortment_init(assortment *out, const aisle_dataset *d, const dated_lines *lines,
                             int32_t as_of, aisle_error *err)
{
    sold what = {0};
    aisle_status status = sold_init(&what, d, err);
    if (status == AISLE_OK) {
        mark_lines(&what, d, lines, as_of);
        status = take_sold(out, d, &what, as_of, err);
    }
    sold_fini(&what);
    return status;
}

int assortment_segment_column(const assortment *a, const candidates_options *options)
{
    const char *name = options->popular_segment.column;
    for (size_t c = 0; c < a->segments.columns; c++)
        if (!name || strcasecmp(a->segments.names[c], name) == 0)
            return (int)c;
    return -1;
}

const id_table *assortment_segment_levels(const assortment *a, const candidates_options *options)
{
    int column = options ? assortment_segment_column(a, options) : -1;
    return column < 0 ? NULL : &a->segments.levels[column];
}

aisle_status assortment_init_summed(assortment *out, const aisle_dataset *d, const day_sums *from,
                                    const candidates_options *options, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    sold what = {.first_day = from->first_day};
    TRY(sold_init(&what, d, err));
    TRY(mark_ids(what.items, &d->items, &from->items, "product", err));
    TRY(mark_ids(what.stores, &d->stores, &from->stores, "store", err));
    TRY(take_sold(out, d, &what, from->as_of, err));
    /* The tally of segments has rows by the levels that all households have. */
    int column = assortment_segment_column(out, options);
    if (column >= 0) {
        id_table_fini(&out->segments.levels[column]);
        TRY(id_table_copy(&out->segments.levels[column], &from->segments, err));
    }
done:
    sold_fini(&what);
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
