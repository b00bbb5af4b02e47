/* What an A/B test has shown, as a page. */
#include "aisle/report.h"

#include <math.h>

#include "report/abtest/abtest_parts.h"
#include "report/json_text.h"
#include "report/page.h"

/* What was found, and how it was asked for. */
typedef struct shown {
    const aisle_abtest_analysis *a;
    const aisle_abtest_analysis_options *how;
} shown;

static const aisle_abtest_analysis *analysis_of(const void *of)
{
    return ((const shown *)of)->a;
}

static void add_lead(text *t, const void *of)
{
    const aisle_abtest_analysis *a = analysis_of(of);
    uint64_t n = 0;
    for (size_t g = 0; g < a->n_groups; g++)
        n += a->groups[g].households;
    text_add(t, "<p class=\"lead\">%s households in %zu groups, decided by %s</p>\n",
             count_word(n).s, a->n_groups, a->comparisons[0].metric);
}

/* "95 % interval" of alpha .05, "98.44 % interval" of .0156. */
static word interval_word(const aisle_abtest_analysis *a)
{
    double percent = 100 * (1 - a->alpha);
    return unit_word(percent, fabs(percent - round(percent)) < 1e-9 ? 0 : 2, " % interval");
}

static const char *verdict_word(aisle_abtest_verdict verdict)
{
    switch (verdict) {
    case AISLE_ABTEST_DO_NOT_DECIDE:
        return "Do not decide";
    case AISLE_ABTEST_GO_ON:
        return "Go on";
    case AISLE_ABTEST_TAKE:
        return "Take it";
    case AISLE_ABTEST_WEIGH:
        return "Weigh it";
    case AISLE_ABTEST_KEEP:
        break;
    }
    return "Keep the control";
}

static void add_effect_key(text *t, const aisle_abtest_analysis *a,
                           const aisle_abtest_comparison *c)
{
    text words = {0}, name = {0};
    text_add(&name, "%s of ", c->metric);
    markup_text(&name, a->groups[c->treatment].name);
    text_add(&words, "%s %s to %s; p %s. ", interval_word(a).s, lift_word(c->lift.low).s,
             lift_word(c->lift.high).s, chance_word(c->p_adjusted).s);
    text_add(&words, c->counts ? "More than chance explains."
                               : "It may be chance: that is no proof that there is no effect.");
    add_key(t, isfinite(c->relative) ? lift_word(c->relative).s : signed_word(c->difference, 4).s,
            name.bytes ? name.bytes : "", words.bytes ? words.bytes : "");
    text_fini(&words);
    text_fini(&name);
}

static void add_answer(text *t, const void *of)
{
    const aisle_abtest_analysis *a = analysis_of(of);
    text decision = {0};
    markup_text(&decision, a->decision);
    text_add(t, "<div class=\"keys\">\n");
    add_key(t, verdict_word(a->verdict), "decision", decision.bytes ? decision.bytes : "");
    text_fini(&decision);
    for (size_t i = 0; i < a->n_comparisons; i++)
        if (a->comparisons[i].primary && !a->sample_ratio_wrong)
            add_effect_key(t, a, &a->comparisons[i]);
    text_add(t, "</div>\n");
}

static void add_group(text *t, const aisle_abtest_analysis *a, const aisle_abtest_group *g)
{
    text_add(t, "<tr><th scope=\"row\">");
    markup_text(t, g->name);
    text_add(t, "</th>");
    markup_cell(t, count_word(g->households).s);
    markup_cell(t, count_word((uint64_t)(g->expected + 0.5)).s);
    if (a->has_conversion) {
        markup_cell(t, count_word(g->converted).s);
        markup_cell(t, rate_word(g->rate).s);
        text_add(t, "<td class=\"n\">%s to %s</td>", rate_word(g->wilson.low).s,
                 rate_word(g->wilson.high).s);
    }
    text_add(t, "</tr>\n");
}

