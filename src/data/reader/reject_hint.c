#include "data/reader/reject_hint.h"

#include <string.h>

#include "data/reader/values/numbers.h"
#include "data/reader/values/pattern_time.h"
#include "data/reader/values/times.h"

enum { VALUES_MOST = 1000 };

/* Values of the lines that were set aside for one reason in one column. */
static size_t collect(const char *values[VALUES_MOST], const rejects *r, const reject_count *count)
{
    size_t n = 0;
    for (size_t i = 0; i < r->kept && n < VALUES_MOST; i++)
        if (r->list[i].reason == count->reason && r->list[i].column == count->column)
            values[n++] = r->list[i].value;
    return n;
}

static void hint_time(text *out, const char *const *values, size_t n, const reject_declared *about)
{
    const char *other, *pattern = time_pattern_guess(&other, values, n);
    bool is_auto = strcmp(about->time_format, "auto") == 0;
    text_add(out, "; declared: key '%s.time_format' %s%s", about->key, about->time_format,
             is_auto ? " (ISO 8601)" : "");
    written_time unused;
    bool is_iso = !pattern && n > 0;
    for (size_t i = 0; i < n && is_iso; i++)
        is_iso = time_parse_iso(&unused, (slice){values[i], strlen(values[i])});
    if (is_iso && !is_auto)
        text_add(out, ", auto would read %s", n > 1 ? "them" : "it");
    if (pattern)
        text_add(out, ", '%s'%s%s%s would read %s", pattern, other ? " (or '" : "",
                 other ? other : "", other ? "')" : "", n > 1 ? "them" : "it");
}

static bool all_numbers(const char *const *values, size_t n, char decimal)
{
    double unused;
    for (size_t i = 0; i < n; i++)
        if (!number_parse(&unused, (slice){values[i], strlen(values[i])}, (number_style){decimal}))
            return false;
    return n > 0;
}

static void hint_number(text *out, const char *const *values, size_t n,
                        const reject_declared *about)
{
    static const char *const names[] = {"plain (a point)", "'.'", "','"};
    bool point = all_numbers(values, n, '.'), comma = all_numbers(values, n, ',');
    text_add(out, "; declared: key '%s.decimal' %s", about->key, names[about->source->decimal]);
    if (point || comma)
        text_add(out, ", %s%s%s would read %s", comma ? "','" : "'.'",
                 point && comma ? " (or " : "", point && comma ? "'.')" : "",
                 n > 1 ? "them" : "it");
}

void reject_hint(text *out, const rejects *r, const reject_count *count, const void *data)
{
    const reject_declared *about = data;
    const char *values[VALUES_MOST];
    size_t n = collect(values, r, count);
    if (strcmp(count->reason, REJECT_NOT_A_TIME) == 0 && about->time_format)
        hint_time(out, values, n, about);
    else if (strcmp(count->reason, REJECT_NOT_A_NUMBER) == 0)
        hint_number(out, values, n, about);
    else if (strcmp(count->reason, REJECT_NOT_UTF8) == 0)
        text_add(out,
                 "; declared: key '%s.encoding' %s, such as latin-1 or windows-1252 may read it",
                 about->key, about->source->encoding ? about->source->encoding : "UTF-8");
    else if (strstr(count->reason, "fields"))
        text_add(out, "; a field that holds the delimiter%s%s%s stands in quotes",
                 about->source->delimiter ? " (" : "",
                 about->source->delimiter ? about->source->delimiter : "",
                 about->source->delimiter ? ")" : "");
}
