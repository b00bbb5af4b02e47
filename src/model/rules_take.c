/* Lists by the rules: down the order, taking what is still allowed. */
#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "model/rules.h"

/* A list that is being put together. */
typedef struct taking {
    uint32_t *item;
    float *score;
    uint32_t count, k;
    rule_cap *cap;
    size_t caps;
    uint8_t *on_list; /* [n_items] 0 between lists */
} taking;

/* Takes the product where no cap is reached. */
static bool take(taking *t, uint32_t item, float score)
{
    for (size_t c = 0; c < t->caps; c++) {
        uint32_t value = t->cap[c].code[item];
        if (value != AISLE_MISSING && t->cap[c].taken[value] >= t->cap[c].most)
            return false;
    }
    for (size_t c = 0; c < t->caps; c++)
        if (t->cap[c].code[item] != AISLE_MISSING)
            t->cap[c].taken[t->cap[c].code[item]]++;
    t->item[t->count] = item;
    t->score[t->count++] = score;
    t->on_list[item] = 1;
    return true;
}

static void fill_up(taking *t, const rule_set *rules, const rule_lists *from, uint32_t user)
{
    const list_context *context = &from->s->l.context;
    const history *h = context->h;
    float score = t->count ? t->score[t->count - 1] : 1;
    for (uint32_t p = 0; p < context->n_popular && t->count < t->k; p++) {
        uint32_t item = context->popular[p];
        if (t->on_list[item] || !rules_allow(rules, h, user, item))
            continue;
        if (from->query->new_only && user != HISTORY_NONE &&
            history_find_pair(h, user, item) != SIZE_MAX)
            continue;
        float next = nextafterf(score, -INFINITY);
        if (take(t, item, next))
            score = next;
    }
}

static void clear(taking *t)
{
    for (uint32_t p = 0; p < t->count; p++) {
        t->on_list[t->item[p]] = 0;
        for (size_t c = 0; c < t->caps; c++)
            if (t->cap[c].code[t->item[p]] != AISLE_MISSING)
                t->cap[c].taken[t->cap[c].code[t->item[p]]] = 0;
    }
    t->count = 0;
}

aisle_status rules_take(item_lists *out, uint32_t *padded, const rule_set *rules,
                        const rule_lists *from, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const item_lists *ordered = from->ordered;
    rule_cap cap[RULES_CAPS] = {{0}};
    taking t = {.k = out->k, .cap = cap, .caps = rules->caps};
    TRY_ALLOC(t.on_list = NEW_ZEROED(uint8_t, from->s->h.n_items));
    for (size_t c = 0; c < t.caps; c++) {
        cap[c] = rules->cap[c];
        TRY_ALLOC(cap[c].taken = NEW_ZEROED(uint32_t, cap[c].values));
    }
    for (size_t i = 0; i < out->n; i++) {
        t.item = out->item + i * out->k;
        t.score = out->score + i * out->k;
        for (uint32_t p = 0; p < ordered->count[i] && t.count < t.k; p++)
            take(&t, ordered->item[i * ordered->k + p], ordered->score[i * ordered->k + p]);
        padded[i] = t.count;
        fill_up(&t, rules, from, from->query->users[i]);
        out->count[i] = t.count;
        clear(&t);
    }
done:
    for (size_t c = 0; c < t.caps; c++)
        mem_free(cap[c].taken);
    mem_free(t.on_list);
    return status;
}
