#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "data/synth/synth_type.h"
#include "data/synth/synth_due.h"
#include "data/synth/synth_fit.h"

enum { TRIES = 8 };

struct synth_workspace {
    uint32_t *basket; /* [items] the last basket that it was in, by the count below */
    uint32_t baskets; /* since the arrays were zeroed */
    bool *due;        /* [items] whether it is in the heap */
    due_heap heap;
    alias_table taste; /* for categories */
    double *weight;    /* [categories] */
    uint32_t *stack;   /* [categories] */
};

/* Who buys, and when and where just now. */
typedef struct shopper {
    const aisle_synth *synth;
    synth_person person;
    rng r;
    synth_workspace *work;
    synth_part *part;
    uint32_t household;
    int32_t day; /* from the first; below 0 nothing is written down */
    uint32_t store;
} shopper;

void synth_workspace_free(synth_workspace *w)
{
    if (!w)
        return;
    mem_free(w->basket);
    mem_free(w->due);
    mem_free(w->heap.items);
    mem_free(w->taste.keep);
    mem_free(w->taste.other);
    mem_free(w->weight);
    mem_free(w->stack);
    mem_free(w);
}

aisle_status synth_workspace_new(synth_workspace **out, const aisle_synth *synth, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    size_t items = synth->options.items, categories = synth->n_categories;
    synth_workspace *w = NEW_ZEROED(synth_workspace, 1);
    TRY_ALLOC(w);
    TRY_ALLOC(w->basket = NEW_ZEROED(uint32_t, items));
    TRY_ALLOC(w->due = NEW_ZEROED(bool, items));
    w->taste =
        (alias_table){categories, NEW_ARRAY(float, categories), NEW_ARRAY(uint32_t, categories)};
    TRY_ALLOC(w->taste.keep);
    TRY_ALLOC(w->taste.other);
    TRY_ALLOC(w->weight = NEW_ARRAY(double, categories));
    TRY_ALLOC(w->stack = NEW_ARRAY(uint32_t, categories));
    *out = w;
    w = NULL;
done:
    synth_workspace_free(w);
    return status;
}

static double agreement(const float *a, const float *b)
{
    double sum = 0;
    for (int k = 0; k < SYNTH_STYLES; k++)
        sum += (double)(a[k] * b[k]);
    return sum / sqrt(SYNTH_STYLES);
}

/* How much of each category the household takes: what it is as others are, and its own part. */
static void fill_taste(shopper *s)
{
    const aisle_synth *synth = s->synth;
    for (uint32_t c = 0; c < synth->n_categories; c++) {
        const synth_category *one = &synth->category[c];
        double log_taste =
            FIT_TASTE * agreement(one->style, s->person.style) + FIT_TASTE_OWN * draw_normal(&s->r);
        s->work->weight[c] = one->share * exp(log_taste);
    }
    alias_fill(&s->work->taste, s->work->weight, s->work->stack);
}

static bool on_sale(const shopper *s, uint32_t item)
{
    const synth_item *one = &s->synth->item[item];
    int32_t day = s->day < 0 ? 0 : s->day;
    return day >= one->from && day < one->to;
}

/* The price of a week is the same for all. */
static double price_of(const shopper *s, uint32_t item)
{
    double price = (double)s->synth->item[item].price;
    uint64_t stream = (uint64_t)item << 11 | (uint64_t)(s->day / 7);
    rng r = rng_init(s->synth->options.seed + SYNTH_PROMOTIONS, stream);
    if (rng_unit(&r) < FIT_PROMOTED)
        price *= FIT_PROMOTED_LEAST + (1 - FIT_PROMOTED_LEAST) * rng_unit(&r);
    return round(price * 100) / 100;
}

static uint32_t draw_quantity(rng *r)
{
    double u = rng_unit(r);
    return u < .8 ? 1 : u < .947 ? 2 : u < .973 ? 3 : u < .989 ? 4 : 5 + rng_below(r, 4);
}

static int part_grow(synth_part *part)
{
    aisle_synth_lines *l = &part->lines;
    size_t had = part->capacity, c[] = {had, had, had, had, had, had, had}, need = l->lines + 1;
    if (mem_grow(&l->household, &c[0], need, sizeof *l->household) ||
        mem_grow(&l->item, &c[1], need, sizeof *l->item) ||
        mem_grow(&l->day, &c[2], need, sizeof *l->day) ||
        mem_grow(&l->basket, &c[3], need, sizeof *l->basket) ||
        mem_grow(&l->store, &c[4], need, sizeof *l->store) ||
        mem_grow(&l->quantity, &c[5], need, sizeof *l->quantity) ||
        mem_grow(&l->value, &c[6], need, sizeof *l->value))
        return -1;
    part->capacity = c[0];
    return 0;
}

void synth_part_fini(synth_part *part)
{
    mem_free(part->lines.household);
    mem_free(part->lines.item);
    mem_free(part->lines.day);
    mem_free(part->lines.basket);
    mem_free(part->lines.store);
    mem_free(part->lines.quantity);
    mem_free(part->lines.value);
    memset(part, 0, sizeof *part);
}

static int add_line(shopper *s, uint32_t item)
{
    aisle_synth_lines *l = &s->part->lines;
    s->work->basket[item] = s->work->baskets;
    if (s->day < 0)
        return 0;
    if (l->lines == s->part->capacity && part_grow(s->part))
        return -1;
    size_t at = l->lines++;
    l->household[at] = s->household;
    l->item[at] = item;
    l->day[at] = AISLE_SYNTH_FIRST_DAY + s->day;
    l->basket[at] = (uint32_t)l->baskets;
    l->store[at] = s->store;
    l->quantity[at] = draw_quantity(&s->r);
    l->value[at] = round(100 * l->quantity[at] * price_of(s, item)) / 100;
    return 0;
}

