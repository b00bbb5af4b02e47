#include "cli/output/print.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/log.h"

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

const char *print_week_span(char out[64], const week_span *w)
{
    char a[16], b[16];
    print_day(a, w->days->from);
    print_day(b, w->days->to - 1);
    if (w->whole)
        snprintf(out, 64, "weeks %d to %d (%s to %s)", w->first, w->last, a, b);
    else
        snprintf(out, 64, "days %s to %s", a, b);
    return out;
}

void print_judged_on(const week_span *w, uint32_t windows, bool new_only)
{
    char span[64], day[16];
    printf("validation %s", print_week_span(span, w));
    if (windows > 1)
        printf(" in %u windows", windows);
    printf(", everything known: before %s%s\n",
           windows > 1 ? "each" : print_day(day, w->days->as_of),
           new_only ? "; new products only" : "");
}

void print_partial_week(const aisle_split *split)
{
    char a[16], b[16];
    const aisle_partial_week *p = &split->partial_week;
    if (p->days == 0)
        return;
    printf("week %d has receipts on %u day%s (%s to %s), a usual one on %u", p->week, p->days,
           p->days == 1 ? "" : "s", print_day(a, p->from), print_day(b, p->to), p->usual);
    if (split->partial_left_out)
        printf("; the test ends before it (split.test_last: %d takes it in)", p->week);
    printf("\n");
}

json_t *partial_week_json(const aisle_split *split)
{
    char a[16], b[16];
    const aisle_partial_week *p = &split->partial_week;
    if (p->days == 0)
        return NULL;
    return json_pack("{s:i, s:s, s:s, s:i, s:i, s:b}", "week", (int)p->week, "first_day",
                     print_day(a, p->from), "last_day", print_day(b, p->to), "days", (int)p->days,
                     "usual_days", (int)p->usual, "left_out", split->partial_left_out);
}

void print_seconds(const aisle_stage *stages, size_t n, double reading)
{
    double sum = reading;
    printf("\nseconds: reading %.2f", reading);
    for (size_t i = 0; i < n; i++) {
        printf(", %s %.2f", stages[i].name, stages[i].seconds);
        sum += stages[i].seconds;
    }
    printf("; in all %.2f\n", sum);
}

json_t *seconds_json(const aisle_stage *stages, size_t n, double reading)
{
    json_t *seconds = json_object();
    json_object_set_new(seconds, "reading", json_real(reading));
    for (size_t i = 0; i < n; i++)
        json_object_set_new(seconds, stages[i].name, json_real(stages[i].seconds));
    return seconds;
}

json_t *estimate_json(const aisle_estimate *e)
{
    return json_pack("{s:f, s:[f, f]}", "value", e->value, "interval", e->low, e->high);
}

json_t *order_json(const aisle_order *order)
{
    json_t *out = json_pack("{s:s, s:b}", "by", order->by, "learned", order->learned);
    if (order->households)
        json_object_update_new(out, json_pack("{s:s, s:I, s:I, s:f, s:f}", "rival", order->rival,
                                              "households", (json_int_t)order->households, "k",
                                              (json_int_t)order->k, "trees", order->trees,
                                              "rival_scores", order->rival_scores));
    return out;
}

void print_order(const aisle_order *order)
{
    char line[256];
    if (!order->by || strcmp(order->by, "trees") == 0)
        return;
    aisle_order_tell(line, sizeof line, order);
    printf("level 2: %s\n", line);
}

/* Exit code; errno says what was bad. */
static int report_written(const char *path, bool bad)
{
    if (bad)
        log_error("cannot write '%s': %s", path, strerror(errno));
    return bad ? EXIT_FAILED : EXIT_DONE;
}

int write_file(const char *path, void (*write)(FILE *to, const void *data), const void *data)
{
    char temporary[4096];
    snprintf(temporary, sizeof temporary, "%.4000s.%ld.part", path, (long)getpid());
    FILE *file = fopen(temporary, "we");
    bool bad = !file;
    if (file) {
        write(file, data);
        bad = fflush(file) || ferror(file) || fsync(fileno(file));
        bad |= fclose(file) != 0;
        bad = bad || rename(temporary, path) != 0;
        if (bad)
            unlink(temporary);
    }
    return report_written(path, bad);
}

static void dump_json(FILE *to, const void *root)
{
    json_dumpf(root, to, JSON_INDENT(2) | JSON_REAL_PRECISION(15));
    fputc('\n', to);
}

int write_json(json_t *root, const char *path)
{
    int code;
    if (!root) {
        log_error("cannot write JSON: out of memory, or a text that is not UTF-8");
        return EXIT_FAILED;
    }
    if (strcmp(path, "-") == 0) {
        dump_json(stdout, root);
        code = report_written(path, ferror(stdout));
    } else {
        code = write_file(path, dump_json, root);
    }
    json_decref(root);
    return code;
}
