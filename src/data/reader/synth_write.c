#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/file.h"
#include "data/reader/folder.h"
#include "data/reader/synth_tables.h"

static const char *const shop_yaml =
    "# A synthetic shop: aisle synth --households %u --items %u --stores %u --weeks %u --lines %g\n"
    "# --known %g --seed %llu\n"
    "data:\n"
    "  receipts:\n"
    "    path: receipts.%s\n"
    "    user: household_id\n"
    "    item: product_id\n"
    "    basket: basket_id\n"
    "    store: store_id\n"
    "    time: date\n"
    "    quantity: quantity\n"
    "    value: value\n"
    "  products:\n"
    "    path: products.%s\n"
    "    item: product_id\n"
    "    categories: [department, category, subcategory, brand]\n"
    "    department: department\n"
    "    category: category\n"
    "    label: [subcategory, brand]\n"
    "  households:\n"
    "    path: households.%s\n"
    "    user: household_id\n"
    "    categories: [age, income, size, children, home]\n";

static aisle_status write_shop(const char *folder, const char *format, const aisle_synth_options *o,
                               aisle_error *err)
{
    aisle_status status = AISLE_OK;
    file_writer w = {0};
    char path[4096];
    TRY(folder_path(path, folder, "shop", "yaml", err));
    TRY(file_writer_init(&w, path, err));
    fprintf(w.stream, shop_yaml, o->households, o->items, o->stores, o->weeks, o->lines, o->known,
            (unsigned long long)o->seed, format, format, format);
    TRY(file_writer_commit(&w, err));
done:
    file_writer_fini(&w);
    return status;
}

typedef struct table_row {
    const char *name;
    aisle_status (*init)(synth_table *table, aisle_error *err);
    aisle_table_source next;
} table_row;

static const table_row table_rows[] = {
    {"products", synth_products_init, synth_products_next},
    {"households", synth_households_init, synth_households_next},
    {"receipts", synth_receipts_init, synth_receipts_next},
};

aisle_status aisle_synth_write(aisle_synth_written *out, const aisle_synth *synth,
                               const char *folder, const char *format, const aisle_run *run,
                               aisle_error *err)
{
    aisle_status status = AISLE_OK;
    synth_table table = {0};
    char path[4096];
    if (strcmp(format, "parquet") != 0 && strcmp(format, "csv") != 0)
        TRY(fail(err, AISLE_ERROR_ARGUMENT, "format: found '%s', expected parquet or csv", format));
    TRY(folder_make(folder, err));
    /* It comes last and goes first: where there is one, the tables beside it are whole. */
    TRY(folder_remove(folder, "shop", "yaml", err));
    for (size_t i = 0; i < sizeof table_rows / sizeof *table_rows; i++) {
        synth_table_fini(&table);
        table = (synth_table){.synth = synth, .run = run};
        TRY(folder_path(path, folder, table_rows[i].name, format, err));
        TRY(table_rows[i].init(&table, err));
        TRY(aisle_table_stream(path, table.columns, table.n_columns, table_rows[i].next, &table,
                               err));
    }
    *out = (aisle_synth_written){table.lines, table.baskets};
    TRY(write_shop(folder, format, aisle_synth_options_of(synth), err));
done:
    synth_table_fini(&table);
    return status;
}
