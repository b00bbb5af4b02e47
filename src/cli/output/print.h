/* cli/output/print.h: numbers and dates as people read them, JSON to a file. */
#ifndef CLI_OUTPUT_PRINT_H
#define CLI_OUTPUT_PRINT_H

#include <aisle/evaluate.h>
#include <jansson.h>
#include <stdint.h>
#include <stdio.h>

/* 1437618 → "1,437,618". */
const char *print_count(char out[32], uint64_t n);

/* Days since 1970-01-01 → "2017-12-31". */
const char *print_day(char out[16], int32_t day);

/* A window, and the weeks that it touches. */
typedef struct week_span {
    const aisle_window *days;
    int32_t first, last;
    bool whole; /* it is these weeks, from the first day to the last */
} week_span;

/* "weeks 48 to 50 (2017-11-26 to 2017-12-16)", or "days 2017-11-28 to 2017-12-18". */
const char *print_week_span(char out[64], const week_span *w);

/* "validation weeks 48 to 50 (…), everything known: before …" */
void print_judged_on(const week_span *w, uint32_t windows, bool new_only);

/* "week 53 has receipts on 2 days (2017-12-25 to 2017-12-26), a usual one on 7; …"; nothing where
 * the last week is as full as others. */
void print_partial_week(const aisle_split *split);
json_t *partial_week_json(const aisle_split *split);

/* "seconds: reading 0.52, training 3.10, …; in all 9.21" */
void print_seconds(const aisle_stage *stages, size_t n, double reading);
json_t *seconds_json(const aisle_stage *stages, size_t n, double reading);

/* {"value": .41, "interval": [.40, .42]} */
json_t *estimate_json(const aisle_estimate *e);

/* What two levels' lists go by, as an object. */
json_t *order_json(const aisle_order *order);

/* The same as a line, where that is not the trees. */
void print_order(const aisle_order *order);

/* null where it is not finite. */
json_t *number_or_null(double value);

/* What write puts into it, under a temporary name until it is whole. Exit code. */
int write_file(const char *path, void (*write)(FILE *to, const void *data), const void *data);

/* Writes and releases root; path "-" is standard output. Exit code. */
int write_json(json_t *root, const char *path);

#endif
