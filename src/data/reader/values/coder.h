/* data/reader/values/coder.h: a code for each distinct value of a column, as rows come by. Memory
 * goes by the number of distinct values. */
#ifndef DATA_READER_CODER_H
#define DATA_READER_CODER_H

#include "aisle/dataset.h"
#include "data/reader/batch.h"

/* Not a code: the text is no valid UTF-8, or holds a zero byte. */
#define CODER_BAD (AISLE_MISSING - 1)
/* Not a code either: no memory. */
#define CODER_FULL (AISLE_MISSING - 2)

typedef struct coder {
    size_t count;
    int64_t *ints; /* of a column of int64 */
    char *bytes;   /* of a column of texts */
    uint64_t *offsets;
    size_t int_capacity, byte_capacity, offset_capacity;
    uint64_t *slots; /* code + 1 below, 32 bits of the hash above; 0 is empty */
    size_t n_slots;
} coder;

uint32_t coder_code_int(coder *c, int64_t value);
uint32_t coder_code_text(coder *c, slice value);

/* The same for the texts of a batch, in two steps, so that the memory of many is on its way at
 * once: hash: [rows]. */
void coder_hash_texts(uint64_t *hash, const coder *c, const slice *texts, size_t rows);
uint32_t coder_code_hashed(coder *c, slice value, uint64_t hash);

/* Valid UTF-8 without a zero byte. */
bool text_is_clean(slice s);

/* Borrowed, until the next value comes. */
aisle_values coder_values(const coder *c);

void coder_fini(coder *c);

#endif
