#include "base/csr.h"

#include "base/mem.h"

#include <math.h>
#include <string.h>

aisle_status csr_init(csr *out, uint32_t rows, uint32_t columns, uint64_t entries, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    csr m = {rows, columns, NULL, NULL, NULL};
    TRY_ALLOC(m.offset = NEW_ZEROED(uint64_t, (size_t)rows + 1));
    TRY_ALLOC(m.column = NEW_ARRAY(uint32_t, entries));
    TRY_ALLOC(m.value = NEW_ARRAY(float, entries));
    *out = m;
    return AISLE_OK;
done:
    csr_fini(&m);
    return status;
}

void csr_fini(csr *m)
{
    mem_free(m->offset);
    mem_free(m->column);
    mem_free(m->value);
    memset(m, 0, sizeof *m);
}

aisle_status csr_transpose(csr *out, const csr *m, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    csr t = {0};
    uint64_t *next = NULL;
    uint64_t entries = csr_entries(m);
    TRY(csr_init(&t, m->columns, m->rows, entries, err));
    TRY_ALLOC(next = NEW_ARRAY(uint64_t, (size_t)t.rows + 1));
    for (uint64_t e = 0; e < entries; e++)
        t.offset[m->column[e] + 1]++;
    for (uint32_t r = 0; r < t.rows; r++)
        t.offset[r + 1] += t.offset[r];
    memcpy(next, t.offset, ((size_t)t.rows + 1) * sizeof *next);
    for (uint32_t r = 0; r < m->rows; r++) {
        for (uint64_t e = m->offset[r]; e < m->offset[r + 1]; e++) {
            uint64_t at = next[m->column[e]]++;
            t.column[at] = r;
            t.value[at] = m->value[e];
        }
    }
    *out = t;
    memset(&t, 0, sizeof t);
done:
    mem_free(next);
    csr_fini(&t);
    return status;
}

static aisle_status check_row(const csr *m, uint32_t r, aisle_error *err)
{
    for (uint64_t e = m->offset[r]; e < m->offset[r + 1]; e++) {
        if (m->column[e] >= m->columns)
            return fail(err, AISLE_ERROR_FORMAT, "matrix: row %u has column %u of %u", r,
                        m->column[e], m->columns);
        if (e > m->offset[r] && m->column[e - 1] >= m->column[e])
            return fail(err, AISLE_ERROR_FORMAT, "matrix: columns of row %u do not ascend", r);
        if (!isfinite(m->value[e]))
            return fail(err, AISLE_ERROR_FORMAT, "matrix: row %u has a value that is not finite",
                        r);
    }
    return AISLE_OK;
}

aisle_status csr_check(const csr *m, aisle_error *err)
{
    if (m->offset[0] != 0)
        return fail(err, AISLE_ERROR_FORMAT, "matrix: the first offset is not 0");
    for (uint32_t r = 0; r < m->rows; r++) {
        if (m->offset[r + 1] < m->offset[r])
            return fail(err, AISLE_ERROR_FORMAT, "matrix: the offset of row %u goes back", r + 1);
    }
    for (uint32_t r = 0; r < m->rows; r++) {
        aisle_status status = check_row(m, r, err);
        if (status != AISLE_OK)
            return status;
    }
    return AISLE_OK;
}
