#include "data/reader/init/column_profile.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/fail.h"
#include "base/mem.h"
#include "data/reader/values/numbers.h"
#include "data/reader/values/pattern_time.h"

/* 1980-01-01 and 2100-01-01 as days. */
enum { FIRST_DAY = 3652, LAST_DAY = 47482 };

static bool is_nothing(slice s)
{
    static const char *const words[] = {"null", "nan", "none", "n/a", "\\n"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strlen(words[i]) == s.length && strncasecmp(words[i], s.bytes, s.length) == 0)
            return true;
    return s.length == 0;
}

aisle_status column_profile_add(column_profile *c, slice value, aisle_error *err)
{
    if (mem_grow(&c->code, &c->capacity, c->rows + 1, sizeof *c->code))
        return fail_memory(err);
    uint32_t code = is_nothing(value) ? AISLE_MISSING : coder_code_text(&c->values, value);
    if (code == CODER_FULL)
        return fail_memory(err);
    if (code == CODER_BAD)
        code = AISLE_MISSING;
    c->missing += code == AISLE_MISSING;
    c->code[c->rows++] = code;
    return AISLE_OK;
}

double column_profile_share(const column_profile *c, size_t count)
{
    return c->values.count ? (double)count / (double)c->values.count : 0;
}

slice column_profile_slice(const column_profile *c, size_t code)
{
    uint64_t from = c->values.offsets[code];
    return (slice){c->values.bytes + from, c->values.offsets[code + 1] - from};
}

const char *column_profile_value(char *buffer, size_t size, const column_profile *c, size_t code)
{
    slice s = column_profile_slice(c, code);
    snprintf(buffer, size, "%.*s", (int)s.length, s.bytes);
    return buffer;
}

static bool is_whole(slice s)
{
    size_t i = s.length > 1 && s.bytes[0] == '-';
    for (; i < s.length; i++)
        if (s.bytes[i] < '0' || s.bytes[i] > '9')
            return false;
    return true;
}

static bool is_clock(slice s)
{
    const char *b = s.bytes;
    size_t hours = s.length > 1 && b[1] == ':' ? 1 : 2;
    return s.length >= hours + 3 && b[hours] == ':' && b[0] >= '0' && b[0] <= '2' &&
           (s.length == hours + 3 || b[hours + 3] == ':');
}

static bool has_letter(slice s)
{
    for (size_t i = 0; i < s.length; i++) {
        unsigned char b = (unsigned char)s.bytes[i] | 0x20;
        if ((b >= 'a' && b <= 'z') || (unsigned char)s.bytes[i] >= 0x80)
            return true;
    }
    return false;
}

static bool is_iso(slice s)
{
    written_time time;
    if (!time_parse_iso(&time, s))
        return false;
    int64_t day = time.kind == TIME_OF_DATE ? time.value : time.value / 86400;
    return day >= FIRST_DAY && day < LAST_DAY;
}

static void look_at(column_profile *c, slice s)
{
    double number;
    bool plain = number_parse(&number, s, (number_style){0});
    bool comma = !plain && number_parse(&number, s, (number_style){','});
    c->whole += is_whole(s);
    c->number += plain;
    c->comma += comma;
    c->iso += is_iso(s);
    c->clock += is_clock(s);
    c->letters += has_letter(s);
    c->point_zero += plain && s.length > 2 && memcmp(s.bytes + s.length - 2, ".0", 2) == 0;
    if (!plain && !comma)
        return;
    c->negative |= number < 0;
    c->least = c->number + c->comma == 1 || number < c->least ? number : c->least;
    c->most = c->number + c->comma == 1 || number > c->most ? number : c->most;
}

static bool is_year_of(const char *pattern, const char *const *texts, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        written_time time;
        if (!time_parse_pattern(&time, (slice){texts[i], strlen(texts[i])}, pattern))
            return false;
        int64_t day = time.kind == TIME_OF_DATE ? time.value : time.value / 86400;
        if (day < FIRST_DAY || day >= LAST_DAY)
            return false;
    }
    return true;
}

/* A pattern that reads values from all over the column. */
static void guess_pattern(column_profile *c)
{
    char buffers[PROFILE_TEXTS / 4][48];
    const char *texts[PROFILE_TEXTS / 4] = {NULL}, *other;
    size_t n = 0, most = PROFILE_TEXTS / 4, step = c->values.count / most + 1;
    for (size_t v = 0; v < c->values.count && n < most; v += step, n++)
        texts[n] = column_profile_value(buffers[n], sizeof buffers[n], c, v);
    const char *pattern = time_pattern_guess(&other, texts, n);
    if (!pattern || !is_year_of(pattern, texts, n))
        return;
    snprintf(c->pattern, sizeof c->pattern, "%s", pattern);
    c->time_format = c->pattern;
    if (other) {
        snprintf(c->other, sizeof c->other, "%s", other);
        c->time_other = c->other;
    }
}

static void guess_time(column_profile *c)
{
    size_t n = c->values.count;
    if (n == 0)
        return;
    if (c->iso == n)
        c->time_format = "auto";
    else if (c->number == n && c->least > 6e8 && c->most < 4.2e9)
        c->time_format = "epoch_s";
    else if (c->number == n && c->least > 6e11 && c->most < 4.2e12)
        c->time_format = "epoch_ms";
    else if (c->number != n)
        guess_pattern(c);
}

void column_profile_finish(column_profile *c)
{
    for (size_t v = 0; v < c->values.count; v++)
        look_at(c, column_profile_slice(c, v));
    guess_time(c);
}

void column_profile_fini(column_profile *c)
{
    mem_free(c->name);
    mem_free(c->code);
    coder_fini(&c->values);
    memset(c, 0, sizeof *c);
}
