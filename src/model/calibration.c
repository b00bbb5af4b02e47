#include "model/calibration.h"

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "base/sort.h"
#include "model/file/sections.h"

/* Rows of neighbouring scores. */
typedef struct pool {
    double score, bought, rows; /* sums of scores and purchases, number of rows */
} pool;

static double share(const pool *p)
{
    return p->bought / p->rows;
}

static void join(pool *p, const pool *more)
{
    p->score += more->score;
    p->bought += more->bought;
    p->rows += more->rows;
}

/* Bits of a double, made to order as unsigned. */
static uint64_t key_of(double score)
{
    uint64_t bits;
    score += 0.0;
    memcpy(&bits, &score, sizeof bits);
    return bits ^ (bits >> 63 ? UINT64_MAX : UINT64_C(1) << 63);
}

/* Pools of at least CALIBRATION_ROWS rows by ascending score; equal scores stay together. */
static size_t make_pools(pool *out, const sort_pair *order, const double *score,
                         const uint8_t *bought, size_t n)
{
    size_t pools = 0;
    pool p = {0};
    for (size_t i = 0; i < n; i++) {
        bool full = p.rows >= CALIBRATION_ROWS && order[i].key != order[i - 1].key;
        if (full) {
            out[pools++] = p;
            p = (pool){0};
        }
        p.score += score[order[i].value];
        p.bought += bought[order[i].value];
        p.rows += 1;
    }
    if (pools > 0 && p.rows < CALIBRATION_ROWS)
        join(&p, &out[--pools]);
    out[pools++] = p;
    return pools;
}

/* Joins neighbours while the first has the larger share; returns how many are left. */
static size_t pool_violators(pool *pools, size_t n)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        pool p = pools[i];
        while (kept > 0 && share(&pools[kept - 1]) >= share(&p)) {
            join(&p, &pools[--kept]);
        }
        pools[kept++] = p;
    }
    return kept;
}

aisle_status calibration_fit(calibration *out, const double *score, const uint8_t *bought, size_t n,
                             aisle_error *err)
{
    aisle_status status = AISLE_OK;
    calibration c = {0};
    sort_pair *order = NEW_ARRAY(sort_pair, 2 * n);
    pool *pools = NEW_ARRAY(pool, n / CALIBRATION_ROWS + 1);
    TRY_ALLOC(order);
    TRY_ALLOC(pools);
    for (size_t i = 0; i < n; i++)
        order[i] = (sort_pair){key_of(score[i]), (uint32_t)i};
    sort_pairs(order, order + n, n);
    size_t kept = pool_violators(pools, make_pools(pools, order, score, bought, n));
    TRY_ALLOC(c.score = NEW_ARRAY(double, kept));
    TRY_ALLOC(c.probability = NEW_ARRAY(double, kept));
    for (size_t p = 0; p < kept; p++) {
        double mean = pools[p].score / pools[p].rows;
        if (c.n > 0 && mean <= c.score[c.n - 1]) /* rounding */
            continue;
        c.score[c.n] = mean;
        c.probability[c.n++] = share(&pools[p]);
    }
    *out = c;
    c = (calibration){0};
done:
    calibration_fini(&c);
    mem_free(order);
    mem_free(pools);
    return status;
}

void calibration_fini(calibration *c)
{
    if (!c->mapped) {
        mem_free(c->score);
        mem_free(c->probability);
    }
    memset(c, 0, sizeof *c);
}

double calibration_probability(const calibration *c, double score)
{
    if (c->n == 0)
        return NAN;
    size_t low = 0, high = c->n; /* the first knot that is not below */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (c->score[middle] < score)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0 || low == c->n)
        return c->probability[low == 0 ? 0 : c->n - 1];
    double part = (score - c->score[low - 1]) / (c->score[low] - c->score[low - 1]);
    double from = c->probability[low - 1];
    return from + part * (c->probability[low] - from);
}

/* ---- Model file ---- */

aisle_status calibration_to_sections(sections *s, const calibration *c, aisle_error *err)
{
    if (c->n == 0)
        return AISLE_OK;
    aisle_status status =
        sections_add(s, "calibration.score", c->score, c->n * sizeof *c->score, false, err);
    if (status != AISLE_OK)
        return status;
    return sections_add(s, "calibration.probability", c->probability, c->n * sizeof *c->probability,
                        false, err);
}

static aisle_status check(const calibration *c, aisle_error *err)
{
    for (size_t i = 0; i < c->n; i++) {
        double p = c->probability[i];
        bool ascends = i == 0 || (c->score[i - 1] < c->score[i] && c->probability[i - 1] <= p);
        if (!isfinite(c->score[i]) || !(p >= 0 && p <= 1) || !ascends)
            return fail(err, AISLE_ERROR_FORMAT, "calibration: knot %zu is out of order", i);
    }
    return AISLE_OK;
}

aisle_status calibration_from_sections(calibration *out, sections *s, const char *name,
                                       aisle_error *err)
{
    const section *scores = sections_find(s, "calibration.score");
    calibration c = {.mapped = true};
    void *score, *probability;
    memset(out, 0, sizeof *out);
    if (!scores || scores->length == 0)
        return AISLE_OK;
    c.n = scores->length / sizeof *c.score;
    aisle_status status =
        section_bind(&score, s, "calibration.score", sizeof *c.score, c.n, name, err);
    if (status == AISLE_OK)
        status = section_bind(&probability, s, "calibration.probability", sizeof *c.probability,
                              c.n, name, err);
    if (status != AISLE_OK)
        return status;
    c.score = score;
    c.probability = probability;
    status = check(&c, err);
    if (status == AISLE_OK)
        *out = c;
    return status;
}
