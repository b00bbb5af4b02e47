#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "aisle/table.h"
#include "base/fail.h"
#include "base/mem.h"
#include "data/reader/values/coder.h"
#include "data/reader/source/source.h"

/* A file of nothing but ids: its first line is one, too. */
static bool lacks_header(const source *s, const char *column)
{
    int64_t number;
    return s->is_csv && !column && s->found.n == 1 &&
           text_parse_i64(&number, s->found.list[0].shown, strlen(s->found.list[0].shown));
}

static aisle_status append_id(aisle_id_list *list, size_t *capacity, const cells *column,
                              size_t row, const source *s, uint64_t line, aisle_error *err)
{
    char number[24];
    slice id = {number, 0};
    if (cell_is_missing(column, row))
        return fail_at(err, AISLE_ERROR_DATA, s->options->path, (uint32_t)line, 0,
                       "'%s', line %" PRIu64 ": found no id", s->options->path, line);
    if (column->kind == CELLS_INT)
        id.length = (size_t)snprintf(number, sizeof number, "%" PRId64, column->ints[row]);
    else
        id = column->texts[row];
    if (!text_is_clean(id))
        return fail_at(err, AISLE_ERROR_DATA, s->options->path, (uint32_t)line, 0,
                       "'%s', line %" PRIu64 ": found no UTF-8", s->options->path, line);
    if (mem_grow(&list->ids, capacity, list->count + 1, sizeof *list->ids))
        return fail_memory(err);
    list->ids[list->count] = mem_text_n(id.bytes, id.length);
    if (!list->ids[list->count])
        return fail_memory(err);
    list->count++;
    return AISLE_OK;
}

static aisle_status read_column(aisle_id_list *list, source *s, const char *column,
                                aisle_error *err)
{
    aisle_status status = AISLE_OK;
    size_t capacity = 0;
    char *name = column ? (char *)(uintptr_t)column : s->found.list[0].shown;
    wanted_column wanted = {"the ids", &name, 1, ROLE_ID, NULL};
    TRY(source_start(s, &wanted, 1, err));
    for (;;) {
        batch b;
        TRY(source_next_whole(&b, s, err));
        if (b.rows == 0)
            break;
        for (size_t row = 0; row < b.rows; row++)
            TRY(append_id(list, &capacity, &b.columns[0], row, s, b.lines[row], err));
    }
done:
    return status;
}

aisle_status aisle_id_list_read(aisle_id_list *out, const char *path, const char *column,
                                aisle_error *err)
{
    aisle_status status = AISLE_OK;
    aisle_id_list list = {NULL, 0};
    session db = {.threads = 1};
    source s = {0};
    char *copy = mem_text(path);
    source_options options = {.path = copy, .header = true, .trim = true};
    TRY_ALLOC(copy);
    TRY(source_init_file(&s, &db, &options, "ids", true, err));
    if (s.found.n == 1)
        column = NULL;
    if (lacks_header(&s, column)) {
        source_fini(&s);
        TRY(source_init_file(&s, &db, &options, "ids", false, err));
    }
    if (!column && s.found.n != 1)
        TRY(fail_at(err, AISLE_ERROR_DATA, path, 0, 0,
                    "'%s' has %zu columns, expected one, or the name of one", path, s.found.n));
    TRY(read_column(&list, &s, column, err));
    *out = list;
    list = (aisle_id_list){NULL, 0};
done:
    aisle_id_list_free(&list);
    source_fini(&s);
    session_fini(&db);
    mem_free(copy);
    return status;
}

void aisle_id_list_free(aisle_id_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        mem_free(list->ids[i]);
    mem_free(list->ids);
    *list = (aisle_id_list){NULL, 0};
}
