/* Words that several reasons have. */
#include "model/answer/reasons.h"

uint32_t reasons_name_level(text *out, const assortment *a, uint32_t item, size_t c)
{
    char buffer[32];
    const attribute_table *t = &a->products;
    uint32_t level = t->code[c][item];
    if (level == AISLE_MISSING)
        text_add(out, "its %s is not known", t->names[c]);
    else
        text_add(out, "%s %s: ", t->names[c], id_table_text(&t->levels[c], level, buffer));
    return level;
}
