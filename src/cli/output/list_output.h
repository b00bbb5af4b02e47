/* cli/output/list_output.h: lists as the columns of a table, one row a recommended product. */
#ifndef CLI_OUTPUT_LIST_OUTPUT_H
#define CLI_OUTPUT_LIST_OUTPUT_H

#include <aisle/aisle.h>

typedef struct list_output {
    size_t rows;
    int64_t *user_int, *item_int, *rank;
    const char **user_text, **item_text, **source, **name, **reason;
    double *score, *probability;
} list_output;

/* Whose lists they are. */
typedef struct list_kind {
    const aisle_model *model;
    bool user_ints; /* every household's id is a printed int64 */
    bool reasons;
} list_kind;

bool list_output_init(list_output *o, size_t rows);
void list_output_fini(list_output *o);

/* Appends a household's list; id and reasons ([count], NULL: none) are borrowed until the rows are
 * written. */
void list_output_add(list_output *o, const list_kind *kind, const char *id,
                     const aisle_recommendation *list, size_t count, const char *const *reasons);

enum { LIST_COLUMNS_MOST = 8 };

/* The columns of the output, and where the rows of each are; how many. */
size_t list_output_columns(aisle_table_column *columns, const list_output *o,
                           const list_kind *kind);

#endif
