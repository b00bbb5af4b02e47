/* base/csr.h: sparse matrices, compressed by rows. */
#ifndef BASE_CSR_H
#define BASE_CSR_H

#include "base/fail.h"

#include <stddef.h>
#include <stdint.h>

/* Columns ascend within a row, each once. */
typedef struct csr {
    uint32_t rows, columns;
    uint64_t *offset; /* [rows + 1] */
    uint32_t *column; /* [offset[rows]] */
    float *value;     /* [offset[rows]] */
} csr;

/* Allocates the arrays; offset is zeroed. */
aisle_status csr_init(csr *out, uint32_t rows, uint32_t columns, uint64_t entries,
                      aisle_error *err);
void csr_fini(csr *m);

static inline uint64_t csr_entries(const csr *m)
{
    return m->offset[m->rows];
}

aisle_status csr_transpose(csr *out, const csr *m, aisle_error *err);

/* Offsets monotone from 0, columns in range and strictly ascending, values finite. */
aisle_status csr_check(const csr *m, aisle_error *err);

#endif
