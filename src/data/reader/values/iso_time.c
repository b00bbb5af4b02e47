#include "data/reader/values/times.h"

#include <string.h>

#include "base/date.h"

/* The digits that are left to read. */
typedef struct cursor {
    const char *at, *end;
} cursor;

static bool take_digits(int *out, cursor *c, int n)
{
    if (c->end - c->at < n)
        return false;
    *out = 0;
    for (int i = 0; i < n; i++) {
        if (c->at[i] < '0' || c->at[i] > '9')
            return false;
        *out = *out * 10 + (c->at[i] - '0');
    }
    c->at += n;
    return true;
}

static bool take(cursor *c, char wanted)
{
    if (c->at == c->end || *c->at != wanted)
        return false;
    c->at++;
    return true;
}

static bool take_date(int32_t *day, cursor *c)
{
    char date[11] = "0000-00-00";
    const char *s = c->at;
    if (c->end - s >= 10 && s[4] == '-' && s[7] == '-') {
        memcpy(date, s, 10);
        c->at += 10;
    } else if (c->end - s >= 8) {
        memcpy(date, s, 4);
        memcpy(date + 5, s + 4, 2);
        memcpy(date + 8, s + 6, 2);
        c->at += 8;
    } else {
        return false;
    }
    return date_parse(day, date);
}

static bool take_clock(int *seconds, cursor *c)
{
    int hour, minute, second = 0;
    if (!take_digits(&hour, c, 2) || !take(c, ':') || !take_digits(&minute, c, 2))
        return false;
    if (take(c, ':')) {
        if (!take_digits(&second, c, 2))
            return false;
        if (take(c, '.') || take(c, ',')) {
            const char *from = c->at;
            while (c->at < c->end && *c->at >= '0' && *c->at <= '9')
                c->at++;
            if (c->at == from)
                return false;
        }
    }
    /* A leap second belongs to the minute that it ends. */
    if (second == 60)
        second = 59;
    *seconds = hour * 3600 + minute * 60 + second;
    return hour < 24 && minute < 60 && second < 60;
}

static bool take_offset(int *seconds, cursor *c)
{
    int hours, minutes = 0;
    if (take(c, 'Z') || take(c, 'z')) {
        *seconds = 0;
        return true;
    }
    if (c->end - c->at == 4 && (memcmp(c->at, " UTC", 4) == 0 || memcmp(c->at, " GMT", 4) == 0)) {
        c->at += 4;
        *seconds = 0;
        return true;
    }
    bool west = take(c, '-');
    if (!west && !take(c, '+'))
        return false;
    if (!take_digits(&hours, c, 2))
        return false;
    if (c->at < c->end && (take(c, ':') || true) && !take_digits(&minutes, c, 2))
        return false;
    *seconds = (hours * 60 + minutes) * (west ? -60 : 60);
    return hours < 24 && minutes < 60;
}

bool time_parse_iso(written_time *out, slice s)
{
    cursor c = {s.bytes, s.bytes + s.length};
    int32_t day;
    int clock, offset;
    if (!take_date(&day, &c))
        return false;
    *out = (written_time){TIME_OF_DATE, day};
    if (c.at == c.end)
        return true;
    if (!take(&c, 'T') && !take(&c, ' ') && !take(&c, 't'))
        return false;
    if (!take_clock(&clock, &c))
        return false;
    *out = (written_time){TIME_OF_CLOCK, day * INT64_C(86400) + clock};
    if (c.at == c.end)
        return true;
    if (!take_offset(&offset, &c) || c.at != c.end)
        return false;
    *out = (written_time){TIME_OF_INSTANT, out->value - offset};
    return true;
}
