#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/log.h"
#include "cli/parse.h"

typedef struct flag_text {
    flag id;
    const char *name, *value, *meaning;
} flag_text;

static const flag_text flag_texts[] = {
    {FLAG_THREADS, "threads", "N", "Threads to use; default: all cores."},
    {FLAG_SEED, "seed", "N", "Seed of everything random; the same as --set seed=N."},
    {FLAG_CATALOGUE, "catalogue", "NAME", "Catalogue of the configuration to recommend from."},
    {FLAG_SET, "set", "KEY=VALUE", "Set any key of the configuration; may be given often."},
    {FLAG_SET_RULES, "set", "KEY=VALUE",
     "Set a key under rules in place of the model's; may be given often."},
    {FLAG_JSON, "json", "FILE", "Write the results as JSON, - for standard output."},
    {FLAG_LISTS, "lists", "FILE", "Write every model's lists, .csv or .parquet."},
    {FLAG_REPORT, "report", "FILE", "Write a page for people to decide by, .html."},
    {FLAG_ABLATE, "ablate", NULL,
     "Show what each family of features is worth, too, on weeks before the test."},
    {FLAG_FOLDS, "folds", "N",
     "Test windows, one before the other; the same as --set evaluate.folds=N."},
    {FLAG_LISTS_IN, "lists", "FILE",
     "Lists, .csv or .parquet: user_id, item_id, rank (1 is first) or score; model, if of "
     "several."},
    {FLAG_TRUTH, "truth", "FILE", "What was bought in the window: user_id, item_id."},
    {FLAG_BEFORE, "before", "FILE", "What was bought before it: user_id, item_id."},
    {FLAG_ITEMS_FILE, "items", "FILE", "Products that may be recommended: item_id; price."},
    {FLAG_CATEGORIES, "categories", "A,B", "Category columns of --items, for diversity."},
    {FLAG_K_LIST, "k", "N,N", "Places of a list that count; default: 5,10,20,200."},
    {FLAG_METRICS, "metrics", "A,B", "What is measured (docs/metrics.md)."},
    {FLAG_SET_EVALUATE, "set", "KEY=VALUE",
     "Set a key of evaluate (evaluate.bootstrap=0); may be given often."},
    {FLAG_NEW_ONLY, "new-only", NULL, "Lists and truth hold only products never bought before."},
    {FLAG_OUT, "out", "FILE", "File to write."},
    {FLAG_USERS, "users", "FILE", "Households to recommend to, .csv or .parquet; default: all."},
    {FLAG_USER, "user", "ID", "The household."},
    {FLAG_ITEM, "item", "ID", "The product."},
    {FLAG_BY, "by", "NAME", "Retriever that says what is similar; default: the model's first."},
    {FLAG_K, "k", "N", "Products a household; default: 5."},
    {FLAG_K_ALL, "k", "N", "Candidates to list; default: all."},
    {FLAG_K_SIMILAR, "k", "N", "How many; default: 10."},
    {FLAG_MOST, "most", "N", "Candidates a household, on average; default: 100."},
    {FLAG_STEP, "step", "N", "Quotas are multiples of it; default: 5."},
    {FLAG_K_METRIC, "k", "N", "Places of a list that count; default: the first of evaluate.k."},
    {FLAG_METRIC, "metric", "NAME", "What is measured (docs/metrics.md); default: precision."},
    {FLAG_TRIALS, "trials", "N", "Settings to try; default: 32."},
    {FLAG_WINDOWS, "windows", "N", "Validation windows, one before the other; default: 1."},
    {FLAG_SEEDS, "seeds", "N", "Trainings of each, whose mean counts; default: 1."},
    {FLAG_JOURNAL, "journal", "FILE", "Where results are kept, for a search that is stopped."},
    {FLAG_EXCLUDE_BOUGHT, "exclude-bought", NULL, "Leave out what the household bought before."},
    {FLAG_REASONS, "reasons", NULL, "Add a column with the main reason of each product."},
    {FLAG_RECEIPTS, "receipts", "CONFIG",
     "Ask by the receipts that this configuration names, in place of the model's households."},
    {FLAG_AS_OF, "as-of", "DATE",
     "With --receipts: the day that is asked for; default: the day after the last receipt."},
    {FLAG_MEMORY, "memory", "BYTES",
     "With --receipts: memory to stay below, such as 2G or 500M; receipts that do not fit are read "
     "once for each part of the households. Default: all at once."},
    {FLAG_UNSEEN, "unseen", "X",
     "Judge a share of households that the fit leaves out; the same as --set evaluate.unseen=X."},
    {FLAG_HOUSEHOLDS_KEPT, "households", "WHICH",
     "all: the model holds the households of the fit; none: products alone; default: all."},
    {FLAG_PART, "part", "I/N",
     "Part I of N of the households, by a hash of their ids; default: all."},
    {FLAG_SUMS, "sums", "FILES",
     "Go by these sums over all households ('P*'), and by a sample's receipts; none is kept in the "
     "model."},
    {FLAG_SAMPLE, "sample", "N",
     "Households to learn from, drawn by the seed; the same as --set fit.households_most=N."},
    {FLAG_HOUSEHOLDS, "households", "N", "Households; default: 2500."},
    {FLAG_ITEMS, "items", "N", "Products; default: 20000."},
    {FLAG_WEEKS, "weeks", "N", "Weeks of receipts, from 2023-01-01 on; default: 52."},
    {FLAG_LINES, "lines", "X", "Lines a household and week, on average; default: 11."},
    {FLAG_STORES, "stores", "N", "Stores; default: 400."},
    {FLAG_KNOWN, "known", "X", "Share of households with columns of their own; default: 0.33."},
    {FLAG_SEED_SYNTH, "seed", "N", "The same seed gives the same bytes; default: 1."},
    {FLAG_OUT_FOLDER, "out", "DIR", "Folder to write into; made if it is not there."},
    {FLAG_FORMAT, "format", "NAME", "parquet or csv; default: parquet."},
    {FLAG_BASELINE, "baseline", "X", "Conversion rate of the control, such as .03 or 3%."},
    {FLAG_MEAN, "mean", "X", "In place of it: mean of the control's households; with --sd."},
    {FLAG_SD, "sd", "X", "Standard deviation of a household's value."},
    {FLAG_SD_TREATMENT, "sd-treatment", "X",
     "The same in a treatment; default: as in the control."},
    {FLAG_MDE, "mde", "X", "Smallest effect to find: 20% of the baseline, or .006 of its unit."},
    {FLAG_ALPHA, "alpha", "X", "Chance of an effect where there is none; default: .05."},
    {FLAG_POWER, "power", "X", "Chance to find the effect; default: .8."},
    {FLAG_FORMULA, "formula", "NAME",
     "pooled, unpooled, null, arcsine or fleiss (docs/abtest.md); default: pooled."},
    {FLAG_ONE_SIDED, "one-sided", NULL, "Look only in the direction of the effect."},
    {FLAG_RATIO, "ratio", "T:C",
     "Households of a treatment to those of the control; default: 1:1."},
    {FLAG_VARIANTS, "variants", "N", "Groups with the control; default: 2."},
    {FLAG_N, "n", "N", "Households of a treatment: what effect, or what power do they give?"},
    {FLAG_DAILY, "daily", "N", "Households that come a day, for the duration."},
    {FLAG_SHARE, "share", "X", "Share of them that takes part; default: 1."},
    {FLAG_CONTROL, "control", "K/N",
     "Households converted, of how many; with --data a variant's name."},
    {FLAG_TREATMENT, "treatment", "K/N",
     "The same of a treatment, or NAME=K/N; may be given often."},
    {FLAG_DATA, "data", "FILE", "In place of both: a row a household, .csv or .parquet."},
    {FLAG_COLUMN, "column", "WHAT=NAME",
     "Name of a column: household, variant, orders, visitors, revenue, pre_orders, pre_revenue."},
    {FLAG_SHARES, "shares", "A=X,B=Y", "Shares of households as assigned; default: equal."},
    {FLAG_PRIMARY, "primary", "NAME", "Metric to decide by; default: conversion."},
    {FLAG_CORRECTION, "correction", "NAME", "holm, bonferroni, bh or none; default: holm."},
    {FLAG_BOUNDARY, "boundary", "NAME",
     "obrien-fleming, pocock, obrien-fleming-spending or pocock-spending; default: the first."},
    {FLAG_LOOKS, "looks", "N", "Looks that are planned; default: one, at the end."},
    {FLAG_LOOK, "look", "N", "Which of them this is."},
    {FLAG_INFORMATION, "information", "LIST",
     "Share of all information at each look, such as .3,.7,1."},
    {FLAG_RESAMPLES, "resamples", "N", "Of the bootstrap; default: 2000."},
    {FLAG_SPLIT, "users", "FILE", "Households to assign, .csv or .parquet."},
    {FLAG_SALT, "salt", "NAME", "Name of the test: of another name, another split."},
    {FLAG_STRATA, "strata", "COLUMN", "Keep to the shares within each value of this column."},
    {FLAG_PREVIOUS, "previous", "FILE", "Earlier assignments, which are kept."},
    {FLAG_REPETITIONS, "repetitions", "N", "A/A tests, and A/B tests; default: 2000."},
    {FLAG_WEEKS_TEST, "weeks", "N", "Weeks of a test, the last of the receipts; default: 4."},
    {FLAG_EFFECT, "effect", "X", "Of A/B tests, such as 20%; default: what the power should find."},
    {FLAG_DEPARTMENT, "department", "NAME", "Who buys of it converts; default: of anything."},
    {FLAG_CATEGORY, "category", "NAME", "The same of a category."},
    {FLAG_RESAMPLES_EACH, "resamples", "N", "Of the bootstrap of each test; default: 199."},
    {FLAG_QUIET, "quiet", NULL, "No progress, no notes."},
    {FLAG_LOG_FORMAT, "log-format", "NAME",
     "Errors, notes and progress as text or as json, an object a line; default: text."},
    {FLAG_HELP, "help", NULL, "This help."},
};
enum { FLAG_TEXTS = sizeof flag_texts / sizeof flag_texts[0] };

