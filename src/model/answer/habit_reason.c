#include "model/answer/habit_reason.h"

#include <math.h>

#include "features/families/families.h"
#include "features/facts/habit_facts.h"

static void tell_lines(text *out, double lines)
{
    if (lines > 1)
        text_add(out, "bought %.0f times", lines);
    else
        text_add(out, lines == 1 ? "bought once" : "not bought");
    text_add(out, " in the last 52 weeks");
}

static void tell_lift(text *out, double lift)
{
    double off = round(100 * fabs(lift - 1));
    if (off >= 1)
        text_add(out, "sells %.0f %% %s often than others", off, lift < 1 ? "less" : "more");
    else
        text_add(out, "sells as often as others");
    text_add(out, " on the household's days of the week");
}

/* The first of the most frequent days. */
static void tell_weekday(text *out, const households *h, uint32_t user)
{
    static const char *const names[HABIT_WEEKDAYS] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                      "Thursday", "Friday", "Saturday"};
    uint64_t visits[HABIT_WEEKDAYS] = {0}, from = h->basket_offset[user];
    int most = 0;
    for (uint64_t b = from; b < h->basket_offset[user + 1]; b++)
        if (b == from || h->visit[b] != h->visit[b - 1])
            visits[habit_weekday(h->basket_day[b])]++;
    for (int d = 1; d < HABIT_WEEKDAYS; d++)
        most = visits[d] > visits[most] ? d : most;
    text_add_percent(out, 100 * (double)visits[most] / households_count_visits(h, user));
    text_add(out, " of the visits are on a %s", names[most]);
}

static void tell_store_share(text *out, double share)
{
    if (isnan(share)) {
        text_add(out, "where the household shops is not known");
        return;
    }
    text_add(out, "of late ");
    text_add_percent(out, 100 * share);
    text_add(out, " of the visits are to one store");
}

void habit_reason(text *out, const reason_row *row, size_t column)
{
    double value = (double)row->m->values[row->row * row->m->columns + column];
    uint16_t part = row->m->column[column].part;
    if (part == HABIT_LINES)
        tell_lines(out, value);
    else if (row->user == HISTORY_NONE)
        text_add(out, "the household is not known");
    else if (part == HABIT_WEEKDAY)
        tell_lift(out, value);
    else if (part == HABIT_MAIN_WEEKDAY)
        tell_weekday(out, row->h, row->user);
    else
        tell_store_share(out, value);
}
