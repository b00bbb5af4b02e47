/* The table of models and metrics, what each means, and the curve against k. */
#include <string.h>

#include "aisle/candidates.h"
#include "report/markup.h"
#include "report/evaluation/report_parts.h"

static void add_head(text *t, const report *r, size_t q)
{
    const aisle_evaluation *e = r->e;
    text_add(t, "<thead><tr><th scope=\"col\">Model</th>");
    for (size_t m = q; m < e->n_metrics; m += e->n_k) {
        text_add(t, "<th scope=\"col\" class=\"n\">%s</th>", e->metric_names[m]);
        if (m == q && e->confidence > 0) {
            text_add(t, "<th scope=\"col\" class=\"n\">");
            report_add_confidence(t, r);
            text_add(t, "</th>");
        }
    }
    text_add(t, "</tr></thead>\n<tbody>\n");
}

static void add_model_row(text *t, const report *r, size_t model, size_t q)
{
    const aisle_evaluation *e = r->e;
    text_add(t, "<tr%s><th scope=\"row\">", model == r->hero ? " class=\"hero\"" : "");
    report_add_model(t, r, model);
    text_add(t, "</th>");
    for (size_t m = q; m < e->n_metrics; m += e->n_k) {
        const aisle_estimate *metric = &e->models[model].metric[m];
        markup_cell(t, real_word(metric->value, 4).s);
        if (m == q && e->confidence > 0) {
            text_add(t, "<td class=\"n\">");
            report_add_interval(t, r, metric);
            text_add(t, "</td>");
        }
    }
    text_add(t, "</tr>\n");
}

/* Under precision only: a ceiling of other metrics is not measured. */
static void add_ceiling_row(text *t, const report *r, size_t q, const char *name,
                            const aisle_estimate *ceiling)
{
    const aisle_evaluation *e = r->e;
    text_add(t, "<tr class=\"ceiling\"><th scope=\"row\">%s</th>", name);
    for (size_t m = q; m < e->n_metrics; m += e->n_k) {
        bool has = strncmp(e->metric_names[m], "precision@", 10) == 0;
        markup_cell(t, has ? real_word(ceiling[q].value, 4).s : "");
        if (m == q && e->confidence > 0) {
            text_add(t, "<td class=\"n\">");
            if (has)
                report_add_interval(t, r, &ceiling[q]);
            text_add(t, "</td>");
        }
    }
    text_add(t, "</tr>\n");
}

static void add_table(text *t, const report *r, size_t q)
{
    text name = {0};
    text_add(&name, "Models by their first %lld products", (long long)r->e->k[q]);
    markup_table_begin(t, name.bytes ? name.bytes : "");
    text_fini(&name);
    add_head(t, r, q);
    for (size_t m = 0; m < r->e->n_models; m++)
        add_model_row(t, r, m, q);
    add_ceiling_row(t, r, q, "ceiling: any product", r->e->ceiling);
    if (r->e->counts.candidates)
        add_ceiling_row(t, r, q, "ceiling: the candidates", r->e->candidate_ceiling);
    text_add(t, "</tbody>\n");
    markup_table_end(t);
}

static const char *find_meaning(const char *model)
{
    aisle_retriever_info info;
    for (size_t i = 0; aisle_retriever_at(&info, i); i++)
        if (strcmp(info.name, model) == 0)
            return info.meaning;
    if (strcmp(model, "blend") == 0)
        return "Level 1 alone: the sources' lists put together by the places they give.";
    if (strcmp(model, "two_level") == 0)
        return "Level 1's candidates in the order of level 2, which learned it from earlier weeks.";
    return NULL;
}

static void add_meanings(text *t, const report *r)
{
    bool apart = false;
    for (size_t m = 1; m < r->e->n_models; m++)
        apart |= r->e->models[m].without_list != r->e->models[0].without_list;
    text_add(t, "<h3>The models in words</h3>\n<dl class=\"models\">\n");
    for (size_t m = 0; m < r->e->n_models; m++) {
        const aisle_model_score *s = &r->e->models[m];
        const char *meaning = find_meaning(s->name);
        text_add(t, "<dt>");
        report_add_model(t, r, m);
        text_add(t, "</dt><dd>");
        if (meaning)
            markup_text(t, meaning);
        if (apart && s->without_list)
            text_add(t, " %s households had no list of it.", count_word(s->without_list).s);
        text_add(t, "</dd>\n");
    }
    text_add(t, "</dl>\n");
    if (!apart && r->e->models[0].without_list)
        text_add(t, "<p>%s households had no list of any model: nothing was known of them.</p>\n",
                 count_word(r->e->models[0].without_list).s);
}

