#include "model/answer/spend_reason.h"

#include <math.h>

#include "features/families/families.h"
#include "features/facts/item_facts.h"

typedef struct amounts {
    double value, quantity, usual;
    double last_price; /* of a piece */
    uint64_t lines;
} amounts;

static void add_line(amounts *a, const snapshot *s, const households *h, size_t line)
{
    const line_columns *lines = &h->line;
    double quantity = (double)lines->quantity[line];
    a->value += lines->value[line];
    a->quantity += quantity;
    a->usual += quantity * (double)s->facts.items->price[lines->item[line]];
    a->last_price = lines->value[line] / quantity;
    a->lines++;
}

/* Of the lines of a level of a category column; code NULL: of all. */
static amounts sum_household(const snapshot *s, const reason_row *row, const uint32_t *code,
                             uint32_t level)
{
    const households *h = row->h;
    amounts a = {0};
    for (uint64_t l = h->user_offset[row->user]; l < h->user_offset[row->user + 1]; l++)
        if (!code || code[h->line.item[l]] == level)
            add_line(&a, s, h, l);
    return a;
}

static void add_against_usual(text *out, const char *otherwise, const amounts *a)
{
    double off = round(100 * fabs(a->value / a->usual - 1));
    if (off >= 1)
        text_add(out, "%.0f %% %s usual prices", off, a->value < a->usual ? "below" : "above");
    else
        text_add(out, "%susual prices", otherwise);
}

static void tell_pair(text *out, const snapshot *s, const reason_row *row)
{
    const households *h = row->h;
    double usual = (double)s->facts.items->price[row->item];
    size_t p = row->user == HISTORY_NONE ? SIZE_MAX : households_find_pair(h, row->user, row->item);
    amounts a = {0};
    if (p != SIZE_MAX) {
        for (uint64_t k = h->pair_line_offset[p]; k < h->pair_line_offset[p + 1]; k++)
            add_line(&a, s, h, h->pair_line[k]);
        text_add(out, "spent %.2f on it, last %.2f a piece, usually %.2f", a.value, a.last_price,
                 usual);
        return;
    }
    text_add(out, "costs %.2f a piece usually", usual);
    if (row->user == HISTORY_NONE)
        return;
    a = sum_household(s, row, NULL, 0);
    foreign_sums unknown = households_sum_foreign(h, row->user);
    text_add(out, ", what the household buys %.2f",
             (a.value + unknown.value) / (a.quantity + unknown.quantity));
}

static void tell_household(text *out, const snapshot *s, const reason_row *row)
{
    if (row->user == HISTORY_NONE) {
        text_add(out, "the household is not known");
        return;
    }
    amounts a = sum_household(s, row, NULL, 0);
    if (a.lines == 0) {
        text_add(out, "what its products usually cost is not known");
        return;
    }
    text_add(out, "pays ");
    add_against_usual(out, "", &a);
}

static void tell_level(text *out, const snapshot *s, const reason_row *row, size_t c)
{
    const attribute_table *t = &s->a.products;
    uint32_t level = reasons_name_level(out, &s->a, row->item, c);
    if (level == AISLE_MISSING)
        return;
    if (row->user == HISTORY_NONE) {
        text_add(out, "the household is not known");
        return;
    }
    amounts a = sum_household(s, row, t->code[c], level);
    if (a.lines == 0) {
        text_add(out, "nothing spent there");
        return;
    }
    text_add(out, "spent %.2f there, ", a.value);
    add_against_usual(out, "at ", &a);
}

void spend_reason(text *out, const snapshot *s, const reason_row *row, size_t part)
{
    if (part == SPEND_PAIR)
        tell_pair(out, s, row);
    else if (part == SPEND_HOUSEHOLD)
        tell_household(out, s, row);
    else
        tell_level(out, s, row, part - SPEND_COLUMNS);
}
