/* cli/command.h: a command is a row {name, arguments, summary, options, function}. */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include <aisle/aisle.h>
#include <stdbool.h>

#include "cli/abtest/abtest_arguments.h"

/* Exit codes. */
enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_WRONG_USE = 2 };

/* Of score: files, and lists with commas. */
typedef struct score_arguments {
    const char *truth, *before, *items, *categories, *k, *metrics;
} score_arguments;

/* All that any command can be told; each takes the options that its row lists. */
typedef struct command_options {
    const char *positional; /* CONFIG or MODEL */
    const char *topic;      /* a second word after it, of help */
    char *const *files;     /* [n_files] of FILE..., the first one with them */
    size_t n_files;
    const char *out, *json, *lists, *users, *user, *item, *by, *catalogue, *seed, *folds;
    const char *report, *receipts, *as_of, *unseen, *sums, *sample;
    const char **set; /* key=value */
    size_t n_set;
    uint64_t memory; /* bytes; 0: not given */
    long threads;
    long k; /* 0: all */
    long most, step, trials, windows, seeds;
    const char *metric, *journal;
    aisle_household_choice part; /* parts 0: all */
    bool new_only, exclude_bought, reasons, ablate, no_households, all_households, strict, quiet,
        help;
    aisle_synth_options synth;
    const char *format;
    abtest_arguments abtest;
    score_arguments score;
} command_options;

struct command_option;

typedef struct command {
    const char *name; /* one word, or two */
    const char *positional, *summary;
    const struct command_option *options; /* ends with OPTIONS_END; NULL: none of its own */
    int (*run)(const command_options *options);
} command;

extern const command command_table[];
extern const size_t command_count;

int command_ablate(const command_options *options);
int command_abtest_analyze(const command_options *options);
int command_abtest_assign(const command_options *options);
int command_abtest_design(const command_options *options);
int command_abtest_simulate(const command_options *options);
int command_candidates(const command_options *options);
int command_check(const command_options *options);
int command_evaluate(const command_options *options);
int command_explain(const command_options *options);
int command_fit(const command_options *options);
int command_init(const command_options *options);
int command_recommend(const command_options *options);
int command_show(const command_options *options);
int command_score(const command_options *options);
int command_similar(const command_options *options);
int command_similar_users(const command_options *options);
int command_split(const command_options *options);
int command_sums(const command_options *options);
int command_sums_merge(const command_options *options);
int command_synth(const command_options *options);
int command_tune(const command_options *options);
int command_tune_candidates(const command_options *options);
int command_help(const command_options *options);

/* The command that the words say, and how many words name it; NULL: none. */
const command *command_find(int *words, const char *first, const char *second);

/* Parses argv[1 ..] of a command; EXIT_DONE, or EXIT_WRONG_USE with a line on stderr. */
int arguments_parse(command_options *out, const command *c, int argc, char **argv);
void arguments_print_help(const command *c);

/* An option of a command, for what is generated from the tables. */
typedef struct option_info {
    const char *name, *value, *meaning; /* value NULL: it takes none; FILE and DIR are paths */
    bool needed;
} option_info;

/* Option 0, 1, … of a command; false beyond the last. */
bool arguments_option_at(option_info *out, const command *c, size_t index);

/* Fills err and returns code. */
__attribute__((format(printf, 3, 4))) aisle_status refuse(aisle_error *err, aisle_status code,
                                                          const char *format, ...);

/* A note, where lines of the receipts could not be read. */
void note_rejected(const aisle_dataset_summary *receipts);
void note_rejected_of(const aisle_dataset *dataset);

/* One line on stderr; the exit code for the error's class. */
int report_error(const aisle_error *err);

/* Whether an id is how a whole number is printed. */
bool is_printed_int(const char *id);

/* One line on stderr about an id that the model does not know. */
int report_unknown(const char *what, const char *id, const char *model);

/* One line on stderr about a file that could not be written. */
int report_unwritten(const aisle_error *err);

typedef enum output_kind {
    OUTPUT_MODEL,
    OUTPUT_SUMS,
    OUTPUT_TEXT,
    OUTPUT_TABLE, /* .csv or .parquet */
    OUTPUT_JSON,  /* "-" is standard output */
    OUTPUT_PAGE   /* .html */
} output_kind;

/* Whether path can be written as such a file, before any work is done for it; NULL is fine. */
bool check_output(const char *path, output_kind kind);

/* Sets a key of --set that must be under a section; where: for whom, in the message otherwise. */
aisle_status apply_set_under(aisle_config *config, const char *assignment, const char *section,
                             const char *where, aisle_error *err);

/* Reads the configuration and applies --catalogue, --seed, --new-only and --set. */
aisle_status open_config(aisle_config **out, const command_options *options, aisle_error *err);

/* The same, and the receipts that it names; seconds may be NULL. */
aisle_status open_dataset(aisle_dataset **out, double *seconds, const command_options *options,
                          aisle_error *err);

/* The same of some households (NULL: all), without a note about rejected lines; sums, which may be
 * NULL, know products besides. *out NULL: of these households there is none. */
aisle_status open_some(aisle_dataset **out, double *seconds, const command_options *options,
                       const aisle_household_choice *which, const aisle_sums *sums,
                       aisle_error *err);

/* The configuration whose rules a request to a model goes by, from --set rules.…; NULL: none is
 * given. The caller frees it. */
aisle_status open_rules(aisle_config **out, const aisle_model *model,
                        const command_options *options, aisle_error *err);

#endif
