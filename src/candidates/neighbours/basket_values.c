#include "candidates/neighbours/basket_values.h"

/* Baskets of the user that have something of the catalogue. */
static uint32_t count_baskets(const catalogue *c, const households *h, uint32_t user)
{
    uint32_t n = 0, last = UINT32_MAX;
    for (uint64_t l = h->user_offset[user]; l < h->user_offset[user + 1]; l++) {
        if (!c->allowed[h->line.item[l]])
            continue;
        n += h->line.basket[l] != last;
        last = h->line.basket[l];
    }
    return n;
}

/* Adds each line's basket to its item; returns the sum over baskets. */
static double add_lines(double *sum, const catalogue *c, const basket_rule *rule,
                        const households *h, uint32_t user)
{
    uint32_t baskets = count_baskets(c, h, user), number = 0, last = UINT32_MAX;
    double weight = 0, all = 0;
    for (uint64_t l = h->user_offset[user]; l < h->user_offset[user + 1]; l++) {
        if (!c->allowed[h->line.item[l]])
            continue;
        if (h->line.basket[l] != last) {
            number++;
            basket_place at = {baskets - number, baskets, h->as_of - h->line.day[l]};
            weight = rule->weigh(rule->options, &at);
            all += weight;
        }
        last = h->line.basket[l];
        sum[h->line.item[l]] += weight;
    }
    return all;
}

void basket_values(float *value, double *sum, const list_context *context, const basket_rule *rule,
                   const households *h, uint32_t user)
{
    double all = add_lines(sum, context->c, rule, h, user);
    double scale = !rule->share ? 1 : all > 0 ? 1 / all : 0;
    uint64_t first = h->pair_offset[user];
    for (uint64_t p = first; p < h->pair_offset[user + 1]; p++) {
        value[p - first] = (float)(sum[h->pair_item[p]] * scale);
        sum[h->pair_item[p]] = 0;
    }
}
