/* tests/fuzz/repair.h: makes the checksums of a model file right. */
#ifndef FUZZ_REPAIR_H
#define FUZZ_REPAIR_H

#include <stddef.h>
#include <stdint.h>

/* As far as its table can be read: length, checksums of sections, table and header. */
void repair_checksums(uint8_t *data, size_t size);

#endif
