/* report/markup.h: figures and texts as they stand in HTML. */
#ifndef REPORT_MARKUP_H
#define REPORT_MARKUP_H

#include <stdint.h>

#include "base/text.h"

/* A figure as people read it, to be used within one call: text_add(t, "%s", count_word(n).s). */
typedef struct word {
    char s[64];
} word;

word count_word(uint64_t n);                /* 1,437,618 */
word day_word(int32_t day);                 /* 3 Dec 2017 */
word real_word(double value, int digits);   /* 0.4109; – where it is not finite */
word signed_word(double value, int digits); /* +0.0236, −0.0100 */
/* The same with something behind it: unit_word(95, 0, " % interval"). */
word unit_word(double value, int digits, const char *unit);

word percent_word(double share); /* 41.1 %, not to be broken */
word rate_word(double share);    /* 3.60 % */
word lift_word(double share);    /* +16.00 %, −1.50 % */

/* A text from the data or the configuration: what HTML takes as its own is escaped. */
void markup_text(text *t, const char *s);

/* A table that scrolls within its box where the page is narrow; name is read out, not shown.
 * Headings: the first to the left, the others to the right over their figures. */
void markup_table_begin(text *t, const char *name);
void markup_heading_row(text *t, const char *const *headings, size_t n);
void markup_table_end(text *t);

/* <td class="n">s</td> */
void markup_cell(text *t, const char *s);

/* Where the script draws the chart of that name, and what it shows in words. */
void markup_chart(text *t, const char *chart, const char *caption);

/* The same, of one of several: index. */
void markup_chart_of(text *t, const char *chart, size_t index, const char *caption);

#endif
