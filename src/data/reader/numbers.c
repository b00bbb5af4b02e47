#include "data/reader/numbers.h"

#include <string.h>

#include "base/text.h"

enum { LONGEST_NUMBER = 63, EXACT_DIGITS = 15 };

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

bool number_parse(double *out, slice s)
{
    char copy[LONGEST_NUMBER + 1];
    if (s.length == 0 || s.length > LONGEST_NUMBER)
        return false;
    if (parse_short(out, s))
        return true;
    memcpy(copy, s.bytes, s.length);
    copy[s.length] = '\0';
    /* strtod would read hexadecimal, too. */
    if (strlen(copy) != s.length || strpbrk(copy, "xXpP"))
        return false;
    return text_parse_real(out, copy);
}