static bool command_takes(const command *c, flag id)
{
    for (const flag *f = c->flags; *f != FLAG_END; f++)
        if (*f == id)
            return true;
    return id == FLAG_HELP || id == FLAG_QUIET || id == FLAG_LOG_FORMAT;
}

static int parse_count(uint32_t *out, const char *text, const char *name)
{
    long value = 0;
    int code = parse_number(&value, text, 0, UINT32_MAX, name);
    *out = (uint32_t)value;
    return code;
}

static int parse_seed(uint64_t *out, const char *text)
{
    long value = 0;
    int code = parse_number(&value, text, 0, 9000000000000000, "seed");
    *out = (uint64_t)value;
    return code;
}

/* Of aisle synth; what is in bounds, its options' check says. */
static int apply_synth_flag(command_options *o, flag id, const char *value)
{
    switch (id) {
    case FLAG_HOUSEHOLDS:
        return parse_count(&o->synth.households, value, "households");
    case FLAG_ITEMS:
        return parse_count(&o->synth.items, value, "items");
    case FLAG_WEEKS:
        return parse_count(&o->synth.weeks, value, "weeks");
    case FLAG_STORES:
        return parse_count(&o->synth.stores, value, "stores");
    case FLAG_LINES:
        return parse_real(&o->synth.lines, value, "lines");
    case FLAG_KNOWN:
        return parse_real(&o->synth.known, value, "known");
    case FLAG_SEED_SYNTH:
        return parse_seed(&o->synth.seed, value);
    case FLAG_FORMAT:
        o->format = value;
        break;
    default:
        return abtest_apply_flag(o, id, value);
    }
    return EXIT_DONE;
}

