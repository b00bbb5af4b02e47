/* data/reader/day_list.h: the days that receipts have, each once with its week and how many rows it
 * has, as rows come by. */
#ifndef DATA_READER_DAY_LIST_H
#define DATA_READER_DAY_LIST_H

#include <stddef.h>

#include "aisle/error.h"

typedef struct day_list {
    size_t n;
    int32_t *day, *week; /* [n] as they came; a day with two weeks is there twice */
    uint64_t *rows;      /* [n] */
    size_t day_capacity, week_capacity, rows_capacity;
    uint32_t *place; /* [places] of day first + p in the list, and 1; 0: not there */
    size_t places;
    int32_t first;
} day_list;

aisle_status day_list_add(day_list *d, int32_t day, int32_t week, aisle_error *err);
void day_list_fini(day_list *d);

#endif
