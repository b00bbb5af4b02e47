#include "model/answer/rank_reason.h"

#include "features/facts/rank_facts.h"

/* Its lines in the level, and those of the product. */
static void count_lines(uint64_t *there, uint64_t *own, const reason_row *row, const uint32_t *code)
{
    const households *h = row->h;
    *there = *own = 0;
    if (row->user == HISTORY_NONE)
        return;
    for (uint64_t l = h->user_offset[row->user]; l < h->user_offset[row->user + 1]; l++) {
        *there += code[h->line.item[l]] == code[row->item];
        *own += h->line.item[l] == row->item;
    }
}

void rank_reason(text *out, const snapshot *s, const reason_row *row, size_t c)
{
    char buffer[32];
    const attribute_table *t = &s->a.products;
    uint32_t level = t->code[c][row->item];
    uint64_t there, own;
    if (level == AISLE_MISSING) {
        text_add(out, "its %s is not known", t->names[c]);
        return;
    }
    float place = s->facts.ranks->rank[RANK_13][row->item * t->columns + c];
    text_add(out, "no. %.0f in %s %s by households of the last 13 weeks", (double)place,
             t->names[c], id_table_text(&t->levels[c], level, buffer));
    count_lines(&there, &own, row, t->code[c]);
    if (own > 0) {
        text_add(out, ", ");
        text_add_percent(out, 100 * (double)own / (double)there);
        text_add(out, " of the household's purchases there");
    } else if (there > 0) {
        text_add(out, ", the household bought others there");
    }
}
