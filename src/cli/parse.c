#include "cli/parse.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/log.h"

int parse_number(long *out, const char *text, long least, long most, const char *name)
{
    char *end;
    long value = strtol(text, &end, 10);
    if (end == text || *end || value < least || value > most) {
        log_error("--%s: found '%s', expected a whole number from %ld to %ld", name, text, least,
                  most);
        return EXIT_WRONG_USE;
    }
    *out = value;
    return EXIT_DONE;
}

int parse_bytes(uint64_t *out, const char *text, const char *name)
{
    static const char units[] = "KMGT";
    char *end;
    unsigned long long value = strtoull(text, &end, 10);
    const char *unit = *end ? strchr(units, toupper((unsigned char)*end)) : NULL;
    int shift = unit ? 10 * (int)(unit - units + 1) : 0;
    end += unit != NULL;
    if (!isdigit((unsigned char)*text) || *end || value == 0 || value > UINT64_MAX >> shift) {
        log_error("--%s: found '%s', expected bytes, such as 2G or 500M", name, text);
        return EXIT_WRONG_USE;
    }
    *out = (uint64_t)value << shift;
    return EXIT_DONE;
}

int parse_real(double *out, const char *text, const char *name)
{
    char *end;
    double value = strtod(text, &end);
    if (end == text || *end) {
        log_error("--%s: found '%s', expected a number", name, text);
        return EXIT_WRONG_USE;
    }
    *out = value;
    return EXIT_DONE;
}

/* "20%" → .2 and true, ".006" → .006 and false. */
int parse_percent(double *out, bool *percent, const char *text, const char *name)
{
    char *end;
    double value = strtod(text, &end);
    *percent = end != text && strcmp(end, "%") == 0;
    if (end == text || (*end && !*percent)) {
        log_error("--%s: found '%s', expected a number, or one with %%", name, text);
        return EXIT_WRONG_USE;
    }
    *out = *percent ? value / 100 : value;
    return EXIT_DONE;
}
