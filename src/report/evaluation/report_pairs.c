/* Models compared for the same households, by the same resamples. */
#include "report/markup.h"
#include "report/evaluation/report_parts.h"

static void add_pair(text *t, const report *r, size_t a, size_t b)
{
    aisle_estimate d;
    if (!report_difference(&d, r, a, b))
        return;
    text_add(t, "<tr><th scope=\"row\">");
    report_add_model(t, r, b);
    text_add(t, " against ");
    report_add_model(t, r, a);
    text_add(t, "</th>");
    markup_cell(t, signed_word(d.value, 4).s);
    text_add(t, "<td class=\"n\">%s to %s</td>", signed_word(d.low, 4).s, signed_word(d.high, 4).s);
    text_add(t, "<td>%s</td></tr>\n",
             !report_is_clear(&d) ? "may be chance"
             : d.value > 0        ? "better"
                                  : "worse");
}

static void begin_table(text *t, const report *r, const char *name)
{
    markup_table_begin(t, name);
    text_add(t,
             "<thead><tr><th scope=\"col\">Models</th><th scope=\"col\" class=\"n\">Difference of "
             "%s</th><th scope=\"col\" class=\"n\">",
             report_metric(r));
    report_add_confidence(t, r);
    text_add(t, "</th><th scope=\"col\">The first is</th></tr></thead>\n<tbody>\n");
}

static void end_table(text *t)
{
    text_add(t, "</tbody>\n");
    markup_table_end(t);
}

static void add_other_pairs(text *t, const report *r)
{
    size_t n = r->e->n_models;
    if (n < 3)
        return;
    text_add(t, "<details><summary>All other pairs</summary>\n");
    begin_table(t, r, "All other pairs of models");
    for (size_t a = 0; a < n; a++)
        for (size_t b = a + 1; b < n; b++)
            if (a != r->hero && b != r->hero)
                add_pair(t, r, a, b);
    end_table(t);
    text_add(t, "</details>\n");
}

void report_pairs(text *t, const void *of)
{
    const report *r = of;
    if (r->e->n_comparisons == 0) {
        text_add(t, "<p class=\"note\">Not measured: %s.</p>\n",
                 r->e->n_models < 2 ? "there is one model only"
                                    : "it needs intervals (<code>evaluate.bootstrap</code>)");
        return;
    }
    text_add(t, "<p>Two models are judged on the same households, so their difference is known "
                "better than either of them: two intervals of the table above may overlap and the "
                "difference still be clear. Where the interval of a difference holds 0, the two "
                "may as well be equally good.</p>\n");
    markup_chart(t, "pairs",
                 "How much more the model of this page scores than each other one. Right of 0: "
                 "better; an interval across 0: may be chance.");
    begin_table(t, r, "The model of this page against each other");
    for (size_t m = 0; m < r->e->n_models; m++)
        if (m != r->hero)
            add_pair(t, r, m, r->hero);
    end_table(t);
    add_other_pairs(t, r);
    text_add(t, "<p>With many pairs, a few intervals miss 0 by chance alone: they are not "
                "corrected for how many there are.</p>\n");
}
