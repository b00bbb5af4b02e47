#include "data/reader/table_reader.h"

#include <string.h>

#include "base/fail.h"
#include "base/mem.h"

static bool is_blank(slice s)
{
    for (size_t i = 0; i < s.length; i++)
        if (s.bytes[i] != ' ' && s.bytes[i] != '\t')
            return false;
    return true;
}

static aisle_status want_columns(wanted_column **out, size_t *n, const table_plan *plan,
                                 aisle_error *err)
{
    size_t labels = plan->label ? plan->label->count : 0;
    wanted_column *wanted = NEW_ARRAY(wanted_column, 1 + plan->categories->count + labels);
    if (!wanted)
        return fail_memory(err);
    *n = 0;
    wanted[(*n)++] = (wanted_column){plan->id_key, plan->id->items, plan->id->count, ROLE_ID, NULL};
    for (size_t c = 0; c < plan->categories->count; c++)
        wanted[(*n)++] =
            (wanted_column){plan->key, &plan->categories->items[c], 1, ROLE_TEXT, NULL};
    for (size_t c = 0; c < labels; c++)
        wanted[(*n)++] = (wanted_column){plan->key, &plan->label->items[c], 1, ROLE_TEXT, NULL};
    *out = wanted;
    return AISLE_OK;
}

/* What is wrong with a row, or NULL; slot: in which column. */
static const char *find_fault(const batch *b, size_t row, size_t n, size_t *slot)
{
    *slot = 0;
    if (cell_is_missing(&b->columns[0], row))
        return REJECT_MISSING;
    for (size_t c = 0; c < n; c++) {
        *slot = c;
        if (b->columns[c].kind == CELLS_TEXT && !cell_is_missing(&b->columns[c], row) &&
            !text_is_clean(b->columns[c].texts[row]))
            return REJECT_NOT_UTF8;
    }
    return NULL;
}

static uint32_t code_cell(coder *values, const cells *column, size_t row)
{
    if (cell_is_missing(column, row))
        return AISLE_MISSING;
    return column->kind == CELLS_INT ? coder_code_int(values, column->ints[row])
                                     : coder_code_text(values, column->texts[row]);
}

static void add_label(table_columns *t, const cells *columns, size_t n, size_t row)
{
    size_t start = t->label_bytes.length;
    t->label_offset[t->rows] = start;
    for (size_t c = 0; c < n; c++) {
        slice s = columns[c].texts[row];
        if (s.length == 0 || is_blank(s))
            continue;
        if (t->label_bytes.length > start)
            text_add_bytes(&t->label_bytes, ", ", 2);
        text_add_bytes(&t->label_bytes, s.bytes, s.length);
    }
    text_add_bytes(&t->label_bytes, "", 1);
}

static bool is_elsewhere(const table_columns *t, const cells *ids, size_t row)
{
    return t->filter && household_filter_is_on(t->filter) &&
           !household_filter_keeps(t->filter, household_filter_draw(t->filter, ids, row));
}

/* Of households that are left out only the categories are noted: levels are those of the table. */
static aisle_status append_row(table_columns *t, const batch *b, size_t row, aisle_error *err)
{
    bool elsewhere = is_elsewhere(t, &b->columns[0], row);
    if (!elsewhere)
        t->id[t->rows] = code_cell(&t->id_values, &b->columns[0], row);
    bool full = !elsewhere && t->id[t->rows] == CODER_FULL;
    for (size_t c = 0; c < t->n_categories; c++) {
        uint32_t code = code_cell(&t->category_values[c], &b->columns[1 + c], row);
        t->category[c][t->rows] = code;
        full |= code == CODER_FULL;
    }
    if (t->label_offset)
        add_label(t, b->columns + 1 + t->n_categories, t->plan->label->count, row);
    t->rows += !elsewhere;
    t->elsewhere += elsewhere;
    return full || t->label_bytes.failed ? fail_memory(err) : AISLE_OK;
}