static bool apply_score_flag(score_arguments *s, flag id, const char *value)
{
    switch (id) {
    case FLAG_TRUTH:
        s->truth = value;
        return true;
    case FLAG_BEFORE:
        s->before = value;
        return true;
    case FLAG_ITEMS_FILE:
        s->items = value;
        return true;
    case FLAG_CATEGORIES:
        s->categories = value;
        return true;
    case FLAG_K_LIST:
        s->k = value;
        return true;
    case FLAG_METRICS:
        s->metrics = value;
        return true;
    default:
        return false;
    }
}

static int parse_part(aisle_household_choice *out, const char *value)
{
    char *slash, *end = NULL;
    unsigned long part = strtoul(value, &slash, 10), parts = 0;
    if (slash != value && *slash == '/')
        parts = strtoul(slash + 1, &end, 10);
    if (end && end != slash + 1 && !*end && part >= 1 && part <= parts &&
        parts <= AISLE_SUMS_MOST) {
        *out = (aisle_household_choice){(uint32_t)part, (uint32_t)parts, 0, 0, NULL};
        return EXIT_DONE;
    }
    log_error("--part: found '%s', expected such as 3/16, the third of 16 (of up to %d)", value,
              AISLE_SUMS_MOST);
    return EXIT_WRONG_USE;
}

