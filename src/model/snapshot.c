#include "model/snapshot.h"

#include <assert.h>
#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "base/topk.h"

/* Both halves as of a day, of those that the fit goes by. */
static aisle_status look_back(assortment *a, households *h, const snapshot_source *from,
                              int32_t as_of, aisle_error *err)
{
    const fit_sample *who = from->who;
    const uint8_t *left_out = who ? who->left_out : NULL;
    if (!who || !who->sums)
        return history_init(a, h, from->dataset, as_of, left_out, err);
    const day_sums *whole = fit_sums_at(who->sums, as_of);
    if (!whole)
        return fail(err, AISLE_ERROR_ARGUMENT, "sums: none as of a day of the fit");
    return history_init_sampled(a, h, from->dataset, whole, &from->config->candidates, left_out,
                                err);
}

static aisle_status decide_catalogue(snapshot *s, const snapshot_source *from, aisle_error *err)
{
    const catalogue_options *options;
    aisle_status status = config_catalogue(&options, from->config, err);
    if (status != AISLE_OK)
        return status;
    if (catalogue_is_everything(options) || from->catalogue_as_of >= from->as_of)
        return catalogue_init(&s->c, &s->h, NULL, options, err);
    assortment sold;
    households decided;
    status = look_back(&sold, &decided, from, from->catalogue_as_of, err);
    if (status != AISLE_OK)
        return status;
    status = catalogue_init(&s->c, &s->h, &decided, options, err);
    households_fini(&decided);
    assortment_fini(&sold);
    return status;
}

aisle_status snapshot_init(snapshot *s, const snapshot_source *from, stages *clock,
                           aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const aisle_config *config = from->config;
    memset(s, 0, sizeof *s);
    stages_begin(clock, "history");
    TRY(look_back(&s->a, &s->h, from, from->as_of, err));
    if (config->features.planned_promotions)
        TRY(assortment_plan_promotions(&s->a, from->dataset, config->split.horizon, err));
    if (s->h.n_users == 0)
        TRY(fail(err, AISLE_ERROR_DATA, "no receipts before the first window"));
    assert(assortment_check(&s->a, NULL) == AISLE_OK);
    assert(households_check(&s->h, NULL) == AISLE_OK);
    stages_begin(clock, "catalogue");
    TRY(decide_catalogue(s, from, err));
    stages_begin(clock, "level1");
    TRY(level1_init(&s->l, &s->h, &s->c, &config->candidates, from->wanted, (uint64_t)config->seed,
                    stages_threads(clock), err));
    stages_begin(clock, "features");
    TRY(feature_facts_init(&s->facts, &s->h, &config->features, err));
    s->h.whole = NULL; /* the sums are for the fit alone, and may go */
done:
    if (status != AISLE_OK)
        snapshot_fini(s);
    return status;
}

void snapshot_fini(snapshot *s)
{
    feature_facts_fini(&s->facts);
    level1_fini(&s->l);
    catalogue_fini(&s->c);
    households_fini(&s->h);
    assortment_fini(&s->a);
}

aisle_status ranker_view_init(ranker_view *out, const feature_matrix *m, aisle_error *err)
{
    ranker_view v = {.names = NEW_ARRAY(const char *, m->columns),
                     .categorical = NEW_ARRAY(bool, m->columns)};
    if (!v.names || !v.categorical) {
        ranker_view_fini(&v);
        return fail_memory(err);
    }
    for (size_t c = 0; c < m->columns; c++) {
        v.names[c] = m->column[c].name;
        v.categorical[c] = m->column[c].categorical;
    }
    v.rows = (ranker_rows){.rows = m->rows,
                           .columns = m->columns,
                           .values = m->values,
                           .names = v.names,
                           .categorical = v.categorical};
    *out = v;
    return AISLE_OK;
}

void ranker_view_fini(ranker_view *v)
{
    mem_free(v->names);
    mem_free(v->categorical);
    memset(v, 0, sizeof *v);
}

void scored_rows_fini(scored_rows *rows)
{
    ranker_view_fini(&rows->view);
    feature_matrix_fini(&rows->m);
    mem_free(rows->score);
    rows->score = NULL;
}

aisle_status snapshot_score(scored_rows *out, const snapshot *s, const level2_scorer *by,
                            const candidate_lists *lists, const retriever_query *query, int threads,
                            aisle_error *err)
{
    aisle_status status = AISLE_OK;
    memset(out, 0, sizeof *out);
    TRY_ALLOC(out->score = NEW_ARRAY(double, lists->offset[lists->n]));
    if (by->order->by != ORDER_TREES) {
        ordering_score(out->score, by->order, lists);
        goto done;
    }
    TRY(feature_matrix_init(&out->m, &s->facts, query->h, lists, query->users, threads, err));
    TRY(ranker_view_init(&out->view, &out->m, err));
    TRY(ranker_predict(out->score, by->trees, &out->view.rows, threads, err));
done:
    if (status != AISLE_OK)
        scored_rows_fini(out);
    return status;
}

aisle_status snapshot_order(item_lists *out, const snapshot *s, const candidate_lists *lists,
                            const double *scores, aisle_error *err)
{
    const uint32_t *popularity = s->l.context.popularity;
    ranked *room = NEW_ARRAY(ranked, topk_room(out->k));
    if (!room)
        return fail_memory(err);
    for (size_t i = 0; i < lists->n; i++) {
        topk best = topk_start(room, out->k);
        for (uint64_t r = lists->offset[i]; r < lists->offset[i + 1]; r++)
            topk_push(&best, (float)scores[r], popularity[lists->item[r]], lists->item[r]);
        size_t n = topk_finish(&best);
        out->count[i] = (uint32_t)n;
        for (size_t p = 0; p < n; p++) {
            out->item[i * out->k + p] = room[p].item;
            out->score[i * out->k + p] = ranked_score(room[p]);
        }
    }
    mem_free(room);
    return AISLE_OK;
}

aisle_status snapshot_rank(item_lists *out, const snapshot *s, const level2_scorer *by,
                           const candidate_lists *lists, const retriever_query *query, int threads,
                           aisle_error *err)
{
    scored_rows rows;
    aisle_status status = snapshot_score(&rows, s, by, lists, query, threads, err);
    if (status != AISLE_OK)
        return status;
    status = snapshot_order(out, s, lists, rows.score, err);
    scored_rows_fini(&rows);
    return status;
}
