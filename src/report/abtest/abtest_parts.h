/* report/abtest/abtest_parts.h: what the pages about A/B tests share. */
#ifndef REPORT_ABTEST_ABTEST_PARTS_H
#define REPORT_ABTEST_ABTEST_PARTS_H

#include "aisle/abtest.h"
#include "base/text.h"
#include "report/markup.h"

/* 0.0130, or < 0.0001 as HTML. */
word chance_word(double p);

/* A figure to remember: what it is of, and a sentence or two, as HTML. */
void add_key(text *t, const char *figure, const char *name, const char *words);

/* <tr><th>name</th><td>figure</td></tr>, both as HTML. */
void add_named_row(text *t, const char *name, const char *figure);

#endif
