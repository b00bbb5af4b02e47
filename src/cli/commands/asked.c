#include "cli/commands/asked.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cli/log.h"

/* YYYY-MM-DD as days since 1970-01-01. */
static aisle_status parse_day(int32_t *out, const char *text, aisle_error *err)
{
    struct tm day = {0}, same;
    char end;
    time_t t = (time_t)-1;
    bool read = sscanf(text, "%4d-%2d-%2d%c", &day.tm_year, &day.tm_mon, &day.tm_mday, &end) == 3;
    day.tm_year -= 1900;
    day.tm_mon--;
    same = day;
    if (read)
        t = timegm(&same);
    if (!read || strlen(text) != 10 || same.tm_mday != day.tm_mday || same.tm_mon != day.tm_mon ||
        same.tm_year != day.tm_year)
        return refuse(err, AISLE_ERROR_ARGUMENT,
                      "--as-of: found '%.100s', expected a day, such as 2024-03-31", text);
    *out = (int32_t)((t - (t % 86400 + 86400) % 86400) / 86400);
    return AISLE_OK;
}

static void note_of(const aisle_households *of)
{
    aisle_dataset_summary s;
    aisle_households_summarise(&s, of);
    note_rejected(&s);
}

static aisle_status read_households(asked *a, const command_options *options, aisle_error *err)
{
    int threads = (int)options->threads;
    aisle_status status = options->as_of ? parse_day(&a->as_of, options->as_of, err) : AISLE_OK;
    if (!status)
        status = aisle_config_open(&a->config, options->receipts, err);
    if (!status && options->memory)
        status = aisle_dataset_count_parts(&a->parts, a->config, options->memory, threads, err);
    if (!status && a->parts > 1)
        log_note("--memory: the receipts are read in %u parts", a->parts);
    if (!status && a->parts == 1)
        status = aisle_households_read(&a->of, a->model, a->config, a->as_of, threads, err);
    if (!status && a->of)
        note_of(a->of);
    return status;
}

/* What all parts say of all rows, and what this one has. */
static void take_span(asked *a)
{
    aisle_dataset_summary s;
    aisle_households_summarise(&s, a->of);
    a->span[0] = s.first_day;
    a->span[1] = s.last_day;
    if (s.own_days[0] < a->own[0])
        a->own[0] = s.own_days[0];
    if (s.own_days[1] > a->own[1])
        a->own[1] = s.own_days[1];
}

aisle_status asked_read_part(asked *a, uint32_t part, const command_options *options,
                             aisle_error *err)
{
    aisle_household_choice which = AISLE_HOUSEHOLD_CHOICE_INIT;
    bool first = a->own[0] > a->own[1];
    which.part = part;
    which.parts = a->parts;
    which.span = a->spanned ? a->span : NULL;
    aisle_households_free(a->of);
    a->of = NULL;
    aisle_status status = aisle_households_read_some(&a->of, a->model, a->config, &which, a->as_of,
                                                     (int)options->threads, err);
    if (status || !a->of)
        return status;
    take_span(a);
    if (first)
        note_of(a->of);
    return AISLE_OK;
}

bool asked_parts_hold(asked *a)
{
    bool none = a->own[0] > a->own[1];
    bool holds = none || (a->own[0] == a->span[0] && a->own[1] == a->span[1]);
    a->span[0] = a->own[0];
    a->span[1] = a->own[1];
    a->spanned = true;
    return holds;
}

aisle_status asked_open(asked *out, const command_options *options, aisle_error *err)
{
    *out = (asked){.as_of = AISLE_AS_OF_LAST, .parts = 1, .own = {INT32_MAX, INT32_MIN}};
    if (options->as_of && !options->receipts)
        return refuse(err, AISLE_ERROR_ARGUMENT, "--as-of is given without --receipts");
    if (options->memory && !options->receipts)
        return refuse(err, AISLE_ERROR_ARGUMENT, "--memory is given without --receipts");
    aisle_status status = aisle_model_open(&out->model, options->positional, err);
    if (!status && options->receipts)
        status = read_households(out, options, err);
    if (!status && !options->receipts && aisle_model_users(out->model) == 0)
        status = refuse(err, AISLE_ERROR_ARGUMENT,
                        "'%s' holds no households: --receipts CONFIG says who asks",
                        options->positional);
    if (status)
        asked_close(out);
    return status;
}

void asked_close(asked *a)
{
    aisle_households_free(a->of);
    aisle_model_free(a->model);
    aisle_config_free(a->config);
    *a = (asked){0};
}

aisle_user asked_find(const asked *a, const char *id)
{
    return a->of ? aisle_households_find(a->of, id) : aisle_model_find_user(a->model, id);
}

uint32_t asked_count(const asked *a)
{
    return a->of ? aisle_households_count(a->of) : aisle_model_users(a->model);
}

bool asked_are_ints(const asked *a)
{
    return a->of ? aisle_households_are_ints(a->of) : aisle_model_users_are_ints(a->model);
}

const char *asked_id(const asked *a, aisle_user user, char buffer[32])
{
    return a->of ? aisle_households_id(a->of, user, buffer)
                 : aisle_model_user_id(a->model, user, buffer);
}

int32_t asked_as_of(const asked *a)
{
    return a->of ? aisle_households_as_of(a->of) : aisle_model_as_of(a->model);
}

int asked_report_unknown(const asked *a, const command_options *options)
{
    return report_unknown("household", options->user,
                          a->of ? options->receipts : options->positional);
}
