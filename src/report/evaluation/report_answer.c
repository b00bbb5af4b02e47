/* What the evaluation found, and what was asked, in plain words. */
#include <math.h>
#include <string.h>

#include "report/markup.h"
#include "report/evaluation/report_parts.h"

static void add_key_begin(text *t, const char *figure, const char *name)
{
    text_add(t, "<div class=\"key\"><div class=\"figure\">%s</div><div class=\"name\">%s</div><p>",
             figure, name);
}

static void add_key_end(text *t)
{
    text_add(t, "</p></div>\n");
}

typedef struct scale {
    double times;
    int digits;
} scale;

static void add_interval_of(text *t, const report *r, const aisle_estimate *e, scale by)
{
    if (r->e->confidence <= 0)
        return;
    text_add(t, " (");
    report_add_confidence(t, r);
    text_add(t, " %s to %s)", real_word(by.times * e->low, by.digits).s,
             real_word(by.times * e->high, by.digits).s);
}

/* "2.05 of 5", and what it means. */
static void add_hits(text *t, const report *r)
{
    const aisle_estimate *e = &r->e->models[r->hero].metric[0];
    text figure = {0};
    text_add(&figure, "%s <small>of %lld</small>", real_word((double)r->k * e->value, 2).s,
             (long long)r->k);
    add_key_begin(t, figure.bytes ? figure.bytes : "", "recommended products that were bought");
    text_fini(&figure);
    text_add(t, "On average, of the first %lld products on a household's list by ",
             (long long)r->k);
    report_add_model(t, r, r->hero);
    text_add(t, ", so many were on its receipts in the %d days after", r->days);
    add_interval_of(t, r, e, (scale){(double)r->k, 2});
    text_add(t, ". As a share: %s&nbsp;=&nbsp;%s.", report_metric(r), real_word(e->value, 4).s);
    add_key_end(t);
}

static void add_first_metric(text *t, const report *r)
{
    const aisle_estimate *e = &r->e->models[r->hero].metric[0];
    add_key_begin(t, real_word(e->value, 4).s, report_metric(r));
    text_add(t, "The mean over all households, of ");
    report_add_model(t, r, r->hero);
    add_interval_of(t, r, e, (scale){1, 4});
    text_add(t, ".");
    add_key_end(t);
}

static void add_verdict(text *t, const report *r, const aisle_estimate *d, scale by)
{
    if (r->e->confidence <= 0) {
        text_add(t, " No intervals were computed: it is not known whether that is chance.");
        return;
    }
    text_add(t, " The figure above has the ");
    report_add_confidence(t, r);
    text_add(t, " %s to %s: %s.", signed_word(by.times * d->low, by.digits).s,
             signed_word(by.times * d->high, by.digits).s,
             report_is_clear(d) ? "not by the chance of which households were there"
                                : "it holds 0, so this may be chance");
}

/* How much more than the best of the others. */
static void add_gain(text *t, const report *r)
{
    aisle_estimate d;
    scale by = r->precision ? (scale){100 * (double)r->k, 1} : (scale){1, 4};
    double mine = r->e->models[r->hero].metric[0].value;
    double other = r->e->models[r->rival].metric[0].value;
    if (r->rival == r->hero)
        return;
    bool known = report_difference(&d, r, r->rival, r->hero);
    if (!known)
        d = (aisle_estimate){mine - other, mine - other, mine - other};
    add_key_begin(t, signed_word(by.times * d.value, r->precision ? 0 : 4).s,
                  r->precision ? "more purchases foreseen, of 100 households"
                               : "against the next best");
    text_add(t, "The best of the other models, ");
    report_add_model(t, r, r->rival);
    text_add(t, ", has a %s of %s", report_metric(r), real_word(other, 4).s);
    if (other > 0)
        text_add(t, "; this is %s %s.", percent_word(fabs(d.value) / other).s,
                 d.value < 0 ? "less" : "more");
    else
        text_add(t, ".");
    if (known)
        add_verdict(t, r, &d, by);
    add_key_end(t);
}

static void add_ceiling(text *t, const report *r)
{
    double ceiling = r->e->ceiling[0].value;
    if (!r->precision || ceiling <= 0)
        return;
    add_key_begin(t, percent_word(r->e->models[r->hero].metric[0].value / ceiling).s,
                  "of what a perfect list would reach");
    text_add(t,
             "Not every household buys %lld different products in %d days: a list that knew the "
             "future would have %s of %lld bought (a precision of %s, the ceiling).",
             (long long)r->k, r->days, real_word((double)r->k * ceiling, 2).s, (long long)r->k,
             real_word(ceiling, 4).s);
    add_key_end(t);
}

void report_answer(text *t, const void *of)
{
    const report *r = of;
    text_add(t, "<div class=\"keys\">\n");
    if (r->precision)
        add_hits(t, r);
    else
        add_first_metric(t, r);
    add_gain(t, r);
    add_ceiling(t, r);
    text_add(t,
             "</div>\n<p>These are purchases that households made anyway, without having seen a "
             "list: they say how well the lists foresee, not what showing them would earn. That "
             "is for an A/B test to say (<a href=\"#limits\">what this does not show</a>).</p>\n");
}

static void add_definition(text *t, const char *name, const char *meaning)
{
    text_add(t, "<dt>%s</dt><dd>%s</dd>\n", name, meaning);
}

void report_question(text *t, const void *of)
{
    const report *r = of;
    const aisle_window *w = &r->e->split.test;
    text_add(t,
             "<p>Which products will each household buy next? Every model was given the receipts "
             "of before %s, made a list for each household, best first, and was then judged on "
             "what the household bought from %s to %s.</p>\n",
             day_word(w->as_of).s, day_word(w->from).s, day_word(w->to - 1).s);
    if (r->e->new_only)
        text_add(t, "<p><strong>New products only.</strong> Lists hold only products that the "
                    "household never bought before, and only such purchases count. That is much "
                    "harder than to foresee what is bought again.</p>\n");
    text_add(t, "<p>The words of this page:</p>\n<dl>\n");
    add_definition(t, "precision@k",
                   "The share of the first k products of a list that were "
                   "bought: with 2 of 5, it is 0.4. The mean over households.");
    add_definition(t, "recall@k",
                   "The share of what a household bought that stands among the "
                   "first k of its list.");
    add_definition(t, "ceiling",
                   "What a perfect list would score. A household that buys three "
                   "products can have three of five at most.");
    add_definition(t, "interval",
                   "How far the choice of households may have moved a mean. Drawn "
                   "again and again from households like these, so many of a "
                   "hundred such intervals would hold the true mean. It says "
                   "nothing of other weeks.");
    add_definition(t, "level 1, level 2",
                   "Level 1 collects some hundred candidates a household "
                   "from several simple sources; level 2 puts them in "
                   "order, by what it learned from earlier weeks.");
    text_add(t, "</dl>\n");
}
