/* The category columns of product and household as they are, for LightGBM's categorical splits. */
#include <math.h>
#include <stdio.h>

#include "features/families.h"

static void write_codes(float *to, const attribute_table *t, uint32_t row)
{
    for (size_t c = 0; c < t->columns; c++) {
        uint32_t code = row == HISTORY_NONE ? AISLE_MISSING : t->code[c][row];
        to[c] = code == AISLE_MISSING ? NAN : (float)code;
    }
}

static void fill(float *to, size_t stride, const feature_rows *rows, const household_scan *scan,
                 const feature_context *context)
{
    (void)scan;
    const history *h = context->h;
    for (size_t i = 0; i < rows->n; i++) {
        write_codes(to + i * stride, &h->products, rows->item[i]);
        write_codes(to + i * stride + h->products.columns, &h->households, rows->user);
    }
}

static void name_columns(feature_column *out, const char *prefix, const attribute_table *t,
                         const char *meaning)
{
    for (size_t c = 0; c < t->columns; c++) {
        snprintf(out[c].name, sizeof out[c].name, "%s_%.40s", prefix, t->names[c]);
        out[c].meaning = meaning;
        out[c].categorical = true;
    }
}

static size_t columns(feature_column *out, const feature_context *context,
                      const candidate_lists *lists)
{
    (void)lists;
    const history *h = context->h;
    if (out) {
        name_columns(out, "product", &h->products, "The product's level of this column.");
        name_columns(out + h->products.columns, "household", &h->households,
                     "The household's level of this column.");
    }
    return h->products.columns + h->households.columns;
}

const feature_family attribute_family = {
    "attribute", "Category columns of product and household.", columns, fill};
