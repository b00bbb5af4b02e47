/* One test window, or several one after another. */
#include "aisle/evaluate.h"

#include <math.h>

#include "base/fail.h"
#include "base/mem.h"
#include "evaluate/evaluator.h"
#include "evaluate/segments.h"
#include "evaluate/unseen.h"

aisle_status aisle_split_plan(aisle_split *out, const aisle_dataset *dataset, aisle_error *err)
{
    split s;
    aisle_status status = split_init(&s, dataset, dataset->config, err);
    if (status == AISLE_OK)
        evaluation_copy_split(out, &s, dataset);
    return status;
}

/* Several evaluations, each so much of the whole. */
typedef struct fold_progress {
    const aisle_run *run;
    size_t number, of;
} fold_progress;

static void tell_progress(void *data, const char *stage, double done)
{
    const fold_progress *p = data;
    p->run->progress(p->run->data, stage, ((double)p->number + done) / (double)p->of);
}

/* What all folds share. */
typedef struct folds {
    const aisle_dataset *dataset;
    plan p;
    aisle_config *brief; /* where values alone are wanted */
    uint8_t *unseen;     /* [dataset users] whom the fit leaves out; NULL: nobody */
    fold_progress progress;
    aisle_run run;
} folds;

/* The windows of fold i: 0 is the last, the test window. */
static aisle_status plan_fold(split *out, const folds *f, size_t i, aisle_error *err)
{
    const aisle_config *config = f->dataset->config;
    return i == 0 ? split_init(out, f->dataset, config, err)
                  : split_init_validation(out, f->dataset, config, i - 1, err);
}

static aisle_status keep_fold(aisle_evaluation *to, const aisle_evaluation *from, size_t i,
                              aisle_error *err)
{
    aisle_fold *fold = &to->folds[i];
    *fold = (aisle_fold){from->split, from->counts.households, from->ceiling[0].value,
                         NEW_ARRAY(double, from->n_models * from->n_metrics)};
    if (!fold->metric)
        return fail_memory(err);
    for (size_t m = 0; m < from->n_models; m++)
        for (size_t c = 0; c < from->n_metrics; c++)
            fold->metric[m * from->n_metrics + c] = from->models[m].metric[c].value;
    to->n_folds++;
    return AISLE_OK;
}

static aisle_spread spread_over(const aisle_evaluation *e, size_t model, size_t column)
{
    double sum = 0, squares = 0, n = (double)e->n_folds;
    size_t cell = model * e->n_metrics + column;
    for (size_t f = 0; f < e->n_folds; f++)
        sum += e->folds[f].metric[cell];
    for (size_t f = 0; f < e->n_folds; f++)
        squares += pow(e->folds[f].metric[cell] - sum / n, 2);
    return (aisle_spread){sum / n, sqrt(squares / (n - 1))};
}

static aisle_status spread_models(aisle_evaluation *e, aisle_error *err)
{
    for (size_t m = 0; m < e->n_models; m++) {
        e->models[m].spread = NEW_ARRAY(aisle_spread, e->n_metrics);
        if (!e->models[m].spread)
            return fail_memory(err);
        for (size_t c = 0; c < e->n_metrics; c++)
            e->models[m].spread[c] = spread_over(e, m, c);
    }
    return AISLE_OK;
}

/* Before any work: the data may not reach back so far. */
static aisle_status check_folds(const folds *f, aisle_error *err)
{
    split windows;
    aisle_error why = AISLE_ERROR_INIT;
    size_t n = (size_t)f->dataset->config->evaluate.folds;
    if (n == 1 || plan_fold(&windows, f, n - 1, &why) == AISLE_OK)
        return AISLE_OK;
    return fail(err, why.code, "evaluate.folds: %zu test windows reach back too far: %s", n,
                why.message);
}

/* One evaluation: in full, or values alone. */
typedef struct fold_job {
    size_t window;
    bool brief, keep_lists;
    const uint8_t *left_out;
} fold_job;

