/* The tables of a split as files, and the configurations that name them. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "aisle/split.h"
#include "base/fail.h"
#include "base/file.h"
#include "base/mem.h"
#include "data/reader/folder.h"

static const char *const configs[] = {"known", "shop"}; /* the last comes last */
enum { CONFIGS = sizeof configs / sizeof *configs };

static aisle_status write_config(const char *folder, const char *name,
                                 const aisle_split_tables *tables, const char *format,
                                 aisle_error *err)
{
    aisle_status status = AISLE_OK;
    bool known = strcmp(name, "known") == 0;
    file_writer w = {0};
    char path[4096], *text = NULL;
    size_t length = aisle_split_tables_config(NULL, 0, tables, format, known);
    TRY_ALLOC(text = length ? NEW_ARRAY(char, length + 1) : NULL);
    aisle_split_tables_config(text, length + 1, tables, format, known);
    TRY(folder_path(path, folder, name, "yaml", err));
    TRY(file_writer_init(&w, path, err));
    fwrite(text, 1, length, w.stream);
    TRY(file_writer_commit(&w, err));
done:
    file_writer_fini(&w);
    mem_free(text);
    return status;
}

static aisle_status write_table(aisle_split_written *out, const aisle_split_tables *tables,
                                aisle_split_table table, const char *path, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    aisle_split_rows *rows = NULL;
    size_t n;
    TRY(aisle_split_rows_open(&rows, tables, table, err));
    if (!rows)
        return AISLE_OK;
    aisle_table_column *columns = aisle_split_rows_columns(&n, rows);
    TRY(aisle_table_stream(path, columns, n, aisle_split_rows_next, rows, err));
    out->rows[table] = aisle_split_rows_count(rows);
    out->has[table] = true;
done:
    aisle_split_rows_free(rows);
    return status;
}

/* What an earlier call may have left that would be read with what this one writes. */
static aisle_status clear_folder(const char *folder, const char *format, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    TRY(folder_make(folder, err));
    for (int i = CONFIGS - 1; i >= 0; i--)
        TRY(folder_remove(folder, configs[i], "yaml", err));
    for (int t = 0; t < AISLE_SPLIT_TABLES; t++)
        TRY(folder_remove(folder, aisle_split_table_name((aisle_split_table)t), format, err));
done:
    return status;
}

aisle_status aisle_split_write(aisle_split_written *out, const aisle_dataset *dataset,
                               const char *folder, const char *format, const aisle_run *run,
                               aisle_error *err)
{
    aisle_status status = AISLE_OK;
    aisle_split_tables *tables = NULL;
    aisle_split_written written = {0};
    char path[4096];
    if (strcmp(format, "parquet") != 0 && strcmp(format, "csv") != 0)
        TRY(fail(err, AISLE_ERROR_ARGUMENT, "format: found '%s', expected parquet or csv", format));
    TRY(aisle_split_tables_new(&tables, dataset, run, err));
    aisle_split_tables_windows(&written.windows, tables);
    TRY(clear_folder(folder, format, err));
    for (int t = 0; t < AISLE_SPLIT_TABLES; t++) {
        aisle_split_table table = (aisle_split_table)t;
        TRY(folder_path(path, folder, aisle_split_table_name(table), format, err));
        TRY(write_table(&written, tables, table, path, err));
    }
    for (size_t i = 0; i < CONFIGS; i++)
        TRY(write_config(folder, configs[i], tables, format, err));
    *out = written;
done:
    aisle_split_tables_free(tables);
    return status;
}
