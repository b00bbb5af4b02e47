#include "candidates/neighbours/item_rows.h"

#include "base/fail.h"
#include "base/mem.h"
#include "base/topk.h"

#include <math.h>
#include <string.h>

item_rows item_rows_of(const list_context *context, int64_t k)
{
    uint32_t n = context->c->count;
    return (item_rows){{.n = n, .k = k < n ? (uint32_t)k : n}, context->c->place};
}

void item_rows_take(item_rows *r, item_neighbours *neighbours, const catalogue *c)
{
    r->rows = *neighbours;
    memset(neighbours, 0, sizeof *neighbours);
    for (size_t e = 0; e < (size_t)r->rows.n * r->rows.k; e++)
        if (r->rows.column[e] != NEIGHBOUR_NONE)
            r->rows.column[e] = c->items[r->rows.column[e]];
}

void item_rows_fini(item_rows *r, bool owns_arrays)
{
    if (owns_arrays)
        item_neighbours_fini(&r->rows);
    memset(r, 0, sizeof *r);
}

uint32_t *item_rows_popularity(const list_context *context)
{
    const catalogue *c = context->c;
    uint32_t *popularity = NEW_ARRAY(uint32_t, c->count);
    for (uint32_t i = 0; popularity && i < c->count; i++)
        popularity[i] = context->popularity[c->items[i]];
    return popularity;
}

void item_rows_similar(size_t *count, neighbour *out, size_t k, const item_rows *r, uint32_t item)
{
    size_t first = (size_t)r->place[item] * r->rows.k, n = 0;
    for (uint32_t j = 0; j < r->rows.k && n < k; j++) {
        uint32_t column = r->rows.column[first + j];
        if (column == NEIGHBOUR_NONE)
            break;
        if (column != item)
            out[n++] = (neighbour){column, r->rows.value[first + j]};
    }
    *count = n;
}

size_t item_rows_arrays(state_array *out, item_rows *r)
{
    size_t entries = (size_t)r->rows.n * r->rows.k;
    out[0] = (state_array){"neighbours", sizeof *r->rows.column, entries, (void **)&r->rows.column,
                           NULL};
    out[1] =
        (state_array){"similarity", sizeof *r->rows.value, entries, (void **)&r->rows.value, NULL};
    return 2;
}

/* Large ones are refused that sums of could overflow. */
static bool is_similarity(float value)
{
    return value > 0 && value < 1e30f;
}

static aisle_status check_row(const item_rows *r, uint32_t i, const list_context *context,
                              const char *name, aisle_error *err)
{
    const uint32_t *column = r->rows.column + (size_t)i * r->rows.k;
    const float *value = r->rows.value + (size_t)i * r->rows.k;
    ranked last = {0};
    for (uint32_t j = 0; j < r->rows.k; j++) {
        if (column[j] == NEIGHBOUR_NONE && value[j] == 0 &&
            (j + 1 == r->rows.k || column[j + 1] == NEIGHBOUR_NONE))
            continue;
        if (column[j] >= context->a->n_items || !context->c->allowed[column[j]])
            return fail(err, AISLE_ERROR_FORMAT,
                        "%s: a neighbour of row %u is not in the catalogue", name, i);
        if (!is_similarity(value[j]))
            return fail(err, AISLE_ERROR_FORMAT,
                        "%s: a similarity of row %u is not above 0 and finite", name, i);
        ranked next = ranked_of(value[j], context->popularity[column[j]], column[j]);
        if (j > 0 && !ranked_before(last, next))
            return fail(err, AISLE_ERROR_FORMAT, "%s: the neighbours of row %u are out of order",
                        name, i);
        last = next;
    }
    return AISLE_OK;
}

aisle_status item_rows_check(const item_rows *r, const list_context *context, const char *name,
                             aisle_error *err)
{
    aisle_status status = AISLE_OK;
    for (uint32_t i = 0; i < r->rows.n && status == AISLE_OK; i++)
        status = check_row(r, i, context, name, err);
    return status;
}
