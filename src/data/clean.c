#include "data/clean.h"

#include <string.h>

#include "base/fail.h"
#include "base/mem.h"

cleaning_rules cleaning_rules_of(const data_options *options, bool has_value)
{
    return (cleaning_rules){
        .quantity_above = options->cleaning.quantity_above,
        .value_above = options->cleaning.value_above,
        .price_above = options->cleaning.price_above,
        .price_below = options->cleaning.price_below,
        .has_value = has_value,
        .drop_returns = options->cleaning.returns == RETURNS_DROP,
        .drop_duplicates = options->cleaning.duplicates == DUPLICATES_DROP,
    };
}

aisle_status cleaning_check(const data_options *options, bool has_value, aisle_error *err)
{
    const char *key = options->cleaning.value_above > 0       ? "value_above"
                      : options->cleaning.price_above > -1    ? "price_above"
                      : options->cleaning.price_below < 1e300 ? "price_below"
                                                              : NULL;
    if (has_value || !key)
        return AISLE_OK;
    return fail(err, AISLE_ERROR_CONFIG, "key 'data.cleaning.%s' needs 'data.receipts.value'", key);
}

static aisle_status require_role(int column, const char *rule, const char *role, aisle_error *err)
{
    if (column >= 0)
        return AISLE_OK;
    return fail(err, AISLE_ERROR_CONFIG,
                "key 'data.cleaning.%s' needs 'data.products.%s' and a table of products", rule,
                role);
}

/* Marks the levels that are in the list; one that does not occur is no error. */
static uint8_t *mark_levels(const id_table *levels, const text_list *list)
{
    uint8_t *out = NEW_ZEROED(uint8_t, levels->count);
    for (size_t i = 0; out && i < list->count; i++) {
        uint32_t level = id_table_find(levels, list->items[i]);
        if (level != AISLE_MISSING)
            out[level] = 1;
    }
    return out;
}

static aisle_status leave_out(uint8_t *reason, aisle_reason why, const attribute_source *products,
                              int column, const text_list *list, const uint32_t *rows, size_t n,
                              aisle_error *err)
{
    uint8_t *out = mark_levels(&products->levels[column], list);
    if (!out)
        return fail_memory(err);
    for (size_t i = 0; i < n; i++) {
        uint32_t level = rows[i] == AISLE_MISSING ? AISLE_MISSING : products->code[column][rows[i]];
        if (level != AISLE_MISSING && out[level] && reason[i] == AISLE_REASON_COUNT)
            reason[i] = (uint8_t)why;
    }
    mem_free(out);
    return AISLE_OK;
}

aisle_status clean_items(uint8_t *reason, const attribute_source *products, const uint32_t *rows,
                         size_t n, const data_options *options, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const text_list *departments = &options->cleaning.departments_out;
    const text_list *categories = &options->cleaning.categories_out;
    memset(reason, AISLE_REASON_COUNT, n);
    if (departments->count) {
        TRY(require_role(products->department, "departments_out", "department", err));
        TRY(leave_out(reason, AISLE_REASON_DEPARTMENT, products, products->department, departments,
                      rows, n, err));
    }
    if (categories->count) {
        TRY(require_role(products->category, "categories_out", "category", err));
        TRY(leave_out(reason, AISLE_REASON_CATEGORY, products, products->category, categories, rows,
                      n, err));
    }
    if (options->cleaning.category_required) {
        TRY(require_role(products->category, "category_required", "category", err));
        const uint32_t *code = products->code[products->category];
        for (size_t i = 0; i < n; i++)
            if (reason[i] == AISLE_REASON_COUNT &&
                (rows[i] == AISLE_MISSING || code[rows[i]] == AISLE_MISSING))
                reason[i] = AISLE_REASON_CATEGORY;
    }
done:
    return status;
}

aisle_reason clean_line(const cleaning_rules *rules, double quantity, double value)
{
    if (quantity < 0)
        return rules->drop_returns ? AISLE_REASON_QUANTITY : AISLE_REASON_COUNT;
    /* The dataset keeps float: what vanishes there is no quantity. */
    if (quantity <= rules->quantity_above || (float)quantity <= 0)
        return AISLE_REASON_QUANTITY;
    if (!rules->has_value)
        return AISLE_REASON_COUNT;
    if (value <= rules->value_above)
        return AISLE_REASON_VALUE;
    double price = value / quantity;
    if (price <= rules->price_above || price >= rules->price_below)
        return AISLE_REASON_PRICE;
    return AISLE_REASON_COUNT;
}
