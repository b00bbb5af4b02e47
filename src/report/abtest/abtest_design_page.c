/* How large an A/B test must be, as a page. */
#include "aisle/report.h"

#include <math.h>

#include "report/abtest/abtest_parts.h"
#include "report/json_text.h"
#include "report/page.h"

static bool of_means(const aisle_abtest_design *d)
{
    return d->options.sd > 0;
}

static word value_word(const aisle_abtest_design *d, double value)
{
    return of_means(d) ? real_word(value, 4) : rate_word(value);
}

static void add_lead(text *t, const void *of)
{
    const aisle_abtest_design *d = of;
    text_add(t,
             "<p class=\"lead\">%s of %s in the control, to be found when a treatment makes it "
             "%s",
             of_means(d) ? "A mean" : "A conversion", value_word(d, d->options.baseline).s,
             value_word(d, d->expected).s);
    if (isfinite(d->relative))
        text_add(t, " (%s)", lift_word(d->relative).s);
    text_add(t, "</p>\n");
}

static void add_answer(text *t, const void *of)
{
    const aisle_abtest_design *d = of;
    const aisle_abtest_design_options *o = &d->options;
    text words = {0};
    text_add(&words, "%s in the control; %s households in all %u groups.", count_word(d->control).s,
             count_word(d->total).s, o->treatments + 1);
    text_add(t, "<div class=\"keys\">\n");
    add_key(t, count_word(d->treatment).s,
            o->treatments > 1 ? "households in each treatment" : "households in the treatment",
            words.bytes ? words.bytes : "");
    text_fini(&words);
    if (d->days > 0) {
        text_add(&words,
                 "%s days of %s households a day who take part, rounded up to whole weeks, "
                 "so that each day of the week counts alike.",
                 count_word(d->days).s, count_word((uint64_t)(o->daily * o->share + 0.5)).s);
        add_key(t, count_word(d->weeks).s, d->weeks == 1 ? "week" : "weeks",
                words.bytes ? words.bytes : "");
        text_fini(&words);
    }
    text_add(&words,
             "So many of a hundred such tests find the effect, if it is as large as "
             "that. If there is none, %s of a hundred find one all the same (alpha).",
             real_word(100 * o->alpha, 1).s);
    add_key(t, percent_word(d->power).s, "power", words.bytes ? words.bytes : "");
    text_fini(&words);
    text_add(t, "</div>\n");
    if (d->days == 0)
        text_add(t, "<p class=\"note\">How long it takes is not known: <code>--daily</code> says "
                    "how many households come a day.</p>\n");
}

static void add_assumptions(text *t, const void *of)
{
    const aisle_abtest_design *d = of;
    const aisle_abtest_design_options *o = &d->options;
    markup_table_begin(t, "What the size was computed from");
    text_add(t, "<tbody>\n");
    add_named_row(t, of_means(d) ? "mean in the control" : "conversion in the control",
                  value_word(d, o->baseline).s);
    add_named_row(t, "the same in a treatment", value_word(d, d->expected).s);
    if (of_means(d))
        add_named_row(t, "standard deviation of a household", real_word(o->sd, 4).s);
    else
        add_named_row(t, "formula", aisle_abtest_formula_name(o->formula));
    add_named_row(t, "treatments beside the control", count_word(o->treatments).s);
    add_named_row(t, "households of a treatment to those of the control", real_word(o->ratio, 3).s);
    add_named_row(t, "alpha, over all comparisons", real_word(o->alpha, 4).s);
    add_named_row(t, "alpha of one comparison", real_word(d->alpha_each, 4).s);
    add_named_row(t, "sides", o->one_sided ? "one: only in the direction of the effect" : "two");
    add_named_row(t, "households of a treatment before rounding", real_word(d->exact, 2).s);
    if (o->looks.n > 0) {
        add_named_row(t, "looks", count_word(o->looks.n).s);
        add_named_row(t, "boundary", aisle_abtest_boundary_name(o->looks.boundary));
        add_named_row(t, "households, times those of one look", real_word(d->inflation, 4).s);
    }
    text_add(t, "</tbody>\n");
    markup_table_end(t);
}

