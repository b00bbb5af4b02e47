/* data/reader/values/numbers.h: numbers as texts have them. */
#ifndef DATA_READER_NUMBERS_H
#define DATA_READER_NUMBERS_H

#include <stdbool.h>

#include "config/options.h"
#include "data/reader/batch.h"

/* How a source writes its numbers. */
typedef struct number_style {
    char decimal; /* '.' or ','; 0: a point, and nothing may part thousands */
} number_style;

number_style number_style_of(const source_options *options);

/* The whole of s, with a minus in front or behind, and the sign of a currency around it. Where the
 * decimal mark is declared, the other of point and comma, a blank or an apostrophe may stand
 * between groups of three digits. false: it is none, or infinite, or hexadecimal. */
bool number_parse(double *out, slice s, number_style style);

#endif
