#include "model/file/assortment_file.h"

#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "model/file/columns_file.h"

static uint64_t promotion_rows(const assortment *a)
{
    return ((uint64_t)a->promotions.before + a->promotions.ahead) * a->n_items;
}

static assortment_meta meta_of(const assortment *a)
{
    return (assortment_meta){.as_of = a->as_of,
                             .first_day = a->first_day,
                             .items = a->n_items,
                             .product_columns = (int64_t)a->products.columns,
                             .segment_columns = (int64_t)a->segments.columns,
                             .department = a->products.department,
                             .category = a->products.category,
                             .labels = a->label_offset != NULL,
                             .stores = a->has_stores,
                             .discounts = a->has_discounts,
                             .promotions = a->promotions.offset != NULL,
                             .ahead = a->promotions.ahead,
                             .by_store = a->promotions.by_store};
}

static aisle_status add_promotions(sections *s, const assortment *a, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const promotion_view *v = &a->promotions;
    uint64_t rows = promotion_rows(a), weeks = (uint64_t)v->before + v->ahead;
    TRY(sections_add(s, "promotions.start", v->start, (weeks + 2) * sizeof *v->start, true, err));
    TRY(sections_add(s, "promotions.offset", v->offset, (rows + 1) * sizeof *v->offset, true, err));
    TRY(sections_add(s, "promotions.place", v->place, v->offset[rows] * sizeof *v->place, true,
                     err));
done:
    return status;
}

aisle_status assortment_to_sections(sections *s, assortment_parts *parts, const assortment *a,
                                    aisle_error *err)
{
    aisle_status status = AISLE_OK;
    memset(parts, 0, sizeof *parts);
    parts->meta = meta_of(a);
    TRY(sections_add(s, "assortment", &parts->meta, sizeof parts->meta, true, err));
    TRY(ids_to_sections(s, "items", &a->items, true, err));
    if (a->has_stores)
        TRY(ids_to_sections(s, "stores", &a->stores, true, err));
    TRY(ids_to_sections(s, "left_out", &a->left_out, true, err));
    TRY(attribute_names_join(&parts->products, &parts->product_bytes, &a->products, err));
    TRY(attribute_names_join(&parts->segments, &parts->segment_bytes, &a->segments, err));
    TRY(attributes_to_sections(s, "products", &a->products, parts->products, parts->product_bytes,
                               err));
    TRY(attributes_to_sections(s, "segments", &a->segments, parts->segments, parts->segment_bytes,
                               err));
    if (a->label_offset) {
        TRY(sections_add(s, "labels.offsets", a->label_offset,
                         ((uint64_t)a->n_items + 1) * sizeof *a->label_offset, true, err));
        TRY(sections_add(s, "labels.bytes", a->label_bytes, a->label_offset[a->n_items], true,
                         err));
    }
    if (a->promotions.offset)
        TRY(add_promotions(s, a, err));
done:
    return status;
}

void assortment_parts_fini(assortment_parts *parts)
{
    mem_free(parts->products);
    mem_free(parts->segments);
    memset(parts, 0, sizeof *parts);
}

#define REFUSE(...) return fail_at(err, AISLE_ERROR_FORMAT, name, 0, 0, __VA_ARGS__)

static bool is_flag(int64_t x)
{
    return x == 0 || x == 1;
}

static aisle_status read_meta(assortment_meta *m, sections *s, const char *name, aisle_error *err)
{
    void *bytes = NULL;
    aisle_status status = section_bind(&bytes, s, "assortment", sizeof *m, 1, name, err);
    if (status != AISLE_OK)
        return status;
    memcpy(m, bytes, sizeof *m);
    if (m->as_of < INT32_MIN || m->as_of > INT32_MAX || m->first_day < INT32_MIN ||
        m->first_day > INT32_MAX || m->items < 0 || m->items >= UINT32_MAX ||
        m->product_columns < 0 || m->segment_columns < 0 || m->department < -1 ||
        m->department > INT32_MAX || m->category < -1 || m->category > INT32_MAX ||
        !is_flag(m->labels) || !is_flag(m->stores) || !is_flag(m->discounts) ||
        !is_flag(m->promotions) || !is_flag(m->by_store) || m->ahead < 0 ||
        m->ahead > PROMOTION_WEEKS_BEYOND + 1)
        REFUSE("'%s' is damaged: section 'assortment'", name);
    for (size_t i = 0; i < sizeof m->reserved / sizeof *m->reserved; i++)
        if (m->reserved[i] != 0)
            REFUSE("'%s' is newer: section 'assortment' has numbers that this program does not "
                   "know",
                   name);
    return AISLE_OK;
}

static aisle_status bind_labels(assortment *a, sections *s, const char *name, aisle_error *err)
{
    aisle_status status = section_bind((void **)&a->label_offset, s, "labels.offsets", 8,
                                       (uint64_t)a->n_items + 1, name, err);
    if (status != AISLE_OK)
        return status;
    return section_bind((void **)&a->label_bytes, s, "labels.bytes", 1, a->label_offset[a->n_items],
                        name, err);
}

static aisle_status bind_promotions(assortment *a, sections *s, const assortment_meta *m,
                                    const char *name, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    promotion_view *v = &a->promotions;
    v->before = PROMOTION_WEEKS_BEFORE;
    v->ahead = (uint32_t)m->ahead;
    v->by_store = m->by_store;
    uint64_t rows = promotion_rows(a), weeks = (uint64_t)v->before + v->ahead;
    TRY(section_bind((void **)&v->start, s, "promotions.start", sizeof *v->start, weeks + 2, name,
                     err));
    TRY(section_bind((void **)&v->offset, s, "promotions.offset", sizeof *v->offset, rows + 1, name,
                     err));
    TRY(section_bind((void **)&v->place, s, "promotions.place", sizeof *v->place, v->offset[rows],
                     name, err));
done:
    return status;
}

aisle_status assortment_from_sections(assortment *out, sections *s, const char *name,
                                      aisle_error *err)
{
    aisle_status status = AISLE_OK;
    assortment_meta m;
    assortment a = {.mapped = true};
    TRY(read_meta(&m, s, name, err));
    a.as_of = (int32_t)m.as_of;
    a.first_day = (int32_t)m.first_day;
    a.n_items = (uint32_t)m.items;
    a.has_stores = m.stores;
    a.has_discounts = m.discounts;
    a.products.department = (int)m.department;
    a.products.category = (int)m.category;
    a.segments.department = a.segments.category = -1;
    TRY(ids_from_sections(&a.items, s, "items", a.n_items, name, err));
    if (a.has_stores)
        TRY(ids_from_sections(&a.stores, s, "stores", SIZE_MAX, name, err));
    TRY(ids_from_sections(&a.left_out, s, "left_out", SIZE_MAX, name, err));
    TRY(attributes_from_sections(&a.products, s, "products", (size_t)m.product_columns, a.n_items,
                                 name, err));
    TRY(attributes_from_sections(&a.segments, s, "segments", (size_t)m.segment_columns, 0, name,
                                 err));
    if (m.labels)
        TRY(bind_labels(&a, s, name, err));
    if (m.promotions)
        TRY(bind_promotions(&a, s, &m, name, err));
    TRY(assortment_check(&a, err));
    *out = a;
    memset(&a, 0, sizeof a);
done:
    assortment_fini(&a);
    return status;
}
