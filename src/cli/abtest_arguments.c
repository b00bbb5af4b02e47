#include "cli/abtest_arguments.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"

void abtest_arguments_init(abtest_arguments *out)
{
    *out = (abtest_arguments){.design = AISLE_ABTEST_DESIGN_OPTIONS_INIT};
}

/* "20%" → .2 and true, ".006" → .006 and false. */
static int parse_percent(double *out, bool *percent, const char *text, const char *name)
{
    char *end;
    double value = strtod(text, &end);
    *percent = end != text && strcmp(end, "%") == 0;
    if (end == text || (*end && !*percent)) {
        fprintf(stderr, "aisle: --%s: found '%s', expected a number, or one with %%\n", name, text);
        return EXIT_WRONG_USE;
    }
    *out = *percent ? value / 100 : value;
    return EXIT_DONE;
}

static int parse_share(double *out, const char *text, const char *name)
{
    bool percent;
    return parse_percent(out, &percent, text, name);
}

/* "1:9" → 1/9, "2" → 2. */
static int parse_ratio(double *out, const char *text)
{
    char *end;
    double treatment = strtod(text, &end), control = 1;
    bool good = end != text;
    if (good && *end == ':') {
        const char *second = end + 1;
        control = strtod(second, &end);
        good = end != second;
    }
    if (!good || *end || !(treatment > 0) || !(control > 0)) {
        fprintf(stderr,
                "aisle: --ratio: found '%s', expected households of a treatment to those of "
                "the control, such as 1:9\n",
                text);
        return EXIT_WRONG_USE;
    }
    *out = treatment / control;
    return EXIT_DONE;
}

static int parse_formula(aisle_abtest_formula *out, const char *text)
{
    const char *name;
    for (size_t i = 0; (name = aisle_abtest_formula_name(i)); i++)
        if (strcmp(name, text) == 0) {
            *out = (aisle_abtest_formula)i;
            return EXIT_DONE;
        }
    fprintf(stderr, "aisle: --formula: found '%s', expected", text);
    for (size_t i = 0; (name = aisle_abtest_formula_name(i)); i++)
        fprintf(stderr, "%s %s", i ? "," : "", name);
    fprintf(stderr, "\n");
    return EXIT_WRONG_USE;
}

static int parse_variants(uint32_t *treatments, const char *text)
{
    long n = 2;
    int code = parse_number(&n, text, 2, 1001, "variants");
    *treatments = (uint32_t)n - 1;
    return code;
}

int abtest_apply_flag(struct command_options *o, enum flag id, const char *value)
{
    aisle_abtest_design_options *d = &o->abtest.design;
    switch (id) {
    case FLAG_BASELINE:
        o->abtest.has_baseline = true;
        return parse_share(&d->baseline, value, "baseline");
    case FLAG_MEAN:
        o->abtest.has_mean = true;
        return parse_real(&d->baseline, value, "mean");
    case FLAG_SD:
        return parse_real(&d->sd, value, "sd");
    case FLAG_SD_TREATMENT:
        return parse_real(&d->sd_treatment, value, "sd-treatment");
    case FLAG_MDE:
        return parse_percent(&d->effect, &d->relative, value, "mde");
    case FLAG_ALPHA:
        return parse_share(&d->alpha, value, "alpha");
    case FLAG_POWER:
        return parse_share(&d->power, value, "power");
    case FLAG_FORMULA:
        return parse_formula(&d->formula, value);
    case FLAG_ONE_SIDED:
        d->one_sided = true;
        break;
    case FLAG_RATIO:
        return parse_ratio(&d->ratio, value);
    case FLAG_VARIANTS:
        return parse_variants(&d->treatments, value);
    case FLAG_N:
        return parse_real(&d->households, value, "n");
    case FLAG_DAILY:
        return parse_real(&d->daily, value, "daily");
    case FLAG_SHARE:
        return parse_share(&d->share, value, "share");
    default:
        break;
    }
    return EXIT_DONE;
}
