#include "features/habit_facts.h"

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/mem.h"

aisle_status habit_facts_init(habit_facts *out, const households *h, aisle_error *err)
{
    double all[HABIT_WEEKDAYS] = {0};
    memset(out, 0, sizeof *out);
    out->lift = NEW_ZEROED(float, HABIT_WEEKDAYS *(size_t)h->a->n_items);
    if (!out->lift)
        return fail_memory(err);
    for (size_t l = 0; l < h->line.n; l++) {
        int day = habit_weekday(h->line.day[l]);
        out->lift[h->line.item[l] * (size_t)HABIT_WEEKDAYS + (size_t)day] += 1;
        all[day] += 1;
    }
    for (uint32_t i = 0; i < h->a->n_items; i++) {
        float *lift = out->lift + i * (size_t)HABIT_WEEKDAYS;
        double lines = 0;
        for (int d = 0; d < HABIT_WEEKDAYS; d++)
            lines += (double)lift[d];
        for (int d = 0; d < HABIT_WEEKDAYS; d++) {
            double p = all[d] / (double)h->line.n;
            double share = ((double)lift[d] + HABIT_PRIOR * p) / (lines + HABIT_PRIOR);
            lift[d] = p > 0 ? (float)(share / p) : 0;
        }
    }
    return AISLE_OK;
}

void habit_facts_fini(habit_facts *f, bool owns_arrays)
{
    if (owns_arrays)
        mem_free(f->lift);
    memset(f, 0, sizeof *f);
}

size_t habit_facts_arrays(state_array *out, habit_facts *f, const assortment *a)
{
    out[0] = (state_array){"weekday_lift", sizeof *f->lift, (size_t)a->n_items * HABIT_WEEKDAYS,
                           (void **)&f->lift, NULL};
    return 1;
}

aisle_status habit_facts_check(const habit_facts *f, const assortment *a, aisle_error *err)
{
    for (size_t i = 0; i < (size_t)a->n_items * HABIT_WEEKDAYS; i++)
        if (!(f->lift[i] >= 0 && isfinite(f->lift[i])))
            return fail(err, AISLE_ERROR_FORMAT, "facts: of weekdays");
    return AISLE_OK;
}