static int parse_kept(command_options *o, const char *value)
{
    o->all_households = strcmp(value, "all") == 0;
    o->no_households = strcmp(value, "none") == 0;
    if (o->no_households || strcmp(value, "all") == 0)
        return EXIT_DONE;
    log_error("--households: found '%s', expected all or none", value);
    return EXIT_WRONG_USE;
}

static int apply_flag(command_options *o, flag id, const char *value)
{
    switch (id) {
    case FLAG_THREADS:
        return parse_number(&o->threads, value, 1, 1024, "threads");
    case FLAG_K:
    case FLAG_K_ALL:
    case FLAG_K_SIMILAR:
    case FLAG_K_METRIC:
        return parse_number(&o->k, value, 1, 10000, "k");
    case FLAG_MOST:
        return parse_number(&o->most, value, 1, 1000000, "most");
    case FLAG_STEP:
        return parse_number(&o->step, value, 1, 1000, "step");
    case FLAG_TRIALS:
        return parse_number(&o->trials, value, 2, 10000, "trials");
    case FLAG_WINDOWS:
        return parse_number(&o->windows, value, 1, 52, "windows");
    case FLAG_SEEDS:
        return parse_number(&o->seeds, value, 1, 100, "seeds");
    case FLAG_REPORT:
        o->report = value;
        break;
    case FLAG_ABLATE:
        o->ablate = true;
        break;
    case FLAG_FOLDS:
        o->folds = value;
        break;
    case FLAG_UNSEEN:
        o->unseen = value;
        break;
    case FLAG_RECEIPTS:
        o->receipts = value;
        break;
    case FLAG_AS_OF:
        o->as_of = value;
        break;
    case FLAG_MEMORY:
        return parse_bytes(&o->memory, value, "memory");
    case FLAG_HOUSEHOLDS_KEPT:
        return parse_kept(o, value);
    case FLAG_PART:
        return parse_part(&o->part, value);
    case FLAG_SUMS:
        o->sums = value;
        break;
    case FLAG_SAMPLE:
        o->sample = value;
        break;
    case FLAG_METRIC:
        o->metric = value;
        break;
    case FLAG_JOURNAL:
        o->journal = value;
        break;
    case FLAG_SEED:
        o->seed = value;
        break;
    case FLAG_CATALOGUE:
        o->catalogue = value;
        break;
    case FLAG_SET:
    case FLAG_SET_RULES:
    case FLAG_SET_EVALUATE:
        o->set[o->n_set++] = value;
        break;
    case FLAG_QUIET:
        o->quiet = true;
        log_set_quiet();
        break;
    case FLAG_JSON:
        o->json = value;
        break;
    case FLAG_LISTS:
    case FLAG_LISTS_IN:
        o->lists = value;
        break;
    case FLAG_NEW_ONLY:
        o->new_only = true;
        break;
    case FLAG_OUT:
    case FLAG_OUT_FOLDER:
        o->out = value;
        break;
    case FLAG_USERS:
        o->users = value;
        break;
    case FLAG_USER:
        o->user = value;
        break;
    case FLAG_ITEM:
        o->item = value;
        break;
    case FLAG_BY:
        o->by = value;
        break;
    case FLAG_EXCLUDE_BOUGHT:
        o->exclude_bought = true;
        break;
    case FLAG_REASONS:
        o->reasons = true;
        break;
    case FLAG_LOG_FORMAT:
        return log_set_format(value) ? EXIT_DONE : EXIT_WRONG_USE;
    case FLAG_HELP:
        o->help = true;
        break;
    default:
        return apply_score_flag(&o->score, id, value) ? EXIT_DONE : apply_synth_flag(o, id, value);
    }
    return EXIT_DONE;
}

