#include "data/line_columns.h"

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "data/dataset_type.h"

#define COLUMN(name, option)                                                                       \
    {                                                                                              \
#name, offsetof(line_columns, name), sizeof *((line_columns *)0)->name, option             \
    }

const line_column line_column_table[] = {
    COLUMN(item, 0),
    COLUMN(day, 0),
    COLUMN(basket, 0),
    COLUMN(quantity, 0),
    COLUMN(value, 0),
    COLUMN(discount, LINE_DISCOUNT),
    COLUMN(promotion, LINE_PROMOTION),
};
const size_t line_column_count = sizeof line_column_table / sizeof *line_column_table;

void **line_columns_at(line_columns *l, const line_column *column)
{
    return (void **)(void *)((char *)l + column->at);
}

static char *array_of(const line_columns *l, const line_column *column)
{
    return *(char *const *)(const void *)((const char *)l + column->at);
}

unsigned line_columns_options(const line_columns *l)
{
    unsigned options = 0;
    for (size_t c = 0; c < line_column_count; c++)
        if (array_of(l, &line_column_table[c]))
            options |= line_column_table[c].option;
    return options;
}

aisle_status line_columns_init(line_columns *out, size_t room, unsigned options, aisle_error *err)
{
    line_columns made = {0};
    for (size_t c = 0; c < line_column_count; c++) {
        const line_column *column = &line_column_table[c];
        if (column->option && !(column->option & options))
            continue;
        void **array = line_columns_at(&made, column);
        if (!(*array = mem_array(room, column->size))) {
            line_columns_fini(&made);
            return fail_memory(err);
        }
    }
    *out = made;
    return AISLE_OK;
}

void line_columns_fini(line_columns *l)
{
    for (size_t c = 0; c < line_column_count; c++)
        mem_free(*line_columns_at(l, &line_column_table[c]));
    memset(l, 0, sizeof *l);
}

void line_columns_copy(line_columns *to, size_t at, const line_columns *from, size_t first,
                       size_t n)
{
    for (size_t c = 0; c < line_column_count; c++) {
        const line_column *column = &line_column_table[c];
        char *target = array_of(to, column);
        const char *source = array_of(from, column);
        if (target && source && n)
            memmove(target + at * column->size, source + first * column->size, n * column->size);
    }
}

line_columns line_columns_from(const line_columns *l, size_t at)
{
    line_columns view = *l;
    for (size_t c = 0; c < line_column_count; c++) {
        void **array = line_columns_at(&view, &line_column_table[c]);
        if (*array)
            *array = (char *)*array + at * line_column_table[c].size;
    }
    view.n = l->n - at;
    return view;
}

aisle_status line_columns_check(const line_columns *l, aisle_error *err)
{
    for (size_t i = 0; i < l->n; i++) {
        const char *what = NULL;
        if (l->quantity[i] == 0 || !isfinite(l->quantity[i]) || !isfinite(l->value[i]))
            what = "a quantity or value that is none";
        else if (l->discount && !(l->discount[i] >= 0 && isfinite(l->discount[i])))
            what = "a discount that is none";
        else if (l->promotion && l->promotion[i] > PROMOTION_MASK)
            what = "a promotion that is none";
        if (what)
            return fail(err, AISLE_ERROR_DATA, "lines: %s at %zu", what, i);
    }
    return AISLE_OK;
}