static void add_curve_row(text *t, const aisle_abtest_design *d, const aisle_abtest_power_point *p)
{
    text_add(t, "<tr><th scope=\"row\">%s</th>", value_word(d, p->effect).s);
    markup_cell(t, isfinite(p->relative) ? lift_word(p->relative).s : "");
    markup_cell(t, percent_word(p->power).s);
    markup_cell(t, p->size < 1e15 ? count_word((uint64_t)ceil(p->size)).s : "");
    text_add(t, "</tr>\n");
}

static void add_curve(text *t, const void *of)
{
    const aisle_abtest_design *d = of;
    text_add(t, "<p>A smaller effect is found more seldom, or needs more households: half the "
                "effect, about four times as many.</p>\n");
    markup_chart(t, "power",
                 "How many of such tests, with the households of above, find an effect of each "
                 "size. The broken line is the power that was asked for.");
    markup_chart(t, "size", "Households of each treatment that find an effect with that power.");
    markup_table_begin(t, "Power and households by effect");
    markup_heading_row(
        t, (const char *[]){"effect", "relative", "power", "households for the power"}, 4);
    text_add(t, "<tbody>\n");
    for (int i = 0; i < AISLE_ABTEST_CURVE; i++)
        if (isfinite(d->curve[i].power))
            add_curve_row(t, d, &d->curve[i]);
    text_add(t, "</tbody>\n");
    markup_table_end(t);
}

static void add_habits(text *t, const void *of)
{
    (void)of;
    text_add(t,
             "<ul>\n<li>Who is in which group is drawn by household, not by visit: "
             "<code>aisle abtest assign</code>.</li>\n"
             "<li>One metric decides, named before the test begins; others are watched.</li>\n"
             "<li>The test runs for whole weeks, to the end: who stops at the first good day finds "
             "effects that are not there. Looks before the end need their own boundaries "
             "(<code>aisle abtest analyze --looks</code>).</li>\n"
             "<li>First of all the sizes of the groups are checked: where they are not as drawn, "
             "something is wrong with the test.</li>\n"
             "<li>The conversion of the control is a guess from the past. If it turns out lower, "
             "the same relative effect needs more households.</li>\n</ul>\n");
}

static void add_data(text *t, const void *of)
{
    const aisle_abtest_design *d = of;
    text data = {0};
    bool relative = isfinite(d->relative);
    json_open(&data, '{');
    json_named_number(&data, "power", d->options.power);
    json_key(&data, "relative");
    json_number(&data, relative);
    json_named_string(&data, "effectLabel", relative ? "relative effect" : "effect");
    json_key(&data, "curve");
    json_open(&data, '[');
    for (int i = 0; i < AISLE_ABTEST_CURVE; i++) {
        const aisle_abtest_power_point *p = &d->curve[i];
        if (!isfinite(p->power))
            continue;
        json_open(&data, '{');
        json_named_string(&data, "name",
                          relative ? lift_word(p->relative).s : signed_word(p->effect, 4).s);
        json_named_number(&data, "effect", relative ? p->relative : p->effect);
        json_named_number(&data, "power", p->power);
        json_named_number(&data, "size", p->size);
        json_close(&data, '}');
    }
    json_close(&data, ']');
    json_close(&data, '}');
    text_add_bytes(t, data.bytes ? data.bytes : "", data.length);
    t->failed |= data.failed;
    text_fini(&data);
}

aisle_status aisle_report_abtest_design(const char *path, const aisle_abtest_design *design,
                                        aisle_error *err)
{
    static const page_section sections[] = {
        {"answer", "In short", add_answer},
        {"curve", "Smaller and larger effects", add_curve},
        {"assumptions", "What it was computed from", add_assumptions},
        {"habits", "Before it begins", add_habits},
    };
    page p = {.title = "How large must the A/B test be?",
              .lead = add_lead,
              .sections = sections,
              .n_sections = sizeof sections / sizeof sections[0],
              .data = add_data,
              .of = design};
    return page_write(path, &p, err);
}