/* Whether name is one of those in names, which have spaces between. */
static bool is_among(const char *names, const char *name)
{
    size_t length = strlen(name);
    for (const char *at = names; at && *at; at += strcspn(at, " "), at += *at == ' ')
        if (strcspn(at, " ") == length && strncmp(at, name, length) == 0)
            return true;
    return false;
}

/* The first option that the command can't do without and that is not given; NULL: none. */
static const char *find_missing(const command_options *o, const char *needs)
{
    const struct {
        const char *name, *value;
    } given[] = {{"out", o->out},
                 {"item", o->item},
                 {"user", o->user},
                 {"lists", o->lists},
                 {"truth", o->score.truth}};
    for (size_t i = 0; i < sizeof given / sizeof *given; i++)
        if (!given[i].value && is_among(needs, given[i].name))
            return given[i].name;
    return NULL;
}

static int check_complete(const command_options *o, const command *c)
{
    if (o->help)
        return EXIT_DONE;
    if (!o->positional && c->positional && c->positional[0] != '[') {
        log_wrong_use("%s is missing; see 'aisle help %s'", c->positional, c->name);
        return EXIT_WRONG_USE;
    }
    const char *missing = find_missing(o, c->needs);
    if (missing) {
        log_wrong_use("--%s is missing; see 'aisle help %s'", missing, c->name);
        return EXIT_WRONG_USE;
    }
    return EXIT_DONE;
}

int arguments_parse(command_options *out, const command *c, int argc, char **argv)
{
    struct option longs[FLAG_TEXTS + 1];
    int n = 0, id, index;
    for (int i = 0; i < FLAG_TEXTS; i++)
        if (command_takes(c, flag_texts[i].id))
            longs[n++] = (struct option){flag_texts[i].name,
                                         flag_texts[i].value ? required_argument : no_argument,
                                         NULL, (int)flag_texts[i].id};
    longs[n] = (struct option){NULL, 0, NULL, 0};
    memset(out, 0, sizeof *out);
    out->synth = (aisle_synth_options)AISLE_SYNTH_OPTIONS_INIT;
    out->format = "parquet";
    abtest_arguments_init(&out->abtest);
    out->most = 100;
    out->step = 5;
    out->trials = 32;
    out->windows = out->seeds = 1;
    out->metric = "precision";
    out->k = command_takes(c, FLAG_K) ? 5 : command_takes(c, FLAG_K_SIMILAR) ? 10 : 0;
    out->set = calloc((size_t)argc + 1, sizeof *out->set);
    if (!out->set)
        return EXIT_FAILED;
    opterr = 0;
    while ((id = getopt_long(argc, argv, ":", longs, &index)) != -1) {
        if (id == '?' || id == ':') {
            log_wrong_use("%s '%s'; see 'aisle help %s'",
                          id == ':' ? "a value is missing after" : "unknown option",
                          argv[optind - 1], c->name);
            return EXIT_WRONG_USE;
        }
        int code = apply_flag(out, (flag)id, optarg);
        if (code != EXIT_DONE)
            return code;
    }
    if (optind < argc && c->positional)
        out->positional = argv[optind++];
    if (optind < argc && c->positional && c->positional[0] == '[')
        out->topic = argv[optind++];
    if (optind < argc) {
        log_wrong_use("unexpected '%s'; see 'aisle help %s'", argv[optind], c->name);
        return EXIT_WRONG_USE;
    }
    return check_complete(out, c);
}

bool arguments_option_at(option_info *out, const command *c, size_t index)
{
    for (int i = 0; i < FLAG_TEXTS; i++) {
        const flag_text *t = &flag_texts[i];
        if (!command_takes(c, t->id) || index-- > 0)
            continue;
        *out = (option_info){t->name, t->value, t->meaning, is_among(c->needs, t->name)};
        return true;
    }
    return false;
}

void arguments_print_help(const command *c)
{
    option_info o;
    printf("aisle %s%s%s: %s\n\n", c->name, c->positional ? " " : "",
           c->positional ? c->positional : "", c->summary);
    for (size_t i = 0; arguments_option_at(&o, c, i); i++) {
        char left[64];
        snprintf(left, sizeof left, "--%s%s%s", o.name, o.value ? " " : "", o.value ? o.value : "");
        printf("  %-18s %s%s\n", left, o.meaning, o.needed ? " Needed." : "");
    }
}
