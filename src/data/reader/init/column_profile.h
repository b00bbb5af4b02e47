/* data/reader/init/column_profile.h: what the values of a column are like. */
#ifndef DATA_READER_COLUMN_PROFILE_H
#define DATA_READER_COLUMN_PROFILE_H

#include "data/reader/values/coder.h"

enum { PROFILE_TEXTS = 1000 };

typedef struct column_profile {
    char *name;
    uint32_t *code; /* [rows] into values, or AISLE_MISSING */
    size_t rows, capacity, missing;
    coder values; /* texts */
    /* Of the distinct values: */
    size_t whole;      /* digits alone, with a sign in front at most */
    size_t number;     /* as a program writes numbers */
    size_t comma;      /* with a decimal comma, thousands with points */
    size_t iso;        /* ISO 8601, from 1980 to 2100 */
    size_t clock;      /* hh:mm and on */
    size_t letters;    /* with a letter */
    size_t point_zero; /* digits and .0 */
    bool negative;
    double least, most;      /* of the numbers */
    const char *time_format; /* how they are times; NULL: they are none. As in the configuration */
    const char *time_other;  /* another way that reads them as well */
    char pattern[64], other[64];
} column_profile;

/* Of nothing and the words for it: missing. */
aisle_status column_profile_add(column_profile *c, slice value, aisle_error *err);

/* After the last value. */
void column_profile_finish(column_profile *c);

/* Share of the distinct values; 0 of none. */
double column_profile_share(const column_profile *c, size_t count);

/* A value; borrowed. */
slice column_profile_slice(const column_profile *c, size_t code);

/* The same as a text with a zero behind it, cut to size. */
const char *column_profile_value(char *buffer, size_t size, const column_profile *c, size_t code);

void column_profile_fini(column_profile *c);

#endif
