#include "cli/print.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/command.h"

const char *print_count(char out[32], uint64_t n)
{
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%llu", (unsigned long long)n), to = 0;
    for (int i = 0; i < length; i++) {
        if (i && (length - i) % 3 == 0)
            out[to++] = ',';
        out[to++] = digits[i];
    }
    out[to] = '\0';
    return out;
}

const char *print_day(char out[16], int32_t day)
{
    time_t seconds = (time_t)day * 86400;
    struct tm t;
    gmtime_r(&seconds, &t);
    snprintf(out, 16, "%04d-%02d-%02d", t.tm_year % 10000 + 1900, t.tm_mon % 12 + 1,
             t.tm_mday % 32);
    return out;
}

json_t *number_or_null(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

int write_json(json_t *root, const char *path)
{
    const size_t flags = JSON_INDENT(2) | JSON_REAL_PRECISION(15);
    int bad;
    if (strcmp(path, "-") == 0) {
        bad = json_dumpf(root, stdout, flags) || fputc('\n', stdout) == EOF;
    } else {
        char temporary[4096];
        snprintf(temporary, sizeof temporary, "%.4000s.%ld.part", path, (long)getpid());
        FILE *file = fopen(temporary, "we");
        bad = !file;
        if (file) {
            bad = json_dumpf(root, file, flags) || fputc('\n', file) == EOF;
            bad |= fflush(file) || fsync(fileno(file));
            bad |= fclose(file) != 0;
            bad = bad || rename(temporary, path) != 0;
            if (bad)
                unlink(temporary);
        }
    }
    json_decref(root);
    if (bad)
        fprintf(stderr, "aisle: cannot write '%s': %s\n", path, strerror(errno));
    return bad ? EXIT_FAILED : EXIT_DONE;
}
