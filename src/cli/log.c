#include "cli/log.h"

#include <jansson.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { WIDTH = 30, LINE_MOST = 4096 };

static struct {
    const char *command;
    bool json, quiet, shown;
    double begun; /* seconds, of the progress; 0: none yet */
    char stage[64];
} state = {.command = "aisle"};

static double now(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* The value of --name VALUE or --name=VALUE at argv[i]; NULL: it is another argument. */
static const char *value_at(int i, int argc, char **argv, const char *name)
{
    size_t length = strlen(name);
    if (strncmp(argv[i], name, length) != 0)
        return NULL;
    if (argv[i][length] == '=')
        return argv[i] + length + 1;
    return !argv[i][length] && i + 1 < argc ? argv[i + 1] : NULL;
}

bool log_set_format(const char *format)
{
    state.json = strcmp(format, "json") == 0;
    if (!state.json && strcmp(format, "text") != 0)
        log_error("--log-format: found '%s', expected text or json", format);
    return state.json || strcmp(format, "text") == 0;
}

void log_set_quiet(void)
{
    state.quiet = true;
}

bool log_init(const char *command, int argc, char **argv)
{
    state.command = command;
    for (int i = 0; i < argc; i++) {
        const char *format = value_at(i, argc, argv, "--log-format");
        if (!format)
            continue;
        if (!log_set_format(format))
            return false;
    }
    return true;
}

/* ---- JSON ---- */

json_t *json_text(const char *text)
{
    json_t *whole = json_string(text);
    return whole ? whole : json_string("(not UTF-8)");
}

static json_t *json_line(const char *level)
{
    char date[32], stamp[48];
    struct tm utc;
    double at = now(CLOCK_REALTIME);
    time_t seconds = (time_t)at;
    gmtime_r(&seconds, &utc);
    strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &utc);
    snprintf(stamp, sizeof stamp, "%s.%03dZ", date, (int)(1000 * (at - floor(at))));
    return json_pack("{s:s, s:s, s:s}", "time", stamp, "level", level, "command", state.command);
}

static void print_json(json_t *line)
{
    json_dumpf(line, stderr, JSON_COMPACT | JSON_REAL_PRECISION(6));
    fputc('\n', stderr);
    json_decref(line);
}

/* ---- Lines ---- */

/* of: behind the program's name in a text line. */
__attribute__((format(printf, 3, 0))) static void tell(const char *level, const char *of,
                                                       const char *format, va_list list)
{
    char message[LINE_MOST];
    vsnprintf(message, sizeof message, format, list);
    log_progress_end();
    if (!state.json) {
        fprintf(stderr, "aisle%s%s: %s\n", of ? " " : "", of ? of : "", message);
        return;
    }
    json_t *line = json_line(level);
    json_object_set_new(line, "message", json_text(message));
    print_json(line);
}

void log_error(const char *format, ...)
{
    va_list list;
    va_start(list, format);
    tell("error", NULL, format, list);
    va_end(list);
}

void log_wrong_use(const char *format, ...)
{
    va_list list;
    va_start(list, format);
    tell("error", state.command, format, list);
    va_end(list);
}

void log_note(const char *format, ...)
{
    va_list list;
    va_start(list, format);
    if (!state.quiet)
        tell("note", NULL, format, list);
    va_end(list);
}

void log_failure(const aisle_error *err)
{
    const char *message = err->message[0] ? err->message : "out of memory";
    log_progress_end();
    if (state.json) {
        json_t *line = json_line("error");
        json_object_set_new(line, "message", json_text(message));
        json_object_set_new(line, "code", json_integer(err->code));
        if (err->file[0])
            json_object_set_new(line, "file", json_text(err->file));
        if (err->line) {
            json_object_set_new(line, "line", json_integer(err->line));
            json_object_set_new(line, "column", json_integer(err->column));
        }
        print_json(line);
    } else if (err->file[0] && err->line) {
        log_error("%s:%u:%u: %s", err->file, err->line, err->column, message);
    } else if (err->file[0] && !strstr(message, err->file)) {
        log_error("%s: %s", err->file, message);
    } else {
        log_error("%s", message);
    }
}

/* ---- Progress ---- */

static double seconds_since_start(void)
{
    double at = now(CLOCK_MONOTONIC);
    if (state.begun == 0)
        state.begun = at;
    return at - state.begun;
}

static void show_bar(void *data, const char *stage, double done)
{
    (void)data;
    double share = done < 0 ? 0 : done > 1 ? 1 : done;
    int filled = (int)(share * WIDTH);
    fprintf(stderr, "\r[%.*s%*s] %3.0f %% %5.0f s  %-24.24s", filled,
            "##############################", WIDTH - filled, "", 100 * share,
            seconds_since_start(), stage);
    fflush(stderr);
    state.shown = true;
}

/* A line whenever a stage begins. */
static void tell_stage(void *data, const char *stage, double done)
{
    (void)data;
    if (strncmp(state.stage, stage, sizeof state.stage - 1) == 0)
        return;
    snprintf(state.stage, sizeof state.stage, "%s", stage);
    json_t *line = json_line("progress");
    json_object_set_new(line, "stage", json_text(stage));
    json_object_set_new(line, "done", json_real(done));
    json_object_set_new(line, "seconds", json_real(seconds_since_start()));
    print_json(line);
}

aisle_run log_run(int threads)
{
    aisle_run run = AISLE_RUN_INIT;
    run.threads = threads;
    if (!state.quiet && state.json)
        run.progress = tell_stage;
    else if (!state.quiet && isatty(STDERR_FILENO))
        run.progress = show_bar;
    return run;
}

void log_progress_end(void)
{
    if (state.shown)
        fprintf(stderr, "\r%72s\r", "");
    state.shown = false;
}
