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

/* "validation weeks 48 to 50 (…), everything known: before …" */
void print_judged_on(const aisle_window *w, int32_t first_week, int32_t last_week, uint32_t windows,
                     bool new_only);

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
