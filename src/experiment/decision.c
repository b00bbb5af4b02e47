#include "experiment/decision.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/text.h"
#include "base/utf8.h"
#include "experiment/statistics/special.h"

typedef struct sentence {
    text t;
    const aisle_abtest_analysis *a;
    const aisle_abtest_analysis_options *o;
} sentence;

typedef struct short_name {
    char s[64];
} short_name;

/* Of the treatment, so that the sentence is not too long. */
static short_name name_of(const sentence *s, const aisle_abtest_comparison *c)
{
    short_name out;
    const char *name = s->a->groups[c->treatment].name;
    snprintf(out.s, sizeof out.s, "%.*s", (int)utf8_cut(name, 60), name);
    return out;
}

static void add_p(text *t, double p)
{
    text_add(t, p < 1e-4 ? "p %.1e" : "p %.4f", p);
}

static void add_value(text *t, const aisle_abtest_comparison *c, double value)
{
    bool percent = strcmp(c->metric, "conversion") == 0;
    text_add(t, percent ? "%.2f %%" : "%.4g", percent ? 100 * value : value);
}

static void add_lift(text *t, double relative)
{
    text_add(t, "%+.1f %%", 100 * relative);
}

static const char *test_name(const aisle_abtest_comparison *c)
{
    if (strcmp(c->test, "fisher") == 0)
        return "Fisher's exact test";
    if (strcmp(c->test, "welch") == 0)
        return "Welch's t test";
    if (strcmp(c->test, "cuped") == 0)
        return "Welch's t test after CUPED";
    return strcmp(c->test, "delta") == 0 ? "the delta method" : "the z test";
}

/* "conversion is 4.14 % against 3.57 %, +16.0 % (95 % interval +3.2 % to +30.4 %)" */
static void add_difference(sentence *s, const aisle_abtest_comparison *c)
{
    text_add(&s->t, "%s is ", c->metric);
    add_value(&s->t, c, c->treated);
    text_add(&s->t, " against ");
    add_value(&s->t, c, c->control);
    if (!isfinite(c->lift.low) || !isfinite(c->relative))
        return;
    text_add(&s->t, ", ");
    add_lift(&s->t, c->relative);
    text_add(&s->t, " (%.4g %% interval ", 100 * (1 - s->a->alpha));
    add_lift(&s->t, c->lift.low);
    text_add(&s->t, " to ");
    add_lift(&s->t, c->lift.high);
    text_add(&s->t, ")");
}

/* "by the z test p 0.0130, below 0.05" */
static void add_test(sentence *s, const aisle_abtest_comparison *c)
{
    size_t treatments = s->a->n_groups - 1;
    text_add(&s->t, "by %s ", test_name(c));
    add_p(&s->t, c->p_adjusted);
    if (treatments > 1 && s->o->correction != AISLE_ABTEST_CORRECT_NONE)
        text_add(&s->t, " (corrected for %zu treatments)", treatments);
    text_add(&s->t, ", %s %.4g", c->counts ? "at most" : "above", s->a->alpha);
    if (s->a->looks.n > 0)
        text_add(&s->t, " of look %u of %u", s->a->looks.look, s->a->looks.n);
}

/* The treatment whose primary metric is surest to be better (or worse). NULL: none. */
static const aisle_abtest_comparison *surest(const aisle_abtest_analysis *a, bool better,
                                             bool counts)
{
    const aisle_abtest_comparison *best = NULL;
    for (size_t i = 0; i < a->n_comparisons; i++) {
        const aisle_abtest_comparison *c = &a->comparisons[i];
        if (!c->primary || (counts && (!c->counts || (c->difference > 0) != better)))
            continue;
        if (!best || c->p < best->p || (c->p == best->p && c->difference > best->difference))
            best = c;
    }
    return best;
}

/* Another metric of the same treatment that is shown to be worse. */
static const aisle_abtest_comparison *drawback(const aisle_abtest_analysis *a, uint32_t treatment)
{
    const aisle_abtest_comparison *worst = NULL;
    for (size_t i = 0; i < a->n_comparisons; i++) {
        const aisle_abtest_comparison *c = &a->comparisons[i];
        if (!c->primary && c->counts && c->difference < 0 && c->treatment == treatment &&
            (!worst || c->p < worst->p))
            worst = c;
    }
    return worst;
}

