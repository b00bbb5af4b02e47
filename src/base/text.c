#include "base/text.h"

#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* Numbers are written with a point, whatever the program around the library has set. glibc and musl
 * give a constant for "C": there is nothing to free. */
static locale_t plain_locale(void)
{
    return newlocale(LC_ALL_MASK, "C", (locale_t)0);
}

static bool text_reserve(text *t, size_t more)
{
    if (t->failed || mem_grow(&t->bytes, &t->capacity, t->length + more + 1, 1)) {
        t->failed = true;
        return false;
    }
    return true;
}

static void text_add_list(text *t, const char *format, va_list list)
{
    va_list again;
    va_copy(again, list);
    int length = vsnprintf(NULL, 0, format, list);
    if (length >= 0 && text_reserve(t, (size_t)length)) {
        vsnprintf(t->bytes + t->length, (size_t)length + 1, format, again);
        t->length += (size_t)length;
    }
    va_end(again);
}

void text_add(text *t, const char *format, ...)
{
    va_list list;
    locale_t before = uselocale(plain_locale());
    va_start(list, format);
    text_add_list(t, format, list);
    va_end(list);
    uselocale(before);
}

void text_add_bytes(text *t, const char *bytes, size_t length)
{
    if (!text_reserve(t, length))
        return;
    if (length)
        memcpy(t->bytes + t->length, bytes, length);
    t->length += length;
    t->bytes[t->length] = '\0';
}

void text_add_percent(text *t, double percent)
{
    if (percent < 1)
        text_add(t, "under 1 %%");
    else
        text_add(t, "%.0f %%", percent);
}

void text_fini(text *t)
{
    mem_free(t->bytes);
    memset(t, 0, sizeof *t);
}

bool text_parse_i64(int64_t *out, const char *s, size_t length)
{
    bool negative = length > 0 && s[0] == '-';
    size_t i = negative ? 1 : 0;
    if (i == length)
        return false;
    int64_t value = 0;
    for (; i < length; i++) {
        if (s[i] < '0' || s[i] > '9')
            return false;
        int digit = s[i] - '0';
        if (__builtin_mul_overflow(value, 10, &value) ||
            __builtin_sub_overflow(value, digit, &value))
            return false;
    }
    if (!negative && value == INT64_MIN)
        return false;
    *out = negative ? value : -value;
    return true;
}

bool text_parse_canonical_i64(int64_t *out, const char *s, size_t length)
{
    size_t digits = length > 0 && s[0] == '-' ? 1 : 0;
    if (length - digits > 1 && s[digits] == '0')
        return false;
    if (digits == 1 && length == 2 && s[1] == '0')
        return false;
    return text_parse_i64(out, s, length);
}

bool text_parse_real(double *out, const char *s)
{
    if (!((s[0] >= '0' && s[0] <= '9') || s[0] == '-' || s[0] == '+' || s[0] == '.'))
        return false;
    char *end;
    errno = 0;
    double value = strtod_l(s, &end, plain_locale());
    if (*end != '\0' || end == s || !isfinite(value))
        return false;
    *out = value;
    return true;
}
