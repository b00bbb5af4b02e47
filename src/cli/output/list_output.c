#include "cli/output/list_output.h"

#include <stdlib.h>

bool list_output_init(list_output *o, size_t rows)
{
    *o = (list_output){0};
    o->user_int = calloc(rows + 1, sizeof *o->user_int);
    o->item_int = calloc(rows + 1, sizeof *o->item_int);
    o->rank = calloc(rows + 1, sizeof *o->rank);
    o->user_text = calloc(rows + 1, sizeof *o->user_text);
    o->item_text = calloc(rows + 1, sizeof *o->item_text);
    o->source = calloc(rows + 1, sizeof *o->source);
    o->name = calloc(rows + 1, sizeof *o->name);
    o->reason = calloc(rows + 1, sizeof *o->reason);
    o->score = calloc(rows + 1, sizeof *o->score);
    o->probability = calloc(rows + 1, sizeof *o->probability);
    return o->user_int && o->item_int && o->rank && o->user_text && o->item_text && o->source &&
           o->name && o->reason && o->score && o->probability;
}

void list_output_fini(list_output *o)
{
    free(o->user_int);
    free(o->item_int);
    free(o->rank);
    free(o->user_text);
    free(o->item_text);
    free(o->source);
    free(o->name);
    free(o->reason);
    free(o->score);
    free(o->probability);
}

static void add_row(list_output *o, const list_kind *kind, const char *id,
                    const aisle_recommendation *r, size_t rank)
{
    char buffer[32];
    const aisle_model *model = kind->model;
    size_t row = o->rows++;
    if (kind->user_ints)
        o->user_int[row] = strtoll(id, NULL, 10);
    else
        o->user_text[row] = id;
    if (aisle_model_items_are_ints(model))
        o->item_int[row] = strtoll(aisle_model_item_id(model, r->item, buffer), NULL, 10);
    else
        o->item_text[row] = aisle_model_item_id(model, r->item, buffer);
    o->rank[row] = (int64_t)rank;
    o->score[row] = (double)r->score;
    o->probability[row] = (double)r->probability;
    o->source[row] = r->source;
    o->name[row] = aisle_model_item_name(model, r->item);
}

void list_output_add(list_output *o, const list_kind *kind, const char *id,
                     const aisle_recommendation *list, size_t count, const char *const *reasons)
{
    for (size_t r = 0; r < count; r++) {
        if (reasons)
            o->reason[o->rows] = reasons[r];
        add_row(o, kind, id, &list[r], r + 1);
    }
}

size_t list_output_columns(aisle_table_column *columns, const list_output *o, const list_kind *kind)
{
    bool user_ints = kind->user_ints, item_ints = aisle_model_items_are_ints(kind->model);
    size_t n = 0;
    columns[n++] =
        (aisle_table_column){"user_id", user_ints ? AISLE_COLUMN_INT : AISLE_COLUMN_TEXT,
                             user_ints ? (const void *)o->user_int : (const void *)o->user_text};
    columns[n++] = (aisle_table_column){"rank", AISLE_COLUMN_INT, o->rank};
    columns[n++] =
        (aisle_table_column){"item_id", item_ints ? AISLE_COLUMN_INT : AISLE_COLUMN_TEXT,
                             item_ints ? (const void *)o->item_int : (const void *)o->item_text};
    columns[n++] = (aisle_table_column){"score", AISLE_COLUMN_REAL, o->score};
    if (aisle_model_is_calibrated(kind->model))
        columns[n++] = (aisle_table_column){"probability", AISLE_COLUMN_REAL, o->probability};
    columns[n++] = (aisle_table_column){"source", AISLE_COLUMN_TEXT, o->source};
    if (aisle_model_has_names(kind->model))
        columns[n++] = (aisle_table_column){"description", AISLE_COLUMN_TEXT, o->name};
    if (kind->reasons)
        columns[n++] = (aisle_table_column){"reason", AISLE_COLUMN_TEXT, o->reason};
    return n;
}