/* Of each group the households, or those to be expected; of many groups the first. */
static void add_sizes(sentence *s, bool found)
{
    enum { SAID = 6 };
    size_t n = s->a->n_groups, said = n > SAID ? SAID : n;
    for (size_t g = 0; g < said; g++) {
        const aisle_abtest_group *group = &s->a->groups[g];
        text_add(&s->t, "%s%.0f",
                 g == 0      ? ""
                 : g + 1 < n ? ", "
                             : " and ",
                 found ? (double)group->households : group->expected);
    }
    if (n > said)
        text_add(&s->t, " (and %zu groups more)", n - said);
}

static void say_sample_ratio(sentence *s)
{
    const aisle_abtest_analysis *a = s->a;
    text_add(&s->t, "Do not decide: the groups have ");
    add_sizes(s, true);
    text_add(&s->t, " households where ");
    add_sizes(s, false);
    text_add(&s->t, " were to be expected (");
    add_p(&s->t, a->sample_ratio_p);
    text_add(&s->t,
             ", below %.4g), so something besides the assignment decides who is counted, and the "
             "groups can't be compared.",
             s->o->sample_ratio_alpha);
}

static void say_better(sentence *s, const aisle_abtest_comparison *c,
                       const aisle_abtest_comparison *but)
{
    text_add(&s->t, "%s %s: ", but ? "Weigh" : "Take", name_of(s, c).s);
    add_difference(s, c);
    text_add(&s->t, ", ");
    add_test(s, c);
    if (but) {
        text_add(&s->t, "; but ");
        add_difference(s, but);
        text_add(&s->t, ", ");
        add_p(&s->t, but->p_adjusted);
    }
    text_add(&s->t, "; the sizes of the groups are as assigned (");
    add_p(&s->t, s->a->sample_ratio_p);
    text_add(&s->t, ").");
}

/* The effect that would have been found 8 times in 10, by the width of the interval. */
static double found_mostly(const aisle_abtest_analysis *a, const aisle_abtest_comparison *c)
{
    double half = (c->interval.high - c->interval.low) / 2;
    return half * (1 + special_normal_quantile(.8) / a->critical) / fabs(c->control);
}

static void say_not_shown(sentence *s, const aisle_abtest_comparison *c)
{
    bool last = s->a->verdict != AISLE_ABTEST_GO_ON;
    text_add(&s->t, "%s: no treatment is shown to be better; of %s ",
             last ? "Keep the control" : "Go on", name_of(s, c).s);
    add_difference(s, c);
    text_add(&s->t, ", ");
    add_test(s, c);
    double effect = found_mostly(s->a, c);
    if (last && isfinite(effect))
        text_add(&s->t,
                 "; an effect of less than %.1f %% would be missed in over 2 of 10 such tests",
                 100 * effect);
    text_add(&s->t, ".");
}

static void say_worse(sentence *s, const aisle_abtest_comparison *c)
{
    text_add(&s->t, "Keep the control: %s is worse: ", name_of(s, c).s);
    add_difference(s, c);
    text_add(&s->t, ", ");
    add_test(s, c);
    text_add(&s->t, ".");
}

aisle_status decision_make(aisle_abtest_analysis *a, const aisle_abtest_analysis_options *o,
                           aisle_error *err)
{
    sentence s = {.a = a, .o = o};
    const aisle_abtest_comparison *better = surest(a, true, true), *worse = surest(a, false, true);
    const aisle_abtest_comparison *but = better ? drawback(a, better->treatment) : NULL;
    a->verdict = AISLE_ABTEST_KEEP;
    if (a->sample_ratio_wrong) {
        a->verdict = AISLE_ABTEST_DO_NOT_DECIDE;
        say_sample_ratio(&s);
    } else if (better) {
        a->verdict = but ? AISLE_ABTEST_WEIGH : AISLE_ABTEST_TAKE;
        a->chosen = better->treatment;
        say_better(&s, better, but);
    } else if (worse && a->n_groups == 2) {
        say_worse(&s, worse);
    } else {
        if (a->looks.n > 0 && a->looks.look < a->looks.n)
            a->verdict = AISLE_ABTEST_GO_ON;
        say_not_shown(&s, surest(a, true, false));
    }
    if (!s.t.failed)
        snprintf(a->decision, sizeof a->decision, "%.*s",
                 (int)utf8_cut(s.t.bytes, sizeof a->decision - 1), s.t.bytes);
    text_fini(&s.t);
    return s.t.failed ? fail_memory(err) : AISLE_OK;
}
