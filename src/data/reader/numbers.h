/* data/reader/numbers.h: decimal texts to double, fast where that is exact. */
#ifndef DATA_READER_NUMBERS_H
#define DATA_READER_NUMBERS_H

#include "data/reader/batch.h"

/* The double nearest to the whole text ("12", "-0.5", "1e3"); false for anything else. */
bool number_parse(double *out, slice s);

#endif
