#include "model/ordering.h"

#include <stdio.h>
#include <string.h>

#include "base/fail.h"

enum { FIELDS = sizeof(ordering) / sizeof(uint64_t) };

static double score_of(const ordering *order, const candidate_lists *lists, uint64_t row)
{
    double sum = blend_score(lists, row);
    const uint16_t *rank = lists->rank + row * lists->n_sources;
    for (uint32_t s = 0; s < lists->n_sources; s++)
        if (rank[s] && order->by == ORDER_SOURCE + (uint64_t)lists->source[s])
            return 1 + blend_part(rank[s]);
    return sum;
}

void ordering_score(double *out, const ordering *order, const candidate_lists *lists)
{
    for (uint64_t row = 0; row < lists->offset[lists->n]; row++)
        out[row] = score_of(order, lists, row);
}

void ordering_take_apart(double *out, const ordering *order, const candidate_lists *lists,
                         uint64_t row)
{
    const uint16_t *rank = lists->rank + row * lists->n_sources;
    memset(out, 0, lists->n_sources * sizeof *out);
    for (uint32_t s = 0; s < lists->n_sources; s++)
        if (rank[s] && order->by == ORDER_SOURCE + (uint64_t)lists->source[s]) {
            out[s] = 1 + blend_part(rank[s]);
            return;
        }
    for (uint32_t s = 0; s < lists->n_sources; s++)
        out[s] = rank[s] ? blend_part(rank[s]) : 0;
}

const char *ordering_name(uint64_t by)
{
    if (by == ORDER_TREES)
        return "trees";
    return by == ORDER_BLEND ? "blend" : retriever_table[by - ORDER_SOURCE].name;
}

void ordering_tell(aisle_order *out, const ordering *order)
{
    double places = (double)order->judged * (double)order->k;
    *out = (aisle_order){.by = ordering_name(order->by),
                         .learned = order->splits > 0,
                         .rival = ordering_name(order->rival),
                         .households = order->judged,
                         .k = (int64_t)order->k,
                         .trees = places > 0 ? (double)order->hits / places : 0,
                         .rival_scores = places > 0 ? (double)order->rival_hits / places : 0};
}

void aisle_order_tell(char *out, size_t size, const aisle_order *order)
{
    bool trees = strcmp(order->by, "trees") == 0, blend = strcmp(order->by, "blend") == 0;
    char why[160] = "";
    if (!order->learned)
        snprintf(why, sizeof why, "the trees learned nothing: ");
    else if (order->households > 0)
        snprintf(why, sizeof why,
                 "in a label window unseen by them, the trees had precision@%d %.4f, %s %.4f: ",
                 (int)order->k, order->trees, order->rival, order->rival_scores);
    if (trees)
        snprintf(out, size, "%slists go by the trees", why);
    else
        snprintf(out, size, "%slists go by %s%s", why, blend ? "the blend of level 1" : order->by,
                 blend ? "" : ", then by the blend of level 1");
}

/* ---- Model file ---- */

aisle_status ordering_to_sections(sections *s, const ordering *order, aisle_error *err)
{
    return sections_add(s, "level2.order", order, sizeof *order, order->by != ORDER_TREES, err);
}

/* Whether lists of this level 1 can go by it. */
static bool is_possible(uint64_t by, const level1 *l)
{
    if (by == ORDER_TREES || by == ORDER_BLEND)
        return true;
    uint64_t r = by - ORDER_SOURCE;
    return r < retriever_count && l->state[r] && retriever_table[r].quota(l->context.options) > 0;
}

aisle_status ordering_from_sections(ordering *out, sections *s, const level1 *l, const char *name,
                                    aisle_error *err)
{
    void *fields;
    *out = (ordering){.by = ORDER_TREES, .rival = ORDER_BLEND, .splits = 1};
    if (!sections_find(s, "level2.order"))
        return AISLE_OK;
    aisle_status status =
        section_bind(&fields, s, "level2.order", sizeof(uint64_t), FIELDS, name, err);
    if (status != AISLE_OK)
        return status;
    memcpy(out, fields, sizeof *out);
    if (!is_possible(out->by, l) || !is_possible(out->rival, l) || out->rival == ORDER_TREES)
        return fail(err, AISLE_ERROR_FORMAT, "level2.order: no source of the model");
    if (out->k > UINT16_MAX || out->judged > UINT32_MAX || out->hits > out->judged * out->k ||
        out->rival_hits > out->judged * out->k)
        return fail(err, AISLE_ERROR_FORMAT, "level2.order: more hits than places");
    return AISLE_OK;
}
