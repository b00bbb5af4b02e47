#include "experiment/households.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "experiment/id_index.h"

static const char *const column_names[] = {"orders", "visits", "revenue", "pre-period orders",
                                           "pre-period revenue"};

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static size_t find_name(const household_table *t, const char *name)
{
    size_t g = 0;
    while (g < t->n_groups && strcmp(t->name[g], name) != 0)
        g++;
    return g;
}

/* The control to the front. */
static aisle_status order_groups(household_table *t, const char *control, aisle_error *err)
{
    qsort(t->name, t->n_groups, sizeof *t->name, by_bytes);
    size_t at = find_name(t, control ? control : "control");
    if (at == t->n_groups && control)
        return fail(err, AISLE_ERROR_DATA,
                    "variant '%.100s': found no household, expected the control", control);
    at = at == t->n_groups ? 0 : at;
    const char *name = t->name[at];
    memmove(t->name + 1, t->name, at * sizeof *t->name);
    t->name[0] = name;
    if (t->n_groups < 2)
        return fail(err, AISLE_ERROR_DATA, "variant: found only '%.100s', expected two or more",
                    name);
    return AISLE_OK;
}

static aisle_status find_groups(household_table *t, const aisle_abtest_data *d, const char *control,
                                aisle_error *err)
{
    for (size_t r = 0; r < d->rows; r++) {
        if (!d->variant[r] || !d->household[r])
            return fail(err, AISLE_ERROR_DATA, "row %zu: the %s is missing", r + 1,
                        d->variant[r] ? "household" : "variant");
        if (find_name(t, d->variant[r]) < t->n_groups)
            continue;
        if (t->n_groups == HOUSEHOLD_GROUPS_MOST)
            return fail(err, AISLE_ERROR_DATA,
                        "variant: found over %d different ones, such as '%.100s'",
                        HOUSEHOLD_GROUPS_MOST, d->variant[r]);
        t->name[t->n_groups++] = d->variant[r];
    }
    if (d->rows == 0)
        return fail(err, AISLE_ERROR_DATA, "found no household, expected some");
    return order_groups(t, control, err);
}

/* Where each household's row in the columns is. */
typedef struct placement {
    uint32_t *household; /* [rows] by first row */
    uint8_t *group;      /* [households] */
    size_t *place;       /* [households] */
} placement;

static aisle_status place_households(placement *p, household_table *t, const aisle_abtest_data *d,
                                     aisle_error *err)
{
    aisle_status status = AISLE_OK;
    id_index ids = {0};
    TRY_ALLOC(p->household = NEW_ARRAY(uint32_t, d->rows));
    TRY_ALLOC(p->group = NEW_ZEROED(uint8_t, d->rows));
    TRY_ALLOC(p->place = NEW_ARRAY(size_t, d->rows));
    TRY(id_index_init(&ids, d->rows, err));
    for (size_t r = 0; r < d->rows; r++) {
        size_t g = find_name(t, d->variant[r]);
        uint32_t h = p->household[r] = id_index_add(&ids, d->household, r);
        if (h == t->n) {
            p->group[t->n++] = (uint8_t)g;
            t->offset[g + 1]++;
        } else if (p->group[h] != g) {
            TRY(fail(
                err, AISLE_ERROR_DATA,
                "row %zu: household '%.100s' is in variants '%.100s' and '%.100s', expected one",
                r + 1, d->household[r], t->name[p->group[h]], d->variant[r]));
        }
    }
    for (size_t g = 0; g < t->n_groups; g++)
        t->offset[g + 1] += t->offset[g];
    size_t next[HOUSEHOLD_GROUPS_MOST];
    memcpy(next, t->offset, t->n_groups * sizeof *next);
    for (size_t h = 0; h < t->n; h++)
        p->place[h] = next[p->group[h]]++;
done:
    id_index_fini(&ids);
    return status;
}

static aisle_status add_column(household_table *t, household_column c, const double *from,
                               const placement *p, const aisle_abtest_data *d, aisle_error *err)
{
    bool may_be_negative = c == HOUSEHOLD_REVENUE || c == HOUSEHOLD_PRE_REVENUE;
    if (!from)
        return AISLE_OK;
    t->column[c] = NEW_ZEROED(double, t->n);
    if (!t->column[c])
        return fail_memory(err);
    for (size_t r = 0; r < d->rows; r++) {
        if (!isfinite(from[r]) || (from[r] < 0 && !may_be_negative))
            return fail(err, AISLE_ERROR_DATA, "row %zu: %s: found %g, expected %s", r + 1,
                        column_names[c], from[r], may_be_negative ? "a number" : "0 or more");
        t->column[c][p->place[p->household[r]]] += from[r];
    }
    return AISLE_OK;
}

aisle_status household_table_init(household_table *out, const aisle_abtest_data *d,
                                  const char *control, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    placement p = {0};
    *out = (household_table){0};
    if (!d->household || !d->variant || (!d->orders && !d->revenue))
        TRY(fail(err, AISLE_ERROR_DATA,
                 "expected columns household, variant, and orders or revenue"));
    if (d->rows >= UINT32_MAX)
        TRY(fail(err, AISLE_ERROR_DATA, "found %zu rows, expected less than 4294967295", d->rows));
    TRY(find_groups(out, d, control, err));
    TRY(place_households(&p, out, d, err));
    TRY(add_column(out, HOUSEHOLD_ORDERS, d->orders, &p, d, err));
    TRY(add_column(out, HOUSEHOLD_VISITS, d->visits, &p, d, err));
    TRY(add_column(out, HOUSEHOLD_REVENUE, d->revenue, &p, d, err));
    TRY(add_column(out, HOUSEHOLD_PRE_ORDERS, d->pre_orders, &p, d, err));
    TRY(add_column(out, HOUSEHOLD_PRE_REVENUE, d->pre_revenue, &p, d, err));
done:
    mem_free(p.household);
    mem_free(p.group);
    mem_free(p.place);
    if (status != AISLE_OK)
        household_table_fini(out);
    return status;
}

void household_table_fini(household_table *t)
{
    for (int c = 0; c < HOUSEHOLD_COLUMNS; c++)
        mem_free(t->column[c]);
    *t = (household_table){0};
}
