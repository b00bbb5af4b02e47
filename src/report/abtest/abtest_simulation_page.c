/* How often the tests of an A/B analysis are wrong on the retailer's own receipts, as a page. */
#include "aisle/report.h"

#include "report/abtest/abtest_parts.h"
#include "report/json_text.h"
#include "report/page.h"

typedef struct shown {
    const aisle_abtest_simulation *s;
    const aisle_abtest_panel *panel;
} shown;

static void add_lead(text *t, const void *of)
{
    const shown *x = of;
    text_add(t,
             "<p class=\"lead\">%s tests without an effect and %s with one, made from what %s "
             "households bought from %s to %s</p>\n",
             count_word(x->s->options.repetitions).s, count_word(x->s->options.repetitions).s,
             count_word(x->s->households).s, day_word(x->panel->from).s,
             day_word(x->panel->to - 1).s);
}

/* Whether the interval of a frequency leaves out what it should be, above it. */
static bool is_above(const aisle_abtest_frequency *f, double target)
{
    return f->low > target;
}

static void add_answer(text *t, const void *of)
{
    const shown *x = of;
    int above = 0, below = 0;
    for (int i = 0; i < AISLE_ABTEST_SIMULATED; i++) {
        above += is_above(&x->s->tests[i].false_positives, x->s->options.alpha);
        below += x->s->tests[i].power.high < x->s->tests[i].designed;
    }
    text_add(t,
             "<p>A test at alpha %s may find an effect that is not there in %s of cases. Of %d "
             "tests, <strong>%d</strong> do so clearly more often here. When there is an effect, "
             "each should find it as often as its design says: <strong>%d</strong> find it clearly "
             "less often.</p>\n",
             real_word(x->s->options.alpha, 3).s, percent_word(x->s->options.alpha).s,
             AISLE_ABTEST_SIMULATED, above, below);
    text_add(t, "<p>Clearly: the 95&nbsp;%% interval of the simulation leaves out what it should "
                "be. Of many tests, one or another is left out by chance.</p>\n");
}

static void add_ground(text *t, const void *of)
{
    const shown *x = of;
    markup_table_begin(t, "The households of the simulation");
    text_add(t, "<tbody>\n");
    add_named_row(t, "households that had bought before", count_word(x->s->households).s);
    add_named_row(t, "weeks", count_word(x->panel->periods).s);
    add_named_row(t, "conversion", rate_word(x->s->conversion).s);
    add_named_row(t, "revenue of a household", real_word(x->s->revenue, 2).s);
    add_named_row(t, "its standard deviation", real_word(x->s->revenue_sd, 2).s);
    add_named_row(t, "its correlation with the weeks before",
                  real_word(x->s->pre_correlation, 2).s);
    add_named_row(t, "revenue of a visit", real_word(x->s->revenue_per_visit, 2).s);
    text_add(t, "</tbody>\n");
    markup_table_end(t);
    text_add(t, "<p>Tests without an effect: a coin tossed for each household. Tests with one: as "
                "many households drawn again, in half of which conversion or revenue rises by the "
                "effect.</p>\n");
}

static void add_row(text *t, const aisle_abtest_simulated *one)
{
    text_add(t, "<tr><th scope=\"row\">%s</th><td>%s</td>", one->metric, one->test);
    markup_cell(t, rate_word(one->false_positives.value).s);
    text_add(t, "<td class=\"n\">%s to %s</td>", rate_word(one->false_positives.low).s,
             rate_word(one->false_positives.high).s);
    markup_cell(t, lift_word(one->effect).s);
    markup_cell(t, rate_word(one->power.value).s);
    text_add(t, "<td class=\"n\">%s to %s</td>", rate_word(one->power.low).s,
             rate_word(one->power.high).s);
    markup_cell(t, rate_word(one->designed).s);
    text_add(t, "</tr>\n");
}

static void add_tests(text *t, const void *of)
{
    const shown *x = of;
    static const char *const headings[] = {"false positives", "95 % interval", "effect",
                                           "power",           "95 % interval", "power by design"};
    markup_chart(t, "falsePositives",
                 "How often each test finds an effect where there is none, with 95&nbsp;% "
                 "intervals. The bar is alpha.");
    markup_chart(t, "powers",
                 "How often each test finds the effect where there is one, with 95&nbsp;% "
                 "intervals. The bar is the power by design.");
    markup_table_begin(t, "Tests, simulated");
    text_add(t, "<thead><tr><th scope=\"col\">Metric</th><th scope=\"col\">test</th>");
    for (size_t i = 0; i < sizeof headings / sizeof headings[0]; i++)
        text_add(t, "<th scope=\"col\" class=\"n\">%s</th>", headings[i]);
    text_add(t, "</tr></thead>\n<tbody>\n");
    for (int i = 0; i < AISLE_ABTEST_SIMULATED; i++)
        add_row(t, &x->s->tests[i]);
    text_add(t, "</tbody>\n");
    markup_table_end(t);
    text_add(t,
             "<p>Fisher's exact test finds less than it may where groups are small: it is made "
             "to err on that side. Boundaries look at conversion after each of %u weeks, and "
             "find an effect if any look does. Bootstraps are of %u resamples.</p>\n",
             x->s->looks, x->s->options.resamples);
}

static void add_frequencies(text *t, const shown *x, const char *key, bool power)
{
    json_key(t, key);
    json_open(t, '[');
    for (int i = 0; i < AISLE_ABTEST_SIMULATED; i++) {
        const aisle_abtest_simulated *one = &x->s->tests[i];
        const aisle_abtest_frequency *f = power ? &one->power : &one->false_positives;
        text name = {0};
        text_add(&name, "%s, %s", one->metric, one->test);
        json_open(t, '{');
        json_named_string(t, "name", name.bytes);
        json_named_number(t, "value", f->value);
        json_named_number(t, "low", f->low);
        json_named_number(t, "high", f->high);
        json_named_number(t, "designed", one->designed);
        json_close(t, '}');
        text_fini(&name);
    }
    json_close(t, ']');
}

static void add_data(text *t, const void *of)
{
    const shown *x = of;
    text data = {0};
    json_open(&data, '{');
    json_named_number(&data, "alpha", x->s->options.alpha);
    add_frequencies(&data, x, "falsePositives", false);
    add_frequencies(&data, x, "powers", true);
    json_close(&data, '}');
    text_add_bytes(t, data.bytes ? data.bytes : "", data.length);
    t->failed |= data.failed;
    text_fini(&data);
}

aisle_status aisle_report_abtest_simulation(const char *path,
                                            const aisle_abtest_simulation *simulation,
                                            const aisle_abtest_panel *panel, aisle_error *err)
{
    static const page_section sections[] = {
        {"answer", "In short", add_answer},
        {"tests", "Each test", add_tests},
        {"ground", "What it was made from", add_ground},
    };
    shown x = {simulation, panel};
    page p = {.title = "Can these A/B tests be trusted?",
              .lead = add_lead,
              .sections = sections,
              .n_sections = sizeof sections / sizeof sections[0],
              .data = add_data,
              .of = &x};
    return page_write(path, &p, err);
}
