/* Scores taken apart by family, and put into words. */
#include "aisle/explain.h"

#include <math.h>
#include <string.h>

#include "aisle/candidates.h"
#include "base/fail.h"
#include "base/mem.h"
#include "base/topk.h"
#include "features/families.h"
#include "model/ranking.h"
#include "model/reasons.h"

enum { BATCH = 1024 };

/* A product that is explained, and where it stands in its batch. */
typedef struct place_taken {
    size_t household; /* of the batch */
    uint64_t row;     /* of the candidates, where it is ranked */
    size_t at;        /* in the list of explanations */
} place_taken;

typedef struct explainer {
    const aisle_model *model;
    const aisle_explain_options *options;
    aisle_explanations *out;
    size_t capacity, text_capacity;
    reasons tell;
    request_rules rules;
    /* Of one batch. */
    ranking r;
    const uint32_t *users;
    ranking_request request;
    place_taken *taken; /* [n_taken] ranked ones */
    size_t n_taken;
    double *contributions; /* [n_taken][columns + 1] */
    double *sums;          /* [families], then [parts] of one family */
    int threads;
} explainer;

/* Hands a text over to the explanations, which own it. */
static aisle_status keep_text(const char **out, explainer *e, const char *bytes, aisle_error *err)
{
    aisle_explanations *x = e->out;
    if (mem_grow(&x->texts, &e->text_capacity, x->n_texts + 1, sizeof *x->texts))
        return fail_memory(err);
    char *copy = mem_text(bytes ? bytes : "");
    if (!copy)
        return fail_memory(err);
    x->texts[x->n_texts++] = copy;
    *out = copy;
    return AISLE_OK;
}

static aisle_status add_explanation(explainer *e, size_t household, aisle_explanation one,
                                    uint64_t row, aisle_error *err)
{
    aisle_explanations *x = e->out;
    size_t at = x->offset[x->n];
    if (mem_grow(&x->list, &e->capacity, at + 1, sizeof *x->list))
        return fail_memory(err);
    one.score = one.base = one.probability = NAN;
    if (one.standing == AISLE_STANDING_RANKED)
        e->taken[e->n_taken++] = (place_taken){household, row, at};
    else if (one.standing == AISLE_STANDING_FALLBACK) {
        text words = {0};
        reasons_tell_popular(&words, &e->tell, one.item.index);
        aisle_status status =
            words.failed ? fail_memory(err) : keep_text(&one.reason, e, words.bytes, err);
        text_fini(&words);
        if (status != AISLE_OK)
            return status;
    }
    x->list[at] = one;
    x->offset[x->n] = at + 1;
    return AISLE_OK;
}

static aisle_explanation standing_of(const ranking *r, size_t i, uint32_t item, uint32_t place,
                                     bool padded)
{
    aisle_explanation one = {.item = {item}, .place = place};
    one.standing = padded ? AISLE_STANDING_FALLBACK : AISLE_STANDING_RANKED;
    one.source = padded ? ranking_fallback
                        : ranking_source(&r->lists, candidate_lists_find(&r->lists, i, item));
    return one;
}

/* The products of household i's list. */
static aisle_status take_list(explainer *e, size_t i, aisle_error *err)
{
    const item_lists *lists = &e->r.ranked;
    for (uint32_t p = 0; p < lists->count[i]; p++) {
        uint32_t item = lists->item[i * lists->k + p];
        bool padded = p >= e->r.padded[i];
        aisle_explanation one = standing_of(&e->r, i, item, p + 1, padded);
        uint64_t row = padded ? 0 : candidate_lists_find(&e->r.lists, i, item);
        aisle_status status = add_explanation(e, i, one, row, err);
        if (status != AISLE_OK)
            return status;
    }
    return AISLE_OK;
}

/* 1 + the candidates of list i that stand before row, in the house order. */
static uint32_t place_of(const explainer *e, size_t i, uint64_t row)
{
    const candidate_lists *lists = &e->r.lists;
    const uint32_t *popularity = e->model->s.l.context.popularity;
    uint32_t place = 1;
    ranked own = ranked_of((float)e->r.worth[row], popularity[lists->item[row]], lists->item[row]);
    for (uint64_t other = lists->offset[i]; other < lists->offset[i + 1]; other++)
        place += ranked_before(
            ranked_of((float)e->r.worth[other], popularity[lists->item[other]], lists->item[other]),
            own);
    return place;
}

/* The one product that was asked about. */
static aisle_status take_item(explainer *e, size_t i, aisle_error *err)
{
    const ranking *r = &e->r;
    uint32_t item = e->options->item.index;
    aisle_explanation one = {.item = {item}, .standing = AISLE_STANDING_NO_CANDIDATE};
    uint64_t row = candidate_lists_find(&r->lists, i, item);
    if (row < r->lists.offset[i + 1] && r->lists.item[row] == item) {
        one = standing_of(r, i, item, place_of(e, i, row), false);
        return add_explanation(e, i, one, row, err);
    }
    for (uint32_t p = r->padded[i]; p < r->ranked.count[i]; p++)
        if (r->ranked.item[i * r->ranked.k + p] == item)
            one = standing_of(r, i, item, p + 1, true);
    if (!aisle_model_item_allowed(e->model, e->options->item))
        one.standing = AISLE_STANDING_OUTSIDE;
    else if (!ranking_may_have(&e->request, &e->model->s.h, e->users[i], item))
        one.standing = AISLE_STANDING_RULED_OUT;
    return add_explanation(e, i, one, 0, err);
}

