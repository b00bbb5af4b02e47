/* What was not measured, said plainly. */
#include "report/markup.h"
#include "report/evaluation/report_parts.h"

static void add_always(text *t)
{
    text_add(t,
             "<li><strong>No effect of showing the lists.</strong> The households saw none of "
             "them. That a purchase is foreseen does not mean that recommending the product sells "
             "more of it: much of it would have been bought anyway. What the lists earn, an A/B "
             "test says: <code>aisle abtest design</code> for how large it must be, "
             "<code>aisle abtest analyze</code> for its result.</li>\n"
             "<li><strong>Only what was on sale and bought.</strong> A product that a household "
             "would have liked but did not see counts as a miss.</li>\n"
             "<li><strong>Only households that came.</strong> All means are over households that "
             "bought something in the test window; whom one would reach but who stay away are not "
             "in them.</li>\n");
}

void report_limits(text *t, const void *of)
{
    const report *r = of;
    const aisle_evaluation *e = r->e;
    text_add(t, "<ul>\n");
    add_always(t);
    if (e->n_folds < 2)
        text_add(t,
                 "<li><strong>One test window of %d days.</strong> Other weeks may turn out "
                 "otherwise; the intervals do not say by how much.</li>\n",
                 r->days);
    if (e->confidence > 0)
        text_add(t, "<li><strong>Chance in the training.</strong> The intervals are of the choice "
                    "of households. Another random seed of the training moves the figures a "
                    "little, too.</li>\n");
    else
        text_add(t, "<li><strong>No intervals.</strong> Small differences between models may be "
                    "chance.</li>\n");
    if (r->in->data->set_aside[AISLE_REASON_REJECTED])
        text_add(t, "<li><strong>%s lines could not be read</strong> and count in nothing.</li>\n",
                 count_word(r->in->data->set_aside[AISLE_REASON_REJECTED]).s);
    if (e->n_segments == 0)
        text_add(t, "<li><strong>No kinds of households apart.</strong> A good mean may hide "
                    "households that are served badly.</li>\n");
    if (e->n_reliability == 0)
        text_add(t, "<li><strong>No probabilities.</strong> Scores put products in order; how "
                    "likely a purchase is was not measured.</li>\n");
    text_add(t, "</ul>\n");
}
