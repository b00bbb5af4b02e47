/* near.h: numbers to the digits that are given. */
#ifndef NEAR_H
#define NEAR_H

#include <math.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "aisle/abtest.h"

#define near(found, wanted, off) near_at((found), (wanted), (off), __FILE__, __LINE__)
#define near_interval(found, low, high, off)                                                       \
    near_interval_at((found), (aisle_abtest_interval){(low), (high)}, (off), __FILE__, __LINE__)

static inline void near_at(double found, double wanted, double off, const char *file, int line)
{
    if (!(fabs(found - wanted) <= off)) {
        print_error("found %.12g, wanted %.12g\n", found, wanted);
        _fail(file, line);
    }
}

static inline void near_interval_at(aisle_abtest_interval found, aisle_abtest_interval wanted,
                                    double off, const char *file, int line)
{
    near_at(found.low, wanted.low, off, file, line);
    near_at(found.high, wanted.high, off, file, line);
}

#endif