static aisle_status grow_table(table_columns *t, size_t need, aisle_error *err)
{
    size_t before = t->capacity, grown = before;
    bool failed = mem_grow(&t->id, &grown, need, sizeof *t->id);
    for (size_t c = 0; c < t->n_categories; c++) {
        grown = before;
        failed |= mem_grow(&t->category[c], &grown, need, sizeof *t->category[c]);
    }
    if (t->plan->label && t->plan->label->count) {
        grown = before;
        failed |= mem_grow(&t->label_offset, &grown, need, sizeof *t->label_offset);
    }
    if (failed)
        return fail_memory(err);
    t->capacity = grown;
    return AISLE_OK;
}

static aisle_status read_rows(table_columns *t, source *table, const wanted_column *wanted,
                              size_t n, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    for (;;) {
        batch b;
        TRY(source_next(&b, table, &t->bad, err));
        if (b.rows == 0)
            return AISLE_OK;
        TRY(grow_table(t, t->rows + b.rows, err));
        for (size_t row = 0; row < b.rows; row++) {
            size_t slot;
            const char *fault = find_fault(&b, row, n, &slot);
            if (!fault) {
                TRY(append_row(t, &b, row, err));
                continue;
            }
            const cells *column = &b.columns[slot];
            slice raw = column->kind == CELLS_TEXT ? column->texts[row] : (slice){"", 0};
            TRY(rejects_add(&t->bad, b.file, b.lines[row], fault, wanted[slot].names[0], raw, err));
        }
    }
done:
    return status;
}

static aisle_status finish_table(table_columns *t, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    TRY_ALLOC(t->view = NEW_ARRAY(aisle_coded, t->n_categories));
    for (size_t c = 0; c < t->n_categories; c++)
        t->view[c] = (aisle_coded){t->category[c], coder_values(&t->category_values[c])};
    if (t->label_offset) {
        TRY_ALLOC(t->label = NEW_ARRAY(const char *, t->rows));
        for (size_t r = 0; r < t->rows; r++) {
            const char *label = t->label_bytes.bytes + t->label_offset[r];
            t->label[r] = *label ? label : NULL;
        }
    }
done:
    return status;
}

aisle_status table_columns_read(table_columns *out, session *s, const table_plan *plan,
                                const char *folder, const household_filter *filter,
                                aisle_error *err)
{
    aisle_status status = AISLE_OK;
    table_columns t = {.plan = plan, .filter = filter};
    source table = {0};
    wanted_column *wanted = NULL;
    size_t n = 0;
    if (source_is_given(plan->source)) {
        TRY(source_init(&table, s, plan->source, plan->key, folder, true, err));
        TRY(want_columns(&wanted, &n, plan, err));
        TRY_ALLOC(t.category_values = NEW_ZEROED(coder, plan->categories->count));
        TRY_ALLOC(t.category = NEW_ZEROED(uint32_t *, plan->categories->count));
        t.n_categories = plan->categories->count;
        TRY(source_start_stream(&table, wanted, n, err));
        TRY(read_rows(&t, &table, wanted, n, err));
        if (t.rows + t.elsewhere == 0 && t.bad.total == 0)
            TRY(fail_at(err, AISLE_ERROR_DATA, plan->source->path, 0, 0,
                        "%s: found no rows, expected a table", source_name(&table)));
        TRY(finish_table(&t, err));
    }
    *out = t;
done:
    source_fini(&table);
    mem_free(wanted);
    if (status)
        table_columns_fini(&t);
    return status;
}

aisle_attributes table_columns_view(const table_columns *t)
{
    return (aisle_attributes){
        .rows = t->rows,
        .key = {t->id, coder_values(&t->id_values)},
        .columns = t->n_categories,
        .names = (const char *const *)t->plan->categories->items,
        .category = t->view,
        .label = t->label,
    };
}

void table_columns_fini(table_columns *t)
{
    coder_fini(&t->id_values);
    mem_free(t->id);
    for (size_t c = 0; c < t->n_categories; c++) {
        coder_fini(&t->category_values[c]);
        mem_free(t->category[c]);
    }
    mem_free(t->category_values);
    mem_free(t->category);
    text_fini(&t->label_bytes);
    mem_free(t->label_offset);
    mem_free(t->label);
    mem_free(t->view);
    rejects_fini(&t->bad);
    memset(t, 0, sizeof *t);
}
