#include "model/order_check.h"

#include <math.h>

#include "base/fail.h"
#include "base/mem.h"
#include "model/sample.h"

enum { BATCH = 512 };

/* Standard errors. */
#define CLEARLY 1.5

/* The trees, the blend, each source. */
typedef struct tallies {
    const order_ground *g;
    size_t n_orders;
    uint64_t *by;    /* [n_orders] */
    uint64_t *hits;  /* [n_orders] */
    uint64_t *apart; /* [n_orders] squared differences of households' hits from the trees' */
    uint32_t *own;   /* [n_orders][BATCH] hits of each household */
    uint8_t *bought; /* [rows of a batch] */
    double *score;   /* [rows of a batch] */
    ranked *best;    /* [topk_room(k)] */
    uint64_t judged;
} tallies;

static void tallies_fini(tallies *t)
{
    mem_free(t->by);
    mem_free(t->hits);
    mem_free(t->apart);
    mem_free(t->own);
    mem_free(t->bought);
    mem_free(t->score);
    mem_free(t->best);
}

/* Rows of the batch with most. */
static uint64_t most_rows(const candidate_lists *lists)
{
    uint64_t most = 0;
    for (size_t from = 0; from < lists->n; from += BATCH) {
        size_t end = lists->n - from < BATCH ? lists->n : from + BATCH;
        uint64_t rows = lists->offset[end] - lists->offset[from];
        most = rows > most ? rows : most;
    }
    return most;
}

/* On failure too, it is there to be freed. */
static aisle_status tallies_init(tallies *t, const order_ground *g, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const candidate_lists *lists = g->lists;
    size_t n = ORDER_SOURCE + lists->n_sources, rows = most_rows(lists);
    *t = (tallies){.g = g, .n_orders = n};
    TRY_ALLOC(t->by = NEW_ARRAY(uint64_t, n));
    TRY_ALLOC(t->hits = NEW_ZEROED(uint64_t, n));
    TRY_ALLOC(t->apart = NEW_ZEROED(uint64_t, n));
    TRY_ALLOC(t->own = NEW_ARRAY(uint32_t, n * BATCH));
    TRY_ALLOC(t->bought = NEW_ARRAY(uint8_t, rows));
    TRY_ALLOC(t->score = NEW_ARRAY(double, rows));
    TRY_ALLOC(t->best = NEW_ARRAY(ranked, topk_room(g->k)));
    for (size_t o = 0; o < n; o++)
        t->by[o] = o < ORDER_SOURCE ? o : ORDER_SOURCE + lists->source[o - ORDER_SOURCE];
done:
    return status;
}

/* What was bought among the first k of list i. */
static uint32_t count_hits(tallies *t, const candidate_lists *lists, const double *score, size_t i)
{
    const uint32_t *popularity = t->g->s->l.context.popularity;
    topk best = topk_start(t->best, t->g->k);
    for (uint64_t row = lists->offset[i]; row < lists->offset[i + 1]; row++)
        topk_push(&best, (float)score[row], popularity[lists->item[row]], lists->item[row]);
    size_t n = topk_finish(&best);
    uint32_t hits = 0;
    for (size_t p = 0; p < n; p++)
        hits += t->bought[candidate_lists_find(lists, i, t->best[p].item)];
    return hits;
}

/* Every order's hits of a batch of households, beside the trees'. */
static void tally_batch(tallies *t, const candidate_lists *lists, const double *trees)
{
    for (size_t o = 0; o < t->n_orders; o++) {
        ordering order = {.by = t->by[o]};
        if (o != ORDER_TREES)
            ordering_score(t->score, &order, lists);
        for (size_t i = 0; i < lists->n; i++)
            t->own[o * BATCH + i] = count_hits(t, lists, o == ORDER_TREES ? trees : t->score, i);
    }
}

/* Households [first, first + lists->n): those that are judged and bought a candidate. */
static void add_batch(tallies *t, const candidate_lists *lists, size_t first)
{
    const order_ground *g = t->g;
    for (size_t i = 0; i < lists->n; i++) {
        size_t found = sample_mark_bought(t->bought, lists, i, g->bought,
                                          g->dataset_users[first + i], &g->s->h);
        if (found == 0 || (g->left_out && g->left_out[first + i]))
            continue;
        t->judged++;
        int64_t trees = t->own[ORDER_TREES * BATCH + i];
        for (size_t o = 0; o < t->n_orders; o++) {
            int64_t more = t->own[o * BATCH + i] - trees;
            t->hits[o] += t->own[o * BATCH + i];
            t->apart[o] += (uint64_t)(more * more);
        }
    }
}

static aisle_status judge_batch(tallies *t, size_t first, size_t n, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const order_ground *g = t->g;
    candidate_lists some = {0};
    scored_rows rows = {0};
    retriever_query query = {&g->s->h, g->users + first, n, false, g->threads};
    ordering trees = {.by = ORDER_TREES};
    level2_scorer by = {g->trees, &trees};
    TRY(candidate_lists_view(&some, g->lists, first, n, err));
    TRY(snapshot_score(&rows, g->s, &by, &some, &query, g->threads, err));
    for (size_t i = 0; i < n; i++)
        sample_mark_bought(t->bought, &some, i, g->bought, g->dataset_users[first + i], &g->s->h);
    tally_batch(t, &some, rows.score);
    add_batch(t, &some, first);
done:
    scored_rows_fini(&rows);
    mem_free(some.offset);
    return status;
}

/* Hits that an order has more than the trees, in standard errors of that difference: households are
 * as if drawn. */
static double errors_above(const tallies *t, size_t order)
{
    double more = (double)t->hits[order] - (double)t->hits[ORDER_TREES];
    double variance = (double)t->apart[order] - more * more / (double)t->judged;
    return variance > 0 ? more / sqrt(variance) : more > 0 ? INFINITY : 0;
}

/* The best of level 1, of equal ones the first. A source is the best of many, by luck as well:
 * trees that find more than the blend give way to it where it is clearly better. */
static void decide(ordering *out, const tallies *t)
{
    size_t rival = ORDER_BLEND;
    for (size_t o = rival + 1; o < t->n_orders; o++)
        if (t->hits[o] > t->hits[rival])
            rival = o;
    bool trees = t->judged == 0 ||
                 (t->hits[ORDER_TREES] > t->hits[ORDER_BLEND] && errors_above(t, rival) < CLEARLY);
    *out = (ordering){.by = trees ? ORDER_TREES : t->by[rival],
                      .rival = t->by[rival],
                      .judged = t->judged,
                      .k = t->g->k,
                      .hits = t->hits[ORDER_TREES],
                      .rival_hits = t->hits[rival]};
}

aisle_status order_check(ordering *out, const order_ground *g, aisle_error *err)
{
    tallies t;
    aisle_status status = tallies_init(&t, g, err);
    for (size_t first = 0; status == AISLE_OK && first < g->lists->n; first += BATCH)
        status =
            judge_batch(&t, first, g->lists->n - first < BATCH ? g->lists->n - first : BATCH, err);
    if (status == AISLE_OK)
        decide(out, &t);
    tallies_fini(&t);
    return status;
}
