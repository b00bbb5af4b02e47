#include "evaluate/examples.h"

#include <string.h>

#include "aisle/explain.h"
#include "base/fail.h"
#include "base/mem.h"
#include "base/rng.h"
#include "base/sort.h"
#include "model/model_type.h"

enum { BEFORE_MOST = 10, BOUGHT_MOST = 20 };

/* What is told of one household. */
typedef struct teller {
    evaluator *e;
    const aisle_model *model;   /* what was evaluated, as one */
    const aisle_households *of; /* who were asked */
    size_t household;           /* of the truth */
    uint32_t user;              /* of those who were asked */
    aisle_explanations *listed; /* its list */
} teller;

static double times_bought(const households *h, uint32_t user, uint32_t item)
{
    size_t p = households_find_pair(h, user, item);
    double n = 0;
    if (p == SIZE_MAX)
        return 0;
    for (uint64_t l = h->pair_line_offset[p]; l < h->pair_line_offset[p + 1]; l++)
        n += l == h->pair_line_offset[p] ||
             h->line.basket[h->pair_line[l]] != h->line.basket[h->pair_line[l - 1]];
    return n;
}

static bool bought_in_window(const teller *t, uint32_t item)
{
    const truth *bought = &t->e->w.t;
    uint64_t from = bought->offset[t->household];
    return sort_has_u32(bought->item + from, bought->offset[t->household + 1] - from, item);
}

static bool is_listed(const teller *t, uint32_t item)
{
    for (size_t i = 0; i < t->listed->offset[1]; i++)
        if (t->listed->list[i].item.index == item)
            return true;
    return false;
}

static aisle_status tell_item(aisle_example_item *out, const teller *t, uint32_t item,
                              aisle_error *err)
{
    char buffer[32];
    aisle_evaluation *e = t->e->out;
    const char *name = aisle_model_item_name(t->model, (aisle_item){item});
    *out = (aisle_example_item){.times = times_bought(&t->of->h, t->user, item),
                                .recommended = is_listed(t, item),
                                .bought = bought_in_window(t, item)};
    const char *id = aisle_model_item_id(t->model, (aisle_item){item}, buffer);
    aisle_status status = evaluation_keep_text(&out->item, e, id, err);
    if (status == AISLE_OK && name)
        status = evaluation_keep_text(&out->name, e, name, err);
    return status;
}

/* The first k places of level 2's list, each with its reason. */
static aisle_status tell_list(aisle_example *out, teller *t, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    aisle_explain_options how = AISLE_EXPLAIN_OPTIONS_INIT;
    aisle_user user = {t->user};
    how.k = (size_t)t->e->out->k[0];
    how.brief = true;
    aisle_run run = {t->e->j.bootstrap.threads, NULL, NULL};
    TRY(aisle_model_explain(&t->listed, t->model, t->of, &user, 1, &how, &run, err));
    size_t n = t->listed->offset[1];
    TRY_ALLOC(out->list = NEW_ZEROED(aisle_example_item, n));
    for (size_t i = 0; i < n; i++) {
        const aisle_explanation *x = &t->listed->list[i];
        /* A list that is not filled up ends here. */
        if (x->standing == AISLE_STANDING_FALLBACK && !t->e->config->evaluate.pad)
            break;
        TRY(tell_item(&out->list[i], t, x->item.index, err));
        out->n_list++;
        if (x->reason)
            TRY(evaluation_keep_text(&out->list[i].why, t->e->out, x->reason, err));
    }
done:
    return status;
}

/* Some of the products [n], ascending. */
typedef struct product_choice {
    const uint32_t *item;
    size_t n, most;
} product_choice;

/* Tells up to `most` of them: what is on the list first, then by how often the household bought it
 * before T, then by id. */
