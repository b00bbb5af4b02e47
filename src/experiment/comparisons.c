#include "experiment/analyser.h"

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "experiment/statistics/moments.h"
#include "experiment/statistics/resample.h"

typedef enum metric_kind { PROPORTION, MEAN, CUPED, RATIO } metric_kind;

typedef struct metric {
    const char *name;
    metric_kind kind;
    household_column y, x; /* x: pre-period of CUPED, below the line of a ratio */
} metric;

static const metric metrics[] = {
    {"conversion", PROPORTION, HOUSEHOLD_ORDERS, HOUSEHOLD_ORDERS},
    {"revenue", MEAN, HOUSEHOLD_REVENUE, HOUSEHOLD_REVENUE},
    {"revenue_cuped", CUPED, HOUSEHOLD_REVENUE, HOUSEHOLD_PRE_REVENUE},
    {"orders", MEAN, HOUSEHOLD_ORDERS, HOUSEHOLD_ORDERS},
    {"orders_cuped", CUPED, HOUSEHOLD_ORDERS, HOUSEHOLD_PRE_ORDERS},
    {"orders_per_visit", RATIO, HOUSEHOLD_ORDERS, HOUSEHOLD_VISITS},
    {"revenue_per_visit", RATIO, HOUSEHOLD_REVENUE, HOUSEHOLD_VISITS},
    {"revenue_per_order", RATIO, HOUSEHOLD_REVENUE, HOUSEHOLD_ORDERS},
};
enum { METRICS = sizeof metrics / sizeof metrics[0] };

static const double *column_of(const analyser *a, household_column c, size_t group)
{
    const double *column = a->table->column[c];
    return column ? column + a->table->offset[group] : NULL;
}

static moments moments_in(const analyser *a, const metric *m, size_t group)
{
    return moments_of(column_of(a, m->y, group), column_of(a, m->x, group),
                      a->table->offset[group + 1] - a->table->offset[group]);
}

/* The same for all groups. */
static double slope_of(const analyser *a, const metric *m)
{
    moments all = {0};
    for (size_t g = 0; g < a->out->n_groups; g++) {
        moments one = moments_in(a, m, g);
        all = moments_join(&all, &one);
    }
    return cuped_slope(&all);
}

static void set_lift(aisle_abtest_comparison *c, const mean_test *t, double z)
{
    c->relative = c->control != 0 ? c->difference / fabs(c->control) : NAN;
    c->lift = (aisle_abtest_interval){NAN, NAN};
    if (!(c->control > 0) || !(c->treated > 0))
        return;
    double half = z * sqrt(t->variance_c / (c->control * c->control) +
                           t->variance_t / (c->treated * c->treated));
    double ratio = c->treated / c->control;
    c->lift = (aisle_abtest_interval){ratio * exp(-half) - 1, ratio * exp(half) - 1};
}

static aisle_status resample(aisle_abtest_comparison *c, const analyser *a, const metric *m,
                             aisle_error *err)
{
    const size_t *offset = a->table->offset;
    size_t g = c->treatment;
    resample_group control = {column_of(a, m->y, 0), offset[1] - offset[0]};
    resample_group treatment = {column_of(a, m->y, g), offset[g + 1] - offset[g]};
    resample_options how = {a->o->resamples, a->out->alpha, a->o->seed,
                            a->run ? a->run->threads : 0};
    if (a->o->resamples == 0 || m->kind != MEAN)
        return AISLE_OK;
    return resample_difference(&c->bootstrap, &control, &treatment, &how, err);
}

static aisle_status compare_values(aisle_abtest_comparison *c, const analyser *a, const metric *m,
                                   aisle_error *err)
{
    mean_test t;
    two_moments both = {moments_in(a, m, 0), moments_in(a, m, c->treatment)};
    c->test = m->kind == MEAN ? "welch" : m->kind == CUPED ? "cuped" : "delta";
    if (m->kind == MEAN)
        test_welch(&t, &both);
    else if (m->kind == CUPED)
        test_cuped(&t, &both, slope_of(a, m));
    else
        test_delta(&t, &both);
    double half = test_half_width(&t, a->out->alpha);
    c->control = t.control;
    c->treated = t.control + t.difference;
    c->difference = t.difference;
    c->interval = (aisle_abtest_interval){t.difference - half, t.difference + half};
    c->statistic = t.statistic;
    c->freedom = t.freedom;
    c->p = t.p;
    set_lift(c, &t, a->out->critical);
    return resample(c, a, m, err);
}