static void add_metric_meanings(text *t, const report *r)
{
    aisle_metric_info info;
    text_add(t, "<h3>The metrics in words</h3>\n<p>Of one household, then the mean over all that "
                "bought something; a household without a list scores 0 and is counted. "
                "<em>Hits</em> are products of the first k that were bought, <em>bought</em> is "
                "the number of different products bought.</p>\n<dl>\n");
    for (size_t m = 0; m < r->e->n_metrics; m += r->e->n_k) {
        size_t n = strcspn(r->e->metric_names[m], "@");
        for (size_t i = 0; aisle_metric_at(&info, i); i++) {
            if (strlen(info.name) != n || memcmp(info.name, r->e->metric_names[m], n) != 0)
                continue;
            text_add(t, "<dt>%s@k</dt><dd>", info.name);
            markup_text(t, info.meaning);
            text_add(t, "</dd>\n");
        }
    }
    text_add(t, "</dl>\n");
}

void report_models(text *t, const void *of)
{
    const report *r = of;
    text_add(
        t, "<p>Each model's lists were judged on the same households and days. A simple list, "
           "such as what sells best, is there to show what the effort of a better one buys.</p>\n");
    markup_chart(
        t, "models",
        r->e->confidence > 0
            ? "Dots are means over households, lines their intervals. The broken lines are "
              "the ceilings: what a perfect list, and a perfect order of the candidates, "
              "would reach."
            : "Dots are means over households. No intervals were computed "
              "(<code>evaluate.bootstrap</code> is 0). The broken lines are the ceilings.");
    add_table(t, r, 0);
    for (size_t q = 1; q < r->e->n_k; q++) {
        text_add(t, "<details><summary>The same for the first %lld products</summary>\n",
                 (long long)r->e->k[q]);
        add_table(t, r, q);
        text_add(t, "</details>\n");
    }
    add_meanings(t, r);
    add_metric_meanings(t, r);
}

static bool has_curve(const aisle_evaluation *e)
{
    return e->n_curve > 0 && e->models[0].precision_at && e->models[0].recall_at;
}

static void add_curve_table(text *t, const report *r, bool recall)
{
    const aisle_evaluation *e = r->e;
    text_add(t, "<details><summary>%s in figures</summary>\n", recall ? "Recall" : "Precision");
    markup_table_begin(t, recall ? "Recall by length of the list" : "Precision by length");
    text_add(t, "<thead><tr><th scope=\"col\">k</th>");
    for (size_t m = 0; m < e->n_models; m++) {
        text_add(t, "<th scope=\"col\" class=\"n\">");
        report_add_model(t, r, m);
        text_add(t, "</th>");
    }
    text_add(t, "%s</tr></thead>\n<tbody>\n",
             recall ? "" : "<th scope=\"col\" class=\"n\">ceiling</th>");
    for (size_t k = 0; k < e->n_curve; k++) {
        text_add(t, "<tr><th scope=\"row\">%zu</th>", k + 1);
        for (size_t m = 0; m < e->n_models; m++)
            markup_cell(
                t,
                real_word((recall ? e->models[m].recall_at : e->models[m].precision_at)[k], 4).s);
        if (!recall)
            markup_cell(t, real_word(e->ceiling_at[k], 4).s);
        text_add(t, "</tr>\n");
    }
    text_add(t, "</tbody>\n");
    markup_table_end(t);
    text_add(t, "</details>\n");
}

void report_curve(text *t, const void *of)
{
    const report *r = of;
    if (!has_curve(r->e)) {
        text_add(t, "<p class=\"note\">Not measured. <code>--set evaluate.curve=20</code> gives "
                    "precision and recall for lists of 1 to 20 products.</p>\n");
        return;
    }
    text_add(t, "<p>The longer a list, the more of what a household buys stands on it (recall "
                "rises), but the less sure is each product (precision falls). How many to show is "
                "a choice of room and attention.</p>\n");
    markup_chart(t, "curve",
                 "Precision (the share of the list that was bought) and recall (the share of the "
                 "purchases that the list held) by the length k of the list. The broken line is "
                 "the ceiling of precision.");
    add_curve_table(t, r, false);
    add_curve_table(t, r, true);
}
