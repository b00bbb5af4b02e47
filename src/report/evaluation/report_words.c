/* What several parts of the page say of the evaluation. */
#include "report/markup.h"
#include "report/evaluation/report_parts.h"

const char *report_metric(const report *r)
{
    return r->e->metric_names[0];
}

bool report_is_clear(const aisle_estimate *difference)
{
    return difference->low > 0 || difference->high < 0;
}

bool report_difference(aisle_estimate *out, const report *r, size_t a, size_t b)
{
    for (size_t i = 0; i < r->e->n_comparisons; i++) {
        const aisle_comparison *c = &r->e->comparisons[i];
        const aisle_estimate *d = &c->difference;
        if (c->a == a && c->b == b) {
            *out = *d;
            return true;
        }
        if (c->a == b && c->b == a) {
            *out = (aisle_estimate){-d->value, -d->high, -d->low};
            return true;
        }
    }
    return false;
}

void report_add_interval(text *t, const report *r, const aisle_estimate *e)
{
    if (r->e->confidence > 0)
        text_add(t, "%s to %s", real_word(e->low, 4).s, real_word(e->high, 4).s);
}

void report_add_confidence(text *t, const report *r)
{
    text_add(t, "%s&nbsp;%% interval", real_word(100 * r->e->confidence, 0).s);
}

void report_add_model(text *t, const report *r, size_t model)
{
    text_add(t, "<code>");
    markup_text(t, r->e->models[model].name);
    text_add(t, "</code>");
}