/* TreeSHAP of the rows that were taken. */
static aisle_status take_apart(explainer *e, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const feature_matrix *m = &e->r.rows.m;
    ranker_rows rows = e->r.rows.view.rows;
    size_t parts = feature_family_count;
    for (size_t c = 0; c < m->columns; c++)
        parts = m->column[c].part >= parts ? m->column[c].part + 1u : parts;
    float *values = NEW_ARRAY(float, e->n_taken * m->columns);
    TRY_ALLOC(values);
    TRY_ALLOC(e->sums = NEW_ARRAY(double, feature_family_count + parts));
    TRY_ALLOC(e->contributions = NEW_ARRAY(double, e->n_taken *(m->columns + 1)));
    for (size_t t = 0; t < e->n_taken; t++)
        memcpy(values + t * m->columns, m->values + e->taken[t].row * m->columns,
               m->columns * sizeof *values);
    rows.rows = e->n_taken;
    rows.values = values;
    TRY(ranker_contributions(e->contributions, e->model->level2, &rows, e->threads, err));
done:
    mem_free(values);
    return status;
}

/* Of a family's columns the one that does most in the direction of their sum, within the part that
 * does. sums: one of each part. */
static size_t find_strongest(const feature_matrix *m, size_t family, const double *added,
                             double direction, double *sums)
{
    size_t best = SIZE_MAX, parts = 0;
    for (size_t c = 0; c < m->columns; c++)
        if (m->column[c].family == family && m->column[c].part >= parts)
            parts = m->column[c].part + 1u;
    memset(sums, 0, parts * sizeof *sums);
    for (size_t c = 0; c < m->columns; c++)
        if (m->column[c].family == family)
            sums[m->column[c].part] += direction * added[c];
    for (size_t c = 0; c < m->columns; c++) {
        if (m->column[c].family != family)
            continue;
        double part = sums[m->column[c].part];
        double before = best == SIZE_MAX ? 0 : sums[m->column[best].part];
        if (best == SIZE_MAX || part > before ||
            (part == before && m->column[c].part == m->column[best].part &&
             direction * added[c] > direction * added[best]))
            best = c;
    }
    return best;
}

static aisle_status tell_column(const char **out, explainer *e, const place_taken *taken,
                                size_t column, aisle_error *err)
{
    text words = {0};
    const candidate_lists *lists = &e->r.lists;
    reason_row row = {e->users[taken->household], lists->item[taken->row], &e->r.rows.m, lists,
                      taken->row};
    aisle_status status = reasons_tell(&words, &e->tell, &row, column, err);
    if (status == AISLE_OK)
        status = keep_text(out, e, words.bytes, err);
    text_fini(&words);
    return status;
}

/* Largest first; equal ones stay as they are. */
static void sort_causes(aisle_cause *cause, size_t *column, size_t n)
{
    for (size_t i = 1; i < n; i++)
        for (size_t j = i; j > 0 && fabs(cause[j].share) > fabs(cause[j - 1].share); j--) {
            aisle_cause one = cause[j];
            size_t of = column[j];
            cause[j] = cause[j - 1];
            column[j] = column[j - 1];
            cause[j - 1] = one;
            column[j - 1] = of;
        }
}

/* The families with columns, largest first; column: the strongest of each. */
static size_t sum_families(aisle_cause *cause, size_t *column, explainer *e,
                           const place_taken *taken, const double *added)
{
    const feature_matrix *m = &e->r.rows.m;
    double *sum = e->sums, all = 0;
    size_t n = 0;
    memset(sum, 0, feature_family_count * sizeof *sum);
    for (size_t c = 0; c < m->columns; c++)
        sum[m->column[c].family] += added[c];
    for (size_t f = 0; f < feature_family_count; f++)
        all += fabs(sum[f]);
    for (size_t f = 0; f < feature_family_count; f++) {
        size_t c = find_strongest(m, f, added, sum[f] < 0 ? -1 : 1, sum + feature_family_count);
        if (c == SIZE_MAX)
            continue;
        column[n] = c;
        cause[n++] = (aisle_cause){.family = feature_family_table[f]->name,
                                   .contribution = sum[f],
                                   .share = all > 0 ? sum[f] / all : 0,
                                   .value = (double)m->values[taken->row * m->columns + c]};
    }
    sort_causes(cause, column, n);
    return n;
}

