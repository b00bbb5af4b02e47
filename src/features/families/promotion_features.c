/* Promotions: what the product had last week, what is usual for it, what is planned; in all stores
 * and in those where the household shops; how household and pair took to them. */
#include <math.h>
#include <string.h>

#include "features/families/families.h"
#include "features/household_scan.h"
#include "features/facts/promotion_facts.h"

/* By product, in the order of promotion_facts.c. */
static const feature_text item_texts[] = {
    {"promotion_display", "Share of stores that had it on display last week."},
    {"promotion_mailer", "Share of stores that had it in their mailer last week."},
    {"promotion_display_8w", "Share of stores with it on display, mean of the last 8 weeks."},
    {"promotion_mailer_8w", "Share of stores with it in the mailer, mean of the last 8 weeks."},
    {"promotion_display_13w", "Share of stores with it on display, mean of the last 13 weeks."},
    {"promotion_mailer_13w", "Share of stores with it in the mailer, mean of the last 13 weeks."},
    {"promotion_weeks_13w", "Share of the last 13 weeks in which some store promoted it."},
    {"promotion_recency", "Weeks since some store promoted it; 1: last week."},
    {"promotion_lines_display", "Share of its lines of 13 weeks that were bought on display."},
    {"promotion_lines_mailer", "Share of its lines of 13 weeks that were bought from a mailer."},
};
static const feature_text item_planned_texts[] = {
    {"promotion_planned_display", "Share of stores with it on display, mean of planned weeks."},
    {"promotion_planned_mailer", "Share of stores with it in the mailer, mean of planned weeks."},
    {"promotion_planned_first", "Weeks until some store promotes it; 0: the week of T."},
    {"promotion_planned_display_over_usual",
     "Planned display over planned and that of the last 13 weeks together."},
    {"promotion_planned_mailer_over_usual",
     "Planned mailer over planned and that of the last 13 weeks together."},
};

/* By household, and by pair. */
static const feature_text own_texts[] = {
    {"promotion_own_display", "Share of the household's stores with it on display last week."},
    {"promotion_own_mailer", "Share of the household's stores with it in the mailer last week."},
    {"promotion_household_display", "Share of the household's lines bought on display."},
    {"promotion_household_mailer", "Share of the household's lines bought from a mailer."},
    {"promotion_pair_display", "Share of the pair's lines bought on display."},
    {"promotion_pair_mailer", "Share of the pair's lines bought from a mailer."},
};
static const feature_text own_planned_texts[] = {
    {"promotion_planned_own_display", "Planned weeks of display in the household's stores."},
    {"promotion_planned_own_mailer", "Planned weeks of mailer in the household's stores."},
    {"promotion_planned_own_first",
     "Weeks until half of its stores or more promote it; 0: the week of T."},
};

enum {
    OWN = sizeof own_texts / sizeof *own_texts,
    OWN_PLANNED = sizeof own_planned_texts / sizeof *own_planned_texts,
};
_Static_assert(sizeof item_texts / sizeof *item_texts == PROMOTION_OBSERVED, "a text a column");
_Static_assert(sizeof item_planned_texts / sizeof *item_planned_texts == PROMOTION_PLANNED,
               "a text a column");

/* Share of the household's stores with the item on each kind, and on any. */
static void share_of_own(float out[PROMOTION_KINDS + 1], const assortment *a,
                         const household_stores *own, size_t week, uint32_t item)
{
    const uint64_t *offset = a->promotions.offset + week * a->n_items + item;
    memset(out, 0, (PROMOTION_KINDS + 1) * sizeof *out);
    if (offset[0] == offset[1])
        return;
    for (size_t s = 0; s < own->n; s++) {
        uint8_t kinds = assortment_find_promotion(a, week, item, own->store[s]);
        for (int k = 0; k < PROMOTION_KINDS; k++)
            out[k] += kinds >> k & 1 ? own->weight[s] : 0;
        out[PROMOTION_KINDS] += kinds ? own->weight[s] : 0;
    }
}

