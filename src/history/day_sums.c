#include "history/day_sums.h"

#include <string.h>

#include "base/fail.h"
#include "base/mem.h"

static aisle_status no_ids(id_table *out, aisle_error *err)
{
    static const aisle_values none;
    return id_table_init(out, NULL, &none, err);
}

aisle_status sums_of(const tally **out, tally *own, const tally_part *part, const households *h,
                     const candidates_options *options, aisle_error *err)
{
    memset(own, 0, sizeof *own);
    const id_table *levels = assortment_segment_levels(h->a, options);
    size_t items = h->a->n_items;
    size_t rows = tally_count_rows(part, h->a->stores.count, levels ? levels->count : 0);
    if (h->whole) {
        *out = sums_find(h->whole, part);
        if (!*out)
            return fail(err, AISLE_ERROR_ARGUMENT, "sums: '%s' is not among them", part->name);
        if ((*out)->count[TALLY_ITEM] != items || (*out)->count[TALLY_ROW] != rows)
            return fail(err, AISLE_ERROR_ARGUMENT,
                        "sums: '%s' has %zu rows, the fit has %zu: other stores or segments",
                        part->name, (*out)->count[TALLY_ROW], rows);
        return AISLE_OK;
    }
    aisle_status status = tally_init(own, part, items, rows, err);
    if (status == AISLE_OK)
        status = part->sum(own, h, options, err);
    *out = own;
    return status;
}

aisle_status sums_init(day_sums *out, const households *h, const tally_part *const *parts,
                       size_t n_parts, const candidates_options *options, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const assortment *a = h->a;
    const id_table *levels = assortment_segment_levels(a, options);
    const tally *same;
    day_sums s = {.as_of = a->as_of, .first_day = a->first_day};
    TRY(id_table_copy(&s.items, &a->items, err));
    TRY(id_table_copy(&s.stores, &a->stores, err));
    if (levels)
        TRY(id_table_copy(&s.segments, levels, err));
    else
        TRY(no_ids(&s.segments, err));
    for (size_t p = 0; p < n_parts; p++) {
        s.n_parts++;
        TRY(sums_of(&same, &s.part[p], parts[p], h, options, err));
    }
    *out = s;
    memset(&s, 0, sizeof s);
done:
    sums_fini(&s);
    return status;
}

aisle_status sums_init_empty(day_sums *out, const day_sums *like, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    day_sums s = {.as_of = like->as_of, .first_day = like->first_day};
    TRY(no_ids(&s.items, err));
    TRY(no_ids(&s.stores, err));
    TRY(no_ids(&s.segments, err));
    for (size_t p = 0; p < like->n_parts; p++) {
        const tally_part *part = like->part[p].part;
        s.n_parts++;
        TRY(tally_init(&s.part[p], part, 0, tally_count_rows(part, 0, 0), err));
    }
    *out = s;
    memset(&s, 0, sizeof s);
done:
    sums_fini(&s);
    return status;
}

void sums_fini(day_sums *s)
{
    id_table_fini(&s->items);
    id_table_fini(&s->stores);
    id_table_fini(&s->segments);
    for (size_t p = 0; p < s->n_parts; p++)
        tally_fini(&s->part[p]);
    memset(s, 0, sizeof *s);
}

const tally *sums_find(const day_sums *s, const tally_part *part)
{
    for (size_t p = 0; p < s->n_parts; p++)
        if (s->part[p].part == part)
            return &s->part[p];
    return NULL;
}

/* ---- Adding ---- */

/* Two tables as one, and where their ids are in it; the maps are freed by the caller. */
typedef struct joined {
    id_table all;
    uint32_t *of_a, *of_b;
} joined;

static aisle_status join(joined *out, const id_table *a, const id_table *b, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    TRY(id_table_union(&out->all, a, b, err));
    TRY_ALLOC(out->of_a = NEW_ARRAY(uint32_t, a->count + 1));
    TRY_ALLOC(out->of_b = NEW_ARRAY(uint32_t, b->count + 1));
    id_table_match(out->of_a, a, &out->all);
    id_table_match(out->of_b, b, &out->all);
    /* Segments have one more row behind the levels. */
    out->of_a[a->count] = out->of_b[b->count] = (uint32_t)out->all.count;
done:
    return status;
}

static void joined_fini(joined *j)
{
    id_table_fini(&j->all);
    mem_free(j->of_a);
    mem_free(j->of_b);
}

static void take_ids(id_table *to, id_table *from)
{
    id_table_fini(to);
    *to = *from;
    memset(from, 0, sizeof *from);
}

static aisle_status add_part(tally *a, const tally *b, const joined *items, const joined *rows,
                             aisle_error *err)
{
    aisle_status status = AISLE_OK;
    tally both = {0};
    size_t n = rows ? rows->all.count : 0;
    TRY(tally_init(&both, a->part, items->all.count, tally_count_rows(a->part, n, n), err));
    TRY(tally_add(&both, a, items->of_a, rows ? rows->of_a : NULL, err));
    TRY(tally_add(&both, b, items->of_b, rows ? rows->of_b : NULL, err));
    tally_fini(a);
    *a = both;
    memset(&both, 0, sizeof both);
done:
    tally_fini(&both);
    return status;
}

aisle_status sums_add(day_sums *a, const day_sums *b, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    joined items = {0}, stores = {0}, segments = {0};
    const joined *rows[] = {NULL, &stores, &segments};
    TRY(join(&items, &a->items, &b->items, err));
    TRY(join(&stores, &a->stores, &b->stores, err));
    TRY(join(&segments, &a->segments, &b->segments, err));
    for (size_t p = 0; p < a->n_parts; p++)
        TRY(add_part(&a->part[p], &b->part[p], &items, rows[a->part[p].part->rows], err));
    take_ids(&a->items, &items.all);
    take_ids(&a->stores, &stores.all);
    take_ids(&a->segments, &segments.all);
    a->first_day = b->first_day < a->first_day ? b->first_day : a->first_day;
done:
    joined_fini(&items);
    joined_fini(&stores);
    joined_fini(&segments);
    return status;
}

aisle_status sums_check(const day_sums *s, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    TRY(id_table_check(&s->items, err));
    TRY(id_table_check(&s->stores, err));
    TRY(id_table_check(&s->segments, err));
    if (s->first_day >= s->as_of)
        TRY(fail(err, AISLE_ERROR_FORMAT, "sums: their first day is not before T"));
    for (size_t p = 0; p < s->n_parts; p++)
        TRY(tally_check(&s->part[p], err));
done:
    return status;
}