static void compare_conversion(aisle_abtest_comparison *c, const analyser *a)
{
    const aisle_abtest_proportions *p = &a->out->proportions[c->treatment - 1];
    c->test = p->fisher ? "fisher" : "z";
    c->control = a->out->groups[0].rate;
    c->treated = a->out->groups[c->treatment].rate;
    c->difference = p->difference;
    c->relative = p->relative;
    c->interval = p->newcombe;
    c->lift = p->lift;
    c->statistic = p->z;
    c->p = p->fisher ? p->fisher_p : p->z_p;
}

/* Whether each group has what the metric is of. */
static bool is_there(const analyser *a, const metric *m)
{
    if (m->kind == PROPORTION)
        return a->out->has_conversion;
    if (!a->table || !a->table->column[m->y] || !a->table->column[m->x])
        return false;
    for (size_t g = 0; g < a->out->n_groups && m->kind == RATIO; g++)
        if (!(moments_in(a, m, g).x > 0))
            return false;
    return true;
}

static aisle_status find_primary(size_t *out, const analyser *a, aisle_error *err)
{
    for (*out = 0; *out < METRICS; ++*out)
        if (is_there(a, &metrics[*out]) &&
            (!a->o->primary || strcmp(a->o->primary, metrics[*out].name) == 0))
            return AISLE_OK;
    return fail(err, AISLE_ERROR_ARGUMENT,
                "primary: found '%.100s', expected a metric of these data (docs/abtest.md)",
                a->o->primary);
}

/* How many of all possible comparisons are made. */
static void tell_progress(const analyser *a, const char *what)
{
    double all = (double)(METRICS * (a->out->n_groups - 1));
    if (a->run && a->run->progress)
        a->run->progress(a->run->data, what, (double)a->out->n_comparisons / all);
}

static aisle_status add_metric(analyser *a, const metric *m, bool primary, aisle_error *err)
{
    for (uint32_t g = 1; g < a->out->n_groups; g++) {
        tell_progress(a, m->name);
        aisle_abtest_comparison *c = &a->out->comparisons[a->out->n_comparisons++];
        *c = (aisle_abtest_comparison){.metric = m->name,
                                       .treatment = g,
                                       .primary = primary,
                                       .freedom = NAN,
                                       .bootstrap = {NAN, NAN}};
        aisle_status status = AISLE_OK;
        if (m->kind == PROPORTION)
            compare_conversion(c, a);
        else
            status = compare_values(c, a, m, err);
        if (status != AISLE_OK)
            return status;
    }
    return AISLE_OK;
}

/* Of comparisons [from, to). */
static aisle_status correct(analyser *a, size_t from, size_t to, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    size_t n = to - from;
    double *p = NEW_ARRAY(double, 2 * n);
    TRY_ALLOC(p);
    for (size_t i = 0; i < n; i++)
        p[i] = a->out->comparisons[from + i].p;
    TRY(aisle_abtest_correct(p + n, p, n, a->o->correction, err));
    for (size_t i = 0; i < n; i++) {
        a->out->comparisons[from + i].p_adjusted = p[n + i];
        a->out->comparisons[from + i].counts = p[n + i] <= a->out->alpha;
    }
done:
    mem_free(p);
    return status;
}

aisle_status analyser_compare(analyser *a, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    size_t primary, treatments = a->out->n_groups - 1;
    TRY(find_primary(&primary, a, err));
    TRY_ALLOC(a->out->comparisons = NEW_ZEROED(aisle_abtest_comparison, METRICS * treatments));
    TRY(add_metric(a, &metrics[primary], true, err));
    for (size_t m = 0; m < METRICS; m++)
        if (m != primary && is_there(a, &metrics[m]))
            TRY(add_metric(a, &metrics[m], false, err));
    TRY(correct(a, 0, treatments, err));
    TRY(correct(a, treatments, a->out->n_comparisons, err));
done:
    return status;
}
