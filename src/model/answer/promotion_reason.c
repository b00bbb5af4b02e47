#include "model/answer/promotion_reason.h"

#include <math.h>

static void add_stores(text *out, const char *what, double share)
{
    text_add(out, "%s ", what);
    text_add_percent(out, 100 * share);
    text_add(out, " of stores");
}

/* display or mailer is above 0. */
static void add_shares(text *out, double display, double mailer)
{
    if (display > 0)
        add_stores(out, "on display in", display);
    if (display > 0 && mailer > 0)
        text_add(out, ", ");
    if (mailer > 0)
        add_stores(out, "in the mailer of", mailer);
}

void promotion_reason(text *out, const promotion_facts *facts, uint32_t item)
{
    const float *at = facts->item + item * facts->item_columns;
    double display = (double)at[PROMOTION_DISPLAY], mailer = (double)at[PROMOTION_MAILER];
    double weeks = (double)at[PROMOTION_RECENCY];
    if (display > 0 || mailer > 0) {
        text_add(out, "last week ");
        add_shares(out, display, mailer);
    } else if (weeks > 0) {
        text_add(out, "last promoted %.0f week%s ago", weeks, weeks == 1 ? "" : "s");
    } else {
        text_add(out, "not promoted in the last %d weeks", PROMOTION_WEEKS_BEFORE);
    }
    if (facts->item_columns == PROMOTION_OBSERVED)
        return;
    display = (double)at[PROMOTION_PLANNED_DISPLAY];
    mailer = (double)at[PROMOTION_PLANNED_MAILER];
    if (display > 0 || mailer > 0) {
        text_add(out, "; planned: ");
        add_shares(out, display, mailer);
    }
}
