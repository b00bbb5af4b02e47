#include "report/markup.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"

word count_word(uint64_t n)
{
    word w = {""};
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%llu", (unsigned long long)n), to = 0;
    for (int i = 0; i < length; i++) {
        if (i && (length - i) % 3 == 0)
            w.s[to++] = ',';
        w.s[to++] = digits[i];
    }
    return w;
}

word day_word(int32_t day)
{
    static const char month[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    char iso[16];
    word w;
    date_format(iso, day);
    int m = (iso[5] - '0') * 10 + (iso[6] - '0');
    snprintf(w.s, sizeof w.s, "%s%c %s %.4s", iso[8] == '0' ? "" : (char[2]){iso[8], '\0'}, iso[9],
             month[(m + 11) % 12], iso);
    return w;
}

/* Through text_add, which writes a point whatever the locale. */
static word plain_word(const char *sign, double size, int digits, const char *unit)
{
    word w = {"–"};
    text t = {0};
    text_add(&t, "%s%.*f%s", sign, digits, size, unit);
    if (isfinite(size) && t.bytes)
        snprintf(w.s, sizeof w.s, "%s", t.bytes);
    text_fini(&t);
    return w;
}

static const char *minus(double value)
{
    return value < 0 ? "−" : "";
}

word real_word(double value, int digits)
{
    return plain_word(minus(value), fabs(value), digits, "");
}

word signed_word(double value, int digits)
{
    return plain_word(value < 0 ? "−" : "+", fabs(value), digits, "");
}

word unit_word(double value, int digits, const char *unit)
{
    return plain_word(minus(value), fabs(value), digits, unit);
}

word percent_word(double share)
{
    return unit_word(100 * share, 1, " %");
}

word rate_word(double share)
{
    return unit_word(100 * share, 2, " %");
}

word lift_word(double share)
{
    return plain_word(share < 0 ? "−" : "+", fabs(100 * share), 2, " %");
}

void markup_text(text *t, const char *s)
{
    for (;;) {
        size_t n = strcspn(s, "<>&\"'");
        text_add_bytes(t, s, n);
        if (!s[n])
            return;
        text_add(t, "&#%d;", s[n]);
        s += n + 1;
    }
}

void markup_table_begin(text *t, const char *name)
{
    text_add(t, "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"");
    markup_text(t, name);
    text_add(t, "\"><table>\n");
}

void markup_heading_row(text *t, const char *const *headings, size_t n)
{
    text_add(t, "<thead><tr>");
    for (size_t i = 0; i < n; i++) {
        text_add(t, "<th scope=\"col\"%s>", i ? " class=\"n\"" : "");
        markup_text(t, headings[i]);
        text_add(t, "</th>");
    }
    text_add(t, "</tr></thead>\n");
}

void markup_table_end(text *t)
{
    text_add(t, "</table></div>\n");
}

void markup_cell(text *t, const char *s)
{
    text_add(t, "<td class=\"n\">%s</td>", s);
}

void markup_chart(text *t, const char *chart, const char *caption)
{
    markup_chart_of(t, chart, 0, caption);
}

void markup_chart_of(text *t, const char *chart, size_t index, const char *caption)
{
    text_add(t, "<figure><div class=\"chart\" data-chart=\"%s\" data-index=\"%zu\"></div>", chart,
             index);
    text_add(t, "<figcaption>%s</figcaption></figure>\n", caption);
}
