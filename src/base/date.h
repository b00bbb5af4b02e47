/* base/date.h: civil dates as days since 1970-01-01 (Hinnant's days_from_civil). */
#ifndef BASE_DATE_H
#define BASE_DATE_H

#include <stdbool.h>
#include <stdint.h>

/* "2017-12-31" → day; false for anything else, and for dates that don't exist. */
bool date_parse(int32_t *day, const char *text);

/* Writes "2017-12-31" and a zero byte; out holds 16 bytes. */
void date_format(char out[16], int32_t day);

#endif
