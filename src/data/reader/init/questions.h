/* data/reader/init/questions.h: what cannot be decided by names and values. */
#ifndef DATA_READER_QUESTIONS_H
#define DATA_READER_QUESTIONS_H

#include "base/text.h"
#include "data/reader/init/shop_tables.h"

typedef struct questions {
    char **list;
    size_t n, capacity;
} questions;

aisle_status questions_ask(questions *out, const shop_tables *shop, const table_profile *tables,
                           size_t n, aisle_error *err);

/* The configuration where no table has household, product and time: the nearest one, CHANGE_ME for
 * what it lacks. */
void questions_yaml(text *out, const table_profile *tables, size_t n, const char *folder);

void questions_fini(questions *q);

#endif
