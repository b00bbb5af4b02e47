#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/log.h"
#include "cli/output/print.h"

static bool of_means(const aisle_abtest_design *d)
{
    return d->options.sd > 0;
}

/* "3.6 %" of a rate, "20.4" of a mean. */
static const char *print_value(char out[32], const aisle_abtest_design *d, double value)
{
    snprintf(out, 32, of_means(d) ? "%.4g" : "%.4g %%", of_means(d) ? value : 100 * value);
    return out;
}

static void print_assumptions(const aisle_abtest_design *d)
{
    const aisle_abtest_design_options *o = &d->options;
    char a[32], b[32];
    printf("%s %s in the control, %s in a treatment", of_means(d) ? "mean" : "conversion",
           print_value(a, d, o->baseline), print_value(b, d, d->expected));
    if (isfinite(d->relative))
        printf(" (%+.4g %%)", 100 * d->relative);
    printf("\nalpha %.4g %s", o->alpha, o->one_sided ? "one-sided" : "two-sided");
    if (o->treatments > 1)
        printf(", %.4g in each of %u comparisons", d->alpha_each, o->treatments);
    printf("; power %.4g %%", 100 * d->power);
    if (of_means(d))
        printf("; standard deviation %.4g", o->sd);
    else
        printf("; formula %s", aisle_abtest_formula_name(o->formula));
    if (o->looks.n > 0)
        printf("; %u looks (%s), which cost %.1f %%", o->looks.n,
               aisle_abtest_boundary_name(o->looks.boundary), 100 * (d->inflation - 1));
    printf("\n\n");
}

static void print_size(const aisle_abtest_design *d)
{
    char control[32], treatment[32], total[32];
    print_count(control, d->control);
    print_count(treatment, d->treatment);
    if (d->control == d->treatment)
        printf("%s households in each of %u variants", treatment, d->options.treatments + 1);
    else
        printf("%s households in %s, %s in the control", treatment,
               d->options.treatments > 1 ? "each treatment" : "the treatment", control);
    printf(", %s in all\n", print_count(total, d->total));
    if (d->days > 0)
        printf("%s days, so %s whole week%s\n", print_count(control, d->days),
               print_count(treatment, d->weeks), d->weeks > 1 ? "s" : "");
}

static void print_curve(const aisle_abtest_design *d)
{
    printf("\n%12s  %8s  %7s  %22s\n", "effect", "relative", "power", "treatment for the power");
    for (int i = 0; i < AISLE_ABTEST_CURVE; i++) {
        const aisle_abtest_power_point *p = &d->curve[i];
        char value[32], size[32];
        if (!isfinite(p->power))
            continue;
        printf("%12s  ", print_value(value, d, p->effect));
        if (isfinite(p->relative))
            printf("%+6.1f %%", 100 * p->relative);
        else
            printf("%8s", "");
        printf("  %5.1f %%  %22s\n", 100 * p->power,
               print_count(size, p->size < 1e15 ? (uint64_t)ceil(p->size) : UINT64_MAX));
    }
}

static json_t *curve_json(const aisle_abtest_design *d)
{
    json_t *curve = json_array();
    for (int i = 0; i < AISLE_ABTEST_CURVE; i++) {
        const aisle_abtest_power_point *p = &d->curve[i];
        if (isfinite(p->power))
            json_array_append_new(curve, json_pack("{s:f, s:o, s:f, s:f}", "effect", p->effect,
                                                   "relative", number_or_null(p->relative), "power",
                                                   p->power, "n_per_variant", ceil(p->size)));
    }
    return curve;
}

static json_t *design_json(const aisle_abtest_design *d)
{
    const aisle_abtest_design_options *o = &d->options;
    json_t *days = d->days ? json_integer((json_int_t)d->days) : json_null();
    json_t *weeks = d->days ? json_integer((json_int_t)d->weeks) : json_null();
    json_t *root = json_pack(
        "{s:I, s:I, s:I, s:f, s:o, s:o, s:f, s:f, s:f, s:o, s:f, s:f, s:f, s:i, s:b, s:o}",
        "n_per_variant", (json_int_t)d->treatment, "n_control", (json_int_t)d->control, "n_total",
        (json_int_t)d->total, "n_exact", d->exact, "days", days, "weeks", weeks, "baseline",
        o->baseline, "expected", d->expected, "effect", d->effect, "relative_effect",
        number_or_null(d->relative), "alpha", o->alpha, "alpha_each", d->alpha_each, "power",
        d->power, "variants", (int)o->treatments + 1, "one_sided", o->one_sided, "power_curve",
        curve_json(d));
    if (of_means(d))
        json_object_set_new(root, "sd", json_real(o->sd));
    else
        json_object_set_new(root, "formula", json_string(aisle_abtest_formula_name(o->formula)));
    if (o->looks.n > 0)
        json_object_set_new(root, "inflation", json_real(d->inflation));
    return root;
}

/* What the library can't know: which options were given. */
static bool check_given(const abtest_arguments *a)
{
    const char *wrong = NULL;
    if (a->has_baseline == a->has_mean)
        wrong = "expected --baseline, or --mean with --sd";
    else if (a->has_mean && !(a->design.sd > 0))
        wrong = "--mean: expected --sd more than 0 beside it";
    else if (a->has_baseline && (a->design.sd != 0 || a->design.sd_treatment != 0))
        wrong = "--sd belongs to --mean; a rate has its own";
    else if (a->design.effect == 0 && a->design.households == 0)
        wrong =
            "expected --mde, the smallest effect to find, or --n, the households of a treatment";
    else if (a->analysis.looks.n == 0 &&
             (a->analysis.looks.boundary != 0 || a->analysis.looks.information[0] > 0))
        wrong = "--boundary and --information belong to --looks";
    if (wrong)
        log_wrong_use("%s", wrong);
    return !wrong;
}

int command_abtest_design(const command_options *options)
{
    aisle_error err = AISLE_ERROR_INIT;
    aisle_abtest_design d;
    aisle_abtest_design_options how = options->abtest.design;
    how.looks = options->abtest.analysis.looks;
    if (!check_given(&options->abtest) || !check_output(options->json, OUTPUT_JSON) ||
        !check_output(options->report, OUTPUT_PAGE))
        return EXIT_WRONG_USE;
    if (aisle_abtest_design_make(&d, &how, &err))
        return report_error(&err);
    if (!options->json || strcmp(options->json, "-") != 0) {
        print_assumptions(&d);
        print_size(&d);
        print_curve(&d);
    }
    int code = options->json ? write_json(design_json(&d), options->json) : EXIT_DONE;
    if (code == EXIT_DONE && options->report &&
        aisle_report_abtest_design(options->report, &d, &err))
        code = report_unwritten(&err);
    return code;
}
