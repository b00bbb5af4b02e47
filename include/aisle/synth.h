/* aisle/synth.h: a synthetic shop of any size with the statistics of a real one.
 *
 * Constants are fitted on The Complete Journey (docs/synth.md sets both side by side). Each
 * household's receipts depend on its number and the other options alone, so more households are
 * more of the same: the first 1,000 of 4,000 are those of a shop of 1,000. */
#ifndef AISLE_SYNTH_H
#define AISLE_SYNTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aisle/error.h"
#include "aisle/run.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct aisle_synth_options {
    uint32_t households;
    uint32_t items;
    uint32_t stores;
    uint32_t weeks;
    double lines; /* a household and week, on average; less where a basket, which holds a
                     product once, runs out of products */
    double known; /* share of households of which the columns are known */
    uint64_t seed;
} aisle_synth_options;

/* clang-format off */
#define AISLE_SYNTH_OPTIONS_INIT {2500, 20000, 400, 52, 11, 0.33, 1}
/* clang-format on */

/* AISLE_ERROR_ARGUMENT names the option that is out of bounds. */
AISLE_API aisle_status aisle_synth_options_check(const aisle_synth_options *options,
                                                 aisle_error *err);

/* The shop without its receipts: products, stores, and how households buy. Read-only once made. */
typedef struct aisle_synth aisle_synth;

AISLE_API aisle_status aisle_synth_new(aisle_synth **out, const aisle_synth_options *options,
                                       aisle_error *err);
AISLE_API void aisle_synth_free(aisle_synth *synth);

/* What it was made with; borrowed. */
AISLE_API const aisle_synth_options *aisle_synth_options_of(const aisle_synth *synth);

typedef struct aisle_synth_product {
    const char *department;
    uint32_t category;    /* of the whole shop, from 1 */
    uint32_t subcategory; /* of its category, from 1 */
    uint32_t brand;       /* from 1; 0: the shop's own */
    double price;
} aisle_synth_product;

/* item in [0, items); its id is item + 1. */
AISLE_API void aisle_synth_product_at(aisle_synth_product *out, const aisle_synth *synth,
                                      uint32_t item);

#define AISLE_SYNTH_FIRST_DAY 19358 /* 2023-01-01, a Sunday: days since 1970-01-01 */

enum { AISLE_SYNTH_COLUMNS = 5 }; /* age, income, size, children, home */

AISLE_API const char *aisle_synth_column_name(size_t column);

/* The values of household's columns (constant texts); false, and all NULL, where not known. */
AISLE_API bool aisle_synth_columns_at(const char *value[AISLE_SYNTH_COLUMNS],
                                      const aisle_synth *synth, uint32_t household);

/* Lines of some households, in the order of (household, day, basket). */
typedef struct aisle_synth_lines {
    uint32_t first, households; /* [first, first + households) */
    uint64_t first_basket;      /* before these, in the whole stream */
    size_t lines, baskets;
    uint32_t *household; /* [lines] and so on */
    uint32_t *item;
    int32_t *day;     /* days since 1970-01-01 */
    uint32_t *basket; /* of these: 0, 1, … */
    uint32_t *store;  /* from 1 */
    uint32_t *quantity;
    double *value;
} aisle_synth_lines;

/* All receipts of a shop, some thousand lines at a time: memory does not grow with them. */
typedef struct aisle_synth_stream aisle_synth_stream;

/* threads: 0 for all cores; they change nothing of what comes. synth has to outlive it. */
AISLE_API aisle_status aisle_synth_stream_new(aisle_synth_stream **out, const aisle_synth *synth,
                                              int threads, aisle_error *err);

/* The next households' lines, which are borrowed until the next call; households 0 at the end. */
AISLE_API aisle_status aisle_synth_stream_next(aisle_synth_lines *out, aisle_synth_stream *stream,
                                               aisle_error *err);
AISLE_API void aisle_synth_stream_free(aisle_synth_stream *stream);

typedef struct aisle_synth_written {
    uint64_t lines, baskets;
} aisle_synth_written;

/* Writes receipts, products and households (format "parquet" or "csv") and shop.yaml, which names
 * them, into folder, which is made if it is not there. An old shop.yaml goes first and the new one
 * comes last: where there is one, the tables are whole. Memory does not grow with the households
 * but for the index that a Parquet file ends with. run may be NULL; the same bytes for any number
 * of threads (libaisle-reader: needs DuckDB). */
AISLE_API aisle_status aisle_synth_write(aisle_synth_written *out, const aisle_synth *synth,
                                         const char *folder, const char *format,
                                         const aisle_run *run, aisle_error *err);

#ifdef __cplusplus
}
#endif

#endif
