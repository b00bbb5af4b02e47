/* aisle/dataset.h: receipts, cleaned and sorted, with the tables of products and households.
 *
 * A dataset is read-only once built; any number of threads may use it. */
#ifndef AISLE_DATASET_H
#define AISLE_DATASET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aisle/config.h"
#include "aisle/error.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct aisle_dataset aisle_dataset;

/* Opens the configuration at path and reads what it names (libaisle-reader: needs DuckDB).
 * The caller frees *out. */
AISLE_API aisle_status aisle_dataset_open(aisle_dataset **out, const char *path, aisle_error *err);

/* The same with a configuration at hand, which is copied. threads: 0 for all cores. */
AISLE_API aisle_status aisle_dataset_read(aisle_dataset **out, const aisle_config *config,
                                          int threads, aisle_error *err);

/* Which households' receipts are read: part 1 … parts by a hash of the household's id, and of these
 * at most `most`, those of the smallest hashes: a sample, the same whatever the order of the lines.
 * The parts are all households, each once. Both go by the id as it is written and by the seed.
 * Rows of the others are read, judged and counted; they are not kept. */
typedef struct aisle_household_choice {
    uint32_t part, parts; /* parts 0 or 1: all */
    uint64_t most;        /* 0: all */
    uint64_t seed;
    const int32_t *span; /* first and last day, in place of what is said below; NULL: none */
} aisle_household_choice;

/* clang-format off */
#define AISLE_HOUSEHOLD_CHOICE_INIT {1, 1, 0, 0, NULL}
/* clang-format on */

/* The same of some households; which NULL: all. First and last day, and the numbers of weeks, are
 * those of all receipts that can be read, whoever's they are, as soon as one is another's. *out
 * NULL: others have lines, these have none. */
AISLE_API aisle_status aisle_dataset_read_some(aisle_dataset **out, const aisle_config *config,
                                               const aisle_household_choice *which, int threads,
                                               aisle_error *err);

/* How many parts of the receipts that a configuration names there have to be so that a household's
 * part is read and asked for in so many bytes: one line of a receipt takes 112 bytes at most, the
 * rest of the program is set down as 256 MB. AISLE_ERROR_ARGUMENT where that is not enough. */
AISLE_API aisle_status aisle_dataset_count_parts(uint32_t *parts, const aisle_config *config,
                                                 uint64_t memory, int threads, aisle_error *err);

/* ---- From arrays in memory (libaisle; no DuckDB) ---- */

#define AISLE_MISSING UINT32_MAX

/* Distinct values, each int64 or a text: ints != NULL, or value i is
 * bytes[offsets[i] .. offsets[i + 1]). In any order; each value once. */
typedef struct aisle_values {
    size_t count;
    const int64_t *ints;
    const char *bytes;
    const uint64_t *offsets;
} aisle_values;

/* A column coded by its distinct values: code[row] < values.count, or AISLE_MISSING. */
typedef struct aisle_coded {
    const uint32_t *code;
    aisle_values values;
} aisle_coded;

/* One row a line of a receipt. Missing users and items must have been set aside before. */
typedef struct aisle_receipts {
    size_t lines;
    aisle_coded user, item;
    aisle_coded basket;     /* code NULL: one basket a user and day */
    aisle_coded store;      /* code NULL: not known; may be missing in a line */
    const int32_t *day;     /* days since 1970-01-01 in the shop's time zone */
    const int32_t *week;    /* the source's week number, or NULL: 7 days from the first */
    const double *quantity; /* NULL: 1 each */
    const double *value;    /* in the source's currency; NULL: 0 each */
    const double *discount; /* taken off the value, 0 or more; NULL: not known */
    /* aisle_promotion_kind that it was bought on; NULL: not known, or aisle_dataset_add_promotions
     * finds it */
    const uint8_t *promotion;
    /* Lines that the reader set aside before (for the summary): bad ones, those of no household,
     * those of days that do not count, those that a condition left out. */
    size_t rejected;
    uint64_t no_card, outside, left_out;
    /* Where receipts were left out because they are of other households: how many, and the days
     * (with their weeks, in place of `week`) that any receipt has, in any order. */
    uint64_t elsewhere;
    const int32_t *span; /* first and last day then; NULL: of those below */
    bool examine;        /* look for what is odd: aisle_dataset_findings */
    size_t n_days;       /* 0: those of the lines */
    const int32_t *days, *day_week;
    const uint64_t *day_lines; /* [n_days] lines of each, whoever's; NULL: 1 each */
} aisle_receipts;

