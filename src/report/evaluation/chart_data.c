/* What the charts show, as JSON; charts_evaluation.js draws it. */
#include <string.h>

#include "base/date.h"
#include "base/mem.h"
#include "report/json_text.h"
#include "report/evaluation/report_parts.h"

static void add_day(text *t, const char *key, int32_t day)
{
    char iso[16];
    date_format(iso, day);
    json_named_string(t, key, iso);
}

static void add_estimate(text *t, const aisle_estimate *e)
{
    json_named_number(t, "value", e->value);
    json_named_number(t, "low", e->low);
    json_named_number(t, "high", e->high);
}

static void add_window(text *t, const aisle_window *w)
{
    json_open(t, '{');
    add_day(t, "from", w->from);
    add_day(t, "to", w->to);
    add_day(t, "known", w->as_of);
    json_close(t, '}');
}

static void add_split(text *t, const report *r)
{
    const aisle_split *s = &r->e->split;
    json_key(t, "split");
    json_open(t, '{');
    add_day(t, "first", r->in->data->first_day);
    json_key(t, "test");
    add_window(t, &s->test);
    json_key(t, "labels");
    json_open(t, '[');
    for (size_t i = 0; i < s->n_labels; i++)
        add_window(t, &s->labels[i]);
    json_close(t, ']');
    json_close(t, '}');
}

static void add_models(text *t, const report *r)
{
    json_key(t, "models");
    json_open(t, '[');
    for (size_t m = 0; m < r->e->n_models; m++) {
        json_open(t, '{');
        json_named_string(t, "name", r->e->models[m].name);
        add_estimate(t, &r->e->models[m].metric[0]);
        json_close(t, '}');
    }
    json_close(t, ']');
    if (!r->precision)
        return;
    json_named_number(t, "ceiling", r->e->ceiling[0].value);
    if (r->e->counts.candidates)
        json_named_number(t, "candidateCeiling", r->e->candidate_ceiling[0].value);
}

static void add_numbers(text *t, const char *key, const double *values, size_t n)
{
    json_key(t, key);
    json_open(t, '[');
    for (size_t i = 0; i < n; i++)
        json_number(t, values[i]);
    json_close(t, ']');
}

static void add_curve(text *t, const report *r)
{
    const aisle_evaluation *e = r->e;
    json_key(t, "curve");
    json_open(t, '{');
    if (e->ceiling_at)
        add_numbers(t, "ceiling", e->ceiling_at, e->n_curve);
    json_key(t, "models");
    json_open(t, '[');
    for (size_t m = 0; m < e->n_models; m++) {
        if (!e->models[m].precision_at || !e->models[m].recall_at)
            continue;
        json_open(t, '{');
        json_named_string(t, "name", e->models[m].name);
        add_numbers(t, "precision", e->models[m].precision_at, e->n_curve);
        add_numbers(t, "recall", e->models[m].recall_at, e->n_curve);
        json_close(t, '}');
    }
    json_close(t, ']');
    json_close(t, '}');
}

static void add_pairs(text *t, const report *r)
{
    aisle_estimate d;
    json_key(t, "pairs");
    json_open(t, '[');
    for (size_t m = 0; m < r->e->n_models; m++) {
        if (!report_difference(&d, r, m, r->hero))
            continue;
        json_open(t, '{');
        json_named_string(t, "name", r->e->models[m].name);
        add_estimate(t, &d);
        json_close(t, '}');
    }
    json_close(t, ']');
}

static void add_segments(text *t, const report *r)
{
    json_key(t, "segments");
    json_open(t, '[');
    for (size_t i = 0; i < r->e->n_segments; i++) {
        const aisle_segment *s = &r->e->segments[r->segments[i]];
        json_open(t, '{');
        json_named_string(t, "column", s->column);
        json_named_string(t, "name", s->level);
        json_named_number(t, "households", (double)s->households);
        if (r->precision)
            json_named_number(t, "ceiling", s->ceiling.value);
        json_named_number(t, "rival", s->metric[r->rival].value);
        add_estimate(t, &s->metric[r->hero]);
        json_close(t, '}');
    }
    json_close(t, ']');
}

static void add_folds(text *t, const report *r)
{
    json_key(t, "folds");
    json_open(t, '[');
    for (size_t f = 0; f < r->e->n_folds; f++) {
        const aisle_fold *fold = &r->e->folds[f];
        json_open(t, '{');
        add_day(t, "from", fold->split.test.from);
        if (r->precision)
            json_named_number(t, "ceiling", fold->ceiling);
        json_key(t, "values");
        json_open(t, '[');
        for (size_t m = 0; m < r->e->n_models; m++)
            json_number(t, fold->metric[m * r->e->n_metrics]);
        json_close(t, ']');
        json_close(t, '}');
    }
    json_close(t, ']');
}

static void add_features(text *t, const report *r)
{
    report_gain *gains;
    size_t n = report_gains(&gains, r->e);
    json_key(t, "features");
    json_open(t, '[');
    for (size_t i = 0; i < n; i++) {
        json_open(t, '{');
        json_named_string(t, "name", r->e->feature_names[gains[i].column]);
        json_named_number(t, "value", gains[i].gain);
        json_close(t, '}');
    }
    json_close(t, ']');
    t->failed |= !gains;
    mem_free(gains);
}

static void add_ablation(text *t, const report *r)
{
    const aisle_ablation *a = r->in->ablation;
    json_key(t, "ablation");
    json_open(t, '[');
    for (size_t f = 0; a && f < a->n_families; f++) {
        json_open(t, '{');
        json_named_string(t, "name", a->families[f].family);
        add_estimate(t, &a->families[f].difference);
        json_close(t, '}');
    }
    json_close(t, ']');
}

static void add_calibration(text *t, const report *r)
{
    json_key(t, "calibration");
    json_open(t, '[');
    for (size_t i = 0; i < r->e->n_reliability; i++) {
        const aisle_reliability *b = &r->e->reliability[i];
        if (b->count == 0)
            continue;
        json_open(t, '{');
        json_named_number(t, "predicted", b->predicted);
        json_named_number(t, "observed", b->observed);
        json_named_number(t, "count", (double)b->count);
        json_close(t, '}');
    }
    json_close(t, ']');
}

static void add_stage(text *t, const char *name, double seconds)
{
    json_open(t, '{');
    json_named_string(t, "name", name);
    json_named_number(t, "value", seconds);
    json_close(t, '}');
}

static void add_time(text *t, const report *r)
{
    json_key(t, "time");
    json_open(t, '[');
    if (r->in->reading > 0)
        add_stage(t, "reading", r->in->reading);
    for (size_t i = 0; i < r->e->n_stages; i++)
        add_stage(t, r->e->stages[i].name, r->e->stages[i].seconds);
    json_close(t, ']');
}

void report_chart_data(text *t, const void *of)
{
    const report *r = of;
    text data = {0};
    json_open(&data, '{');
    json_named_string(&data, "metric", report_metric(r));
    json_named_string(&data, "hero", r->e->models[r->hero].name);
    json_named_string(&data, "rival", r->e->models[r->rival].name);
    add_split(&data, r);
    add_models(&data, r);
    add_curve(&data, r);
    add_pairs(&data, r);
    add_segments(&data, r);
    add_folds(&data, r);
    add_features(&data, r);
    add_ablation(&data, r);
    add_calibration(&data, r);
    add_time(&data, r);
    json_close(&data, '}');
    text_add_bytes(t, data.bytes ? data.bytes : "", data.length);
    t->failed |= data.failed;
    text_fini(&data);
}
