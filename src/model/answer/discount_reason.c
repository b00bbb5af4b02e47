#include "model/answer/discount_reason.h"

#include <math.h>

#include "features/facts/discount_facts.h"
#include "features/families/families.h"

typedef struct discounted {
    uint64_t lines, on;
} discounted;

/* 0 % is no "under 1 %". */
static void add_share(text *out, double share)
{
    if (share == 0)
        text_add(out, "none");
    else
        text_add_percent(out, 100 * share);
}

static double share_of(const discounted *d)
{
    return (double)d->on / (double)d->lines;
}

static void tell_pair(text *out, const snapshot *s, const reason_row *row)
{
    const households *h = row->h;
    double all = (double)s->facts.discounts->share[DISCOUNT_13][row->item];
    size_t p = row->user == HISTORY_NONE || !h->line.discount
                   ? SIZE_MAX
                   : households_find_pair(h, row->user, row->item);
    discounted own = {0, 0};
    if (p != SIZE_MAX) {
        uint64_t from = h->pair_line_offset[p], end = h->pair_line_offset[p + 1];
        own.lines = end - from;
        for (uint64_t k = from; k < end; k++)
            own.on += h->line.discount[h->pair_line[k]] > 0;
        text_add(out, "bought on discount %llu of %llu times; ", (unsigned long long)own.on,
                 (unsigned long long)own.lines);
    }
    if (isnan(all)) {
        text_add(out, "nobody bought it in the last 13 weeks");
        return;
    }
    add_share(out, all);
    text_add(out, " of its sales in 13 weeks were on discount");
}

/* Of a household's lines; code NULL: all of them. */
static discounted count_household(const households *h, uint32_t user, const uint32_t *code,
                                  uint32_t level)
{
    discounted d = {0, 0};
    for (uint64_t l = h->user_offset[user]; l < h->user_offset[user + 1]; l++) {
        bool counts = !code || code[h->line.item[l]] == level;
        d.lines += counts;
        d.on += counts && h->line.discount[l] > 0;
    }
    return d;
}

static void tell_level(text *out, const reason_row *row, size_t c)
{
    const attribute_table *t = &row->h->a->products;
    uint32_t level = reasons_name_level(out, row->h->a, row->item, c);
    if (level == AISLE_MISSING)
        return;
    discounted d = count_household(row->h, row->user, t->code[c], level);
    if (d.lines == 0) {
        text_add(out, "never bought there");
        return;
    }
    add_share(out, share_of(&d));
    text_add(out, " of the purchases there were on discount");
}

void discount_reason(text *out, const snapshot *s, const reason_row *row, size_t part)
{
    if (part == DISCOUNT_PAIR) {
        tell_pair(out, s, row);
    } else if (row->user == HISTORY_NONE) {
        text_add(out, "the household is not known");
    } else if (!row->h->line.discount) {
        text_add(out, "what was taken off its receipts is not known");
    } else if (part == DISCOUNT_HOUSEHOLD) {
        discounted d = count_household(row->h, row->user, NULL, 0);
        foreign_sums unknown = households_sum_foreign(row->h, row->user);
        d.lines += unknown.lines;
        d.on += unknown.discounted;
        add_share(out, share_of(&d));
        text_add(out, " of the household's purchases were on discount");
    } else {
        tell_level(out, row, part - DISCOUNT_COLUMNS);
    }
}
