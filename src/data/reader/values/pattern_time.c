#include "data/reader/values/pattern_time.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/date.h"

enum { UNSET = -1, LONGEST_PATTERN = 128 };

static const char *const months[] = {"January",   "February", "March",    "April",
                                     "May",       "June",     "July",     "August",
                                     "September", "October",  "November", "December"};
static const char *const days[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                   "Friday", "Saturday", "Sunday"};

/* What a text said so far. */
typedef struct parts {
    int year, month, day, day_of_year;
    int hour, hour12, minute, second, afternoon;
    int offset; /* seconds east of UTC */
    bool has_offset, has_clock;
} parts;

typedef struct cursor {
    const char *at, *end;
} cursor;

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool take_number(int *out, cursor *c, int most_digits, int least, int most)
{
    int n = 0;
    *out = 0;
    while (c->at < c->end && *c->at == ' ' && most_digits == 2)
        c->at++;
    for (; n < most_digits && c->at < c->end && is_digit(*c->at); n++)
        *out = *out * 10 + (*c->at++ - '0');
    return n > 0 && *out >= least && *out <= most;
}

/* A name, or its first three letters with or without a point. */
static bool take_name(int *out, cursor *c, const char *const *names, int n)
{
    size_t left = (size_t)(c->end - c->at);
    for (int i = 0; i < n; i++) {
        size_t whole = strlen(names[i]);
        size_t length = left >= whole && strncasecmp(c->at, names[i], whole) == 0 ? whole
                        : left >= 3 && strncasecmp(c->at, names[i], 3) == 0       ? 3
                                                                                  : 0;
        if (length == 0)
            continue;
        c->at += length;
        if (length == 3 && c->at < c->end && *c->at == '.')
            c->at++;
        *out = i;
        return true;
    }
    return false;
}

static bool take_word(cursor *c, const char *word)
{
    size_t n = strlen(word);
    if ((size_t)(c->end - c->at) < n || strncasecmp(c->at, word, n) != 0)
        return false;
    c->at += n;
    return true;
}

static bool take_half(parts *p, cursor *c)
{
    p->afternoon = take_word(c, "PM") || take_word(c, "P.M.");
    return p->afternoon || take_word(c, "AM") || take_word(c, "A.M.");
}

static bool take_offset(parts *p, cursor *c)
{
    int hours, minutes = 0;
    p->has_offset = true;
    p->offset = 0;
    if (take_word(c, "UTC") || take_word(c, "GMT") || take_word(c, "Z"))
        return true;
    if (c->at == c->end || (*c->at != '+' && *c->at != '-'))
        return false;
    bool west = *c->at++ == '-';
    if (!take_number(&hours, c, 2, 0, 23))
        return false;
    if (c->at < c->end && *c->at == ':')
        c->at++;
    if (c->at < c->end && is_digit(*c->at) && !take_number(&minutes, c, 2, 0, 59))
        return false;
    p->offset = (hours * 60 + minutes) * (west ? -60 : 60);
    return true;
}

static bool take_fraction(cursor *c)
{
    const char *from = c->at;
    while (c->at < c->end && is_digit(*c->at))
        c->at++;
    return c->at > from;
}

static bool take_short_year(parts *p, cursor *c)
{
    if (!take_number(&p->year, c, 2, 0, 99))
        return false;
    p->year += p->year < 69 ? 2000 : 1900;
    return true;
}

/* Four digits: fewer are a number that was cut. */
static bool take_long_year(parts *p, cursor *c)
{
    const char *from = c->at;
    return take_number(&p->year, c, 4, 1, 9999) && c->at - from == 4;
}

static bool take_clock_part(parts *p, cursor *c, char what)
{
    p->has_clock = true;
    switch (what) {
    case 'H':
    case 'k':
        return take_number(&p->hour, c, 2, 0, 23);
    case 'I':
    case 'l':
        return take_number(&p->hour12, c, 2, 1, 12);
    case 'M':
        return take_number(&p->minute, c, 2, 0, 59);
    case 'S':
        return take_number(&p->second, c, 2, 0, 60);
    case 'p':
        return take_half(p, c);
    default:
        return take_fraction(c);
    }
}

