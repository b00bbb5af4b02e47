/* The options of the commands of abtest. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/abtest/abtest_arguments.h"
#include "cli/log.h"
#include "cli/command_option.h"
#include "cli/parse.h"

/* "1:9" → 1/9, "2" → 2. */
static int take_ratio(command_options *o, const char *text, const command_option *row)
{
    (void)row;
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
    o->abtest.design.ratio = treatment / control;
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

/* "revenue=sales" */
static int take_column(command_options *o, const char *text, const command_option *row)
{
    abtest_arguments *a = &o->abtest;
    (void)row;
    char what[32];
    size_t which = 0;
    const char *equals = strchr(text, '=');
    snprintf(what, sizeof what, "%.*s", equals ? (int)(equals - text) : 0, text);
    if (!equals || !equals[1]) {
        log_error("--column: found '%s', expected WHAT=NAME", text);
        return EXIT_WRONG_USE;
    }
    int code = parse_name(&which, what, "column", abtest_column_name);
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
static int take_shares(command_options *o, const char *text, const command_option *row)
{
    abtest_arguments *a = &o->abtest;
    (void)row;
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
static int take_information(command_options *o, const char *text, const command_option *row)
{
    aisle_abtest_looks *out = &o->abtest.analysis.looks;
    (void)row;
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

static int take_treatment(command_options *o, const char *text, const command_option *row)
{
    abtest_arguments *a = &o->abtest;
    (void)row;
    if (a->n_treatments == ABTEST_GROUPS - 1) {
        log_error("--treatment: expected up to %d of them", ABTEST_GROUPS - 1);
        return EXIT_WRONG_USE;
    }
    a->treatment[a->n_treatments++] = text;
    return EXIT_DONE;
}

static int take_variants(command_options *o, const char *text, const command_option *row)
{
    long n = 2;
    int code = parse_number(&n, text, 2, 1001, row->name);
    o->abtest.design.treatments = (uint32_t)n - 1;
    return code;
}

static int take_baseline(command_options *o, const char *text, const command_option *row)
{
    bool percent;
    o->abtest.has_baseline = true;
    return parse_percent(&o->abtest.design.baseline, &percent, text, row->name);
}

static int take_mean(command_options *o, const char *text, const command_option *row)
{
    o->abtest.has_mean = true;
    return parse_real(&o->abtest.design.baseline, text, row->name);
}

static int take_mde(command_options *o, const char *text, const command_option *row)
{
    aisle_abtest_design_options *d = &o->abtest.design;
    return parse_percent(&d->effect, &d->relative, text, row->name);
}

static int take_formula(command_options *o, const char *text, const command_option *row)
{
    size_t index = 0;
    int code = parse_name(&index, text, row->name, aisle_abtest_formula_name);
    o->abtest.design.formula = (aisle_abtest_formula)index;
    return code;
}

static int take_correction(command_options *o, const char *text, const command_option *row)
{
    size_t index = 0;
    int code = parse_name(&index, text, row->name, aisle_abtest_correction_name);
    o->abtest.analysis.correction = (aisle_abtest_correction)index;
    return code;
}

static int take_boundary(command_options *o, const char *text, const command_option *row)
{
    size_t index = 0;
    int code = parse_name(&index, text, row->name, aisle_abtest_boundary_name);
    o->abtest.analysis.looks.boundary = (aisle_abtest_boundary)index;
    return code;
}

/* clang-format off */
#define ROW_ALPHA SHARE("alpha", "X", abtest.design.alpha, "Chance of an effect where there is none; default: .05.")
#define ROW_POWER SHARE("power", "X", abtest.design.power, "Chance to find the effect; default: .8.")
#define ROW_COLUMN OPTION("column", "WHAT=NAME", take_column, 0, "Name of a column: household, variant, orders, visitors, revenue, pre_orders, pre_revenue.")
#define ROW_SHARES OPTION("shares", "A=X,B=Y", take_shares, 0, "Shares of households as assigned; default: equal.")
#define ROW_BOUNDARY OPTION("boundary", "NAME", take_boundary, 0, "obrien-fleming, pocock, obrien-fleming-spending or pocock-spending; default: the first.")
#define ROW_LOOKS COUNT("looks", "N", abtest.analysis.looks.n, 1, AISLE_ABTEST_LOOKS_MOST, "Looks that are planned; default: one, at the end.")
#define ROW_INFORMATION OPTION("information", "LIST", take_information, 0, "Share of all information at each look, such as .3,.7,1.")

const command_option abtest_design_options[] = {
    ROW_JSON,
    ROW_REPORT,
    OPTION("baseline", "X", take_baseline, 0, "Conversion rate of the control, such as .03 or 3%."),
    OPTION("mean", "X", take_mean, 0, "In place of it: mean of the control's households; with --sd."),
    REAL("sd", "X", abtest.design.sd, "Standard deviation of a household's value."),
    REAL("sd-treatment", "X", abtest.design.sd_treatment, "The same in a treatment; default: as in the control."),
    OPTION("mde", "X", take_mde, 0, "Smallest effect to find: 20% of the baseline, or .006 of its unit."),
    ROW_ALPHA,
    ROW_POWER,
    OPTION("formula", "NAME", take_formula, 0, "pooled, unpooled, null, arcsine or fleiss (docs/abtest.md); default: pooled."),
    YES("one-sided", abtest.design.one_sided, "Look only in the direction of the effect."),
    OPTION("ratio", "T:C", take_ratio, 0, "Households of a treatment to those of the control; default: 1:1."),
    OPTION("variants", "N", take_variants, 0, "Groups with the control; default: 2."),
    REAL("n", "N", abtest.design.households, "Households of a treatment: what effect, or what power do they give?"),
    REAL("daily", "N", abtest.design.daily, "Households that come a day, for the duration."),
    SHARE("share", "X", abtest.design.share, "Share of them that takes part; default: 1."),
    ROW_BOUNDARY,
    ROW_LOOKS,
    ROW_INFORMATION,
    OPTIONS_END,
};

const command_option abtest_analyze_options[] = {
    ROW_THREADS,
    ROW_JSON,
    ROW_REPORT,
    ROW_ALPHA,
    TEXT("control", "K/N", abtest.control, "Households converted, of how many; with --data a variant's name."),
    OPTION("treatment", "K/N", take_treatment, 0, "The same of a treatment, or NAME=K/N; may be given often."),
    TEXT("data", "FILE", abtest.data, "In place of both: a row a household, .csv or .parquet."),
    ROW_COLUMN,
    ROW_SHARES,
    TEXT("primary", "NAME", abtest.analysis.primary, "Metric to decide by; default: conversion."),
    OPTION("correction", "NAME", take_correction, 0, "holm, bonferroni, bh or none; default: holm."),
    ROW_BOUNDARY,
    ROW_LOOKS,
    COUNT("look", "N", abtest.analysis.looks.look, 1, AISLE_ABTEST_LOOKS_MOST, "Which of them this is."),
    ROW_INFORMATION,
    COUNT("resamples", "N", abtest.analysis.resamples, 0, 1000000, "Of the bootstrap; default: 2000."),
    OPTIONS_END,
};

const command_option abtest_assign_options[] = {
    ROW_THREADS,
    ROW_JSON,
    ROW_OUT,
    ROW_COLUMN,
    ROW_SHARES,
    TEXT("users", "FILE", users, "Households to assign, .csv or .parquet."),
    TEXT("salt", "NAME", abtest.salt, "Name of the test: of another name, another split."),
    TEXT("strata", "COLUMN", abtest.strata, "Keep to the shares within each value of this column."),
    TEXT("previous", "FILE", abtest.previous, "Earlier assignments, which are kept."),
    OPTIONS_END,
};

const command_option abtest_simulate_options[] = {
    ROWS_CONFIG,
    ROW_JSON,
    ROW_REPORT,
    ROW_ALPHA,
    ROW_POWER,
    COUNT("repetitions", "N", abtest.simulation.repetitions, 1, 10000000, "A/A tests, and A/B tests; default: 2000."),
    COUNT("weeks", "N", abtest.panel.weeks, 1, 52, "Weeks of a test, the last of the receipts; default: 4."),
    SHARE("effect", "X", abtest.simulation.effect, "Of A/B tests, such as 20%; default: what the power should find."),
    TEXT("department", "NAME", abtest.panel.department, "Who buys of it converts; default: of anything."),
    TEXT("category", "NAME", abtest.panel.category, "The same of a category."),
    COUNT("resamples", "N", abtest.simulation.resamples, 39, 100000, "Of the bootstrap of each test; default: 199."),
    OPTIONS_END,
};
/* clang-format on */
