/* All commands, a row each. */
#include <string.h>

#include "cli/command.h"

#define COMMON FLAG_THREADS, FLAG_SEED, FLAG_CATALOGUE, FLAG_SET

static const flag check_flags[] = {COMMON, FLAG_JSON, FLAG_END};
static const flag evaluate_flags[] = {COMMON,      FLAG_NEW_ONLY, FLAG_FOLDS,
                                      FLAG_UNSEEN, FLAG_ABLATE,   FLAG_JSON,
                                      FLAG_LISTS,  FLAG_REPORT,   FLAG_END};
static const flag score_flags[] = {FLAG_LISTS_IN,   FLAG_TRUTH,   FLAG_BEFORE,  FLAG_ITEMS_FILE,
                                   FLAG_CATEGORIES, FLAG_K_LIST,  FLAG_METRICS, FLAG_SET_EVALUATE,
                                   FLAG_SEED,       FLAG_THREADS, FLAG_JSON,    FLAG_END};
static const flag fit_flags[] = {COMMON,    FLAG_NEW_ONLY, FLAG_HOUSEHOLDS_KEPT,
                                 FLAG_SUMS, FLAG_SAMPLE,   FLAG_OUT,
                                 FLAG_JSON, FLAG_END};
static const flag sums_flags[] = {COMMON, FLAG_PART, FLAG_OUT, FLAG_JSON, FLAG_END};
static const flag sums_merge_flags[] = {FLAG_OUT, FLAG_JSON, FLAG_END};
static const flag recommend_flags[] = {
    FLAG_OUT,       FLAG_RECEIPTS, FLAG_AS_OF,          FLAG_MEMORY,
    FLAG_USERS,     FLAG_K,        FLAG_EXCLUDE_BOUGHT, FLAG_REASONS,
    FLAG_SET_RULES, FLAG_THREADS,  FLAG_JSON,           FLAG_END};
static const flag explain_flags[] = {FLAG_RECEIPTS,  FLAG_AS_OF, FLAG_USER,
                                     FLAG_ITEM,      FLAG_K,     FLAG_EXCLUDE_BOUGHT,
                                     FLAG_SET_RULES, FLAG_JSON,  FLAG_END};
static const flag show_flags[] = {FLAG_RECEIPTS,       FLAG_AS_OF,     FLAG_USER, FLAG_K,
                                  FLAG_EXCLUDE_BOUGHT, FLAG_SET_RULES, FLAG_JSON, FLAG_END};
static const flag candidates_flags[] = {FLAG_RECEIPTS, FLAG_AS_OF, FLAG_USER, FLAG_K_ALL,
                                        FLAG_NEW_ONLY, FLAG_JSON,  FLAG_END};
static const flag similar_flags[] = {FLAG_ITEM, FLAG_BY,      FLAG_K_SIMILAR,
                                     FLAG_JSON, FLAG_THREADS, FLAG_END};
static const flag similar_users_flags[] = {FLAG_RECEIPTS,  FLAG_AS_OF, FLAG_USER,    FLAG_BY,
                                           FLAG_K_SIMILAR, FLAG_JSON,  FLAG_THREADS, FLAG_END};
static const flag tune_flags[] = {COMMON,      FLAG_NEW_ONLY, FLAG_TRIALS,  FLAG_WINDOWS,
                                  FLAG_METRIC, FLAG_K_METRIC, FLAG_JOURNAL, FLAG_OUT,
                                  FLAG_JSON,   FLAG_END};
static const flag ablate_flags[] = {COMMON,      FLAG_NEW_ONLY, FLAG_WINDOWS, FLAG_SEEDS,
                                    FLAG_METRIC, FLAG_K_METRIC, FLAG_JSON,    FLAG_END};
static const flag tune_candidates_flags[] = {COMMON,   FLAG_NEW_ONLY, FLAG_MOST, FLAG_STEP,
                                             FLAG_OUT, FLAG_JSON,     FLAG_END};
static const flag synth_flags[] = {FLAG_HOUSEHOLDS, FLAG_ITEMS,   FLAG_WEEKS,      FLAG_LINES,
                                   FLAG_STORES,     FLAG_KNOWN,   FLAG_OUT_FOLDER, FLAG_FORMAT,
                                   FLAG_SEED_SYNTH, FLAG_THREADS, FLAG_JSON,       FLAG_END};
static const flag abtest_design_flags[] = {
    FLAG_BASELINE, FLAG_MEAN,        FLAG_SD,      FLAG_SD_TREATMENT, FLAG_MDE,
    FLAG_ALPHA,    FLAG_POWER,       FLAG_FORMULA, FLAG_ONE_SIDED,    FLAG_RATIO,
    FLAG_VARIANTS, FLAG_N,           FLAG_DAILY,   FLAG_SHARE,        FLAG_BOUNDARY,
    FLAG_LOOKS,    FLAG_INFORMATION, FLAG_REPORT,  FLAG_JSON,         FLAG_END};
