#include "evaluate/metrics/list_facts.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/sort.h"

aisle_status list_facts_rank(uint32_t *out, const uint32_t *buyers, size_t n, aisle_error *err)
{
    uint32_t *sorted = mem_copy(buyers, n, sizeof *buyers);
    size_t distinct = 0;
    if (!sorted)
        return fail_memory(err);
    sort_u32(sorted, n);
    for (size_t i = 0; i < n; i++)
        if (i == 0 || sorted[i] != sorted[i - 1])
            sorted[distinct++] = sorted[i];
    for (size_t i = 0; i < n; i++)
        out[i] = (uint32_t)(distinct - sort_find_u32(sorted, distinct, buyers[i]));
    mem_free(sorted);
    return AISLE_OK;
}

static aisle_status init_prices(double *price, const households *h, aisle_error *err)
{
    double *quantity = NEW_ZEROED(double, h->a->n_items);
    if (!quantity)
        return fail_memory(err);
    for (size_t l = 0; l < h->line.n; l++) {
        price[h->line.item[l]] += h->line.value[l];
        quantity[h->line.item[l]] += (double)h->line.quantity[l];
    }
    for (uint32_t i = 0; i < h->a->n_items; i++)
        price[i] = quantity[i] > 0 ? price[i] / quantity[i] : (double)NAN;
    mem_free(quantity);
    return AISLE_OK;
}

aisle_status list_facts_init(list_facts *out, const households *h, const catalogue *c,
                             aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const attribute_table *t = &h->a->products;
    uint32_t *buyers = NEW_ARRAY(uint32_t, h->a->n_items);
    uint32_t *popularity = NEW_ARRAY(uint32_t, h->a->n_items);
    uint32_t *code = NEW_ARRAY(uint32_t, h->a->n_items * t->columns);
    double *price = NEW_ZEROED(double, h->a->n_items);
    *out = (list_facts){h->a->n_items, h->n_users, c->count,   NULL, buyers,
                        popularity,    price,      t->columns, code};
    TRY_ALLOC(buyers);
    TRY_ALLOC(popularity);
    TRY_ALLOC(code);
    TRY_ALLOC(price);
    households_count_buyers(h, INT32_MIN, buyers);
    TRY(list_facts_rank(popularity, buyers, h->a->n_items, err));
    TRY(init_prices(price, h, err));
    for (uint32_t i = 0; i < h->a->n_items; i++)
        for (size_t k = 0; k < t->columns; k++)
            code[i * t->columns + k] = t->code[k][i];
done:
    if (status != AISLE_OK)
        list_facts_fini(out);
    return status;
}

void list_facts_fini(list_facts *f)
{
    mem_free((void *)f->offered);
    mem_free((void *)f->buyers);
    mem_free((void *)f->popularity);
    mem_free((void *)f->price);
    mem_free((void *)f->code);
    memset(f, 0, sizeof *f);
}
