/* Scores taken apart by family, and put into words. */
#include "aisle/explain.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "aisle/candidates.h"
#include "base/fail.h"
#include "base/mem.h"
#include "base/threads.h"
#include "features/families/families.h"
#include "model/answer/answer_session.h"
#include "model/answer/explanations.h"
#include "model/answer/reasons.h"

/* A product that is explained, and where it stands. */
typedef struct place_taken {
    uint64_t row; /* of the candidates */
    size_t at;    /* in the list of explanations */
} place_taken;

typedef struct explainer {
    const aisle_model *model;
    const aisle_explain_options *options;
    aisle_explanations *out;
    size_t capacity, text_capacity;
    reasons tell;
    request_rules rules;
    aisle_session *session;
    /* Of one household: */
    list_request request;
    place_taken *taken; /* [n_taken] ranked ones; room for k */
    size_t n_taken;
    float *values;         /* [k][columns] */
    double *contributions; /* [k][columns + 1] */
    double *sums;          /* [families], then [parts] of one family */
    int threads;           /* for its rows */
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

static aisle_status add_explanation(explainer *e, aisle_explanation one, uint64_t row,
                                    aisle_error *err)
{
    aisle_explanations *x = e->out;
    size_t at = x->offset[x->n];
    if (mem_grow(&x->list, &e->capacity, at + 1, sizeof *x->list))
        return fail_memory(err);
    one.score = one.base = one.probability = NAN;
    if (one.standing == AISLE_STANDING_RANKED)
        e->taken[e->n_taken++] = (place_taken){row, at};
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

static aisle_explanation standing_of(const aisle_session *s, uint32_t item, uint32_t place,
                                     bool padded)
{
    aisle_explanation one = {.item = {item}, .place = place, .list_score = NAN};
    one.standing = padded ? AISLE_STANDING_FALLBACK : AISLE_STANDING_RANKED;
    one.source = padded ? session_fallback
                        : session_source(s->lists, candidate_lists_find(s->lists, 0, item));
    return one;
}

/* The products of the household's list. */
static aisle_status take_list(explainer *e, aisle_error *err)
{
    const aisle_session *s = e->session;
    for (uint32_t p = 0; p < s->list.count; p++) {
        uint32_t item = s->list.item[p];
        bool padded = p >= s->list.padded;
        aisle_explanation one = standing_of(s, item, p + 1, padded);
        one.list_score = s->list.score[p];
        uint64_t row = padded ? 0 : candidate_lists_find(s->lists, 0, item);
        aisle_status status = add_explanation(e, one, row, err);
        if (status != AISLE_OK)
            return status;
    }
    return AISLE_OK;
}

/* 1 + the candidates that stand before the item. */
static uint32_t place_of(const aisle_session *s, uint32_t item)
{
    uint32_t place = 0;
    while (s->order[place].item != item)
        place++;
    return place + 1;
}

/* The one product that was asked about. */
static aisle_status take_item(explainer *e, aisle_error *err)
{
    const aisle_session *s = e->session;
    uint32_t item = e->options->item.index;
    aisle_explanation one = {
        .item = {item}, .standing = AISLE_STANDING_NO_CANDIDATE, .list_score = NAN};
    uint64_t row = candidate_lists_find(s->lists, 0, item);
    if (row < s->lists->offset[1] && s->lists->item[row] == item)
        return add_explanation(e, standing_of(s, item, place_of(s, item), false), row, err);
    for (uint32_t p = s->list.padded; p < s->list.count; p++)
        if (s->list.item[p] == item)
            one = standing_of(s, item, p + 1, true);
    if (!aisle_model_item_allowed(e->model, e->options->item))
        one.standing = AISLE_STANDING_OUTSIDE;
    else if (!session_may_have(&e->request, item))
        one.standing = AISLE_STANDING_RULED_OUT;
    return add_explanation(e, one, 0, err);
}

/* Where lists go by level 1, what each source adds is its rank's: out: [columns + 1], the last what
 * no column has. */
static aisle_status take_apart_ranks(double *out, const aisle_session *s, uint64_t row,
                                     aisle_error *err)
{
    const candidate_lists *lists = s->lists;
    const feature_matrix *m = &s->matrix;
    double *part = NEW_ARRAY(double, lists->n_sources);
    char name[64];
    if (!part)
        return fail_memory(err);
    ordering_take_apart(part, &s->model->order, lists, row);
    memset(out, 0, m->columns * sizeof *out);
    out[m->columns] = s->score[row];
    for (uint32_t n = 0; n < lists->n_sources; n++) {
        snprintf(name, sizeof name, "%s_rank", retriever_table[lists->source[n]].name);
        for (size_t c = 0; c < m->columns; c++)
            if (strcmp(m->column[c].name, name) == 0) {
                out[c] = part[n];
                out[m->columns] -= part[n];
            }
    }
    mem_free(part);
    return AISLE_OK;
}

/* What the score of each row that was taken is made of: TreeSHAP, or the sources' parts. */
static aisle_status take_apart(explainer *e, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const feature_matrix *m = &e->session->matrix;
    if (e->model->order.by != ORDER_TREES) {
        for (size_t t = 0; t < e->n_taken && status == AISLE_OK; t++)
            status = take_apart_ranks(e->contributions + t * (m->columns + 1), e->session,
                                      e->taken[t].row, err);
        return status;
    }
    for (size_t t = 0; t < e->n_taken; t++)
        memcpy(e->values + t * m->columns, m->values + e->taken[t].row * m->columns,
               m->columns * sizeof *e->values);
    ranker_rows rows = {
        .rows = e->n_taken, .columns = m->columns, .values = e->values, .names = e->session->names};
    return ranker_contributions(e->contributions, e->model->level2, &rows, e->threads, err);
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
    const aisle_session *s = e->session;
    reason_row row = {s->who.h,   s->who.user, s->lists->item[taken->row],
                      &s->matrix, s->lists,    taken->row};
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
    const feature_matrix *m = &e->session->matrix;
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
        if (e->session->matrix.column[column[i]].of_household)
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
    const feature_matrix *m = &e->session->matrix;
    aisle_explanation *one = &e->out->list[taken->at];
    size_t *column = NEW_ARRAY(size_t, feature_family_count);
    aisle_cause *cause = NEW_ZEROED(aisle_cause, feature_family_count);
    TRY_ALLOC(column);
    TRY_ALLOC(cause);
    size_t n = sum_families(cause, column, e, taken, added);
    size_t main = find_main(e, cause, column, n);
    one->score = e->session->score[taken->row];
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

static aisle_status explain_household(explainer *e, asker who, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const aisle_explain_options *o = e->options;
    aisle_explanations *x = e->out;
    e->request = (list_request){who, o->k, o->recommend.exclude_bought, &e->rules};
    e->n_taken = 0;
    e->tell.near_source = NULL;
    TRY(session_rank(e->session, &e->request, err));
    x->n++;
    x->offset[x->n] = x->offset[x->n - 1];
    TRY(o->item.index == AISLE_MISSING ? take_list(e, err) : take_item(e, err));
    TRY(take_apart(e, err));
    for (size_t t = 0; t < e->n_taken; t++)
        TRY(explain_row(e, &e->taken[t], e->contributions + t * (e->session->matrix.columns + 1),
                        err));
done:
    return status;
}

static aisle_status explainer_init(explainer *e, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    size_t k = e->options->k, parts = feature_family_count;
    TRY(request_rules_init(&e->rules, e->model, &e->options->recommend, err));
    TRY(aisle_session_new(&e->session, e->model, err));
    const feature_matrix *m = &e->session->matrix;
    for (size_t c = 0; c < m->columns; c++)
        parts = m->column[c].part >= parts ? m->column[c].part + 1u : parts;
    TRY_ALLOC(e->taken = NEW_ARRAY(place_taken, k));
    TRY_ALLOC(e->values = NEW_ARRAY(float, k * m->columns));
    TRY_ALLOC(e->contributions = NEW_ARRAY(double, k *(m->columns + 1)));
    TRY_ALLOC(e->sums = NEW_ARRAY(double, feature_family_count + parts));
    e->tell = (reasons){.s = &e->model->s, .together = &e->model->together};
done:
    return status;
}

static void explainer_fini(explainer *e)
{
    request_rules_fini(&e->rules);
    aisle_session_free(e->session);
    mem_free(e->taken);
    mem_free(e->values);
    mem_free(e->contributions);
    mem_free(e->sums);
}

static aisle_status check_options(const aisle_model *model, const aisle_explain_options *o,
                                  aisle_error *err)
{
    if (o->k == 0 || o->k > UINT16_MAX)
        return fail(err, AISLE_ERROR_ARGUMENT, "k: found %zu, expected 1 to %d", o->k, UINT16_MAX);
    if (o->item.index != AISLE_MISSING && o->item.index >= model->s.a.n_items)
        return fail(err, AISLE_ERROR_ARGUMENT, "the model does not know this product");
    return AISLE_OK;
}

/* Households of a thread's turn. */
enum { PART = 16 };

/* What the threads share. */
typedef struct job {
    const aisle_model *model;
    const households *h;
    const aisle_user *users;
    size_t n, parts;
    int threads;
    explainer *explainers;     /* [threads] */
    aisle_explanations **part; /* [parts] */
    stages clock;
} job;

static aisle_status explain_part(job *j, size_t part, explainer *e, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    size_t from = part * PART, end = j->n - from < PART ? j->n : from + PART;
    e->capacity = e->text_capacity = 0;
    TRY_ALLOC(e->out = j->part[part] = explanations_new(end - from));
    for (size_t i = from; i < end; i++)
        TRY(explain_household(e, session_asker(j->model, j->h, j->users[i]), err));
done:
    return status;
}

/* Progress is told by the thread that called. */
static aisle_status explain_parts(job *j, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    size_t failed = SIZE_MAX;
#pragma omp parallel for num_threads(j->threads) schedule(dynamic) if (j->parts > 1)
    for (size_t p = 0; p < j->parts; p++) {
        aisle_error own = AISLE_ERROR_INIT;
        if (thread_number() == 0) {
            j->clock.done = (double)p / (double)j->parts;
            stages_begin(&j->clock, "reasons");
        }
        aisle_status done = explain_part(j, p, &j->explainers[thread_number()], &own);
        if (done == AISLE_OK)
            continue;
#pragma omp critical(aisle_explain)
        if (p < failed) {
            failed = p;
            status = done;
            if (err)
                *err = own;
        }
    }
    return status;
}

static aisle_status job_init(job *j, const aisle_explain_options *options, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    int threads = stages_threads(&j->clock);
    j->parts = (j->n + PART - 1) / PART;
    j->threads = j->parts < 2 ? 1 : (size_t)threads < j->parts ? threads : (int)j->parts;
    TRY_ALLOC(j->part = NEW_ZEROED(aisle_explanations *, j->parts));
    TRY_ALLOC(j->explainers = NEW_ZEROED(explainer, (size_t)j->threads));
    for (int t = 0; t < j->threads; t++) {
        j->explainers[t] = (explainer){
            .model = j->model, .options = options, .threads = j->parts < 2 ? threads : 1};
        TRY(explainer_init(&j->explainers[t], err));
    }
done:
    return status;
}

static void job_fini(job *j)
{
    for (size_t p = 0; j->part && p < j->parts; p++)
        aisle_explanations_free(j->part[p]);
    for (int t = 0; j->explainers && t < j->threads; t++)
        explainer_fini(&j->explainers[t]);
    mem_free(j->part);
    mem_free(j->explainers);
}

aisle_status aisle_model_explain(aisle_explanations **out, const aisle_model *model,
                                 const aisle_households *of, const aisle_user *users, size_t n,
                                 const aisle_explain_options *options, const aisle_run *run,
                                 aisle_error *err)
{
    aisle_status status = AISLE_OK;
    job j = {.model = model, .h = households_of(model, of), .users = users, .n = n};
    j.clock.run = run;
    TRY(check_options(model, options, err));
    TRY(job_init(&j, options, err));
    TRY(explain_parts(&j, err));
    TRY(explanations_join(out, j.part, j.parts, err));
done:
    job_fini(&j);
    return status;
}