/* After a purchase: whether and when the next one is due. */
static int plan_again(shopper *s, due_item next)
{
    s->work->due[next.item] = rng_unit(&s->r) < (double)next.chance;
    if (!s->work->due[next.item])
        return 0;
    double gap = exp((double)next.gap + FIT_RHYTHM_WITHIN * draw_normal(&s->r));
    next.day = s->day + 1 + (int32_t)fmin(gap, 1e6);
    return due_push(&s->work->heap, next);
}

static due_item draw_rhythm(shopper *s, uint32_t item)
{
    double logit =
        (double)s->synth->item[item].again + s->person.again + FIT_AGAIN_PAIR * draw_normal(&s->r);
    double gap =
        FIT_RHYTHM - FIT_RHYTHM_CHANCE * (logit - FIT_AGAIN) + FIT_RHYTHM_PAIR * draw_normal(&s->r);
    return (due_item){0, item, (float)draw_sigmoid(logit), (float)gap};
}

/* One of the products on sale that this basket does not hold yet; false: none was found. */
static bool draw_product(uint32_t *out, shopper *s)
{
    const aisle_synth *synth = s->synth;
    bool found = false;
    for (int i = 0; i < TRIES; i++) {
        const synth_category *c = &synth->category[alias_draw(&s->work->taste, &s->r)];
        uint32_t item = synth->by_category[c->first + alias_draw(&c->items, &s->r)];
        if (s->work->basket[item] == s->work->baskets || !on_sale(s, item))
            continue;
        double near = FIT_STYLE * agreement(synth->item[item].style, s->person.style);
        *out = item;
        found = true;
        if (rng_unit(&s->r) < draw_sigmoid(near))
            break;
    }
    return found;
}

/* Up to most of what is due. */
static int take_due(uint32_t *taken, shopper *s, uint32_t most)
{
    synth_workspace *w = s->work;
    while (*taken < most && w->heap.n > 0 && w->heap.items[0].day <= s->day) {
        due_item one = due_pop(&w->heap);
        w->due[one.item] = false;
        if (!on_sale(s, one.item))
            continue;
        if (add_line(s, one.item) || plan_again(s, one))
            return -1;
        ++*taken;
    }
    return 0;
}

static int fill_basket(shopper *s, uint32_t size)
{
    uint32_t n = 0, due = (uint32_t)ceil(size * FIT_DUE);
    size_t first = s->part->lines.lines;
    uint32_t item;
    s->work->baskets++;
    if (take_due(&n, s, due))
        return -1;
    for (; n < size && draw_product(&item, s); n++)
        if (add_line(s, item) || (!s->work->due[item] && plan_again(s, draw_rhythm(s, item))))
            return -1;
    if (s->part->lines.lines > first)
        s->part->lines.baskets++;
    return 0;
}

static uint32_t draw_store(shopper *s)
{
    if (rng_unit(&s->r) < s->person.main_store)
        return s->person.store[0];
    if (rng_unit(&s->r) < FIT_ANY_STORE)
        return 1 + rng_below(&s->r, s->synth->options.stores);
    return s->person.store[1 + rng_below(&s->r, 4)];
}

static int visit(shopper *s)
{
    const synth_person *p = &s->person;
    do {
        double size = exp(p->basket + FIT_BASKET_LINES * draw_normal(&s->r));
        double most = FIT_BASKET_MOST * fmax(1, s->synth->options.lines / FIT_LINES);
        uint32_t lines = draw_rounded(&s->r, fmin(fmax(size, 1), most));
        s->store = draw_store(s);
        if (fill_basket(s, lines))
            return -1;
    } while (rng_unit(&s->r) < p->second);
    return 0;
}

static int visit_all(shopper *s)
{
    double days = 7.0 * s->synth->options.weeks, next = s->person.first - FIT_WARM_UP;
    while (next < days) {
        s->day = (int32_t)floor(next);
        while (rng_unit(&s->r) >= (double)fit_weekday[(s->day + FIT_WARM_UP) % 7])
            s->day++;
        if (s->day >= days)
            break;
        if (visit(s))
            return -1;
        double gap = exp(s->person.gap + FIT_GAP * draw_normal(&s->r));
        next = s->day + fmax(1, floor(gap + rng_unit(&s->r)));
    }
    return 0;
}

/* The stamps of baskets, before their count could run over. */
static void start_household(synth_workspace *w, size_t items)
{
    if (w->baskets > UINT32_MAX / 2) {
        memset(w->basket, 0, items * sizeof *w->basket);
        w->baskets = 0;
    }
    for (size_t i = 0; i < w->heap.n; i++)
        w->due[w->heap.items[i].item] = false;
    w->heap.n = 0;
}

int synth_add_household(synth_part *part, const aisle_synth *synth, uint32_t household,
                        synth_workspace *work)
{
    shopper s = {.synth = synth,
                 .r = rng_init(synth->options.seed, SYNTH_HOUSEHOLD + 2 * (uint64_t)household),
                 .work = work,
                 .part = part,
                 .household = household};
    start_household(work, synth->options.items);
    synth_person_draw(&s.person, synth, &s.r);
    fill_taste(&s);
    return visit_all(&s);
}