static void add_groups(text *t, const void *of)
{
    const aisle_abtest_analysis *a = analysis_of(of);
    word interval = interval_word(a);
    text_add(t,
             "<p>Sizes of groups that differ from what was drawn by more than chance mean that "
             "something went wrong: households lost, or counted twice. Then no figure of the test "
             "can be trusted. Here p is %s: <strong>%s</strong>.</p>\n",
             chance_word(a->sample_ratio_p).s,
             a->sample_ratio_wrong ? "the groups are not as drawn" : "the groups are as drawn");
    if (a->has_conversion)
        markup_chart(t, "rates",
                     "Share of each group's households that converted, with intervals "
                     "(Wilson). For whether they differ, see the effects.");
    markup_table_begin(t, "Groups");
    markup_heading_row(
        t,
        (const char *[]){"Group", "households", "expected", "converted", "conversion", interval.s},
        a->has_conversion ? 6 : 3);
    text_add(t, "<tbody>\n");
    for (size_t g = 0; g < a->n_groups; g++)
        add_group(t, a, &a->groups[g]);
    text_add(t, "</tbody>\n");
    markup_table_end(t);
}

static void add_interval(text *t, aisle_abtest_interval i, word (*as)(double))
{
    if (isfinite(i.low) && isfinite(i.high))
        text_add(t, "<td class=\"n\">%s to %s</td>", as(i.low).s, as(i.high).s);
    else
        text_add(t, "<td class=\"n\"></td>");
}

static void add_effect(text *t, const aisle_abtest_analysis *a, const aisle_abtest_comparison *c)
{
    text_add(t, "<tr%s><th scope=\"row\">%s</th><td>", c->primary ? " class=\"hero\"" : "",
             c->metric);
    markup_text(t, a->groups[c->treatment].name);
    text_add(t, "</td><td>%s</td>", c->test);
    markup_cell(t, real_word(c->control, 4).s);
    markup_cell(t, real_word(c->treated, 4).s);
    markup_cell(t, isfinite(c->relative) ? lift_word(c->relative).s : "");
    add_interval(t, c->lift, lift_word);
    markup_cell(t, chance_word(c->p).s);
    markup_cell(t, chance_word(c->p_adjusted).s);
    text_add(t, "<td>%s</td></tr>\n",
             !c->counts          ? "may be chance"
             : c->difference > 0 ? "more"
                                 : "less");
}

static void add_effects(text *t, const void *of)
{
    const aisle_abtest_analysis *a = analysis_of(of);
    text_add(t, "<p>Each treatment against the control, by household. p is how often a difference "
                "as large would come by chance alone; adjusted, it makes up for how many "
                "comparisons there are. The metric that decides is set off.</p>\n");
    markup_chart(t, "effects",
                 "Lift of each metric against the control, with its interval. In "
                 "grey: may be chance.");
    markup_table_begin(t, "Effects");
    text_add(t, "<thead><tr><th scope=\"col\">Metric</th><th scope=\"col\">treatment</th>"
                "<th scope=\"col\">test</th>");
    static const char *const more[] = {"control", "treatment", "lift"};
    for (int i = 0; i < 3; i++)
        text_add(t, "<th scope=\"col\" class=\"n\">%s</th>", more[i]);
    text_add(t,
             "<th scope=\"col\" class=\"n\">%s</th><th scope=\"col\" class=\"n\">p</th>"
             "<th scope=\"col\" class=\"n\">p adjusted</th><th scope=\"col\">it is</th></tr>"
             "</thead>\n<tbody>\n",
             interval_word(a).s);
    for (size_t i = 0; i < a->n_comparisons; i++)
        add_effect(t, a, &a->comparisons[i]);
    text_add(t, "</tbody>\n");
    markup_table_end(t);
}