static const flag abtest_analyze_flags[] = {
    FLAG_CONTROL,   FLAG_TREATMENT,  FLAG_DATA,     FLAG_COLUMN, FLAG_SHARES, FLAG_PRIMARY,
    FLAG_ALPHA,     FLAG_CORRECTION, FLAG_BOUNDARY, FLAG_LOOKS,  FLAG_LOOK,   FLAG_INFORMATION,
    FLAG_RESAMPLES, FLAG_THREADS,    FLAG_REPORT,   FLAG_JSON,   FLAG_END};
static const flag abtest_assign_flags[] = {FLAG_SPLIT,   FLAG_OUT,      FLAG_SALT,   FLAG_SHARES,
                                           FLAG_STRATA,  FLAG_PREVIOUS, FLAG_COLUMN, FLAG_JSON,
                                           FLAG_THREADS, FLAG_END};
static const flag abtest_simulate_flags[] = {
    COMMON,     FLAG_REPETITIONS, FLAG_WEEKS_TEST,     FLAG_EFFECT, FLAG_DEPARTMENT, FLAG_CATEGORY,
    FLAG_ALPHA, FLAG_POWER,       FLAG_RESAMPLES_EACH, FLAG_REPORT, FLAG_JSON,       FLAG_END};
static const flag no_flags[] = {FLAG_END};

const command command_table[] = {
    {"check", "CONFIG", "what is in the data, what was set aside and why, the split", NULL,
     check_flags, command_check},
    {"evaluate", "CONFIG", "train, and measure every model on weeks that it never saw", NULL,
     evaluate_flags, command_evaluate},
    {"score", NULL, "the same metrics for lists that any other system made", "lists truth",
     score_flags, command_score},
    {"fit", "CONFIG", "fit both levels as of the last receipt", "out", fit_flags, command_fit},
    {"sums merge", "FILES", "sums of parts of the households as one file; FILES as in 'P*'", "out",
     sums_merge_flags, command_sums_merge},
    {"sums", "CONFIG", "what a fit knows of all households, as sums: of a part of them", "out",
     sums_flags, command_sums},
    {"recommend", "MODEL", "lists for many households", "out", recommend_flags, command_recommend},
    {"show", "MODEL", "what a household bought last, and its list, by name", "user", show_flags,
     command_show},
    {"explain", "MODEL", "why a product is on a household's list, in numbers and in words", "user",
     explain_flags, command_explain},
    {"candidates", "MODEL", "level 1's candidates for a household, and what each source says",
     "user", candidates_flags, command_candidates},
    {"similar", "MODEL", "products like one", "item", similar_flags, command_similar},
    {"similar-users", "MODEL", "households like one", "user", similar_users_flags,
     command_similar_users},
    {"tune candidates", "CONFIG", "the quotas of level 1 that find most, on weeks before the test",
     NULL, tune_candidates_flags, command_tune_candidates},
    {"tune", "CONFIG", "settings of both levels that are better, on weeks before the test", NULL,
     tune_flags, command_tune},
    {"ablate", "CONFIG", "what each family of features is worth, on weeks before the test", NULL,
     ablate_flags, command_ablate},
    {"abtest design", NULL, "households and weeks that an A/B test needs, or what it can find",
     NULL, abtest_design_flags, command_abtest_design},
    {"abtest assign", NULL, "which variant each household gets, the same each time", NULL,
     abtest_assign_flags, command_abtest_assign},
    {"abtest analyze", NULL, "what an A/B test has shown, and what to do", NULL,
     abtest_analyze_flags, command_abtest_analyze},
    {"abtest simulate", "CONFIG", "A/A and A/B tests on receipts: how often each test is wrong",
     NULL, abtest_simulate_flags, command_abtest_simulate},
    {"synth", NULL, "a synthetic shop of any size, as real ones are", "out", synth_flags,
     command_synth},
    {"help", "[COMMAND]", "this help; 'help options' lists the configuration's keys", NULL,
     no_flags, command_help},
};

const size_t command_count = sizeof command_table / sizeof command_table[0];

const command *command_find(int *words, const char *first, const char *second)
{
    if (strcmp(first, "--help") == 0 || strcmp(first, "-h") == 0)
        first = "help";
    size_t length = strlen(first);
    for (size_t i = 0; i < command_count; i++) {
        const char *name = command_table[i].name;
        if (strncmp(name, first, length) != 0)
            continue;
        *words = name[length] == ' ' ? 2 : 1;
        if (!name[length] || (*words == 2 && second && strcmp(name + length + 1, second) == 0))
            return &command_table[i];
    }
    return NULL;
}
