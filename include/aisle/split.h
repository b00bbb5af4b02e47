/* aisle/split.h: what was known before the test window, and what was bought in it, as tables for
 * any other system: trained on the same, judged by aisle_score.
 *
 * The tables are those of aisle_evaluate: lines as they are after cleaning, ids verbatim, the truth
 * the very pairs that it judges by. */
#ifndef AISLE_SPLIT_H
#define AISLE_SPLIT_H

#include "aisle/evaluate.h"
#include "aisle/table.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum aisle_split_table {
    AISLE_SPLIT_KNOWN,      /* receipts before the test window */
    AISLE_SPLIT_TEST,       /* receipts of the test window */
    AISLE_SPLIT_TRUTH,      /* pairs of household and product that count as bought in it */
    AISLE_SPLIT_PRODUCTS,   /* of which a line is in either, and something is known */
    AISLE_SPLIT_HOUSEHOLDS, /* the same */
    AISLE_SPLIT_PROMOTIONS, /* of the weeks before the window; those after its start where
                               features.planned_promotions says that they were known */
    AISLE_SPLIT_TABLES
} aisle_split_table;

/* "receipts_known", "receipts_test", "truth", "products", "households", "promotions". */
AISLE_API const char *aisle_split_table_name(aisle_split_table table);

typedef struct aisle_split_tables aisle_split_tables;

/* By the dataset's configuration, which names the windows, the catalogue, and whether new products
 * alone count. The dataset must outlive *out, which the caller frees. run may be NULL. */
AISLE_API aisle_status aisle_split_tables_new(aisle_split_tables **out,
                                              const aisle_dataset *dataset, const aisle_run *run,
                                              aisle_error *err);
AISLE_API void aisle_split_tables_free(aisle_split_tables *tables);

/* The windows that the tables go by. */
AISLE_API void aisle_split_tables_windows(aisle_split *out, const aisle_split_tables *tables);

/* A configuration that names the tables as files beside it, with this ending ("csv", "parquet"),
 * and keeps all other keys that the dataset's own sets: zero-terminated, cut off to size bytes; its
 * whole length, 0 where memory runs out. known: of the receipts before the window alone, beside
 * "shop.yaml", which is that of both. */
AISLE_API size_t aisle_split_tables_config(char *out, size_t size, const aisle_split_tables *tables,
                                           const char *ending, bool known);

/* The rows of one table, some thousand at a time. */
typedef struct aisle_split_rows aisle_split_rows;

/* *out NULL: the shop has no such table. tables must outlive it; the caller frees it. */
AISLE_API aisle_status aisle_split_rows_open(aisle_split_rows **out,
                                             const aisle_split_tables *tables,
                                             aisle_split_table table, aisle_error *err);
AISLE_API void aisle_split_rows_free(aisle_split_rows *rows);

/* *n columns, without rows; borrowed. */
AISLE_API aisle_table_column *aisle_split_rows_columns(size_t *n, aisle_split_rows *rows);

/* An aisle_table_source: data is the rows. */
AISLE_API aisle_status aisle_split_rows_next(void *data, aisle_table_column *columns, size_t *n,
                                             aisle_error *err);

/* How many came so far. */
AISLE_API uint64_t aisle_split_rows_count(const aisle_split_rows *rows);

typedef struct aisle_split_written {
    aisle_split windows;
    uint64_t rows[AISLE_SPLIT_TABLES];
    bool has[AISLE_SPLIT_TABLES]; /* it was written */
} aisle_split_written;

/* Writes all tables (format "csv" or "parquet"), shop.yaml, which reads all receipts and has the
 * windows, and known.yaml, which reads those before the test window alone, into folder, which is
 * made if it is not there (libaisle-reader: needs DuckDB). Tables of an earlier call that this shop
 * does not have go. Old configurations go first, the new ones come last: where shop.yaml is, the
 * tables are whole. */
AISLE_API aisle_status aisle_split_write(aisle_split_written *out, const aisle_dataset *dataset,
                                         const char *folder, const char *format,
                                         const aisle_run *run, aisle_error *err);

#ifdef __cplusplus
}
#endif

#endif