static void add_ways_of(text *t, const aisle_abtest_group *g, const aisle_abtest_proportions *p)
{
    text_add(t, "<h3>");
    markup_text(t, g->name);
    text_add(t, "</h3>\n");
    markup_table_begin(t, "Two conversions compared, every way");
    markup_heading_row(t, (const char *[]){"Test", "statistic", "p"}, 3);
    text_add(t,
             "<tbody>\n<tr><th scope=\"row\">z, pooled</th><td class=\"n\">%s</td>"
             "<td class=\"n\">%s</td></tr>\n",
             real_word(p->z, 4).s, chance_word(p->z_p).s);
    text_add(t,
             "<tr><th scope=\"row\">chi-squared</th><td class=\"n\">%s</td>"
             "<td class=\"n\">%s</td></tr>\n",
             real_word(p->chi2, 4).s, chance_word(p->chi2_p).s);
    text_add(t,
             "<tr><th scope=\"row\">the same, corrected by Yates</th><td class=\"n\">%s</td>"
             "<td class=\"n\">%s</td></tr>\n",
             real_word(p->yates, 4).s, chance_word(p->yates_p).s);
    text_add(t,
             "<tr><th scope=\"row\">Fisher, exact</th><td class=\"n\"></td>"
             "<td class=\"n\">%s</td></tr>\n</tbody>\n",
             chance_word(p->fisher_p).s);
    markup_table_end(t);
    markup_table_begin(t, "Intervals of the difference");
    markup_heading_row(
        t, (const char *[]){"Interval of the difference, in percentage points", "from", "to"}, 3);
    text_add(t, "<tbody>\n");
    const struct {
        const char *name;
        aisle_abtest_interval i;
    } all[] = {{"Newcombe", p->newcombe}, {"Wald", p->wald}, {"score", p->score}};
    for (int i = 0; i < 3; i++)
        text_add(
            t, "<tr><th scope=\"row\">%s</th><td class=\"n\">%s</td><td class=\"n\">%s</td></tr>\n",
            all[i].name, signed_word(100 * all[i].i.low, 2).s,
            signed_word(100 * all[i].i.high, 2).s);
    text_add(t, "</tbody>\n");
    markup_table_end(t);
}

static void add_ways(text *t, const void *of)
{
    const aisle_abtest_analysis *a = analysis_of(of);
    if (!a->has_conversion) {
        text_add(t, "<p class=\"note\">The data have no conversion.</p>\n");
        return;
    }
    text_add(t, "<p>Large groups: all agree. Where a group is so small that fewer than five are "
                "expected to convert, Fisher's exact test counts, else z.</p>\n");
    for (size_t g = 1; g < a->n_groups; g++)
        add_ways_of(t, &a->groups[g], &a->proportions[g - 1]);
}

/* Boundaries of all looks, or of those until now where the later ones are not known. */
static uint32_t find_boundary(double critical[AISLE_ABTEST_LOOKS_MOST], const shown *s)
{
    aisle_abtest_looks all = s->a->looks;
    if (all.information[0] == 0) {
        all.look = all.n;
        if (aisle_abtest_boundary_make(critical, &all, s->how->alpha, NULL) == AISLE_OK)
            return all.n;
    }
    if (aisle_abtest_boundary_make(critical, &s->a->looks, s->how->alpha, NULL) == AISLE_OK)
        return s->a->looks.look;
    return 0;
}

static void add_looks(text *t, const void *of)
{
    const aisle_abtest_analysis *a = analysis_of(of);
    if (a->looks.n == 0) {
        text_add(t, "<p>The test is looked at once, at its end. Whoever looks earlier and stops at "
                    "what is good finds effects that are not there, unless looks are planned "
                    "(<code>--looks</code>).</p>\n");
        return;
    }
    text_add(t,
             "<p>This is look %u of %u. At a look, z must reach a boundary (%s) that makes up for "
             "looking often: here %s. It is %s.</p>\n",
             a->looks.look, a->looks.n, aisle_abtest_boundary_name(a->looks.boundary),
             real_word(a->critical, 3).s, real_word(a->comparisons[0].statistic, 3).s);
    markup_chart(t, "looks", "The boundaries above and below (broken), and where z is now.");
}

