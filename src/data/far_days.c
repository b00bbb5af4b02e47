/* A date is not believed because of how far it lies from the next one, but for how little lies
 * there as well: a shop that opens again after a summer sells on that day what it sells on others.
 */
#include "data/far_days.h"

#include <inttypes.h>

#include "base/date.h"
#include "base/fail.h"
#include "base/text.h"

/* Days beyond a gap are far if one row holds. */
static const struct far_rule {
    int32_t gap;      /* more days than these … */
    int32_t times;    /* … and than so many times the longest gap between days that are not far */
    double share;     /* at most of all lines */
    double rate;      /* a day's lines at most, of those of a usual day … */
    uint64_t handful; /* … unless they are so few in all that no rate can be told */
    bool always;      /* however few households there are */
} rules[] = {
    {28, 5, .01, .05, 0, false},
    {60, 5, .02, .20, 10, false},
    {300, 3, .05, .20, 10, true},
    {1100, 2, .10, 1e9, 0, true},
};
enum { RULES = sizeof rules / sizeof *rules };

#define CORE_SIDE .10 /* of the lines, at each end: what is between is never far */

/* The days seen from one end: place 0 is the outermost. */
typedef struct day_side {
    const day_counts *c;
    bool last;
    uint64_t all;
} day_side;

static size_t place_of(const day_side *s, size_t i)
{
    return s->last ? s->c->n - 1 - i : i;
}

static int32_t gap_after(const day_side *s, size_t i)
{
    int32_t a = s->c->day[place_of(s, i)], b = s->c->day[place_of(s, i + 1)];
    return a < b ? b - a : a - b;
}

/* Days outside of the core, and their lines. */
static size_t count_outer(uint64_t *lines, const day_side *s)
{
    size_t n = 0;
    *lines = 0;
    while (n < s->c->n) {
        uint64_t more = *lines + s->c->lines[place_of(s, n)];
        if ((double)more > CORE_SIDE * (double)s->all)
            break;
        *lines = more;
        n++;
    }
    return n;
}

/* What lies beyond a gap. */
typedef struct far_side {
    size_t days;
    uint64_t lines;
    int32_t gap, usual; /* usual: the longest gap within */
} far_side;

static bool is_far(const day_side *s, const far_side *far, bool few)
{
    size_t days = far->days;
    uint64_t lines = far->lines;
    double usual = (double)(s->all - lines) / (double)(s->c->n - days);
    double rate = (double)lines / (double)days / usual, share = (double)lines / (double)s->all;
    for (size_t r = 0; r < RULES; r++)
        if (far->gap > rules[r].gap && far->gap > (int64_t)rules[r].times * far->usual &&
            share <= rules[r].share && (rules[r].always || !few) &&
            (rate <= rules[r].rate || lines <= rules[r].handful))
            return true;
    return false;
}

/* From the core outwards: the first gap that is too long for those within. */
static void find_side(aisle_far_days *out, const day_counts *c, bool last, int32_t usual,
                      uint64_t all, bool few)
{
    day_side s = {c, last, all};
    uint64_t lines;
    size_t outer = count_outer(&lines, &s);
    *out = (aisle_far_days){0};
    for (size_t n = outer; n > 0 && n < c->n; n--) {
        int32_t gap = gap_after(&s, n - 1);
        if (is_far(&s, &(far_side){n, lines, gap, usual}, few)) {
            int32_t a = c->day[place_of(&s, 0)], b = c->day[place_of(&s, n - 1)];
            *out = (aisle_far_days){lines, (uint32_t)n, a < b ? a : b, a < b ? b : a,
                                    c->day[place_of(&s, n)]};
            return;
        }
        usual = gap > usual ? gap : usual;
        lines -= c->lines[place_of(&s, n - 1)];
    }
}

/* The longest gap between two days of the core, at least a day. */
static int32_t longest_gap(const day_counts *c, size_t before, size_t after)
{
    int32_t longest = 1;
    for (size_t i = before + 1; i + after < c->n; i++) {
        int32_t gap = c->day[i] - c->day[i - 1];
        longest = gap > longest ? gap : longest;
    }
    return longest;
}

void far_days_find(aisle_far_days *first, aisle_far_days *last, const day_counts *c,
                   bool few_households)
{
    uint64_t all = 0, lines;
    for (size_t i = 0; i < c->n; i++)
        all += c->lines[i];
    size_t before = count_outer(&lines, &(day_side){c, false, all});
    size_t after = count_outer(&lines, &(day_side){c, true, all});
    int32_t usual = longest_gap(c, before, after);
    find_side(first, c, false, usual, all, few_households);
    find_side(last, c, true, usual, all, few_households);
}

static void tell(text *t, const aisle_far_days *far, bool last)
{
    char from[16], to[16], beside[16];
    int32_t near = last ? far->from : far->to;
    date_format(from, far->from);
    date_format(to, far->to);
    date_format(beside, far->beside);
    text_add(t, "%s%" PRIu64 " line%s on %s", t->length ? "; " : "", far->lines,
             far->lines == 1 ? " lies" : "s lie", from);
    if (far->from != far->to)
        text_add(t, " to %s (%" PRIu32 " days)", to, far->days);
    const char *key = last ? "until" : "from", *it = far->lines == 1 ? "it" : "them";
    int64_t apart = last ? (int64_t)near - far->beside : (int64_t)far->beside - near;
    text_add(t,
             ", %" PRId64 " days %s any other (%s): 'data.receipts.%s: %s' cuts %s, '%s' keeps %s",
             apart, last ? "after" : "before", beside, key, beside, it, last ? to : from, it);
}

static aisle_status refuse(const aisle_dataset_summary *s, bool first, bool last, aisle_error *err)
{
    text why = {0};
    if (last)
        tell(&why, &s->far_last, true);
    if (first)
        tell(&why, &s->far_first, false);
    aisle_status status =
        why.failed
            ? fail_memory(err)
            : fail(err, AISLE_ERROR_DATA,
                   "receipts: %s; such a date would decide which weeks are the last", why.bytes);
    text_fini(&why);
    return status;
}

aisle_status far_days_check(const aisle_dataset_summary *s, aisle_error *err)
{
    /* Where cleaning left none of their lines, they decide nothing. */
    bool first = s->far_first.lines && s->first_day <= s->far_first.to;
    bool last = s->far_last.lines && s->last_day >= s->far_last.from;
    return first || last ? refuse(s, first, last, err) : AISLE_OK;
}

aisle_status far_days_check_end(const aisle_dataset_summary *s, aisle_error *err)
{
    bool last = s->far_last.lines && s->own_days[1] >= s->far_last.from;
    return last ? refuse(s, false, true, err) : AISLE_OK;
}
