/* Kinds of households, and test windows one before the other. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "report/markup.h"
#include "report/evaluation/report_parts.h"

/* Where a level stands among those of its column. */
typedef struct standing {
    size_t segment, column; /* column: the first segment of it */
    double number;          /* the first in the text; INFINITY: none */
    int kind;               /* 0 "under 15", 1 "15 to 24", 2 without a value */
    const char *level;
} standing;

static standing standing_of(const aisle_evaluation *e, size_t segment)
{
    const aisle_segment *s = &e->segments[segment];
    standing out = {segment, segment, INFINITY, 0, s->level};
    while (out.column > 0 && strcmp(e->segments[out.column - 1].column, s->column) == 0)
        out.column--;
    if (strcmp(s->level, "(none)") == 0)
        out.kind = 2;
    size_t digit = strcspn(s->level, "0123456789");
    if (s->level[digit] && out.kind == 0) {
        out.number = 0;
        for (const char *c = s->level + digit; *c >= '0' && *c <= '9'; c++)
            out.number = 10 * out.number + (*c - '0');
        out.kind = digit == 0;
    }
    return out;
}

/* Those by history come in order. */
static int by_level(const void *a, const void *b)
{
    const standing *x = a, *y = b;
    if (x->column != y->column)
        return x->column < y->column ? -1 : 1;
    if ((x->kind == 2) != (y->kind == 2))
        return x->kind == 2 ? 1 : -1;
    if (x->number != y->number)
        return x->number < y->number ? -1 : 1;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    int order = strcmp(x->level, y->level);
    return order ? order : x->segment < y->segment ? -1 : x->segment > y->segment;
}

aisle_status report_order_segments(report *r, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    size_t n = r->e->n_segments;
    standing *all = NEW_ARRAY(standing, n);
    TRY_ALLOC(all);
    TRY_ALLOC(r->segments = NEW_ARRAY(size_t, n));
    for (size_t i = 0; i < n; i++) {
        all[i] = standing_of(r->e, i);
        if (strcmp(r->e->segments[i].column, "history") == 0)
            all[i] = (standing){i, all[i].column, (double)i, 0, ""};
    }
    qsort(all, n, sizeof *all, by_level);
    for (size_t i = 0; i < n; i++)
        r->segments[i] = all[i].segment;
done:
    mem_free(all);
    return status;
}

static const char *column_heading(const char *column)
{
    return strcmp(column, "history") == 0 ? "baskets before the test" : column;
}

/* The ceilings are of precision, whatever is shown beside them. */
static const char *ceiling_heading(const report *r)
{
    return r->precision ? "ceiling" : "ceiling of precision";
}

static void add_segment(text *t, const report *r, const aisle_segment *s)
{
    text_add(t, "<tr><th scope=\"row\">");
    markup_text(t, s->level);
    text_add(t, "</th>");
    markup_cell(t, count_word(s->households).s);
    markup_cell(t, real_word(s->ceiling.value, 4).s);
    markup_cell(t, real_word(s->metric[r->hero].value, 4).s);
    if (r->e->confidence > 0) {
        text_add(t, "<td class=\"n\">");
        report_add_interval(t, r, &s->metric[r->hero]);
        text_add(t, "</td>");
    }
    for (size_t m = 0; m < r->e->n_models; m++)
        if (m != r->hero)
            markup_cell(t, real_word(s->metric[m].value, 4).s);
    text_add(t, "</tr>\n");
}

static void add_model_head(text *t, const report *r, size_t m)
{
    text_add(t, "<th scope=\"col\" class=\"n\">");
    report_add_model(t, r, m);
    text_add(t, "</th>");
}

static void add_segment_head(text *t, const report *r, const char *column)
{
    text_add(t, "<thead><tr><th scope=\"col\">");
    markup_text(t, column_heading(column));
    text_add(t,
             "</th><th scope=\"col\" class=\"n\">households</th>"
             "<th scope=\"col\" class=\"n\">%s</th>",
             ceiling_heading(r));
    add_model_head(t, r, r->hero);
    if (r->e->confidence > 0) {
        text_add(t, "<th scope=\"col\" class=\"n\">");
        report_add_confidence(t, r);
        text_add(t, "</th>");
    }
    for (size_t m = 0; m < r->e->n_models; m++)
        if (m != r->hero)
            add_model_head(t, r, m);
    text_add(t, "</tr></thead>\n<tbody>\n");
}