static float *write_unknown(float *to, size_t n)
{
    for (size_t i = 0; i < n; i++)
        *to++ = NAN;
    return to;
}

static void write_planned(float *to, const assortment *a, const household_stores *own,
                          uint32_t item)
{
    const promotion_view *v = &a->promotions;
    float weeks[PROMOTION_KINDS] = {0}, first = NAN;
    for (uint32_t w = 0; w < v->ahead; w++) {
        float share[PROMOTION_KINDS + 1];
        share_of_own(share, a, own, v->before + (size_t)w, item);
        for (int k = 0; k < PROMOTION_KINDS; k++)
            weeks[k] += share[k];
        if (isnan(first) && share[PROMOTION_KINDS] >= 0.5f)
            first = (float)w;
    }
    for (int k = 0; k < PROMOTION_KINDS; k++)
        *to++ = weeks[k];
    *to = first;
}

static float *write_own(float *to, const assortment *a, const household_scan *scan, uint32_t item,
                        double lines)
{
    float share[PROMOTION_KINDS + 1];
    share_of_own(share, a, &scan->promotion_stores, a->promotions.before - (size_t)1, item);
    for (int k = 0; k < PROMOTION_KINDS; k++)
        *to++ = scan->promotion_stores.n ? share[k] : NAN;
    for (int k = 0; k < PROMOTION_KINDS; k++)
        *to++ = feature_ratio(scan->promoted[k], lines);
    return to;
}

static float *write_pair(float *to, const households *h, uint64_t p)
{
    uint64_t from = h->pair_line_offset[p], end = h->pair_line_offset[p + 1];
    uint32_t count[PROMOTION_KINDS] = {0};
    for (uint64_t k = from; k < end; k++)
        for (int kind = 0; kind < PROMOTION_KINDS; kind++)
            count[kind] += h->line.promotion[h->pair_line[k]] >> kind & 1;
    for (int kind = 0; kind < PROMOTION_KINDS; kind++)
        *to++ = feature_ratio(count[kind], (double)(end - from));
    return to;
}

static void fill(float *to, size_t stride, const feature_rows *rows, const household_scan *scan,
                 const feature_context *context)
{
    const households *h = rows->h;
    const assortment *a = context->a;
    const promotion_facts *f = context->promotions;
    bool known = rows->user != HISTORY_NONE, planned = a->promotions.ahead > 0;
    double lines =
        known ? (double)(h->user_offset[rows->user + 1] - h->user_offset[rows->user]) : 0;
    pair_cursor own = pair_cursor_start(h, rows->user);
    for (size_t i = 0; i < rows->n && f->item; i++) {
        uint32_t item = rows->item[i];
        float *at = to + i * stride;
        memcpy(at, f->item + item * f->item_columns, f->item_columns * sizeof *at);
        at += f->item_columns;
        if (!known) {
            write_unknown(at, OWN + (planned ? OWN_PLANNED : 0));
            continue;
        }
        at = write_own(at, a, scan, item, lines);
        at = pair_cursor_find(&own, h, item) ? write_pair(at, h, own.at)
                                             : write_unknown(at, PROMOTION_KINDS);
        if (planned && scan->promotion_stores.n)
            write_planned(at, a, &scan->promotion_stores, item);
        else if (planned)
            write_unknown(at, OWN_PLANNED);
    }
}

static size_t columns(feature_column *out, const feature_context *context,
                      const candidate_lists *lists)
{
    (void)lists;
    const promotion_view *v = &context->a->promotions;
    size_t n = 0;
    if (!v->offset)
        return 0;
    n += feature_copy_columns(out, item_texts, PROMOTION_OBSERVED);
    if (v->ahead)
        n += feature_copy_columns(out ? out + n : NULL, item_planned_texts, PROMOTION_PLANNED);
    n += feature_copy_columns(out ? out + n : NULL, own_texts, OWN);
    if (v->ahead)
        n += feature_copy_columns(out ? out + n : NULL, own_planned_texts, OWN_PLANNED);
    return n;
}

const feature_family promotion_family = {
    "promotion", "Promotions of the product, in all stores and the household's.", columns, fill};