static aisle_status run_fold(aisle_evaluation **out, folds *f, const fold_job *job,
                             aisle_error *err)
{
    evaluator e = {.dataset = f->dataset,
                   .config = job->brief ? f->brief : f->dataset->config,
                   .p = &f->p,
                   .only = f->unseen,
                   .left_out = job->left_out,
                   .keep_lists = job->keep_lists,
                   .clock = {.run = &f->run}};
    aisle_status status = plan_fold(&e.windows, f, job->window, err);
    if (status == AISLE_OK)
        status = evaluator_run(&e, err);
    if (status == AISLE_OK) {
        *out = e.out;
        e.out = NULL;
    }
    evaluator_fini(&e);
    f->progress.number++;
    return status;
}

/* The same households on the last window inside a fit of all. */
static aisle_status keep_seen(aisle_evaluation *to, folds *f, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    aisle_evaluation *seen = NULL;
    TRY(run_fold(&seen, f, &(fold_job){.brief = true}, err));
    for (size_t m = 0; m < to->n_models; m++) {
        TRY_ALLOC(to->models[m].seen = NEW_ARRAY(double, to->n_metrics));
        for (size_t c = 0; c < to->n_metrics; c++)
            to->models[m].seen[c] = seen->models[m].metric[c].value;
    }
done:
    aisle_evaluation_free(seen);
    return status;
}

static aisle_status run_folds(aisle_evaluation **out, folds *f, bool keep_lists, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    aisle_evaluation *whole = NULL, *one = NULL;
    size_t n = (size_t)f->dataset->config->evaluate.folds;
    TRY(check_folds(f, err));
    TRY(run_fold(&whole, f, &(fold_job){0, false, keep_lists, f->unseen}, err));
    if (f->unseen)
        TRY(keep_seen(whole, f, err));
    if (n > 1) {
        TRY_ALLOC(whole->folds = NEW_ZEROED(aisle_fold, n));
        TRY(keep_fold(whole, whole, 0, err));
        for (size_t i = 1; i < n; i++) {
            TRY(run_fold(&one, f, &(fold_job){i, true, false, f->unseen}, err));
            TRY(keep_fold(whole, one, i, err));
            aisle_evaluation_free(one);
            one = NULL;
        }
        TRY(spread_models(whole, err));
    }
    *out = whole;
    whole = NULL;
done:
    aisle_evaluation_free(whole);
    aisle_evaluation_free(one);
    return status;
}

/* A copy of the configuration that asks for nothing but values. */
static aisle_status make_brief(aisle_config **out, const aisle_config *config, aisle_error *err)
{
    aisle_status status = aisle_config_copy(out, config, err);
    if (status != AISLE_OK)
        return status;
    evaluate_options *o = &(*out)->evaluate;
    o->bootstrap = o->curve = o->examples = 0;
    o->segments.count = 0;
    return AISLE_OK;
}

aisle_status aisle_evaluate(aisle_evaluation **out, const aisle_dataset *dataset, bool keep_lists,
                            const aisle_run *run, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const aisle_config *config = dataset->config;
    static const aisle_run quiet = AISLE_RUN_INIT;
    folds f = {.dataset = dataset, .run = run ? *run : quiet};
    size_t fits = (size_t)config->evaluate.folds + (config->evaluate.unseen > 0);
    f.progress = (fold_progress){run, 0, fits};
    if (f.run.progress) {
        f.run.progress = tell_progress;
        f.run.data = &f.progress;
    }
    TRY(plan_init(&f.p, config, err));
    TRY(segments_check(dataset, config, err));
    TRY(make_brief(&f.brief, config, err));
    TRY(unseen_draw(&f.unseen, dataset, config, err));
    TRY(run_folds(out, &f, keep_lists, err));
done:
    mem_free(f.unseen);
    plan_fini(&f.p);
    aisle_config_free(f.brief);
    return status;
}
