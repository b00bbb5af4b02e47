#include "aisle/abtest_analysis.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "experiment/analyser.h"
#include "experiment/decision.h"
#include "experiment/statistics/proportions.h"
#include "experiment/statistics/special.h"

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
    /* Of a first look it may be too small for a double; intervals need one. */
    a->out->alpha = fmax(two_sided(a->out->critical), 1e-300);
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

/* Once groups and counts are there. */
static aisle_status analyse(analyser *a, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    TRY(check_options(a->o, a->out->n_groups, err));
    TRY(set_critical(a, err));
    TRY(test_sample_ratio(a, err));
    TRY(compare_shares(a, err));
    TRY(analyser_compare(a, err));
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

/* Those without a name are numbered. */
static aisle_status name_group(aisle_abtest_analysis *a, const char *name, size_t g,
                               aisle_error *err)
{
    char number[32];
    snprintf(number, sizeof number, "group %zu", g + 1);
    if (name && !utf8_is_clean(name, strlen(name)))
        return fail(err, AISLE_ERROR_ARGUMENT, "group %zu: the name is no UTF-8", g + 1);
    for (size_t before = 0; name && before < g; before++)
        if (strcmp(a->groups[before].name, name) == 0)
            return fail(err, AISLE_ERROR_ARGUMENT, "groups: found '%.100s' twice", name);
    a->groups[g].name = mem_text(name ? name : number);
    return a->groups[g].name ? AISLE_OK : fail_memory(err);
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
        TRY(name_group(a.out, groups[g].name, g, err));
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
    analyser a = {.o = options ? options : &usual, .table = &table, .run = run};
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
