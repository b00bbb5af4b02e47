#include "cli/abtest/abtest_arguments.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/log.h"
#include "cli/parse.h"

static const char *const column_names[ABTEST_COLUMNS] = {
    "household", "variant", "orders", "visitors", "revenue", "pre_orders", "pre_revenue"};

void abtest_arguments_init(abtest_arguments *out)
{
    *out = (abtest_arguments){.design = AISLE_ABTEST_DESIGN_OPTIONS_INIT,
                              .analysis = AISLE_ABTEST_ANALYSIS_OPTIONS_INIT,
                              .panel = AISLE_ABTEST_PANEL_OPTIONS_INIT,
                              .simulation = AISLE_ABTEST_SIMULATION_OPTIONS_INIT};
    memcpy(out->column, column_names, sizeof column_names);
}

/* "20%" → .2 and true, ".006" → .006 and false. */
static int parse_percent(double *out, bool *percent, const char *text, const char *name)
{
    char *end;
    double value = strtod(text, &end);
    *percent = end != text && strcmp(end, "%") == 0;
    if (end == text || (*end && !*percent)) {
        log_error("--%s: found '%s', expected a number, or one with %%", name, text);
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
        log_error("--ratio: found '%s', expected households of a treatment to those of "
                  "the control, such as 1:9",
                  text);
        return EXIT_WRONG_USE;
    }
    *out = treatment / control;
    return EXIT_DONE;
}

/* The index of the name that text is. */
static int parse_name(size_t *out, const char *text, const char *flag_name,
                      const char *(*name_at)(size_t index))
{
    const char *name;
    for (*out = 0; (name = name_at(*out)); ++*out)
        if (strcmp(name, text) == 0)
            return EXIT_DONE;
    char known[512] = "";
    for (size_t i = 0; (name = name_at(i)); i++) {
        size_t length = strlen(known);
        snprintf(known + length, sizeof known - length, "%s %s", i ? "," : "", name);
    }
    log_error("--%s: found '%s', expected%s", flag_name, text, known);
    return EXIT_WRONG_USE;
}

static const char *column_at(size_t index)
{
    return index < ABTEST_COLUMNS ? column_names[index] : NULL;
}

/* "revenue=sales" */
static int parse_column(abtest_arguments *a, const char *text)
{
    char what[32];
    size_t which = 0;
    const char *equals = strchr(text, '=');
    snprintf(what, sizeof what, "%.*s", equals ? (int)(equals - text) : 0, text);
    if (!equals || !equals[1]) {
        log_error("--column: found '%s', expected WHAT=NAME", text);
        return EXIT_WRONG_USE;
    }
    int code = parse_name(&which, what, "column", column_at);
    if (code == EXIT_DONE)
        a->column[which] = equals + 1;
    return code;
}

static int refuse_shares(const char *text)
{
    log_error("--shares: found '%s', expected such as control=.5,treatment=.5, or .5,.5, for 2 "
              "to %d groups",
              text, ABTEST_GROUPS);
    return EXIT_WRONG_USE;
}

bool abtest_is_utf8(const char *text, size_t length)
{
    json_t *whole = json_stringn(text, length);
    json_decref(whole);
    return whole != NULL;
}

/* The name of share n: one of its own. */
static int check_name(const abtest_arguments *a, size_t n)
{
    const char *name = a->share_names[n];
    bool clean = abtest_is_utf8(name, strlen(name));
    if (!clean)
        log_error("--shares: name %zu is no UTF-8", n + 1);
    for (size_t before = 0; before < n && clean; before++)
        if (strcmp(a->share_names[before], name) == 0) {
            log_error("--shares: found '%s' twice", name);
            clean = false;
        }
    return clean ? EXIT_DONE : EXIT_WRONG_USE;
}

/* "control=.5,treatment=.5", or ".5,.5" */
static int parse_shares(abtest_arguments *a, const char *text)
{
    const char *at = text;
    for (a->n_shares = 0;; at++) {
        size_t length = strcspn(at, ",="), n = a->n_shares;
        bool named = at[length] == '=';
        if (n == ABTEST_GROUPS || (named && (length == 0 || length > 63)) ||
            (n > 0 && named != (a->share_names[0][0] != '\0')))
            return refuse_shares(text);
        if (named) {
            snprintf(a->share_names[n], sizeof a->share_names[n], "%.*s", (int)length, at);
            at += length + 1;
            if (check_name(a, n))
                return EXIT_WRONG_USE;
        }
        char *end;
        a->shares[n] = strtod(at, &end);
        if (end == at || (*end && *end != ',') || !(a->shares[n] > 0) || a->shares[n] > 1e15)
            return refuse_shares(text);
        a->n_shares++;
        at = end;
        if (!*at)
            return a->n_shares < 2 ? refuse_shares(text) : EXIT_DONE;
    }
}