/* The segments of one column, from the first on; returns where the next column begins. */
static size_t add_column(text *t, const report *r, size_t from)
{
    const char *column = r->e->segments[r->segments[from]].column;
    size_t i = from;
    text_add(t, "<h3>By ");
    markup_text(t, column_heading(column));
    text_add(t, "</h3>\n");
    markup_chart_of(t, "segments", from,
                    r->precision
                        ? "Full dots: the model of this page, with its interval. Open dots: the "
                          "best other one. Bars: the ceiling of each kind."
                        : "Full dots: the model of this page, with its interval. Open dots: the "
                          "best other one.");
    markup_table_begin(t, "Kinds of households");
    add_segment_head(t, r, column);
    for (; i < r->e->n_segments; i++) {
        const aisle_segment *s = &r->e->segments[r->segments[i]];
        if (strcmp(s->column, column) != 0)
            break;
        add_segment(t, r, s);
    }
    text_add(t, "</tbody>\n");
    markup_table_end(t);
    return i;
}

void report_segments(text *t, const void *of)
{
    const report *r = of;
    if (r->e->n_segments == 0) {
        text_add(t, "<p class=\"note\">Not measured. <code>evaluate.segments</code> names columns "
                    "of the table of households to look at, or <code>history</code>.</p>\n");
        return;
    }
    text_add(t,
             "<p>%s for kinds of households apart: who is served well, and who is not. %sOf few "
             "households the interval is wide.</p>\n",
             report_metric(r),
             r->precision ? "A kind that buys more has a higher ceiling, so compare with that "
                            "before comparing kinds. "
                          : "");
    for (size_t i = 0; i < r->e->n_segments;)
        i = add_column(t, r, i);
}

static void add_fold(text *t, const report *r, const aisle_fold *f)
{
    const aisle_window *w = &f->split.test;
    text_add(t, "<tr><th scope=\"row\">%s to %s</th>", day_word(w->from).s, day_word(w->to - 1).s);
    markup_cell(t, count_word(f->households).s);
    markup_cell(t, real_word(f->ceiling, 4).s);
    for (size_t m = 0; m < r->e->n_models; m++)
        markup_cell(t, real_word(f->metric[m * r->e->n_metrics], 4).s);
    text_add(t, "</tr>\n");
}

/* "mean" or "standard deviation" under the folds. */
static void add_spread(text *t, const report *r, const char *name, bool deviation)
{
    text_add(t,
             "<tr class=\"ceiling\"><th scope=\"row\">%s</th><td class=\"n\"></td>"
             "<td class=\"n\"></td>",
             name);
    for (size_t m = 0; m < r->e->n_models; m++) {
        const aisle_spread *s = r->e->models[m].spread;
        markup_cell(t, s ? real_word(deviation ? s->deviation : s->mean, 4).s : "");
    }
    text_add(t, "</tr>\n");
}

static void add_folds_table(text *t, const report *r)
{
    markup_table_begin(t, "Test windows");
    text_add(t,
             "<thead><tr><th scope=\"col\">Judged on</th><th scope=\"col\" "
             "class=\"n\">households</th><th scope=\"col\" class=\"n\">%s</th>",
             ceiling_heading(r));
    for (size_t m = 0; m < r->e->n_models; m++)
        add_model_head(t, r, m);
    text_add(t, "</tr></thead>\n<tbody>\n");
    for (size_t f = r->e->n_folds; f-- > 0;)
        add_fold(t, r, &r->e->folds[f]);
    add_spread(t, r, "mean", false);
    if (r->e->n_folds > 1)
        add_spread(t, r, "standard deviation", true);
    text_add(t, "</tbody>\n");
    markup_table_end(t);
}

void report_folds(text *t, const void *of)
{
    const report *r = of;
    if (r->e->n_folds == 0) {
        text_add(t, "<p class=\"note\">Not measured: all figures are of one test window. "
                    "<code>--folds 3</code> judges on three, one before the other, each with "
                    "everything fitted anew from what was known before it.</p>\n");
        return;
    }
    text_add(t,
             "<p>%s on %zu test windows, everything fitted anew for each from what was known "
             "before it. The interval of one window does not know of holidays and promotions; "
             "these rows do.</p>\n",
             report_metric(r), r->e->n_folds);
    markup_chart(t, "folds",
                 "Each line is a model, each place a test window, the last one at the "
                 "right.");
    add_folds_table(t, r);
}
