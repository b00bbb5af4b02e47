/* The options of each command but those of abtest. */
#include <stdlib.h>
#include <string.h>

#include "cli/log.h"
#include "cli/command_option.h"
#include "cli/parse.h"

static int take_seed(command_options *o, const char *text, const command_option *row)
{
    long value = 0;
    int code = parse_number(&value, text, 0, 9000000000000000, row->name);
    o->synth.seed = (uint64_t)value;
    return code;
}

static int take_part(command_options *o, const char *value, const command_option *row)
{
    (void)row;
    char *slash, *end = NULL;
    unsigned long part = strtoul(value, &slash, 10), parts = 0;
    if (slash != value && *slash == '/')
        parts = strtoul(slash + 1, &end, 10);
    if (end && end != slash + 1 && !*end && part >= 1 && part <= parts &&
        parts <= AISLE_SUMS_MOST) {
        o->part = (aisle_household_choice){(uint32_t)part, (uint32_t)parts, 0, 0, NULL};
        return EXIT_DONE;
    }
    log_error("--part: found '%s', expected such as 3/16, the third of 16 (of up to %d)", value,
              AISLE_SUMS_MOST);
    return EXIT_WRONG_USE;
}

static int take_kept(command_options *o, const char *value, const command_option *row)
{
    o->all_households = strcmp(value, "all") == 0;
    o->no_households = strcmp(value, "none") == 0;
    if (o->no_households || o->all_households)
        return EXIT_DONE;
    log_error("--%s: found '%s', expected all or none", row->name, value);
    return EXIT_WRONG_USE;
}

static int take_quiet(command_options *o, const char *text, const command_option *row)
{
    (void)text;
    (void)row;
    o->quiet = true;
    log_set_quiet();
    return EXIT_DONE;
}

static int take_log_format(command_options *o, const char *text, const command_option *row)
{
    (void)o;
    (void)row;
    return log_set_format(text) ? EXIT_DONE : EXIT_WRONG_USE;
}

/* clang-format off */
#define ROW_SET_RULES OPTION("set", "KEY=VALUE", take_set, 0, "Set a key under rules in place of the model's; may be given often.")
#define ROW_NEW_ONLY YES("new-only", new_only, "Lists and truth hold only products never bought before.")
#define ROW_USER TEXT("user", "ID", user, "The household.")
#define ROW_ITEM TEXT("item", "ID", item, "The product.")
#define ROW_BY TEXT("by", "NAME", by, "Retriever that says what is similar; default: the model's first.")
#define ROW_K NUMBER("k", "N", k, 1, 10000, 5, "Products a household; default: 5.")
#define ROW_K_SIMILAR NUMBER("k", "N", k, 1, 10000, 10, "How many; default: 10.")
#define ROW_K_METRIC NUMBER("k", "N", k, 1, 10000, 0, "Places of a list that count; default: the first of evaluate.k.")
#define ROW_METRIC TEXT("metric", "NAME", metric, "What is measured (docs/metrics.md); default: precision.")
#define ROW_WINDOWS NUMBER("windows", "N", windows, 1, 52, 1, "Validation windows, one before the other; default: 1.")
#define ROW_EXCLUDE_BOUGHT YES("exclude-bought", exclude_bought, "Leave out what the household bought before.")
#define ROW_RECEIPTS TEXT("receipts", "CONFIG", receipts, "Ask by the receipts that this configuration names, in place of the model's households.")
#define ROW_AS_OF TEXT("as-of", "DATE", as_of, "With --receipts: the day that is asked for; default: the day after the last receipt.")
#define ROWS_ASKED ROW_RECEIPTS, ROW_AS_OF

const command_option every_options[] = {
    OPTION("quiet", NULL, take_quiet, 0, "No progress, no notes."),
    OPTION("log-format", "NAME", take_log_format, 0, "Errors, notes and progress as text or as json, an object a line; default: text."),
    YES("help", help, "This help."),
    OPTIONS_END,
};

