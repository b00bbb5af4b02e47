#include "history/rhythm.h"

#include "base/fail.h"
#include "base/mem.h"
#include "base/sort.h"

#include <math.h>

void rhythm_read(rhythm *out, const households *h, size_t pair)
{
    uint64_t first = h->pair_line_offset[pair], end = h->pair_line_offset[pair + 1];
    int32_t last = h->line.day[h->pair_line[first]], gap = 0;
    size_t gaps = 0;
    out->first = last;
    for (uint64_t l = first + 1; l < end; l++) {
        int32_t day = h->line.day[h->pair_line[l]];
        if (day == last)
            continue;
        gap = day - last;
        out->gap[gaps++ % RHYTHM_GAPS] = gap;
        last = day;
    }
    out->last = last;
    out->days = (uint32_t)gaps + 1;
    out->last_gap = gap;
    out->gaps = gaps < RHYTHM_GAPS ? gaps : RHYTHM_GAPS;
}

double rhythm_median(rhythm *r)
{
    return r->gaps ? sort_median_i32(r->gap, r->gaps) : NAN;
}

/* ---- All households ---- */

/* The gaps of all pairs by item. */
typedef struct gap_table {
    uint64_t *offset; /* [n_items + 1] */
    int32_t *gap;     /* [offset[n_items]] */
} gap_table;

static void gap_table_fini(gap_table *t)
{
    mem_free(t->offset);
    mem_free(t->gap);
}

/* offset[i + 1]: the gaps of items up to i; offset[0] = 0 */
static void count_gaps(uint64_t *offset, const households *h)
{
    rhythm r;
    for (size_t p = 0; p < h->pairs; p++) {
        rhythm_read(&r, h, p);
        offset[h->pair_item[p] + 1] += r.gaps;
    }
    for (uint32_t i = 0; i < h->a->n_items; i++)
        offset[i + 1] += offset[i];
}

/* On failure too, the table is there to be freed. */
static aisle_status gap_table_init(gap_table *t, const households *h, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    rhythm r;
    uint64_t *next = NULL;
    TRY_ALLOC(t->offset = NEW_ZEROED(uint64_t, (size_t)h->a->n_items + 1));
    count_gaps(t->offset, h);
    TRY_ALLOC(t->gap = NEW_ARRAY(int32_t, t->offset[h->a->n_items]));
    TRY_ALLOC(next = mem_copy(t->offset, h->a->n_items, sizeof *next));
    for (size_t p = 0; p < h->pairs; p++) {
        rhythm_read(&r, h, p);
        for (size_t g = 0; g < r.gaps; g++)
            t->gap[next[h->pair_item[p]]++] = r.gap[g];
    }
done:
    mem_free(next);
    return status;
}

/* The median of n >= 1 gaps: their number by days, `days` of which there are. */
static double median_counted(const uint64_t *number, size_t days, uint64_t n)
{
    uint64_t below = 0, lower = (n - 1) / 2, upper = n / 2;
    double sum = 0;
    for (size_t day = 0; day < days && below <= upper; day++) {
        uint64_t end = below + number[day];
        sum += (below <= lower && lower < end ? (double)day : 0) +
               (below <= upper && upper < end ? (double)day : 0);
        below = end;
    }
    return sum / 2;
}

static aisle_status median_of_all(float *median, const gap_table *t, const households *h,
                                  aisle_error *err)
{
    size_t days = (size_t)((int64_t)h->as_of - h->a->first_day) + 1;
    uint64_t n = t->offset[h->a->n_items], *number = NEW_ZEROED(uint64_t, days);
    if (!number)
        return fail_memory(err);
    for (uint64_t g = 0; g < n; g++)
        number[t->gap[g]]++;
    *median = n ? (float)median_counted(number, days, n) : (float)(days - 1);
    mem_free(number);
    return AISLE_OK;
}

aisle_status rhythm_item_medians(float **gap, const households *h, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    gap_table t = {0};
    float all = 0, *medians = NULL;
    TRY_ALLOC(medians = NEW_ARRAY(float, h->a->n_items));
    TRY(gap_table_init(&t, h, err));
    TRY(median_of_all(&all, &t, h, err));
    for (uint32_t i = 0; i < h->a->n_items; i++) {
        size_t n = t.offset[i + 1] - t.offset[i];
        medians[i] = n ? (float)sort_median_i32(t.gap + t.offset[i], n) : all;
    }
    *gap = medians;
    medians = NULL;
done:
    gap_table_fini(&t);
    mem_free(medians);
    return status;
}
