#include "aisle/abtest_analysis.h"

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "experiment/decision.h"
#include "experiment/households.h"
#include "experiment/moments.h"
#include "experiment/proportions.h"
#include "experiment/resample.h"
#include "experiment/special.h"

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

typedef struct analyser {
    aisle_abtest_analysis *out;
    const aisle_abtest_analysis_options *o;
    const household_table *table; /* NULL: counts alone */
    int threads;
} analyser;

static aisle_status check_share(double value, const char *what, aisle_error *err)
{
    if (value > 0 && value < 1)
        return AISLE_OK;
    return fail(err, AISLE_ERROR_ARGUMENT, "%s: found %g, expected more than 0, less than 1", what,
                value);
}

static aisle_status check_options(const aisle_abtest_analysis_options *o, size_t n_groups,
                                  aisle_error *err)
{
    aisle_status status = AISLE_OK;
    TRY(check_share(o->alpha, "alpha", err));
    TRY(check_share(o->sample_ratio_alpha, "alpha of the sample ratio", err));
    if (o->shares && o->n_shares != n_groups)
        TRY(fail(err, AISLE_ERROR_ARGUMENT, "shares: found %zu, expected %zu, one a group",
                 o->n_shares, n_groups));
    for (size_t g = 0; o->shares && g < n_groups; g++)
        if (!(o->shares[g] > 0) || isinf(o->shares[g]))
            TRY(fail(err, AISLE_ERROR_ARGUMENT, "shares: found %g, expected more than 0",
                     o->shares[g]));
    if (o->resamples > 1000000)
        TRY(fail(err, AISLE_ERROR_ARGUMENT, "resamples: found %u, expected up to 1000000",
                 o->resamples));
    if (o->looks.n > 0)
        TRY(aisle_abtest_looks_check(&o->looks, err));
done:
    return status;
}

/* The alpha and the |z| of this look. */
static aisle_status set_critical(analyser *a, aisle_error *err)
{
    double critical[AISLE_ABTEST_LOOKS_MOST];
    a->out->alpha = a->o->alpha;
    a->out->critical = -special_normal_quantile(a->o->alpha / 2);
    a->out->looks = a->o->looks;
    if (a->o->looks.n == 0)
        return AISLE_OK;
    aisle_status status = aisle_abtest_boundary_make(critical, &a->o->looks, a->o->alpha, err);
    if (status != AISLE_OK)
        return status;
    a->out->critical = critical[a->o->looks.look - 1];
    a->out->alpha = two_sided(a->out->critical);
    return AISLE_OK;
}

/* Each group's share into group->expected. */
static aisle_status find_shares(analyser *a, aisle_error *err)
{
    const aisle_abtest_analysis_options *o = a->o;
    for (size_t g = 0; g < a->out->n_groups; g++) {
        aisle_abtest_group *group = &a->out->groups[g];
        size_t at = g;
        if (o->shares && o->share_names)
            for (at = 0; at < o->n_shares; at++)
                if (strcmp(o->share_names[at], group->name) == 0)
                    break;
        if (o->shares && at == o->n_shares)
            return fail(err, AISLE_ERROR_ARGUMENT, "shares: found none of '%.100s'", group->name);
        group->expected = o->shares ? o->shares[at] : 1;
    }
    return AISLE_OK;
}

static aisle_status test_sample_ratio(analyser *a, aisle_error *err)
{
    aisle_abtest_analysis *out = a->out;
    double all = 0, shares = 0;
    aisle_status status = find_shares(a, err);
    if (status != AISLE_OK)
        return status;
    for (size_t g = 0; g < out->n_groups; g++) {
        all += (double)out->groups[g].households;
        shares += out->groups[g].expected;
    }
    for (size_t g = 0; g < out->n_groups; g++) {
        aisle_abtest_group *group = &out->groups[g];
        group->expected *= all / shares;
        double off = (double)group->households - group->expected;
        out->sample_ratio_chi2 += off * off / group->expected;
    }
    out->sample_ratio_p = special_chi2_above(out->sample_ratio_chi2, (double)out->n_groups - 1);
    out->sample_ratio_wrong = out->sample_ratio_p < a->o->sample_ratio_alpha;
    return AISLE_OK;
}

static share share_of(const aisle_abtest_group *g)
{
    return (share){(double)g->converted, (double)g->households};
}

static aisle_status compare_shares(analyser *a, aisle_error *err)
{
    aisle_abtest_analysis *out = a->out;
    if (!out->has_conversion)
        return AISLE_OK;
    out->proportions = NEW_ZEROED(aisle_abtest_proportions, out->n_groups - 1);
    if (!out->proportions)
        return fail_memory(err);
    for (size_t g = 0; g < out->n_groups; g++) {
        aisle_abtest_group *group = &out->groups[g];
        share s = share_of(group);
        group->rate = s.hits / s.n;
        group->wilson = share_wilson(s, out->critical);
        group->exact = share_exact(s, out->alpha);
        two_shares both = {share_of(&out->groups[0]), s};
        if (g > 0)
            shares_compare(&out->proportions[g - 1], &both, out->alpha);
    }
    return AISLE_OK;
}

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
    resample_options how = {a->o->resamples, a->out->alpha, a->o->seed, a->threads};
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

