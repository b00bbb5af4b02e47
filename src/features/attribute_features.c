/* The category columns of product and household as they are, for LightGBM's categorical splits.
 * Columns of many levels are left out: trees learn single products by them. */
#include <math.h>
#include <stdio.h>

#include "features/families.h"

static bool is_used(const attribute_table *t, size_t c, const feature_context *context)
{
    return t->levels[c].count <= (size_t)context->options->category_levels;
}

static float *write_codes(float *to, const attribute_table *t, uint32_t row,
                          const feature_context *context)
{
    for (size_t c = 0; c < t->columns; c++) {
        if (!is_used(t, c, context))
            continue;
        uint32_t code = row == HISTORY_NONE ? AISLE_MISSING : t->code[c][row];
        *to++ = code == AISLE_MISSING ? NAN : (float)code;
    }
    return to;
}

static void fill(float *to, size_t stride, const feature_rows *rows, const household_scan *scan,
                 const feature_context *context)
{
    (void)scan;
    const history *h = context->h;
    for (size_t i = 0; i < rows->n; i++) {
        float *next = write_codes(to + i * stride, &h->products, rows->item[i], context);
        write_codes(next, &h->households, rows->user, context);
    }
}

static size_t name_columns(feature_column *out, const char *prefix, const attribute_table *t,
                           const char *meaning, const feature_context *context)
{
    size_t n = 0;
    for (size_t c = 0; c < t->columns; c++) {
        if (!is_used(t, c, context))
            continue;
        if (out) {
            snprintf(out[n].name, sizeof out[n].name, "%s_%.40s", prefix, t->names[c]);
            out[n].meaning = meaning;
            out[n].categorical = true;
        }
        n++;
    }
    return n;
}

static size_t columns(feature_column *out, const feature_context *context,
                      const candidate_lists *lists)
{
    (void)lists;
    const history *h = context->h;
    size_t n =
        name_columns(out, "product", &h->products, "The product's level of this column.", context);
    return n + name_columns(out ? out + n : NULL, "household", &h->households,
                            "The household's level of this column.", context);
}

const feature_family attribute_family = {"attribute", "Category columns of product and household.",
                                         columns, fill};
