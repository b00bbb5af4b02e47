#include "candidates/product_columns.h"

#include <string.h>

#include "base/fail.h"

int product_column_find(const attribute_table *products, const char *name)
{
    for (size_t c = 0; c < products->columns; c++)
        if (strcmp(products->names[c], name) == 0)
            return (int)c;
    return -1;
}

aisle_status product_columns_choose(product_columns *out, const list_context *context,
                                    const text_list *named, const char *key, aisle_error *err)
{
    if (named->count > PRODUCT_COLUMNS_MOST)
        return fail(err, AISLE_ERROR_ARGUMENT, "%s: more than %d columns", key,
                    PRODUCT_COLUMNS_MOST);
    for (size_t i = 0; i < named->count; i++) {
        out->column[i] = product_column_find(&context->a->products, named->items[i]);
        if (out->column[i] < 0)
            return fail(err, AISLE_ERROR_ARGUMENT, "%s: products have no category column '%s'", key,
                        named->items[i]);
    }
    out->count = named->count;
    return AISLE_OK;
}
