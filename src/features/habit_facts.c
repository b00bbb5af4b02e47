#include "features/habit_facts.h"

#include <string.h>

#include "base/fail.h"
#include "base/mem.h"

aisle_status habit_facts_init(habit_facts *out, const history *h, aisle_error *err)
{
    double all[HABIT_WEEKDAYS] = {0};
    memset(out, 0, sizeof *out);
    out->lift = NEW_ZEROED(float, HABIT_WEEKDAYS *(size_t)h->n_items);
    if (!out->lift)
        return fail_memory(err);
    for (size_t l = 0; l < h->lines; l++) {
        int day = habit_weekday(h->day[l]);
        out->lift[h->item[l] * (size_t)HABIT_WEEKDAYS + (size_t)day] += 1;
        all[day] += 1;
    }
    for (uint32_t i = 0; i < h->n_items; i++) {
        float *lift = out->lift + i * (size_t)HABIT_WEEKDAYS;
        double lines = 0;
        for (int d = 0; d < HABIT_WEEKDAYS; d++)
            lines += (double)lift[d];
        for (int d = 0; d < HABIT_WEEKDAYS; d++) {
            double p = all[d] / (double)h->lines;
            double share = ((double)lift[d] + HABIT_PRIOR * p) / (lines + HABIT_PRIOR);
            lift[d] = p > 0 ? (float)(share / p) : 0;
        }
    }
    return AISLE_OK;
}

void habit_facts_fini(habit_facts *f)
{
    mem_free(f->lift);
    memset(f, 0, sizeof *f);
}
