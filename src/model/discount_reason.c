#include "model/discount_reason.h"

#include "features/families.h"

typedef struct discounted {
    uint64_t lines, on;
} discounted;

/* 0 % is no "under 1 %". */
static void add_share(text *out, const discounted *d)
{
    if (d->on == 0)
        text_add(out, "none");
    else
        text_add_percent(out, 100 * (double)d->on / (double)d->lines);
}

/* Of all households' lines of the item in the last 13 weeks. */
static discounted count_item(const history *h, uint32_t item)
{
    discounted d = {0, 0};
    for (size_t l = 0; l < h->lines; l++) {
        bool counts = h->item[l] == item && h->day[l] >= h->as_of - 91;
        d.lines += counts;
        d.on += counts && h->discount[l] > 0;
    }
    return d;
}

static void tell_pair(text *out, const history *h, const reason_row *row)
{
    discounted all = count_item(h, row->item), own = {0, 0};
    size_t p = row->user == HISTORY_NONE ? SIZE_MAX : history_find_pair(h, row->user, row->item);
    if (p != SIZE_MAX) {
        uint64_t from = h->pair_line_offset[p], end = h->pair_line_offset[p + 1];
        own.lines = end - from;
        for (uint64_t k = from; k < end; k++)
            own.on += h->discount[h->pair_line[k]] > 0;
        text_add(out, "bought on discount %llu of %llu times; ", (unsigned long long)own.on,
                 (unsigned long long)own.lines);
    }
    if (all.lines == 0) {
        text_add(out, "nobody bought it in the last 13 weeks");
        return;
    }
    add_share(out, &all);
    text_add(out, " of its sales in 13 weeks were on discount");
}

/* Of a household's lines; code NULL: all of them. */
static discounted count_household(const history *h, uint32_t user, const uint32_t *code,
                                  uint32_t level)
{
    discounted d = {0, 0};
    for (uint64_t l = h->user_offset[user]; l < h->user_offset[user + 1]; l++) {
        bool counts = !code || code[h->item[l]] == level;
        d.lines += counts;
        d.on += counts && h->discount[l] > 0;
    }
    return d;
}

static void tell_level(text *out, const history *h, const reason_row *row, size_t c)
{
    const attribute_table *t = &h->products;
    uint32_t level = reasons_name_level(out, h, row->item, c);
    if (level == AISLE_MISSING)
        return;
    discounted d = count_household(h, row->user, t->code[c], level);
    if (d.lines == 0) {
        text_add(out, "never bought there");
        return;
    }
    add_share(out, &d);
    text_add(out, " of the purchases there were on discount");
}

void discount_reason(text *out, const history *h, const reason_row *row, size_t part)
{
    if (part == DISCOUNT_PAIR) {
        tell_pair(out, h, row);
    } else if (row->user == HISTORY_NONE) {
        text_add(out, "the household is not known");
    } else if (part == DISCOUNT_HOUSEHOLD) {
        discounted d = count_household(h, row->user, NULL, 0);
        add_share(out, &d);
        text_add(out, " of the household's purchases were on discount");
    } else {
        tell_level(out, h, row, part - DISCOUNT_COLUMNS);
    }
}
