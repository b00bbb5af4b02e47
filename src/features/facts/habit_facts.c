#include "features/facts/habit_facts.h"

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "history/day_sums.h"

static const tally_column columns[] = {{"lines", TALLY_ITEM, TALLY_ADD, HABIT_WEEKDAYS}};

static aisle_status sum_weekdays(tally *t, const households *h, const candidates_options *options,
                                 aisle_error *err)
{
    (void)options;
    (void)err;
    for (size_t l = 0; l < h->line.n; l++)
        tally_counts(
            t,
            0)[h->line.item[l] * (size_t)HABIT_WEEKDAYS + (size_t)habit_weekday(h->line.day[l])]++;
    return AISLE_OK;
}

const tally_part habit_facts_part = {"weekdays", TALLY_NO_ROWS, 1, columns, sum_weekdays};

/* Lines of all items by day of the week and, last, of all days. */
static void count_all(double all[HABIT_WEEKDAYS + 1], const int64_t *lines, uint32_t n_items)
{
    memset(all, 0, (HABIT_WEEKDAYS + 1) * sizeof *all);
    for (uint32_t i = 0; i < n_items; i++)
        for (int d = 0; d < HABIT_WEEKDAYS; d++) {
            all[d] += (double)lines[i * (size_t)HABIT_WEEKDAYS + (size_t)d];
            all[HABIT_WEEKDAYS] += (double)lines[i * (size_t)HABIT_WEEKDAYS + (size_t)d];
        }
}

static void write_lift(float *lift, const int64_t *count, const double *all)
{
    double lines = 0;
    for (int d = 0; d < HABIT_WEEKDAYS; d++)
        lines += (double)count[d];
    for (int d = 0; d < HABIT_WEEKDAYS; d++) {
        double p = all[d] / all[HABIT_WEEKDAYS];
        double share = ((double)count[d] + HABIT_PRIOR * p) / (lines + HABIT_PRIOR);
        lift[d] = p > 0 ? (float)(share / p) : 0;
    }
}

aisle_status habit_facts_init(habit_facts *out, const households *h, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    double all[HABIT_WEEKDAYS + 1];
    const tally *t;
    tally own;
    memset(out, 0, sizeof *out);
    TRY(sums_of(&t, &own, &habit_facts_part, h, NULL, err));
    TRY_ALLOC(out->lift = NEW_ZEROED(float, HABIT_WEEKDAYS *(size_t)h->a->n_items));
    count_all(all, tally_counts(t, 0), h->a->n_items);
    for (uint32_t i = 0; i < h->a->n_items; i++)
        write_lift(out->lift + i * (size_t)HABIT_WEEKDAYS,
                   tally_counts(t, 0) + i * (size_t)HABIT_WEEKDAYS, all);
done:
    tally_fini(&own);
    return status;
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
