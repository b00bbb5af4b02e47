/* What level 2 goes by: gain of its columns, and what is lost without a family of them. */
#include <stdlib.h>
#include <string.h>

#include "aisle/features.h"
#include "base/mem.h"
#include "report/markup.h"
#include "report/evaluation/report_parts.h"

enum { FEATURES_SHOWN = 20 };

/* How many letters of the pattern stand in name, with anything in place of COLUMN or SOURCE; 0: it
 * does not fit. */
static size_t fit(const char *pattern, const char *name)
{
    const char *hole = strstr(pattern, "COLUMN");
    if (!hole)
        hole = strstr(pattern, "SOURCE");
    if (!hole)
        return strcmp(pattern, name) == 0 ? SIZE_MAX : 0;
    size_t before = (size_t)(hole - pattern), after = strlen(hole + 6), n = strlen(name);
    bool fits = n > before + after && strncmp(pattern, name, before) == 0 &&
                strcmp(hole + 6, name + n - after) == 0;
    return fits ? before + after : 0;
}

/* "The same in the last week." says what it says only after the row that it follows. */
static const char *const the_same = "The same ";

static void add_meaning(text *t, const aisle_feature_info *info)
{
    aisle_feature_info row;
    const char *before = "";
    size_t n = strlen(the_same);
    if (strncmp(info->meaning, the_same, n) != 0) {
        markup_text(t, info->meaning);
        return;
    }
    for (size_t i = 0; aisle_feature_at(&row, i) && strcmp(row.name, info->name) != 0; i++)
        if (strncmp(row.meaning, the_same, n) != 0)
            before = row.meaning;
    text whole = {0};
    size_t length = strlen(before);
    length -= length > 0 && before[length - 1] == '.';
    text_add(&whole, "%.*s, %s", (int)length, before, info->meaning + n);
    markup_text(t, whole.bytes ? whole.bytes : "");
    text_fini(&whole);
}

/* What fits best: the very name, else the pattern with the most letters in common. */
static bool find_feature(aisle_feature_info *out, const char *name)
{
    aisle_feature_info info;
    size_t best = 0;
    for (size_t i = 0; aisle_feature_at(&info, i); i++) {
        size_t letters = fit(info.name, name);
        if (letters <= best)
            continue;
        *out = info;
        best = letters;
    }
    return best > 0;
}

static int by_gain(const void *a, const void *b)
{
    const report_gain *x = a, *y = b;
    if (x->gain != y->gain)
        return x->gain < y->gain ? 1 : -1;
    return x->column < y->column ? -1 : 1;
}

size_t report_gains(report_gain **out, const aisle_evaluation *e)
{
    double sum = 0;
    *out = NEW_ARRAY(report_gain, e->n_features);
    if (!*out)
        return 0;
    for (size_t i = 0; i < e->n_features; i++)
        sum += e->feature_gain[i];
    for (size_t i = 0; i < e->n_features; i++)
        (*out)[i] = (report_gain){i, sum > 0 ? e->feature_gain[i] / sum : 0};
    qsort(*out, e->n_features, sizeof **out, by_gain);
    return e->n_features < FEATURES_SHOWN ? e->n_features : FEATURES_SHOWN;
}

static void add_feature(text *t, const char *name, double share)
{
    aisle_feature_info info;
    text_add(t, "<tr><th scope=\"row\"><code>");
    markup_text(t, name);
    text_add(t, "</code></th><td class=\"t\">");
    if (find_feature(&info, name))
        add_meaning(t, &info);
    text_add(t, "</td>");
    markup_cell(t, percent_word(share).s);
    text_add(t, "</tr>\n");
}