static void add_limits(text *t, const void *of)
{
    (void)of;
    text_add(
        t, "<ul>\n<li>The effect is that of these households in these weeks. What is new wears "
           "off, and holidays are not like other weeks.</li>\n"
           "<li>The interval is what to plan with, not the lift alone: the true effect may be at "
           "either end of it.</li>\n"
           "<li>Effects on households outside of the test, on stock and on what products cost are "
           "not in these figures.</li>\n</ul>\n");
}

static void json_effects(text *t, const aisle_abtest_analysis *a)
{
    json_key(t, "effects");
    json_open(t, '[');
    for (size_t i = 0; i < a->n_comparisons; i++) {
        const aisle_abtest_comparison *c = &a->comparisons[i];
        if (!isfinite(c->relative) || !isfinite(c->lift.low) || !isfinite(c->lift.high))
            continue;
        text name = {0};
        text_add(&name, "%s, %s", c->metric, c->test);
        if (a->n_groups > 2)
            text_add(&name, ", %s", a->groups[c->treatment].name);
        json_open(t, '{');
        json_named_string(t, "name", name.bytes);
        json_named_number(t, "value", c->relative);
        json_named_number(t, "low", c->lift.low);
        json_named_number(t, "high", c->lift.high);
        json_named_number(t, "counts", c->counts);
        json_close(t, '}');
        text_fini(&name);
    }
    json_close(t, ']');
}

static void json_groups(text *t, const aisle_abtest_analysis *a)
{
    json_key(t, "groups");
    json_open(t, '[');
    for (size_t g = 0; g < a->n_groups; g++) {
        json_open(t, '{');
        json_named_string(t, "name", a->groups[g].name);
        json_named_number(t, "value", a->groups[g].rate);
        json_named_number(t, "low", a->groups[g].wilson.low);
        json_named_number(t, "high", a->groups[g].wilson.high);
        json_named_number(t, "control", g == 0);
        json_close(t, '}');
    }
    json_close(t, ']');
}

static void json_looks(text *t, const shown *s)
{
    const aisle_abtest_analysis *a = s->a;
    double critical[AISLE_ABTEST_LOOKS_MOST];
    uint32_t n = a->looks.n ? find_boundary(critical, s) : 0;
    json_key(t, "looks");
    json_open(t, '{');
    json_named_number(t, "look", a->looks.look);
    json_named_number(t, "z", a->comparisons[0].statistic);
    json_key(t, "critical");
    json_open(t, '[');
    for (uint32_t i = 0; i < n; i++)
        json_number(t, critical[i]);
    json_close(t, ']');
    json_close(t, '}');
}

static void add_data(text *t, const void *of)
{
    const aisle_abtest_analysis *a = analysis_of(of);
    text data = {0};
    json_open(&data, '{');
    json_groups(&data, a);
    json_effects(&data, a);
    json_looks(&data, of);
    json_close(&data, '}');
    text_add_bytes(t, data.bytes ? data.bytes : "", data.length);
    t->failed |= data.failed;
    text_fini(&data);
}

aisle_status aisle_report_abtest_analysis(const char *path, const aisle_abtest_analysis *analysis,
                                          const aisle_abtest_analysis_options *options,
                                          aisle_error *err)
{
    shown s = {analysis, options};
    static const page_section sections[] = {
        {"answer", "In short", add_answer},
        {"groups", "Are the groups as drawn?", add_groups},
        {"effects", "The effects", add_effects},
        {"looks", "When it was looked at", add_looks},
        {"ways", "Conversion compared, every way", add_ways},
        {"limits", "What this does not show", add_limits},
    };
    page p = {.title = "What has the A/B test shown?",
              .lead = add_lead,
              .sections = sections,
              .n_sections = sizeof sections / sizeof sections[0],
              .data = add_data,
              .of = &s};
    return page_write(path, &p, err);
}
