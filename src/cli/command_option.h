/* cli/command_option.h: the options of a command, a row each: what they are called, what they mean,
 * and how their value is taken. Help, man pages and completions are made of the same rows. */
#ifndef CLI_COMMAND_OPTION_H
#define CLI_COMMAND_OPTION_H

#include <stddef.h>

#include "cli/command.h"

typedef struct command_option {
    const char *name;
    const char *value; /* what stands for it in the help; NULL: it takes none. FILE, DIR: paths */
    const char *meaning;
    /* Takes the text; an exit code, with a line on stderr where it is not EXIT_DONE. */
    int (*take)(command_options *o, const char *text, const struct command_option *row);
    size_t at;        /* of its field in command_options, where take goes by it */
    long least, most; /* of a whole number */
    long initial;     /* of one that is not given */
    bool needed;      /* a text that must be given */
} command_option;

/* Into the field: const char *, bool, long, uint32_t, double, double of "20%" or .2, uint64_t of
 * "2G". */
int take_text(command_options *o, const char *text, const command_option *row);
int take_yes(command_options *o, const char *text, const command_option *row);
int take_number(command_options *o, const char *text, const command_option *row);
int take_count(command_options *o, const char *text, const command_option *row);
int take_real(command_options *o, const char *text, const command_option *row);
int take_share(command_options *o, const char *text, const command_option *row);
int take_bytes(command_options *o, const char *text, const command_option *row);

/* --set, which may be given often. */
int take_set(command_options *o, const char *text, const command_option *row);

/* clang-format off */
#define AT(field) offsetof(command_options, field)
#define OPTION(name, value, take, at, meaning) {name, value, meaning, take, at, 0, 0, 0, false}
#define TEXT(name, value, field, meaning) {name, value, meaning, take_text, AT(field), 0, 0, 0, false}
#define NEEDED(name, value, field, meaning) {name, value, meaning, take_text, AT(field), 0, 0, 0, true}
#define YES(name, field, meaning) {name, NULL, meaning, take_yes, AT(field), 0, 0, 0, false}
#define NUMBER(name, value, field, least, most, initial, meaning) {name, value, meaning, take_number, AT(field), least, most, initial, false}
#define COUNT(name, value, field, least, most, meaning) {name, value, meaning, take_count, AT(field), least, most, 0, false}
#define REAL(name, value, field, meaning) {name, value, meaning, take_real, AT(field), 0, 0, 0, false}
#define SHARE(name, value, field, meaning) {name, value, meaning, take_share, AT(field), 0, 0, 0, false}
#define OPTIONS_END {NULL, NULL, NULL, NULL, 0, 0, 0, 0, false}

/* Those of several commands. */
#define ROW_THREADS NUMBER("threads", "N", threads, 1, 1024, 0, "Threads to use; default: all cores.")
#define ROW_SEED TEXT("seed", "N", seed, "Seed of everything random; the same as --set seed=N.")
#define ROW_CATALOGUE TEXT("catalogue", "NAME", catalogue, "Catalogue of the configuration to recommend from.")
#define ROW_SET OPTION("set", "KEY=VALUE", take_set, 0, "Set any key of the configuration; may be given often.")
#define ROW_JSON TEXT("json", "FILE", json, "Write the results as JSON, - for standard output.")
#define ROW_REPORT TEXT("report", "FILE", report, "Write a page for people to decide by, .html.")
#define ROW_OUT TEXT("out", "FILE", out, "File to write.")
/* Those of every command that reads a configuration. */
#define ROWS_CONFIG ROW_THREADS, ROW_SEED, ROW_CATALOGUE, ROW_SET
/* clang-format on */

extern const command_option every_options[]; /* each command's */
extern const command_option init_options[], check_options[], evaluate_options[], score_options[],
    fit_options[], sums_options[], sums_merge_options[], recommend_options[], explain_options[],
    show_options[], candidates_options[], similar_options[], similar_users_options[],
    tune_options[], ablate_options[], tune_candidates_options[], synth_options[], split_options[],
    abtest_design_options[], abtest_analyze_options[], abtest_assign_options[],
    abtest_simulate_options[];

#endif