/* A table of products or of households: one row a key. */
typedef struct aisle_attributes {
    size_t rows;
    aisle_coded key;
    size_t columns;              /* category columns */
    const char *const *names;    /* [columns] */
    const aisle_coded *category; /* [columns] */
    const char *const *label;    /* [rows] what people call it, or NULL */
} aisle_attributes;

/* Sums lines of one basket and item, cleans (a rule on lines applies to the sums), and sorts by
 * (user, day, basket). products and households may be NULL. Ids that are all printed int64 become
 * int64. Everything is copied. The order of the input lines does not matter. No line at all, or
 * none left, is AISLE_ERROR_DATA; where receipts of other households were left out, *out is NULL.
 */
AISLE_API aisle_status aisle_dataset_build(aisle_dataset **out, const aisle_receipts *receipts,
                                           const aisle_attributes *products,
                                           const aisle_attributes *households,
                                           const aisle_config *config, aisle_error *err);

/* What a product's promotion in a week was; bits. */
typedef enum aisle_promotion_kind {
    AISLE_PROMOTION_DISPLAY = 1, /* on display in the store */
    AISLE_PROMOTION_MAILER = 2   /* in the store's mailer */
} aisle_promotion_kind;

/* Some rows of a table of promotions. A code means the same value in all pieces of one table. */
typedef struct aisle_promotions {
    size_t rows;
    aisle_coded item;
    aisle_coded store;   /* code NULL: of all stores, in every piece */
    const int32_t *week; /* numbered as the weeks of the receipts */
    const uint8_t *kind; /* aisle_promotion_kind; 0: no promotion */
} aisle_promotions;

/* Gives the next rows, which stay there until the next call; rows 0 ends the table. */
typedef aisle_status (*aisle_promotion_source)(void *data, aisle_promotions *rows,
                                               aisle_error *err);

/* Adds a table of promotions to a dataset that was just built and has none. Rows of products,
 * stores or weeks that the dataset does not know are counted and left out; several rows of one
 * product, store and week are one. The order of the rows does not matter. On an error the dataset
 * has no promotions. */
AISLE_API aisle_status aisle_dataset_add_promotions(aisle_dataset *dataset,
                                                    aisle_promotion_source source, void *data,
                                                    aisle_error *err);

AISLE_API void aisle_dataset_free(aisle_dataset *dataset);

/* The configuration that it was read with; borrowed. */
AISLE_API const aisle_config *aisle_dataset_config(const aisle_dataset *dataset);

/* ---- What is in it ---- */

/* Below 0, 0 or above where the id a, as text, comes before b, is b, or comes after it: the order
 * of households and products. */
AISLE_API int aisle_id_compare(const char *a, const char *b);

/* Why lines were left out; the names are in aisle_reason_name. */
typedef enum aisle_reason {
    AISLE_REASON_REJECTED,   /* could not be read: in the file of rejected lines */
    AISLE_REASON_QUANTITY,   /* quantity at or under the least */
    AISLE_REASON_VALUE,      /* value at or under the least */
    AISLE_REASON_PRICE,      /* value / quantity outside of the bounds */
    AISLE_REASON_DEPARTMENT, /* of a department that is left out */
    AISLE_REASON_CATEGORY,   /* of a category that is left out, or without one */
    AISLE_REASON_DUPLICATE,  /* the same line again, where duplicates are dropped */
    AISLE_REASON_MERGED,     /* summed into another line of the same basket and item */
    AISLE_REASON_NO_CARD,    /* of no household: no card, or a word that says so */
    AISLE_REASON_DAYS,       /* before data.receipts.from or after data.receipts.until */
    AISLE_REASON_WHERE,      /* left out by data.receipts.where */
    AISLE_REASON_COUNT
} aisle_reason;

AISLE_API const char *aisle_reason_name(aisle_reason reason);

/* Days at one end of the receipts that hold next to nothing, far from all others: most likely a
 * mistyped date. By the lines as they were read, of all households, whoever's are here. */
typedef struct aisle_far_days {
    uint64_t lines;   /* 0: there are none */
    uint32_t days;    /* that have a line */
    int32_t from, to; /* the first and the last of them */
    int32_t beside;   /* the nearest day of the others */
} aisle_far_days;

