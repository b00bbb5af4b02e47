#include "data/reader/init/table_profile.h"

#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "data/reader/source/source.h"

/* As options of a source of the first file. */
static source_options options_of(const table_profile *t, char delimiter[2])
{
    delimiter[0] = t->dialect.delimiter;
    delimiter[1] = '\0';
    return (source_options){
        .path = t->files.paths[0],
        .delimiter = t->is_csv ? delimiter : NULL,
        .encoding = (char *)(uintptr_t)t->dialect.encoding,
        .skip = t->dialect.skip,
        .header = t->dialect.header,
        .trim = true,
    };
}

static aisle_status take_rows(table_profile *t, const batch *b, aisle_error *err)
{
    for (size_t c = 0; c < t->n_columns; c++)
        for (size_t row = 0; row < b->rows; row++) {
            aisle_status status = column_profile_add(&t->columns[c], b->columns[c].texts[row], err);
            if (status != AISLE_OK)
                return status;
        }
    t->rows += b->rows;
    return AISLE_OK;
}

static aisle_status read_rows(table_profile *t, source *s, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    rejects bad = {0};
    wanted_column *wanted = NEW_ZEROED(wanted_column, t->n_columns);
    TRY_ALLOC(wanted);
    for (size_t c = 0; c < t->n_columns; c++)
        wanted[c] = (wanted_column){"the columns", &t->columns[c].name, 1, ROLE_TEXT, NULL};
    TRY(source_start_stream(s, wanted, t->n_columns, err));
    while (t->rows < PROFILE_ROWS) {
        batch b;
        TRY(source_next(&b, s, &bad, err));
        t->whole = b.rows == 0;
        if (t->whole)
            break;
        TRY(take_rows(t, &b, err));
    }
done:
    rejects_fini(&bad);
    mem_free(wanted);
    return status;
}

aisle_status table_profile_read(table_profile *out, file_list *files, session *s, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    table_profile t = {.files = *files};
    source table = {0};
    char delimiter[2];
    *files = (file_list){0};
    t.is_csv = !path_is_parquet(t.files.paths[0]);
    t.dialect.header = true;
    if (t.is_csv)
        TRY(dialect_guess_file(&t.dialect, t.files.paths[0], err));
    source_options options = options_of(&t, delimiter);
    TRY(source_init(&table, s, &options, "the table", NULL, true, err));
    TRY_ALLOC(t.path = mem_text(t.files.paths[0]));
    TRY_ALLOC(t.columns = NEW_ZEROED(column_profile, table.found.n));
    for (size_t c = 0; c < table.found.n; c++) {
        TRY_ALLOC(t.columns[c].name = mem_text(table.found.list[c].shown));
        t.n_columns++;
    }
    TRY(read_rows(&t, &table, err));
    for (size_t c = 0; c < t.n_columns; c++)
        column_profile_finish(&t.columns[c]);
    *out = t;
    t = (table_profile){0};
done:
    source_fini(&table);
    table_profile_fini(&t);
    return status;
}

bool table_profile_fits(const table_profile *t, const table_profile *one)
{
    if (t->n_columns != one->n_columns || t->is_csv != one->is_csv ||
        t->dialect.header != one->dialect.header)
        return false;
    for (size_t c = 0; c < t->n_columns; c++) {
        bool found = false;
        for (size_t o = 0; o < one->n_columns && !found; o++)
            found = strcmp(t->columns[c].name, one->columns[o].name) == 0;
        if (!found)
            return false;
    }
    return true;
}

void table_profile_fini(table_profile *t)
{
    for (size_t c = 0; c < t->n_columns; c++)
        column_profile_fini(&t->columns[c]);
    mem_free(t->columns);
    mem_free(t->path);
    file_list_fini(&t->files);
    memset(t, 0, sizeof *t);
}
