/* All commands, a row each. */
#include <string.h>

#include "cli/command_option.h"

const command command_table[] = {
    {"init", "FILE...", "a first configuration, from what files of receipts and tables look like",
     init_options, command_init},
    {"check", "CONFIG", "what is in the data, what was set aside and why, what is odd, the split",
     check_options, command_check},
    {"evaluate", "CONFIG", "train, and measure every model on weeks that it never saw",
     evaluate_options, command_evaluate},
    {"score", NULL, "the same metrics for lists that any other system made", score_options,
     command_score},
    {"split", "CONFIG", "what was known and what was bought then, as tables for other systems",
     split_options, command_split},
    {"fit", "CONFIG", "fit both levels as of the last receipt", fit_options, command_fit},
    {"sums merge", "FILES", "sums of parts of the households as one file; FILES as in 'P*'",
     sums_merge_options, command_sums_merge},
    {"sums", "CONFIG", "what a fit knows of all households, as sums: of a part of them",
     sums_options, command_sums},
    {"recommend", "MODEL", "lists for many households", recommend_options, command_recommend},
    {"show", "MODEL", "what a household bought last, and its list, by name; or what the model is",
     show_options, command_show},
    {"explain", "MODEL", "why a product is on a household's list, in numbers and in words",
     explain_options, command_explain},
    {"candidates", "MODEL", "level 1's candidates for a household, and what each source says",
     candidates_options, command_candidates},
    {"similar", "MODEL", "products like one", similar_options, command_similar},
    {"similar-users", "MODEL", "households like one", similar_users_options, command_similar_users},
    {"tune candidates", "CONFIG", "the quotas of level 1 that find most, on weeks before the test",
     tune_candidates_options, command_tune_candidates},
    {"tune", "CONFIG", "settings of both levels that are better, on weeks before the test",
     tune_options, command_tune},
    {"ablate", "CONFIG", "what each family of features is worth, on weeks before the test",
     ablate_options, command_ablate},
    {"abtest design", NULL, "households and weeks that an A/B test needs, or what it can find",
     abtest_design_options, command_abtest_design},
    {"abtest assign", NULL, "which variant each household gets, the same each time",
     abtest_assign_options, command_abtest_assign},
    {"abtest analyze", NULL, "what an A/B test has shown, and what to do", abtest_analyze_options,
     command_abtest_analyze},
    {"abtest simulate", "CONFIG", "A/A and A/B tests on receipts: how often each test is wrong",
     abtest_simulate_options, command_abtest_simulate},
    {"synth", NULL, "a synthetic shop of any size, as real ones are", synth_options, command_synth},
    {"help", "[COMMAND]", "this help; 'help options' lists the configuration's keys", NULL,
     command_help},
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
