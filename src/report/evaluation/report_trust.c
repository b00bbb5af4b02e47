/* Whether the probabilities hold, and how long everything took. */
#include "report/markup.h"
#include "report/evaluation/report_parts.h"

static void add_bin(text *t, const aisle_reliability *b)
{
    text_add(t, "<tr><th scope=\"row\">%s to %s</th>", real_word(b->from, 2).s,
             real_word(b->to, 2).s);
    markup_cell(t, real_word(b->predicted, 4).s);
    markup_cell(t, real_word(b->observed, 4).s);
    markup_cell(t, count_word(b->count).s);
    text_add(t, "</tr>\n");
}

void report_calibration(text *t, const void *of)
{
    const report *r = of;
    if (r->e->n_reliability == 0) {
        text_add(t,
                 "<p class=\"note\">Not measured. With <code>ranker.calibrated: true</code> each "
                 "product has the probability of a purchase, and they are checked here.</p>\n");
        return;
    }
    text_add(t,
             "<p>Each candidate has a probability of being bought in the window. Of those with a "
             "probability of about 20 %%, about 20 of 100 should have been. They are off by %s of "
             "a percentage point on average (the expected calibration error, %s), over all "
             "candidates of all known households, whether they came or not.</p>\n",
             real_word(100 * r->e->calibration_error, 2).s,
             real_word(r->e->calibration_error, 4).s);
    markup_chart(t, "calibration",
                 "Each dot: candidates of about the same probability. On the line: as many were "
                 "bought as foretold; above it: more. The larger, the more candidates.");
    markup_table_begin(t, "Probabilities and what came of them");
    markup_heading_row(
        t, (const char *[]){"Probability", "Mean of them", "Were bought", "Candidates"}, 4);
    text_add(t, "<tbody>\n");
    for (size_t i = 0; i < r->e->n_reliability; i++)
        add_bin(t, &r->e->reliability[i]);
    text_add(t, "</tbody>\n");
    markup_table_end(t);
}

static void add_stage(text *t, const char *name, double seconds)
{
    text_add(t, "<tr><th scope=\"row\">");
    markup_text(t, name);
    text_add(t, "</th>");
    markup_cell(t, real_word(seconds, 2).s);
    text_add(t, "</tr>\n");
}

void report_time(text *t, const void *of)
{
    const report *r = of;
    double sum = r->in->reading;
    for (size_t i = 0; i < r->e->n_stages; i++)
        sum += r->e->stages[i].seconds;
    text_add(t, "<p>The whole of this took %s seconds, on one machine at one time.</p>\n",
             real_word(sum, 1).s);
    markup_chart(t, "time", "Seconds by stage.");
    text_add(t, "<details><summary>In figures</summary>\n");
    markup_table_begin(t, "Seconds by stage");
    markup_heading_row(t, (const char *[]){"Stage", "Seconds"}, 2);
    text_add(t, "<tbody>\n");
    if (r->in->reading > 0)
        add_stage(t, "reading", r->in->reading);
    for (size_t i = 0; i < r->e->n_stages; i++)
        add_stage(t, r->e->stages[i].name, r->e->stages[i].seconds);
    text_add(t, "</tbody>\n");
    markup_table_end(t);
    text_add(t, "</details>\n");
}
