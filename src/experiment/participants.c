#include "experiment/participants.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "base/utf8.h"
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
        bool known = find_name(t, d->variant[r]) < t->n_groups;
        if (!utf8_is_clean(d->household[r], strlen(d->household[r])) ||
            (!known && !utf8_is_clean(d->variant[r], strlen(d->variant[r]))))
            return fail(err, AISLE_ERROR_DATA, "row %zu: found a name that is no UTF-8", r + 1);
        if (known)
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
    uint32_t *first;     /* [households + 1] of the rows by place */
} placement;

typedef struct named {
    const char *id;
    uint32_t household;
} named;

static int by_id(const void *a, const void *b)
{
    const named *x = a, *y = b;
    return strcmp(x->id, y->id);
}

/* Places in each group by id. */
static aisle_status order_households(placement *p, const household_table *t,
                                     const aisle_abtest_data *d, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    size_t next[HOUSEHOLD_GROUPS_MOST];
    named *all = NEW_ARRAY(named, t->n);
    TRY_ALLOC(all);
    TRY_ALLOC(p->first = NEW_ZEROED(uint32_t, t->n + 1));
    for (size_t r = 0; r < d->rows; r++)
        all[p->household[r]] = (named){d->household[r], p->household[r]};
    qsort(all, t->n, sizeof *all, by_id);
    memcpy(next, t->offset, t->n_groups * sizeof *next);
    for (size_t i = 0; i < t->n; i++)
        p->place[all[i].household] = next[p->group[all[i].household]]++;
    for (size_t r = 0; r < d->rows; r++)
        p->first[p->place[p->household[r]] + 1]++;
    for (size_t i = 0; i < t->n; i++)
        p->first[i + 1] += p->first[i];
done:
    mem_free(all);
    return status;
}

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
    TRY(order_households(p, t, d, err));
done:
    id_index_fini(&ids);
    return status;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Smallest first: a sum's last bits depend on the order. */
static double sum_up(double *value, size_t n)
{
    double sum = 0;
    if (n > 1)
        qsort(value, n, sizeof *value, by_value);
    for (size_t i = 0; i < n; i++)
        sum += value[i];
    return sum;
}

static aisle_status sum_rows(household_table *t, household_column c, const double *from,
                             const placement *p, const aisle_abtest_data *d, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    double *value = NEW_ARRAY(double, d->rows);
    uint32_t *used = NEW_ZEROED(uint32_t, t->n);
    TRY_ALLOC(value);
    TRY_ALLOC(used);
    TRY_ALLOC(t->column[c] = NEW_ARRAY(double, t->n));
    for (size_t r = 0; r < d->rows; r++) {
        size_t place = p->place[p->household[r]];
        value[p->first[place] + used[place]++] = from[r];
    }
    for (size_t i = 0; i < t->n; i++)
        t->column[c][i] = sum_up(value + p->first[i], used[i]);
done:
    mem_free(value);
    mem_free(used);
    return status;
}

static aisle_status add_column(household_table *t, household_column c, const double *from,
                               const placement *p, const aisle_abtest_data *d, aisle_error *err)
{
    bool may_be_negative = c == HOUSEHOLD_REVENUE || c == HOUSEHOLD_PRE_REVENUE;
    for (size_t r = 0; from && r < d->rows; r++)
        if (!isfinite(from[r]) || (from[r] < 0 && !may_be_negative))
            return fail(err, AISLE_ERROR_DATA, "row %zu: %s: found %g, expected %s", r + 1,
                        column_names[c], from[r], may_be_negative ? "a number" : "0 or more");
    return from ? sum_rows(t, c, from, p, d, err) : AISLE_OK;
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
    mem_free(p.first);
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