const command_option init_options[] = {
    TEXT("out", "FILE", out, "Where the configuration goes; default: shop.yaml. A file that is there stays."),
    OPTIONS_END,
};

const command_option check_options[] = {
    ROWS_CONFIG,
    ROW_JSON,
    YES("strict", strict, "Exit with 2 where anything odd is found."),
    OPTIONS_END,
};

const command_option evaluate_options[] = {
    ROWS_CONFIG,
    ROW_JSON,
    TEXT("lists", "FILE", lists, "Write every model's lists, .csv or .parquet."),
    ROW_REPORT,
    YES("ablate", ablate, "Show what each family of features is worth, too, on weeks before the test."),
    TEXT("folds", "N", folds, "Test windows, one before the other; the same as --set evaluate.folds=N."),
    ROW_NEW_ONLY,
    TEXT("unseen", "X", unseen, "Judge a share of households that the fit leaves out; the same as --set evaluate.unseen=X."),
    OPTIONS_END,
};

const command_option score_options[] = {
    ROW_THREADS,
    ROW_SEED,
    ROW_JSON,
    NEEDED("lists", "FILE", lists, "Lists, .csv or .parquet: user_id, item_id, rank (1 is first) or score; model, if of several."),
    NEEDED("truth", "FILE", score.truth, "What was bought in the window: user_id, item_id."),
    TEXT("before", "FILE", score.before, "What was bought before it: user_id, item_id."),
    TEXT("items", "FILE", score.items, "Products that may be recommended: item_id; price."),
    TEXT("categories", "A,B", score.categories, "Category columns of --items, for diversity."),
    TEXT("k", "N,N", score.k, "Places of a list that count; default: 5,10,20,200."),
    TEXT("metrics", "A,B", score.metrics, "What is measured (docs/metrics.md)."),
    OPTION("set", "KEY=VALUE", take_set, 0, "Set a key of evaluate (evaluate.bootstrap=0); may be given often."),
    OPTIONS_END,
};

const command_option fit_options[] = {
    ROWS_CONFIG,
    ROW_JSON,
    ROW_NEW_ONLY,
    NEEDED("out", "FILE", out, "File to write."),
    OPTION("households", "WHICH", take_kept, 0, "all: the model holds the households of the fit; none: products alone; default: all."),
    OPTION("memory", "BYTES", take_bytes, AT(memory), "Memory to stay below, such as 12G; of receipts that do not fit, sums are made by parts of the households, and a sample of these is fitted on; none is kept in the model."),
    TEXT("sums", "FILES", sums, "Go by these sums over all households ('P*'), and by a sample's receipts; none is kept in the model."),
    TEXT("sample", "N", sample, "Households to learn from, drawn by the seed; the same as --set fit.households_most=N."),
    OPTIONS_END,
};

const command_option sums_options[] = {
    ROWS_CONFIG,
    ROW_JSON,
    NEEDED("out", "FILE", out, "File to write."),
    OPTION("part", "I/N", take_part, 0, "Part I of N of the households, by a hash of their ids; default: all."),
    OPTIONS_END,
};

const command_option sums_merge_options[] = {
    ROW_JSON,
    NEEDED("out", "FILE", out, "File to write."),
    OPTIONS_END,
};

const command_option recommend_options[] = {
    ROW_THREADS,
    ROW_SET_RULES,
    ROW_JSON,
    NEEDED("out", "FILE", out, "File to write."),
    TEXT("users", "FILE", users, "Households to recommend to, .csv or .parquet; default: all."),
    ROW_K,
    ROW_EXCLUDE_BOUGHT,
    YES("reasons", reasons, "Add a column with the main reason of each product."),
    ROWS_ASKED,
    OPTION("memory", "BYTES", take_bytes, AT(memory), "With --receipts: memory to stay below, such as 2G or 500M; receipts that do not fit are read once for each part of the households. Default: all at once."),
    OPTIONS_END,
};

