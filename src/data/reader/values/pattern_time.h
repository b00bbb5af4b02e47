/* data/reader/values/pattern_time.h: times by a pattern of strptime (POSIX), without its locale:
 * names of months and days are English. */
#ifndef DATA_READER_PATTERN_TIME_H
#define DATA_READER_PATTERN_TIME_H

#include "data/reader/values/times.h"

/* NULL, or what is wrong with the pattern: a conversion that is none, or no day that it gives. */
const char *time_pattern_fault(const char *pattern);

/* %Y %y %m %b %B %h %d %e %j %H %k %I %l %M %S %f %p %a %A %z %Z %F %D %T %R %n %t %%; a blank is
 * any number of blanks; leading zeros may be missing. Where the pattern ends in UTC, GMT or Z, or
 * has %z or %Z, it is an instant; without a clock it is a date. */
bool time_parse_pattern(written_time *out, slice s, const char *pattern);

/* A pattern among the usual ones that reads all of these texts, which the declared format does not;
 * NULL: none. *other: another one that reads them, too, with day and month exchanged. */
const char *time_pattern_guess(const char **other, const char *const *texts, size_t n);

#endif