static bool take_part(parts *p, cursor *c, char what)
{
    int unused;
    switch (what) {
    case 'Y':
        return take_long_year(p, c);
    case 'y':
        return take_short_year(p, c);
    case 'm':
        return take_number(&p->month, c, 2, 1, 12);
    case 'b':
    case 'B':
    case 'h':
        if (!take_name(&p->month, c, months, 12))
            return false;
        p->month++;
        return true;
    case 'd':
    case 'e':
        return take_number(&p->day, c, 2, 1, 31);
    case 'j':
        return take_number(&p->day_of_year, c, 3, 1, 366);
    case 'a':
    case 'A':
        return take_name(&unused, c, days, 7);
    case 'z':
    case 'Z':
        return take_offset(p, c);
    default:
        return take_clock_part(p, c, what);
    }
}

/* The parts that a conversion stands for, or NULL. */
static const char *expand(char what)
{
    switch (what) {
    case 'F':
        return "%Y-%m-%d";
    case 'D':
        return "%m/%d/%y";
    case 'T':
        return "%H:%M:%S";
    case 'R':
        return "%H:%M";
    default:
        return NULL;
    }
}

static void skip_blanks(cursor *c)
{
    while (c->at < c->end && (*c->at == ' ' || *c->at == '\t'))
        c->at++;
}

static bool take_all(parts *p, cursor *c, const char *pattern)
{
    for (; *pattern; pattern++) {
        if (*pattern == ' ' || (*pattern == '%' && (pattern[1] == 'n' || pattern[1] == 't'))) {
            skip_blanks(c);
            pattern += *pattern == '%';
        } else if (*pattern != '%' || pattern[1] == '%') {
            pattern += *pattern == '%';
            if (c->at == c->end || *c->at++ != *pattern)
                return false;
        } else {
            const char *parts_of_it = expand(*++pattern);
            if (parts_of_it ? !take_all(p, c, parts_of_it) : !take_part(p, c, *pattern))
                return false;
        }
    }
    return true;
}

/* Whether the pattern ends in what says that the clock is that of UTC. */
static bool ends_in_utc(const char *pattern)
{
    static const char *const ends[] = {"UTC", "GMT", "SZ", "fZ", "MZ", "TZ"};
    size_t n = strlen(pattern);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        size_t m = strlen(ends[i]);
        if (n >= m && strcmp(pattern + n - m, ends[i]) == 0)
            return true;
    }
    return false;
}

static bool find_day(int32_t *day, const parts *p)
{
    char date[16];
    if (p->year == UNSET)
        return false;
    int month = p->day_of_year == UNSET ? p->month : 1,
        of_month = p->day_of_year == UNSET ? p->day : 1;
    if (month == UNSET || of_month == UNSET)
        return false;
    snprintf(date, sizeof date, "%04d-%02d-%02d", p->year, month, of_month);
    if (!date_parse(day, date))
        return false;
    if (p->day_of_year != UNSET)
        *day += p->day_of_year - 1;
    return true;
}

static int clock_seconds(const parts *p)
{
    int hour = p->hour;
    if (p->hour12 != UNSET)
        hour = p->hour12 % 12 + (p->afternoon == 1 ? 12 : 0);
    /* A leap second belongs to the minute that it ends. */
    int second = p->second == 60 ? 59 : p->second;
    return hour * 3600 + p->minute * 60 + second;
}

bool time_parse_pattern(written_time *out, slice s, const char *pattern)
{
    parts p = {.year = UNSET, .month = UNSET, .day = UNSET, .day_of_year = UNSET, .hour12 = UNSET};
    cursor c = {s.bytes, s.bytes + s.length};
    int32_t day;
    if (!take_all(&p, &c, pattern) || c.at != c.end || !find_day(&day, &p))
        return false;
    *out = (written_time){TIME_OF_DATE, day};
    if (!p.has_clock)
        return true;
    *out = (written_time){TIME_OF_CLOCK, day * INT64_C(86400) + clock_seconds(&p)};
    if (p.has_offset || ends_in_utc(pattern))
        *out = (written_time){TIME_OF_INSTANT, out->value - p.offset};
    return true;
}