void report_features(text *t, const void *of)
{
    const report *r = of;
    if (r->e->n_features == 0) {
        text_add(t, "<p class=\"note\">Level 2 was not trained: there is nothing to show.</p>\n");
        return;
    }
    report_gain *gains;
    size_t n = report_gains(&gains, r->e);
    char line[256];
    if (r->e->order.by && strcmp(r->e->order.by, "trees") != 0) {
        aisle_order_tell(line, sizeof line, &r->e->order);
        text_add(t, "<p class=\"note\">Lists do not go by these columns: ");
        markup_text(t, line);
        text_add(t, ".</p>\n");
    }
    text_add(t,
             "<p>Level 2 looks at %zu columns of each candidate. Shown are the %zu that did most "
             "to tell what is bought from what is not, by their share of the trees' gain. Columns "
             "that say nearly the same share it between them, so this tells what the model uses, "
             "not what it could not do without.</p>\n",
             r->e->n_features, n);
    markup_chart(t, "features", "Share of the gain of level 2's trees, by column.");
    markup_table_begin(t, "Columns that level 2 uses most");
    text_add(t, "<thead><tr><th scope=\"col\">Column</th><th scope=\"col\">What it is</th>"
                "<th scope=\"col\" class=\"n\">Share of gain</th></tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < n; i++)
        add_feature(t, r->e->feature_names[gains[i].column], gains[i].gain);
    text_add(t, "</tbody>\n");
    markup_table_end(t);
    mem_free(gains);
}

static void add_family(text *t, const aisle_ablation *a, const aisle_ablated *f)
{
    text_add(t, "<tr><th scope=\"row\"><code>");
    markup_text(t, f->family);
    text_add(t, "</code></th><td class=\"t\">");
    markup_text(t, f->meaning);
    text_add(t, "</td>");
    markup_cell(t, count_word(f->columns).s);
    markup_cell(t, real_word(f->value, 4).s);
    markup_cell(t, signed_word(f->difference.value, 4).s);
    if (a->confidence > 0) {
        text_add(t, "<td class=\"n\">%s to %s</td>", signed_word(f->difference.low, 4).s,
                 signed_word(f->difference.high, 4).s);
        text_add(t, "<td>%s</td>",
                 !report_is_clear(&f->difference) ? "may be chance"
                 : f->difference.value < 0        ? "helps"
                                                  : "does harm");
    }
    text_add(t, "</tr>\n");
}

static void add_families(text *t, const aisle_ablation *a)
{
    markup_table_begin(t, "Level 2 without each family of features");
    text_add(t, "<thead><tr><th scope=\"col\">Without</th><th scope=\"col\">What it is</th>"
                "<th scope=\"col\" class=\"n\">columns</th><th scope=\"col\" class=\"n\">");
    markup_text(t, a->metric);
    text_add(t, "@%u</th><th scope=\"col\" class=\"n\">difference</th>", a->k);
    if (a->confidence > 0)
        text_add(t,
                 "<th scope=\"col\" class=\"n\">%s&nbsp;%% interval</th>"
                 "<th scope=\"col\">The family</th>",
                 real_word(100 * a->confidence, 0).s);
    text_add(t, "</tr></thead>\n<tbody>\n");
    for (size_t f = 0; f < a->n_families; f++)
        add_family(t, a, &a->families[f]);
    text_add(t, "</tbody>\n");
    markup_table_end(t);
}

void report_ablation(text *t, const void *of)
{
    const report *r = of;
    const aisle_ablation *a = r->in->ablation;
    if (!a) {
        text_add(t, "<p class=\"note\">Not measured. <code>aisle evaluate … --ablate</code> trains "
                    "level 2 without each family of features in turn; it takes some times as long "
                    "as the evaluation.</p>\n");
        return;
    }
    text_add(t,
             "<p>Level 2 trained anew without each family of features, and judged on %s "
             "households of ",
             count_word(a->households).s);
    text_add(t,
             "%s to %s: before the test window, which is not looked at for this. With all "
             "families ",
             day_word(a->window.from).s, day_word(a->window.to - 1).s);
    markup_text(t, a->metric);
    text_add(t, "@%u is %s there. Left of 0: something is lost without the family.</p>\n", a->k,
             real_word(a->value.value, 4).s);
    markup_chart(
        t, "ablation",
        "What is lost (left) or won (right) without a family of features, with intervals.");
    add_families(t, a);
}
