/* base/draw.h: a number for an id, by a seed and the id as it is written, even over 64 bits: what
 * seeded samples and parts of households go by. 900 and "900" draw the same. */
#ifndef BASE_DRAW_H
#define BASE_DRAW_H

#include <stddef.h>
#include <stdint.h>

uint64_t draw_of_text(const char *id, size_t length, uint64_t seed);
uint64_t draw_of_int(int64_t id, uint64_t seed);

#endif
