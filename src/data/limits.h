/* data/limits.h: what a day and an amount may be. */
#ifndef DATA_LIMITS_H
#define DATA_LIMITS_H

/* Days since 1970-01-01 of the years 1 to 9999. */
#define DATA_FIRST_DAY (-719162)
#define DATA_LAST_DAY 2932896

/* Beyond this a double is no exact sum of cents, and a quantity no quantity. */
#define DATA_MOST_AMOUNT 1e15

#endif