static aisle_status tell_products(aisle_example_item **out, size_t *told, const teller *t,
                                  product_choice of, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    size_t n = of.n < of.most ? of.n : of.most;
    aisle_example_item *items = NEW_ZEROED(aisle_example_item, n);
    sort_pair *order = NEW_ARRAY(sort_pair, 2 * of.n);
    TRY_ALLOC(items);
    TRY_ALLOC(order);
    for (size_t i = 0; i < of.n; i++) {
        uint64_t seldom = UINT32_MAX - (uint64_t)times_bought(&t->of->h, t->user, of.item[i]);
        order[i] = (sort_pair){(uint64_t)!is_listed(t, of.item[i]) << 32 | seldom, of.item[i]};
    }
    sort_pairs(order, order + of.n, of.n);
    for (size_t i = 0; i < n; i++)
        TRY(tell_item(&items[i], t, order[i].value, err));
    *out = items;
    *told = n;
    items = NULL;
done:
    mem_free(items);
    mem_free(order);
    return status;
}

static aisle_status tell_household(aisle_example *out, teller *t, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const households *h = &t->of->h;
    const truth *bought = &t->e->w.t;
    uint64_t from = bought->offset[t->household], end = bought->offset[t->household + 1];
    uint64_t pair = h->pair_offset[t->user], pairs = h->pair_offset[t->user + 1] - pair;
    char buffer[32];
    const char *id = aisle_households_id(t->of, (aisle_user){t->user}, buffer);
    TRY(evaluation_keep_text(&out->user, t->e->out, id, err));
    out->baskets = households_count_baskets(h, t->user);
    out->bought_in_all = end - from;
    while (end > from && bought->item[end - 1] == HISTORY_NONE)
        end--;
    TRY(tell_list(out, t, err));
    TRY(tell_products(&out->before, &out->n_before, t,
                      (product_choice){h->pair_item + pair, pairs, BEFORE_MOST}, err));
    TRY(tell_products(&out->bought, &out->n_bought, t,
                      (product_choice){bought->item + from, end - from, BOUGHT_MOST}, err));
done:
    aisle_explanations_free(t->listed);
    t->listed = NULL;
    return status;
}

/* Households that are known, the worst served by level 2's lists first: *n numbers of the truth. */
static aisle_status rank_households(sort_pair **out, size_t *n, const evaluator *e,
                                    aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const truth *t = &e->w.t;
    const metric_value *served = NULL;
    size_t known = 0;
    sort_pair *pairs = NEW_ARRAY(sort_pair, 2 * t->n);
    TRY_ALLOC(pairs);
    for (size_t m = 0; m < e->out->n_models; m++)
        if (strcmp(e->out->models[m].name, "two_level") == 0)
            served = e->judged[m].first;
    for (size_t i = 0; i < t->n; i++) {
        double value = served && served[i].sum > 0 ? served[i].sum : 0;
        if (t->user[i] == HISTORY_NONE)
            continue;
        /* Doubles that are not negative have the order of their bits. */
        memcpy(&pairs[known].key, &value, sizeof value);
        pairs[known++].value = (uint32_t)i;
    }
    sort_pairs(pairs, pairs + t->n, known);
    *n = known;
    *out = pairs;
done:
    return status;
}

aisle_status examples_keep(evaluator *e, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    aisle_evaluation *out = e->out;
    const truth *t = &e->w.t;
    size_t wanted = (size_t)e->config->evaluate.examples, known = 0;
    sort_pair *worst_first = NULL;
    if (wanted == 0 || !e->level2)
        return AISLE_OK;
    /* What was evaluated, as a model: the parts of the snapshot stay where they are. */
    aisle_model model = {.config = (aisle_config *)e->config,
                         .s = e->w.s,
                         .level2 = e->level2,
                         .order = e->order,
                         .calibrated = e->calibrated};
    aisle_households asked = {.h = *e->w.query.h};
    TRY(companions_init(&model.together, &e->w.s.h, e->j.bootstrap.threads, err));
    TRY_ALLOC(out->examples = NEW_ZEROED(aisle_example, wanted));
    TRY(rank_households(&worst_first, &known, e, err));
    wanted = wanted < known ? wanted : known;
    rng r = rng_init((uint64_t)e->config->seed, t->n);
    for (size_t x = 0; x < wanted; x++) {
        size_t from = x * known / wanted, to = (x + 1) * known / wanted;
        size_t i = worst_first[from + rng_below(&r, (uint32_t)(to - from))].value;
        teller one = {e, &model, &asked, i, t->user[i], NULL};
        TRY(tell_household(&out->examples[out->n_examples++], &one, err));
    }
done:
    companions_fini(&model.together);
    mem_free(worst_first);
    return status;
}