/* ".3,.7,1" */
static int parse_information(aisle_abtest_looks *out, const char *text)
{
    const char *at = text;
    for (size_t n = 0; n < AISLE_ABTEST_LOOKS_MOST; n++) {
        char *end;
        out->information[n] = strtod(at, &end);
        if (end == at || (*end && *end != ',') || !(out->information[n] > 0))
            break;
        if (!*end)
            return EXIT_DONE;
        at = end + 1;
    }
    log_error("--information: found '%s', expected up to %d numbers such as .3,.7,1", text,
              AISLE_ABTEST_LOOKS_MOST);
    return EXIT_WRONG_USE;
}

static int add_treatment(abtest_arguments *a, const char *text)
{
    if (a->n_treatments == ABTEST_GROUPS - 1) {
        log_error("--treatment: expected up to %d of them", ABTEST_GROUPS - 1);
        return EXIT_WRONG_USE;
    }
    a->treatment[a->n_treatments++] = text;
    return EXIT_DONE;
}

static int parse_variants(uint32_t *treatments, const char *text)
{
    long n = 2;
    int code = parse_number(&n, text, 2, 1001, "variants");
    *treatments = (uint32_t)n - 1;
    return code;
}

static int apply_simulate_flag(abtest_arguments *a, enum flag id, const char *value)
{
    long number = 0;
    int code = EXIT_DONE;
    switch (id) {
    case FLAG_REPETITIONS:
        code = parse_number(&number, value, 1, 10000000, "repetitions");
        a->simulation.repetitions = (uint32_t)number;
        return code;
    case FLAG_WEEKS_TEST:
        code = parse_number(&number, value, 1, 52, "weeks");
        a->panel.weeks = (uint32_t)number;
        return code;
    case FLAG_EFFECT:
        return parse_share(&a->simulation.effect, value, "effect");
    case FLAG_DEPARTMENT:
        a->panel.department = value;
        break;
    case FLAG_CATEGORY:
        a->panel.category = value;
        break;
    case FLAG_RESAMPLES_EACH:
        code = parse_number(&number, value, 39, 100000, "resamples");
        a->simulation.resamples = (uint32_t)number;
        return code;
    default:
        break;
    }
    return code;
}

static int apply_analyze_flag(abtest_arguments *a, enum flag id, const char *value)
{
    aisle_abtest_analysis_options *o = &a->analysis;
    size_t index = 0;
    long number = 0;
    int code = EXIT_DONE;
    switch (id) {
    case FLAG_CONTROL:
        a->control = value;
        break;
    case FLAG_TREATMENT:
        return add_treatment(a, value);
    case FLAG_DATA:
        a->data = value;
        break;
    case FLAG_COLUMN:
        return parse_column(a, value);
    case FLAG_SHARES:
        return parse_shares(a, value);
    case FLAG_PRIMARY:
        o->primary = value;
        break;
    case FLAG_CORRECTION:
        code = parse_name(&index, value, "correction", aisle_abtest_correction_name);
        o->correction = (aisle_abtest_correction)index;
        return code;
    case FLAG_BOUNDARY:
        code = parse_name(&index, value, "boundary", aisle_abtest_boundary_name);
        o->looks.boundary = (aisle_abtest_boundary)index;
        return code;
    case FLAG_LOOKS:
        code = parse_number(&number, value, 1, AISLE_ABTEST_LOOKS_MOST, "looks");
        o->looks.n = (uint32_t)number;
        return code;
    case FLAG_LOOK:
        code = parse_number(&number, value, 1, AISLE_ABTEST_LOOKS_MOST, "look");
        o->looks.look = (uint32_t)number;
        return code;
    case FLAG_INFORMATION:
        return parse_information(&o->looks, value);
    case FLAG_SALT:
        a->salt = value;
        break;
    case FLAG_STRATA:
        a->strata = value;
        break;
    case FLAG_PREVIOUS:
        a->previous = value;
        break;
    case FLAG_RESAMPLES:
        code = parse_number(&number, value, 0, 1000000, "resamples");
        o->resamples = (uint32_t)number;
        return code;
    default:
        return apply_simulate_flag(a, id, value);
    }
    return code;
}

int abtest_apply_flag(struct command_options *o, enum flag id, const char *value)
{
    aisle_abtest_design_options *d = &o->abtest.design;
    size_t index = 0;
    int code;
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
        code = parse_name(&index, value, "formula", aisle_abtest_formula_name);
        d->formula = (aisle_abtest_formula)index;
        return code;
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
    case FLAG_SPLIT:
        o->users = value;
        break;
    default:
        return apply_analyze_flag(&o->abtest, id, value);
    }
    return EXIT_DONE;
}