/* A last week with receipts on fewer days than usual, the median of the other weeks but the first:
 * on fewer than three weeks in four, or none so far into it. */
typedef struct aisle_partial_week {
    uint32_t days;  /* with receipts; 0: the week is as full as others */
    uint32_t usual; /* the median's */
    int32_t week;
    int32_t from, to; /* the week's first day, and the last one with receipts */
    bool under_half;  /* of the median's days, and of how far they reach: no test window ends with
                         it unless told to */
} aisle_partial_week;

typedef struct aisle_dataset_summary {
    uint64_t lines_read; /* all, whoever's they are */
    uint64_t elsewhere;  /* of households that were not asked for, where only some were */
    uint64_t lines;      /* left after cleaning, returns included */
    uint64_t set_aside[AISLE_REASON_COUNT];
    uint64_t returns;   /* lines of negative quantity that were kept, to cancel purchases */
    uint64_t cancelled; /* lines that they cancelled wholly, over all weeks */
    uint64_t households, items, baskets;
    uint64_t stores;               /* 0 where no column names them */
    int32_t first_day, last_day;   /* days since 1970-01-01 */
    int32_t own_days[2];           /* the same of the households that are here alone */
    int32_t first_week, last_week; /* by the source's numbers, else 1, 2, … */
    bool week_from_source;
    aisle_partial_week partial_week; /* of the last week */
    aisle_far_days far_first, far_last;
    double value;                         /* sum */
    bool has_discounts;                   /* some column says what was taken off */
    double discounted;                    /* share of the lines with a discount above 0 */
    double lines_without_product;         /* share of lines whose item has no row in products */
    double households_without_attributes; /* share of households without a row */
    struct {
        uint64_t read;     /* rows that could be read; 0 without a table of promotions */
        uint64_t kept;     /* products, stores and weeks with a promotion */
        uint64_t none;     /* rows that say that there was none */
        uint64_t repeated; /* rows of a product, store and week that had one already */
        uint64_t unknown_item, unknown_store, unknown_week; /* rows left out, the first that fits */
        int32_t first_week, last_week;                      /* of those kept */
        double lines; /* share of the receipts' lines that were bought on a promotion */
    } promotions;
} aisle_dataset_summary;

/* What became of a file of receipts, or of a query (file ""). The lines of a CSV file are
 * before + header + blank + joined + broken + left_out + rows; rows are rejected + no_card +
 * outside + those that the dataset was built from. */
typedef struct aisle_file_count {
    const char *file;
    uint64_t lines;    /* of a CSV file, by its line breaks; else 0 */
    uint64_t before;   /* before the header */
    uint64_t header;   /* 1, or more where names hold line breaks */
    uint64_t blank;    /* lines without anything */
    uint64_t joined;   /* lines that belong to the row before, by quotes */
    uint64_t broken;   /* that cannot be cut into fields: among the rejected lines of the summary */
    uint64_t left_out; /* by data.receipts.where */
    uint64_t rows;     /* that were read */
    uint64_t rejected; /* rows with a bad value: likewise among the rejected lines */
    uint64_t no_card, outside; /* rows without a card; of days that do not count */
} aisle_file_count;

/* How many there are, and the counts, which are borrowed; none of a dataset from arrays. */
AISLE_API size_t aisle_dataset_files(const aisle_file_count **out, const aisle_dataset *dataset);

/* Something odd about receipts or tables that could be read: it may be right. */
typedef struct aisle_finding {
    const char *code;   /* "lines_without_product": stays the same */
    uint64_t count, of; /* how many lines, ids, baskets, weeks, … of how many */
    const char *text;   /* what it is, with an example */
    const char *step;   /* the key or the step that mends it */
} aisle_finding;

/* Looks for what is odd while it reads. */
AISLE_API aisle_status aisle_dataset_examine(aisle_dataset **out, const aisle_config *config,
                                             int threads, aisle_error *err);

/* How many there are, and the findings, which are borrowed; none of a dataset that was only read.
 */
AISLE_API size_t aisle_dataset_findings(const aisle_finding **out, const aisle_dataset *dataset);

AISLE_API void aisle_dataset_summarise(aisle_dataset_summary *out, const aisle_dataset *dataset);

#ifdef __cplusplus
}
#endif

#endif
