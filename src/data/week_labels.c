#include "data/week_labels.h"

#include "base/fail.h"
#include "base/mem.h"

bool week_from_label(int32_t *number, const week_table *weeks, int32_t label)
{
    size_t low = 0, high = weeks->count;
    *number = label;
    if (!weeks->label || label <= weeks->label[0])
        return true;
    int32_t last = weeks->label[weeks->count - 1];
    if (label > last) {
        *number = weeks->first + (int32_t)weeks->count - 1 + (label - last);
        return true;
    }
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (weeks->label[middle] < label)
            low = middle + 1;
        else
            high = middle;
    }
    *number = weeks->first + (int32_t)low;
    return weeks->label[low] == label;
}

int32_t week_label(const week_table *weeks, int32_t number)
{
    int64_t w = (int64_t)number - weeks->first, last = (int64_t)weeks->count - 1;
    if (!weeks->label || w < 0)
        return number;
    return weeks->label[w < last ? w : last] + (int32_t)(w > last ? w - last : 0);
}

/* ---- Straightening ---- */

/* The days of the calendar, modulo 7, that weeks can begin on: a bit each. Between the last day of
 * a week and the first of the next lies a beginning. */
static unsigned find_phases(const int32_t *numbers, size_t days, int32_t missing)
{
    unsigned phases = 127;
    size_t last = 0;
    for (size_t d = 1; d < days; d++) {
        if (numbers[d] == missing)
            continue;
        if (numbers[d] != numbers[last] && d - last < 7) {
            unsigned between = 0;
            for (size_t s = last + 1; s <= d; s++)
                between |= 1U << s % 7;
            phases &= between;
        }
        last = d;
    }
    return phases;
}

/* Weeks that begin after day a, up to day b. */
static int32_t weeks_between(size_t a, size_t b, unsigned phases)
{
    size_t phase = 0;
    if (!phases)
        return b - a < 11 ? 1 : (int32_t)((b - a + 3) / 7);
    while (!(phases >> phase & 1))
        phase++;
    int32_t n = (int32_t)((b + 7 - phase) / 7 - (a + 7 - phase) / 7);
    return n > 1 ? n : 1;
}

static aisle_status add_label(int32_t **labels, size_t *n, size_t *capacity, int32_t label,
                              aisle_error *err)
{
    if (mem_grow(labels, capacity, *n + 1, sizeof **labels))
        return fail_memory(err);
    (*labels)[(*n)++] = label;
    return AISLE_OK;
}

aisle_status week_numbers_straighten(int32_t **labels, size_t *n, int32_t *numbers, size_t days,
                                     int32_t missing, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    size_t capacity = 0, last = 0;
    int32_t first = numbers[0], label = first;
    unsigned phases = find_phases(numbers, days, missing);
    *labels = NULL;
    *n = 0;
    TRY(add_label(labels, n, &capacity, label, err));
    for (size_t d = 1; d < days; d++) {
        if (numbers[d] == missing)
            continue;
        int32_t passed = numbers[d] == label ? 0 : weeks_between(last, d, phases);
        /* Weeks without a receipt have the numbers that fit in between. */
        for (int32_t k = 1; k <= passed; k++) {
            bool fits = label + k < numbers[d] - (passed - k);
            TRY(add_label(labels, n, &capacity,
                          k == passed ? numbers[d]
                          : fits      ? label + k
                                      : numbers[d] - (passed - k),
                          err));
        }
        label = numbers[d];
        last = d;
        numbers[d] = first + (int32_t)*n - 1;
    }
done:
    if (status) {
        mem_free(*labels);
        *labels = NULL;
    }
    return status;
}
