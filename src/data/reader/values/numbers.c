#include "data/reader/values/numbers.h"

#include <string.h>

#include "base/text.h"
#include "data/reader/csv/csv_record.h"

enum { LONGEST_NUMBER = 63, EXACT_DIGITS = 15 };

number_style number_style_of(const source_options *options)
{
    static const char marks[] = {[DECIMAL_PLAIN] = 0, [DECIMAL_POINT] = '.', [DECIMAL_COMMA] = ','};
    return (number_style){marks[options->decimal]};
}

/* With at most 15 digits and a power of ten up to 1e22 both are exact, so one division rounds
 * once (Clinger 1990). */
static bool parse_short(double *out, slice s)
{
    static const double powers[] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                    1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
    size_t i = s.bytes[0] == '-', digits = 0, decimals = 0;
    uint64_t value = 0;
    bool point = false;
    for (; i < s.length; i++) {
        char c = s.bytes[i];
        if (c == '.' && !point) {
            point = true;
            continue;
        }
        if (c < '0' || c > '9' || ++digits > EXACT_DIGITS)
            return false;
        value = value * 10 + (uint64_t)(c - '0');
        decimals += point;
    }
    if (digits == 0)
        return false;
    *out = (double)value / powers[decimals];
    if (s.bytes[0] == '-')
        *out = -*out;
    return true;
}

/* What text_parse_real takes, but for hexadecimal, infinities and NaN. */
static bool parse_long(double *out, slice s)
{
    char copy[LONGEST_NUMBER + 1];
    memcpy(copy, s.bytes, s.length);
    copy[s.length] = '\0';
    if (strlen(copy) != s.length || strpbrk(copy, "xXpPiInN"))
        return false;
    return text_parse_real(out, copy);
}

/* ---- As people write them ---- */

/* Bytes of a sign that parts thousands here, or 0: a blank, a hard or a narrow one, an apostrophe,
 * the mark that is not the decimal one. */
static size_t separator_length(const char *p, const char *end, char decimal)
{
    static const char *const signs[] = {" ", "'", "\xc2\xa0", "\xe2\x80\xaf", "\xe2\x80\x99"};
    if (*p == (decimal == ',' ? '.' : ','))
        return 1;
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        size_t n = strlen(signs[i]);
        if ((size_t)(end - p) >= n && memcmp(p, signs[i], n) == 0)
            return n;
    }
    return 0;
}

static bool is_digit(const char *p, const char *end)
{
    return p < end && *p >= '0' && *p <= '9';
}

/* Digits in groups of three, parted by one kind of sign, go to out; the first may be shorter. */
static const char *copy_groups(char *out, size_t *n, const char *p, const char *end, char decimal)
{
    const char *group = p, *sign = NULL;
    size_t sign_length = 0;
    for (;;) {
        if (is_digit(p, end)) {
            out[(*n)++] = *p++;
            continue;
        }
        size_t length = p < end ? separator_length(p, end, decimal) : 0;
        bool fits = sign ? p - group == 3 : p - group >= 1 && p - group <= 3;
        if (length == 0)
            return sign && !fits ? NULL : p;
        if (!fits || (sign && (length != sign_length || memcmp(sign, p, length) != 0)))
            return NULL;
        sign = p;
        sign_length = length;
        p += length;
        group = p;
    }
}

/* A number has no sign of a currency. */
static slice without_currency(slice s)
{
    static const char *const signs[] = {"\xe2\x82\xac", "$",         "\xc2\xa3", "\xc2\xa5",
                                        "EUR",          "USD",       "GBP",      "CHF",
                                        "R$",           "z\xc5\x82", "PLN",      "kr"};
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        size_t n = strlen(signs[i]);
        if (s.length > n && memcmp(s.bytes, signs[i], n) == 0)
            return slice_trim((slice){s.bytes + n, s.length - n});
        if (s.length > n && memcmp(s.bytes + s.length - n, signs[i], n) == 0)
            return slice_trim((slice){s.bytes, s.length - n});
    }
    return s;
}

/* The same number with a point and without signs between groups; 0: it is none. */
static size_t rewrite(char out[LONGEST_NUMBER + 2], slice s, char decimal)
{
    const char *p = s.bytes, *end = s.bytes + s.length;
    size_t n = 0;
    bool minus = *p == '-';
    p += minus || *p == '+';
    if (!minus && end > p && end[-1] == '-') {
        minus = true;
        end--;
    }
    if (minus)
        out[n++] = '-';
    size_t before = n;
    p = copy_groups(out, &n, p, end, decimal);
    if (!p)
        return 0;
    if (p < end && *p == decimal) {
        out[n++] = '.';
        for (p++; is_digit(p, end);)
            out[n++] = *p++;
    }
    bool digits = n > before + (n > 0 && out[n - 1] == '.');
    return p == end && digits ? n : 0;
}

bool number_parse(double *out, slice s, number_style style)
{
    char plain[LONGEST_NUMBER + 2];
    if (s.length == 0 || s.length > LONGEST_NUMBER)
        return false;
    if (style.decimal != ',' && (parse_short(out, s) || parse_long(out, s)))
        return true;
    s = without_currency(s);
    size_t n = rewrite(plain, s, style.decimal ? style.decimal : '.');
    if (n == 0)
        return false;
    /* Without a declared mark nothing may part thousands. */
    if (!style.decimal && n + (s.bytes[0] == '+') != s.length)
        return false;
    return parse_short(out, (slice){plain, n}) || parse_long(out, (slice){plain, n});
}
