/* data/reader/synth_tables.h: a synthetic shop's tables as sources of aisle_table_stream. */
#ifndef DATA_READER_SYNTH_TABLES_H
#define DATA_READER_SYNTH_TABLES_H

#include "aisle/synth.h"
#include "aisle/table.h"

enum { SYNTH_TABLE_COLUMNS = 7 };

/* Zero-initialise with synth (and run); released by synth_table_fini. */
typedef struct synth_table {
    const aisle_synth *synth;
    const aisle_run *run;       /* or NULL */
    aisle_synth_stream *stream; /* of receipts */
    aisle_table_column columns[SYNTH_TABLE_COLUMNS];
    size_t n_columns, capacity;
    void *array[SYNTH_TABLE_COLUMNS];      /* [capacity] of int64, double, or texts */
    char (*text)[SYNTH_TABLE_COLUMNS][32]; /* [capacity], what array's texts point to */
    char (*date)[16];                      /* [days] of receipts */
    uint32_t at;                           /* item or household */
    uint64_t lines, baskets;
} synth_table;

aisle_status synth_receipts_init(synth_table *table, aisle_error *err);
aisle_status synth_products_init(synth_table *table, aisle_error *err);
aisle_status synth_households_init(synth_table *table, aisle_error *err);
void synth_table_fini(synth_table *table);

/* Sources; data is the synth_table. */
aisle_status synth_receipts_next(void *data, aisle_table_column *columns, size_t *rows,
                                 aisle_error *err);
aisle_status synth_products_next(void *data, aisle_table_column *columns, size_t *rows,
                                 aisle_error *err);
aisle_status synth_households_next(void *data, aisle_table_column *columns, size_t *rows,
                                   aisle_error *err);

#endif
