/* cli/log.h: what stands on standard error: errors, notes and the progress, as text or as a JSON
 * object a line (--log-format json). */
#ifndef CLI_LOG_H
#define CLI_LOG_H

#include <aisle/error.h>
#include <aisle/run.h>
#include <jansson.h>
#include <stdbool.h>

/* Looks for --log-format among the arguments, before they are parsed, so that wrong use is told in
 * the same way. false: another format is asked for. command: for the lines. */
bool log_init(const char *command, int argc, char **argv);

/* As the parsed arguments say: format is text or json, or the command is told what is wrong. */
bool log_set_format(const char *format);
void log_set_quiet(void);

__attribute__((format(printf, 1, 2))) void log_error(const char *format, ...);
/* Of the command's own arguments. */
__attribute__((format(printf, 1, 2))) void log_wrong_use(const char *format, ...);
/* Left out with --quiet. */
__attribute__((format(printf, 1, 2))) void log_note(const char *format, ...);
/* With file and place. */
void log_failure(const aisle_error *err);

/* A run whose progress is shown: a bar where standard error is a terminal, a line a stage in JSON,
 * nothing with --quiet. */
aisle_run log_run(int threads);
/* Before results are printed. */
void log_progress_end(void);

/* A text that may not be UTF-8. */
json_t *json_text(const char *text);

#endif
