#include "aisle/report.h"

#include <string.h>

#include "base/mem.h"
#include "report/markup.h"
#include "report/page.h"
#include "report/evaluation/report_parts.h"

static const page_section sections[] = {
    {"answer", "In short", report_answer},
    {"question", "The question", report_question},
    {"data", "The data", report_data},
    {"split", "What was known when", report_split},
    {"models", "How good the lists are", report_models},
    {"curve", "Shorter and longer lists", report_curve},
    {"pairs", "Models in pairs", report_pairs},
    {"segments", "Kinds of households", report_segments},
    {"folds", "Other weeks", report_folds},
    {"features", "What level 2 goes by", report_features},
    {"ablation", "What each family of features is worth", report_ablation},
    {"calibration", "Can the probabilities be trusted?", report_calibration},
    {"examples", "Some households", report_examples},
    {"time", "How long it took", report_time},
    {"limits", "What this does not show", report_limits},
};

static double first_value(const aisle_evaluation *e, size_t model)
{
    return e->models[model].metric[0].value;
}

static size_t find_best(const aisle_evaluation *e, size_t without)
{
    size_t best = without;
    for (size_t m = 0; m < e->n_models; m++)
        if (m != without && (best == without || first_value(e, m) > first_value(e, best)))
            best = m;
    return best;
}

static report report_of(const aisle_report_input *in)
{
    const aisle_evaluation *e = in->evaluation;
    report r = {.in = in, .e = e, .k = e->k[0], .days = e->split.test.to - e->split.test.from};
    r.hero = find_best(e, e->n_models);
    for (size_t m = 0; m < e->n_models; m++)
        if (strcmp(e->models[m].name, "two_level") == 0)
            r.hero = m;
    r.rival = find_best(e, r.hero);
    r.precision = strncmp(report_metric(&r), "precision@", 10) == 0;
    return r;
}

static void add_lead(text *t, const void *of)
{
    const report *r = of;
    text_add(t, "<p class=\"lead\">Judged on what %s households bought from %s to %s",
             count_word(r->e->counts.households).s, day_word(r->e->split.test.from).s,
             day_word(r->e->split.test.to - 1).s);
    if (r->in->source) {
        text_add(t, "; source: ");
        markup_text(t, r->in->source);
    }
    text_add(t, "</p>\n");
}

static aisle_status check_input(const aisle_report_input *in, aisle_error *err)
{
    const aisle_evaluation *e = in->evaluation;
    if (!in->data || !e || e->n_models == 0 || e->n_metrics == 0 || e->n_k == 0)
        return fail(err, AISLE_ERROR_ARGUMENT,
                    "a report needs a summary of the data and an evaluation of at least one model "
                    "by one metric");
    return AISLE_OK;
}

aisle_status aisle_report_evaluation(const char *path, const aisle_report_input *input,
                                     aisle_error *err)
{
    aisle_status status = check_input(input, err);
    if (status != AISLE_OK)
        return status;
    report r = report_of(input);
    page p = {.title = input->title ? input->title : "What will each household buy next?",
              .lead = add_lead,
              .sections = sections,
              .n_sections = sizeof sections / sizeof sections[0],
              .data = report_chart_data,
              .of = &r};
    TRY(report_order_segments(&r, err));
    TRY(page_write(path, &p, err));
done:
    mem_free(r.segments);
    return status;
}
