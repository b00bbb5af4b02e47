#include "candidates/basket_values.h"

#include "base/fail.h"
#include "base/mem.h"
#include "base/threads.h"

/* A thread's room: of a user's lines, their basket's number among those that count. */
typedef struct user_lines {
    uint64_t first;
    uint32_t *basket; /* [most lines of a user] 0 is the earliest */
    double *weight;   /* [most lines of a user] by line; 0: not in the catalogue */
    double sum;       /* over baskets */
} user_lines;

static uint64_t most_lines(const history *h)
{
    uint64_t most = 0;
    for (uint32_t u = 0; u < h->n_users; u++) {
        uint64_t n = h->user_offset[u + 1] - h->user_offset[u];
        most = n > most ? n : most;
    }
    return most;
}

/* Numbers the baskets; returns how many there are. */
static uint32_t number_baskets(user_lines *l, const list_context *context, uint64_t end)
{
    const history *h = context->h;
    uint32_t n = 0, last = UINT32_MAX;
    for (uint64_t i = l->first; i < end; i++) {
        if (!context->c->allowed[h->item[i]])
            continue;
        n += h->basket[i] != last;
        last = h->basket[i];
        l->basket[i - l->first] = n - 1;
    }
    return n;
}

static void weigh_lines(user_lines *l, const list_context *context, const basket_rule *rule,
                        uint32_t user)
{
    const history *h = context->h;
    uint64_t end = h->user_offset[user + 1];
    l->first = h->user_offset[user];
    l->sum = 0;
    uint32_t baskets = number_baskets(l, context, end), last = UINT32_MAX;
    double weight = 0;
    for (uint64_t i = l->first; i < end; i++) {
        l->weight[i - l->first] = 0;
        if (!context->c->allowed[h->item[i]])
            continue;
        uint32_t basket = l->basket[i - l->first];
        if (basket != last) {
            basket_place at = {baskets - 1 - basket, baskets, h->as_of - h->day[i]};
            weight = rule->weigh(rule->options, &at);
            l->sum += weight;
        }
        last = basket;
        l->weight[i - l->first] = weight;
    }
}

static void value_user(float *value, user_lines *l, const list_context *context,
                       const basket_rule *rule, uint32_t user)
{
    const history *h = context->h;
    weigh_lines(l, context, rule, user);
    double scale = !rule->share ? 1 : l->sum > 0 ? 1 / l->sum : 0;
    for (uint64_t p = h->pair_offset[user]; p < h->pair_offset[user + 1]; p++) {
        double sum = 0;
        for (uint64_t e = h->pair_line_offset[p]; e < h->pair_line_offset[p + 1]; e++)
            sum += l->weight[h->pair_line[e] - l->first];
        value[p] = (float)(sum * scale);
    }
}

aisle_status basket_values(float *value, const list_context *context, const basket_rule *rule,
                           aisle_error *err)
{
    aisle_status status = AISLE_OK;
    size_t room = most_lines(context->h), threads = (size_t)context->threads;
    uint32_t *baskets = NULL;
    double *weights = NULL;
    TRY_ALLOC(baskets = NEW_ARRAY(uint32_t, room * threads));
    TRY_ALLOC(weights = NEW_ARRAY(double, room *threads));
#pragma omp parallel for num_threads(context->threads) schedule(dynamic, 64)
    for (uint32_t u = 0; u < context->h->n_users; u++) {
        size_t at = room * (size_t)thread_number();
        user_lines l = {.basket = baskets + at, .weight = weights + at};
        value_user(value, &l, context, rule, u);
    }
done:
    mem_free(baskets);
    mem_free(weights);
    return status;
}