/* The one that adds most of those that are not the same for all products. */
static size_t find_main(const explainer *e, const aisle_cause *cause, const size_t *column,
                        size_t n)
{
    size_t main = 0;
    bool found = false;
    for (size_t i = 0; i < n; i++) {
        if (e->r.rows.m.column[column[i]].of_household)
            continue;
        if (!found || cause[i].contribution > cause[main].contribution)
            main = i;
        found = true;
    }
    return main;
}

static aisle_status explain_row(explainer *e, const place_taken *taken, const double *added,
                                aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const feature_matrix *m = &e->r.rows.m;
    aisle_explanation *one = &e->out->list[taken->at];
    size_t *column = NEW_ARRAY(size_t, feature_family_count);
    aisle_cause *cause = NEW_ZEROED(aisle_cause, feature_family_count);
    TRY_ALLOC(column);
    TRY_ALLOC(cause);
    size_t n = sum_families(cause, column, e, taken, added);
    size_t main = find_main(e, cause, column, n);
    one->score = e->r.rows.score[taken->row];
    one->base = added[m->columns];
    one->probability = calibration_probability(&e->model->calibrated, one->score);
    for (size_t i = 0; !e->options->brief && i < n; i++) {
        TRY(keep_text(&cause[i].feature, e, m->column[column[i]].name, err));
        TRY(tell_column(&cause[i].text, e, taken, column[i], err));
    }
    if (!e->options->brief) {
        one->reason = cause[main].text;
        one->n_causes = n;
        one->cause = cause;
        cause = NULL;
    } else {
        TRY(tell_column(&one->reason, e, taken, column[main], err));
    }
done:
    mem_free(column);
    mem_free(cause);
    return status;
}

static void batch_fini(explainer *e)
{
    ranking_fini(&e->r);
    mem_free(e->taken);
    mem_free(e->contributions);
    mem_free(e->sums);
    e->taken = NULL;
    e->contributions = e->sums = NULL;
    e->n_taken = 0;
}

static aisle_status explain_batch(explainer *e, const retriever_query *query, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const aisle_explain_options *o = e->options;
    e->request = (ranking_request){*query, o->k, o->recommend.exclude_bought, e->rules.rules};
    e->users = query->users;
    e->threads = query->threads;
    TRY(ranking_init(&e->r, e->model, &e->request, err));
    TRY_ALLOC(e->taken = NEW_ARRAY(place_taken, query->n * o->k));
    for (size_t i = 0; i < query->n; i++) {
        e->out->n++;
        e->out->offset[e->out->n] = e->out->offset[e->out->n - 1];
        TRY(o->item.index == AISLE_MISSING ? take_list(e, i, err) : take_item(e, i, err));
    }
    TRY(take_apart(e, err));
    for (size_t t = 0; t < e->n_taken; t++)
        TRY(explain_row(e, &e->taken[t], e->contributions + t * (e->r.rows.m.columns + 1), err));
done:
    batch_fini(e);
    return status;
}

static aisle_status check_options(const aisle_model *model, const aisle_explain_options *o,
                                  aisle_error *err)
{
    if (o->k == 0 || o->k > UINT16_MAX)
        return fail(err, AISLE_ERROR_ARGUMENT, "k: found %zu, expected 1 to %d", o->k, UINT16_MAX);
    if (o->item.index != AISLE_MISSING && o->item.index >= model->s.h.n_items)
        return fail(err, AISLE_ERROR_ARGUMENT, "the model does not know this product");
    return AISLE_OK;
}

aisle_status aisle_model_explain(aisle_explanations **out, const aisle_model *model,
                                 const aisle_user *users, size_t n,
                                 const aisle_explain_options *options, const aisle_run *run,
                                 aisle_error *err)
{
    aisle_status status = AISLE_OK;
    stages clock = {.run = run};
    explainer e = {.model = model, .options = options};
    uint32_t batch[BATCH];
    TRY(check_options(model, options, err));
    TRY_ALLOC(e.out = NEW_ZEROED(aisle_explanations, 1));
    TRY_ALLOC(e.out->offset = NEW_ZEROED(size_t, n + 1));
    TRY(reasons_init(&e.tell, &model->s, err));
    TRY(request_rules_init(&e.rules, model, &options->recommend, err));
    for (size_t from = 0; from < n; from += BATCH) {
        clock.done = (double)from / (double)n;
        stages_begin(&clock, "reasons");
        retriever_query query =
            ranking_query(batch, model, users + from, n - from < BATCH ? n - from : BATCH,
                          stages_threads(&clock));
        TRY(explain_batch(&e, &query, err));
    }
    *out = e.out;
    e.out = NULL;
done:
    reasons_fini(&e.tell);
    request_rules_fini(&e.rules);
    aisle_explanations_free(e.out);
    return status;
}

void aisle_explanations_free(aisle_explanations *x)
{
    if (!x)
        return;
    for (size_t i = 0; x->offset && i < x->offset[x->n]; i++)
        mem_free(x->list[i].cause);
    for (size_t i = 0; i < x->n_texts; i++)
        mem_free(x->texts[i]);
    mem_free(x->texts);
    mem_free(x->list);
    mem_free(x->offset);
    mem_free(x);
}