const char *time_pattern_fault(const char *pattern)
{
    bool year = false, month = false, day = false, of_year = false;
    if (strlen(pattern) >= LONGEST_PATTERN)
        return "a pattern of less than 128 characters";
    for (const char *p = pattern; *p; p++) {
        if (*p != '%')
            continue;
        p++;
        if (!*p || !strchr("YymbBhdejHkIlMSfpaAzZFDTRnt%", *p))
            return "a pattern of %Y %y %m %b %d %j %H %I %p %M %S %f %z %F %T and the like";
        bool whole = *p == 'F' || *p == 'D';
        year |= whole || *p == 'Y' || *p == 'y';
        month |= whole || (*p != '%' && strchr("mbBh", *p));
        day |= whole || *p == 'd' || *p == 'e';
        of_year |= *p == 'j';
    }
    return year && (of_year || (month && day)) ? NULL : "a pattern that has year, month and day";
}

/* ---- Guessing ---- */

static bool reads_all(const char *pattern, const char *const *texts, size_t n)
{
    written_time unused;
    for (size_t i = 0; i < n; i++)
        if (!time_parse_pattern(&unused, (slice){texts[i], strlen(texts[i])}, pattern))
            return false;
    return n > 0;
}

/* Dates in the order in which they are taken: of two that read all, the first. Those that exchange
 * day and month stand in pairs. */
static const char *const guess_dates[][2] = {
    {"%d.%m.%Y", NULL},       {"%Y/%m/%d", NULL},       {"%Y.%m.%d", NULL},
    {"%m/%d/%Y", "%d/%m/%Y"}, {"%d-%m-%Y", "%m-%d-%Y"}, {"%d %m %Y", "%m %d %Y"},
    {"%d.%m.%y", NULL},       {"%m/%d/%y", "%d/%m/%y"}, {"%d-%m-%y", "%m-%d-%y"},
    {"%d-%b-%Y", NULL},       {"%d-%b-%y", NULL},       {"%d %b %Y", NULL},
    {"%d%b%Y", NULL},         {"%d/%b/%Y", NULL},       {"%b %d, %Y", NULL},
    {"%b %d %Y", NULL},       {"%a %b %d %Y", NULL},    {"%d%m%Y", NULL},
    {"%Y%m%d", NULL},         {"%Y-%m-%d", NULL},
};
static const char *const guess_clocks[] = {
    "",        " %H:%M",       " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p", " %H:%M:%S.%f",
    " %H.%M",  " %H%M",        " %H%M%S",   ":%H:%M:%S", "T%H:%M:%S",    "T%H:%M",
    "T%H%M%S", " %H:%M:%S %Z", "%H%M%S",    "%H%M",      " %H:%M %z",    " %H:%M:%S %z",
};

const char *time_pattern_guess(const char **other, const char *const *texts, size_t n)
{
    static _Thread_local char found[2][LONGEST_PATTERN];
    *other = NULL;
    for (size_t d = 0; d < sizeof guess_dates / sizeof *guess_dates; d++)
        for (size_t c = 0; c < sizeof guess_clocks / sizeof *guess_clocks; c++) {
            bool reads[2] = {false, false};
            for (int k = 0; k < 2 && guess_dates[d][k]; k++) {
                snprintf(found[k], sizeof found[k], "%s%s", guess_dates[d][k], guess_clocks[c]);
                reads[k] = reads_all(found[k], texts, n);
            }
            if (reads[0] && reads[1])
                *other = found[1];
            if (reads[0] || reads[1])
                return found[reads[0] ? 0 : 1];
        }
    return NULL;
}