static aisle_status add_metric(analyser *a, const metric *m, bool primary, aisle_error *err)
{
    for (uint32_t g = 1; g < a->out->n_groups; g++) {
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

static aisle_status compare_all(analyser *a, aisle_error *err)
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

/* Once groups and counts are there. */
static aisle_status analyse(analyser *a, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    TRY(check_options(a->o, a->out->n_groups, err));
    TRY(set_critical(a, err));
    TRY(test_sample_ratio(a, err));
    TRY(compare_shares(a, err));
    TRY(compare_all(a, err));
    TRY(decision_make(a->out, a->o, err));
done:
    return status;
}

static aisle_status new_analysis(aisle_abtest_analysis **out, size_t n_groups, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    TRY_ALLOC(*out = NEW_ZEROED(aisle_abtest_analysis, 1));
    TRY_ALLOC((*out)->groups = NEW_ZEROED(aisle_abtest_group, n_groups));
    (*out)->n_groups = n_groups;
done:
    return status;
}

aisle_status aisle_abtest_analyze_counts(aisle_abtest_analysis **out,
                                         const aisle_abtest_count *groups, size_t n_groups,
                                         const aisle_abtest_analysis_options *options,
                                         aisle_error *err)
{
    static const aisle_abtest_analysis_options usual = AISLE_ABTEST_ANALYSIS_OPTIONS_INIT;
    aisle_status status = AISLE_OK;
    analyser a = {.o = options ? options : &usual};
    if (n_groups < 2 || n_groups > HOUSEHOLD_GROUPS_MOST)
        return fail(err, AISLE_ERROR_ARGUMENT, "groups: found %zu, expected 2 to %d", n_groups,
                    HOUSEHOLD_GROUPS_MOST);
    TRY(new_analysis(&a.out, n_groups, err));
    a.out->has_conversion = true;
    for (size_t g = 0; g < n_groups; g++) {
        TRY(share_check(&groups[g], err));
        a.out->groups[g].households = groups[g].households;
        a.out->groups[g].converted = groups[g].converted;
        TRY_ALLOC(a.out->groups[g].name = mem_text(groups[g].name));
    }
    TRY(analyse(&a, err));
    *out = a.out;
    a.out = NULL;
done:
    aisle_abtest_analysis_free(a.out);
    return status;
}

static aisle_status count_groups(analyser *a, aisle_error *err)
{
    const household_table *t = a->table;
    const double *orders = t->column[HOUSEHOLD_ORDERS];
    a->out->has_conversion = orders != NULL;
    for (size_t g = 0; g < t->n_groups; g++) {
        aisle_abtest_group *group = &a->out->groups[g];
        group->households = t->offset[g + 1] - t->offset[g];
        group->rate = NAN;
        if (group->households < 2)
            return fail(err, AISLE_ERROR_DATA,
                        "variant '%.100s': found 1 household, expected 2 or more", t->name[g]);
        for (size_t h = t->offset[g]; orders && h < t->offset[g + 1]; h++)
            group->converted += orders[h] > 0;
        group->name = mem_text(t->name[g]);
        if (!group->name)
            return fail_memory(err);
    }
    return AISLE_OK;
}

aisle_status aisle_abtest_analyze(aisle_abtest_analysis **out, const aisle_abtest_data *data,
                                  const aisle_abtest_analysis_options *options,
                                  const aisle_run *run, aisle_error *err)
{
    static const aisle_abtest_analysis_options usual = AISLE_ABTEST_ANALYSIS_OPTIONS_INIT;
    aisle_status status = AISLE_OK;
    household_table table = {0};
    analyser a = {
        .o = options ? options : &usual, .table = &table, .threads = run ? run->threads : 0};
    TRY(household_table_init(&table, data, a.o->control, err));
    TRY(new_analysis(&a.out, table.n_groups, err));
    TRY(count_groups(&a, err));
    TRY(analyse(&a, err));
    *out = a.out;
    a.out = NULL;
done:
    household_table_fini(&table);
    aisle_abtest_analysis_free(a.out);
    return status;
}

void aisle_abtest_analysis_free(aisle_abtest_analysis *analysis)
{
    if (!analysis)
        return;
    for (size_t g = 0; g < analysis->n_groups; g++)
        mem_free(analysis->groups[g].name);
    mem_free(analysis->groups);
    mem_free(analysis->proportions);
    mem_free(analysis->comparisons);
    mem_free(analysis);
}
