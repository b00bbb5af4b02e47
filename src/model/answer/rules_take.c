/* Lists by the rules: down the order, taking what is still allowed. */
#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "candidates/lists.h"
#include "model/answer/rules.h"

aisle_status rule_room_init(rule_room *out, const rule_set *rules, uint32_t n_items,
                            aisle_error *err)
{
    aisle_status status = AISLE_OK;
    memset(out, 0, sizeof *out);
    TRY_ALLOC(out->on_list = NEW_ZEROED(uint8_t, n_items));
    for (size_t c = 0; c < rules->caps; c++)
        TRY_ALLOC(out->taken[c] = NEW_ZEROED(uint32_t, rules->cap[c].values));
done:
    if (status != AISLE_OK)
        rule_room_fini(out);
    return status;
}

void rule_room_fini(rule_room *room)
{
    for (size_t c = 0; c < RULES_CAPS; c++)
        mem_free(room->taken[c]);
    mem_free(room->on_list);
    memset(room, 0, sizeof *room);
}

/* Takes the product where no cap is reached. */
static bool take(rule_list *l, rule_room *room, const rule_set *rules, uint32_t item, float score)
{
    for (size_t c = 0; c < rules->caps; c++) {
        uint32_t value = rules->cap[c].code[item];
        if (value != AISLE_MISSING && room->taken[c][value] >= rules->cap[c].most)
            return false;
    }
    for (size_t c = 0; c < rules->caps; c++)
        if (rules->cap[c].code[item] != AISLE_MISSING)
            room->taken[c][rules->cap[c].code[item]]++;
    l->item[l->count] = item;
    l->score[l->count++] = score;
    room->on_list[item] = 1;
    return true;
}

static void fill_up(rule_list *l, rule_room *room, const rule_set *rules,
                    const list_context *context, const asker *who)
{
    float score = l->count ? l->score[l->count - 1] : 1;
    for (uint32_t p = 0; p < context->n_popular && l->count < l->k; p++) {
        uint32_t item = context->popular[p];
        if (room->on_list[item] || !rules_allow(rules, who->h, who->user, item))
            continue;
        if (who->user != HISTORY_NONE && is_left_out(who, item))
            continue;
        float next = nextafterf(score, -INFINITY);
        if (take(l, room, rules, item, next))
            score = next;
    }
}

static void clear(const rule_list *l, rule_room *room, const rule_set *rules)
{
    for (uint32_t p = 0; p < l->count; p++) {
        room->on_list[l->item[p]] = 0;
        for (size_t c = 0; c < rules->caps; c++)
            if (rules->cap[c].code[l->item[p]] != AISLE_MISSING)
                room->taken[c][rules->cap[c].code[l->item[p]]] = 0;
    }
}

void rules_take(rule_list *out, const ranked *ordered, size_t n, rule_room *room,
                const rule_set *rules, const list_context *context, const asker *who)
{
    out->count = 0;
    for (size_t p = 0; p < n && out->count < out->k; p++)
        take(out, room, rules, ordered[p].item, ranked_score(ordered[p]));
    out->padded = out->count;
    fill_up(out, room, rules, context, who);
    clear(out, room, rules);
}
