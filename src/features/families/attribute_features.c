/* The category columns of product and household as they are, for LightGBM's categorical splits.
 * Columns of many levels are left out: trees learn single products by them. */
#include <math.h>
#include <stdio.h>

#include "features/families/families.h"

static bool is_used(const attribute_table *t, size_t c, const feature_context *context)
{
    return t->levels[c].count <= (size_t)context->options->category_levels;
}

static float *write_codes(float *to, const attribute_table *t, uint32_t *const *codes, uint32_t row,
                          const feature_context *context)
{
    for (size_t c = 0; c < t->columns; c++) {
        if (!is_used(t, c, context))
            continue;
        uint32_t code = row == HISTORY_NONE ? AISLE_MISSING : codes[c][row];
        *to++ = code == AISLE_MISSING ? NAN : (float)code;
    }
    return to;
}

static void fill(float *to, size_t stride, const feature_rows *rows, const household_scan *scan,
                 const feature_context *context)
{
    (void)scan;
    const attribute_table *products = &context->a->products;
    for (size_t i = 0; i < rows->n; i++) {
        float *next =
            write_codes(to + i * stride, products, products->code, rows->item[i], context);
        write_codes(next, &context->a->segments, rows->h->level, rows->user, context);
    }
}

/* The columns of products are parts 1, 2, …, those of households go on behind them: before. */
static size_t name_columns(feature_column *out, const feature_text *text, const attribute_table *t,
                           size_t before, const feature_context *context)
{
    size_t n = 0;
    for (size_t c = 0; c < t->columns; c++) {
        if (!is_used(t, c, context))
            continue;
        if (out) {
            snprintf(out[n].name, sizeof out[n].name, "%s_%.40s", text->name, t->names[c]);
            out[n].meaning = text->meaning;
            out[n].categorical = true;
            out[n].of_household = t == &context->a->segments;
            out[n].part = (uint16_t)(before + c + 1);
        }
        n++;
    }
    return n;
}

static size_t columns(feature_column *out, const feature_context *context,
                      const candidate_lists *lists)
{
    (void)lists;
    static const feature_text product = {"product", "The product's level of this column."};
    static const feature_text household = {"household", "The household's level of this column."};
    const assortment *a = context->a;
    size_t n = name_columns(out, &product, &a->products, 0, context);
    return n + name_columns(out ? out + n : NULL, &household, &a->segments, a->products.columns,
                            context);
}

const feature_family attribute_family = {"attribute", "Category columns of product and household.",
                                         columns, fill};
