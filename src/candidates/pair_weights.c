#include "candidates/pair_weights.h"

#include "base/mem.h"

#include <assert.h>
#include <math.h>
#include <string.h>

enum { DAYS_MOST = 1000000 }; /* older lines count as that old: a damaged date costs no memory */

static size_t line_age(const history *h, uint64_t line)
{
    int64_t age = (int64_t)h->as_of - h->day[line];
    return age < DAYS_MOST ? (size_t)age : DAYS_MOST;
}

/* A user's lines are in the order of days: the first is the oldest. */
static size_t oldest_age(const history *h)
{
    size_t oldest = 0;
    for (uint32_t u = 0; u < h->n_users; u++) {
        uint64_t first = h->user_offset[u];
        if (first < h->user_offset[u + 1] && line_age(h, first) > oldest)
            oldest = line_age(h, first);
    }
    return oldest;
}

aisle_status pair_weigher_init(pair_weigher *out, const history *h, int weight, double decay,
                               aisle_error *err)
{
    pair_weigher w = {.h = h, .weight = weight};
    if (decay != 1) {
        w.days = oldest_age(h) + 1;
        w.of_age = NEW_ARRAY(double, w.days);
        if (!w.of_age)
            return fail_memory(err);
        for (size_t age = 0; age < w.days; age++)
            w.of_age[age] = pow(decay, (double)age / 7);
    }
    *out = w;
    return AISLE_OK;
}

void pair_weigher_fini(pair_weigher *w)
{
    mem_free(w->of_age);
    memset(w, 0, sizeof *w);
}

double pair_line_weight(const pair_weigher *w, uint64_t line)
{
    return w->of_age ? w->of_age[line_age(w->h, line)] : 1;
}

float pair_weigh(const pair_weigher *w, size_t pair)
{
    uint64_t first = w->h->pair_line_offset[pair], end = w->h->pair_line_offset[pair + 1];
    if (w->weight == PAIR_BINARY)
        return 1;
    double n = w->of_age ? 0 : (double)(end - first);
    for (uint64_t l = first; w->of_age && l < end; l++)
        n += pair_line_weight(w, w->h->pair_line[l]);
    return (float)(w->weight == PAIR_LOG ? log1p(n) : n);
}

aisle_status catalogue_places(uint32_t **place, const catalogue *c, aisle_error *err)
{
    uint32_t *places = NEW_ARRAY(uint32_t, c->n_items);
    if (!places)
        return fail_memory(err);
    for (uint32_t i = 0; i < c->n_items; i++)
        places[i] = HISTORY_NONE;
    for (uint32_t i = 0; i < c->count; i++)
        places[c->items[i]] = i;
    *place = places;
    return AISLE_OK;
}

static void fill_rows(csr *m, const pair_weigher *w, const uint32_t *place)
{
    const history *h = w->h;
    uint64_t to = 0;
    for (uint32_t u = 0; u < h->n_users; u++) {
        for (uint64_t p = h->pair_offset[u]; p < h->pair_offset[u + 1]; p++) {
            if (place[h->pair_item[p]] == HISTORY_NONE)
                continue;
            m->column[to] = place[h->pair_item[p]];
            m->value[to++] = pair_weigh(w, p);
        }
        m->offset[u + 1] = to;
    }
}

aisle_status pair_weights_init(csr *out, const pair_weigher *w, const catalogue *c,
                               aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const history *h = w->h;
    csr m = {0};
    uint32_t *place = NULL;
    uint64_t entries = 0;
    for (size_t p = 0; p < h->pairs; p++)
        entries += c->allowed[h->pair_item[p]];
    TRY(catalogue_places(&place, c, err));
    TRY(csr_init(&m, h->n_users, c->count, entries, err));
    fill_rows(&m, w, place);
    assert(csr_check(&m, NULL) == AISLE_OK);
    *out = m;
    memset(&m, 0, sizeof m);
done:
    mem_free(place);
    csr_fini(&m);
    return status;
}
