#include "candidates/pair_weights.h"

#include "base/mem.h"

#include <assert.h>
#include <math.h>
#include <string.h>

static double weight_of_age(double decay, int64_t age)
{
    return pow(decay, (double)age / 7);
}

aisle_status pair_weigher_init(pair_weigher *out, int weight, double decay, aisle_error *err)
{
    pair_weigher w = {.weight = weight, .decay = decay};
    if (decay != 1) {
        w.of_age = NEW_ARRAY(double, PAIR_WEIGHER_DAYS);
        if (!w.of_age)
            return fail_memory(err);
        for (int64_t age = 0; age < PAIR_WEIGHER_DAYS; age++)
            w.of_age[age] = weight_of_age(decay, age);
    }
    *out = w;
    return AISLE_OK;
}

void pair_weigher_fini(pair_weigher *w)
{
    mem_free(w->of_age);
    memset(w, 0, sizeof *w);
}

double pair_line_weight(const pair_weigher *w, const households *h, uint64_t line)
{
    int64_t age = (int64_t)h->as_of - h->line.day[line];
    if (!w->of_age)
        return 1;
    return age < PAIR_WEIGHER_DAYS ? w->of_age[age] : weight_of_age(w->decay, age);
}

float pair_weigh(const pair_weigher *w, const households *h, size_t pair)
{
    uint64_t first = h->pair_line_offset[pair], end = h->pair_line_offset[pair + 1];
    if (w->weight == PAIR_BINARY)
        return 1;
    double n = w->of_age ? 0 : (double)(end - first);
    for (uint64_t l = first; w->of_age && l < end; l++)
        n += pair_line_weight(w, h, h->pair_line[l]);
    return (float)(w->weight == PAIR_LOG ? log1p(n) : n);
}

static void fill_rows(csr *m, const pair_weigher *w, const households *h, const uint32_t *place)
{
    uint64_t to = 0;
    for (uint32_t u = 0; u < h->n_users; u++) {
        for (uint64_t p = h->pair_offset[u]; p < h->pair_offset[u + 1]; p++) {
            if (place[h->pair_item[p]] == HISTORY_NONE)
                continue;
            m->column[to] = place[h->pair_item[p]];
            m->value[to++] = pair_weigh(w, h, p);
        }
        m->offset[u + 1] = to;
    }
}

aisle_status pair_weights_init(csr *out, const pair_weigher *w, const households *h,
                               const catalogue *c, aisle_error *err)
{
    csr m = {0};
    uint64_t entries = 0;
    for (size_t p = 0; p < h->pairs; p++)
        entries += c->allowed[h->pair_item[p]];
    aisle_status status = csr_init(&m, h->n_users, c->count, entries, err);
    if (status != AISLE_OK)
        return status;
    fill_rows(&m, w, h, c->place);
    assert(csr_check(&m, NULL) == AISLE_OK);
    *out = m;
    return AISLE_OK;
}