const command_option explain_options[] = {
    ROW_SET_RULES,
    ROW_JSON,
    NEEDED("user", "ID", user, "The household."),
    ROW_ITEM,
    ROW_K,
    ROW_EXCLUDE_BOUGHT,
    ROWS_ASKED,
    OPTIONS_END,
};

const command_option show_options[] = {
    ROW_SET_RULES,
    ROW_JSON,
    TEXT("user", "ID", user, "The household; default: what the model is, and what its lists go by."),
    ROW_K,
    ROW_EXCLUDE_BOUGHT,
    ROWS_ASKED,
    OPTIONS_END,
};

const command_option candidates_options[] = {
    ROW_JSON,
    ROW_NEW_ONLY,
    NEEDED("user", "ID", user, "The household."),
    NUMBER("k", "N", k, 1, 10000, 0, "Candidates to list; default: all."),
    ROWS_ASKED,
    OPTIONS_END,
};

const command_option similar_options[] = {
    ROW_THREADS,
    ROW_JSON,
    NEEDED("item", "ID", item, "The product."),
    ROW_BY,
    ROW_K_SIMILAR,
    OPTIONS_END,
};

const command_option similar_users_options[] = {
    ROW_THREADS,
    ROW_JSON,
    NEEDED("user", "ID", user, "The household."),
    ROW_BY,
    ROW_K_SIMILAR,
    ROWS_ASKED,
    OPTIONS_END,
};

const command_option tune_options[] = {
    ROWS_CONFIG,
    ROW_JSON,
    ROW_NEW_ONLY,
    ROW_OUT,
    ROW_K_METRIC,
    ROW_METRIC,
    NUMBER("trials", "N", trials, 2, 10000, 32, "Settings to try; default: 32."),
    ROW_WINDOWS,
    TEXT("journal", "FILE", journal, "Where results are kept, for a search that is stopped."),
    OPTIONS_END,
};

const command_option ablate_options[] = {
    ROWS_CONFIG,
    ROW_JSON,
    ROW_NEW_ONLY,
    ROW_K_METRIC,
    ROW_METRIC,
    ROW_WINDOWS,
    NUMBER("seeds", "N", seeds, 1, 100, 1, "Trainings of each, whose mean counts; default: 1."),
    OPTIONS_END,
};

const command_option tune_candidates_options[] = {
    ROWS_CONFIG,
    ROW_JSON,
    ROW_NEW_ONLY,
    ROW_OUT,
    NUMBER("most", "N", most, 1, 1000000, 100, "Candidates a household, on average; default: 100."),
    NUMBER("step", "N", step, 1, 1000, 5, "Quotas are multiples of it; default: 5."),
    OPTIONS_END,
};

const command_option split_options[] = {
    ROWS_CONFIG,
    ROW_JSON,
    ROW_NEW_ONLY,
    NEEDED("out", "DIR", out, "Folder to write into; made if it is not there."),
    TEXT("format", "NAME", format, "csv or parquet; default: csv."),
    OPTIONS_END,
};

const command_option synth_options[] = {
    ROW_THREADS,
    ROW_JSON,
    COUNT("households", "N", synth.households, 0, UINT32_MAX, "Households; default: 2500."),
    COUNT("items", "N", synth.items, 0, UINT32_MAX, "Products; default: 20000."),
    COUNT("weeks", "N", synth.weeks, 0, UINT32_MAX, "Weeks of receipts, from 2023-01-01 on; default: 52."),
    REAL("lines", "X", synth.lines, "Lines a household and week, on average; default: 11."),
    COUNT("stores", "N", synth.stores, 0, UINT32_MAX, "Stores; default: 400."),
    REAL("known", "X", synth.known, "Share of households with columns of their own; default: 0.33."),
    OPTION("seed", "N", take_seed, 0, "The same seed gives the same bytes; default: 1."),
    NEEDED("out", "DIR", out, "Folder to write into; made if it is not there."),
    TEXT("format", "NAME", format, "parquet or csv; default: parquet."),
    OPTIONS_END,
};
/* clang-format on */
