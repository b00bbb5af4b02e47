#include "candidates/neighbours/weighting.h"

#include "base/mem.h"

#include <math.h>
#include <stdbool.h>

static double inverse_frequency(uint64_t documents, uint64_t with_term)
{
    return log((double)documents) - log1p((double)with_term);
}

/* sum: [rows or columns] of each document. */
static double sum_documents(double *sum, const csr *m, bool rows)
{
    double all = 0;
    for (uint32_t r = 0; r < m->rows; r++) {
        for (uint64_t e = m->offset[r]; e < m->offset[r + 1]; e++) {
            sum[rows ? r : m->column[e]] += (double)m->value[e];
            all += (double)m->value[e];
        }
    }
    return all;
}

/* idf: [columns or rows] of each term. */
static void weigh_terms(double *idf, const csr *m, bool columns)
{
    uint32_t terms = columns ? m->columns : m->rows;
    if (columns)
        for (uint64_t e = 0; e < csr_entries(m); e++)
            idf[m->column[e]]++;
    for (uint32_t t = 0; t < terms; t++)
        idf[t] = columns ? inverse_frequency(m->rows, (uint64_t)idf[t])
                         : inverse_frequency(m->columns, m->offset[t + 1] - m->offset[t]);
}

aisle_status weigh_bm25(csr *m, const bm25_options *o, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    bool rows = o->documents == DOCUMENTS_ROWS;
    double *length = NULL, *idf = NULL;
    TRY_ALLOC(length = NEW_ZEROED(double, rows ? m->rows : m->columns));
    TRY_ALLOC(idf = NEW_ZEROED(double, rows ? m->columns : m->rows));
    double mean = sum_documents(length, m, rows) / (rows ? m->rows : m->columns);
    weigh_terms(idf, m, rows);
    for (uint32_t r = 0; r < m->rows; r++) {
        for (uint64_t e = m->offset[r]; e < m->offset[r + 1]; e++) {
            uint32_t document = rows ? r : m->column[e], term = rows ? m->column[e] : r;
            double n = (double)m->value[e];
            double norm = o->k1 * (1 - o->b + o->b * length[document] / mean);
            m->value[e] = n > 0 ? (float)(n * (o->k1 + 1) / (norm + n) * idf[term]) : 0;
        }
    }
done:
    mem_free(length);
    mem_free(idf);
    return status;
}

void weigh_tfidf(csr *m)
{
    for (uint32_t r = 0; r < m->rows; r++) {
        double idf = inverse_frequency(m->columns, m->offset[r + 1] - m->offset[r]);
        for (uint64_t e = m->offset[r]; e < m->offset[r + 1]; e++)
            m->value[e] = (float)(sqrt((double)m->value[e]) * idf);
    }
}

aisle_status normalise_columns(csr *m, aisle_error *err)
{
    double *length = NEW_ZEROED(double, m->columns);
    if (!length)
        return fail_memory(err);
    for (uint64_t e = 0; e < csr_entries(m); e++)
        length[m->column[e]] += (double)m->value[e] * (double)m->value[e];
    for (uint32_t i = 0; i < m->columns; i++)
        length[i] = length[i] > 0 ? 1 / sqrt(length[i]) : 0;
    for (uint64_t e = 0; e < csr_entries(m); e++)
        m->value[e] = (float)((double)m->value[e] * length[m->column[e]]);
    mem_free(length);
    return AISLE_OK;
}
