#include "naive_items.h"

#include "base/mem.h"

#include <math.h>

double *naive_pair_weights(const shop *s, const shop_line *lines, size_t n, int weight,
                           double decay)
{
    uint32_t users = s->h.n_users, items = s->a.n_items;
    double *w = NEW_ZEROED(double, (size_t)users *items);
    for (uint32_t u = 0; u < users; u++) {
        for (uint32_t i = 0; i < items; i++) {
            double sum = 0;
            int bought = 0;
            for (size_t l = 0; l < n && s->c.allowed[i]; l++) {
                if (lines[l].user != s->h.users.ints[u] || lines[l].item != s->a.items.ints[i] ||
                    lines[l].day >= s->h.as_of)
                    continue;
                sum += pow(decay, (s->h.as_of - lines[l].day) / 7.0);
                bought = 1;
            }
            w[u * items + i] = weight == PAIR_BINARY ? bought
                               : weight == PAIR_LOG  ? log(1 + sum)
                                                     : sum;
        }
    }
    return w;
}

static double idf(const double *w, const shop *s, uint32_t user)
{
    double bought = 0;
    for (uint32_t i = 0; i < s->a.n_items; i++)
        bought += w[user * s->a.n_items + i] > 0;
    return log((double)s->c.count / (1 + bought));
}

static double sold(const double *w, const shop *s, uint32_t item)
{
    double sum = 0;
    for (uint32_t u = 0; u < s->h.n_users; u++)
        sum += w[u * s->a.n_items + item];
    return sum;
}

static void weigh(double *w, const shop *s, item_measure measure, const item_item_options *o)
{
    uint32_t users = s->h.n_users, items = s->a.n_items;
    double *all = NEW_ARRAY(double, items), mean = 0;
    for (uint32_t i = 0; i < items; i++)
        mean += (all[i] = sold(w, s, i)) / s->c.count;
    for (uint32_t u = 0; u < users; u++) {
        double f = idf(w, s, u);
        for (uint32_t i = 0; i < items; i++) {
            double *x = &w[u * items + i];
            if (*x == 0)
                continue;
            if (measure == MEASURE_TFIDF)
                *x = sqrt(*x) * f;
            else
                *x = *x * (o->bm25_k1 + 1) /
                     (o->bm25_k1 * (1 - o->bm25_b + o->bm25_b * all[i] / mean) + *x) * f;
        }
    }
    mem_free(all);
}

void naive_measure(double *w, const shop *s, item_measure measure, const item_item_options *o)
{
    uint32_t users = s->h.n_users, items = s->a.n_items;
    if (measure == MEASURE_TFIDF || measure == MEASURE_BM25)
        weigh(w, s, measure, o);
    if (measure != MEASURE_COSINE && measure != MEASURE_TFIDF)
        return;
    for (uint32_t i = 0; i < items; i++) {
        double length = sqrt(naive_product(w, s, i, i));
        for (uint32_t u = 0; u < users && length > 0; u++)
            w[u * items + i] /= length;
    }
}

double naive_product(const double *w, const shop *s, uint32_t i, uint32_t j)
{
    double sum = 0;
    for (uint32_t u = 0; u < s->h.n_users; u++)
        sum += w[u * s->a.n_items + i] * w[u * s->a.n_items + j];
    return sum;
}

/* Whether the basket of lines[l] has the item. */
static bool basket_has(const shop *s, const shop_line *lines, size_t n, size_t l, uint32_t item)
{
    for (size_t m = 0; m < n; m++)
        if (lines[m].basket == lines[l].basket && lines[m].user == lines[l].user &&
            lines[m].item == s->a.items.ints[item])
            return true;
    return false;
}

static bool is_first_of_basket(const shop_line *lines, size_t l)
{
    for (size_t m = 0; m < l; m++)
        if (lines[m].basket == lines[l].basket && lines[m].user == lines[l].user)
            return false;
    return true;
}

double naive_together(const shop *s, const shop_line *lines, size_t n, uint32_t i, uint32_t j)
{
    const co_basket_options *o = &s->options.co_basket;
    double baskets = 0, with_i = 0, with_j = 0, with_both = 0;
    for (size_t l = 0; l < n; l++) {
        if (lines[l].day >= s->h.as_of || !is_first_of_basket(lines, l))
            continue;
        bool has_i = basket_has(s, lines, n, l, i), has_j = basket_has(s, lines, n, l, j);
        baskets += 1;
        with_i += has_i;
        with_j += has_j;
        with_both += has_i && has_j;
    }
    if (o->by == CO_BASKET_COUNT)
        return with_both;
    if (o->by == CO_BASKET_CONFIDENCE)
        return with_both / (with_i + o->shrinkage);
    return with_both * baskets / ((with_i + o->shrinkage) * (with_j + o->shrinkage));
}

static bool same_group(const shop *s, uint32_t i, uint32_t j)
{
    const attribute_table *t = &s->a.products;
    return t->code[0][i] != AISLE_MISSING && t->code[0][i] == t->code[0][j] &&
           t->code[1][i] != AISLE_MISSING && t->code[1][i] == t->code[1][j];
}

double naive_substitute(const shop *s, const shop_line *lines, size_t n, const households *h,
                        uint32_t user, uint32_t item)
{
    const substitutes_options *o = &s->options.substitutes;
    double buyers = 0, weight = 0;
    for (uint32_t u = 0; u < s->h.n_users; u++) {
        bool bought = false;
        for (size_t l = 0; l < n; l++)
            bought |= lines[l].user == s->h.users.ints[u] &&
                      lines[l].item == s->a.items.ints[item] && lines[l].day < s->h.as_of &&
                      lines[l].day >= s->h.as_of - 7 * o->weeks;
        buyers += bought;
    }
    for (uint32_t other = 0; other < s->a.n_items; other++) {
        for (size_t l = 0; l < n && other != item && same_group(s, item, other); l++)
            if (lines[l].user == h->users.ints[user] && lines[l].item == s->a.items.ints[other] &&
                lines[l].day < h->as_of)
                weight += pow(o->decay, (h->as_of - lines[l].day) / 7.0);
    }
    return weight * buyers;
}

static double line_weight(int32_t as_of, const shop_line *line, double decay)
{
    return line->day < as_of ? pow(decay, (as_of - line->day) / 7.0) : 0;
}

/* The last purchase of the item by a household of the fit, or none: 0. */
static double buyer_weight(const shop *s, const shop_line *lines, size_t n, uint32_t user,
                           uint32_t item)
{
    double most = 0;
    for (size_t l = 0; l < n; l++)
        if (lines[l].user == s->h.users.ints[user] && lines[l].item == s->a.items.ints[item])
            most =
                fmax(most, line_weight(s->h.as_of, &lines[l], s->options.popular_category.recency));
    return most;
}

/* 1 + n_ug / (prior s_g) for the group of an item in a column. */
static double lean_to(const shop *s, const shop_line *lines, size_t n, const households *h,
                      uint32_t user, uint32_t group, size_t column)
{
    const popular_category_options *o = &s->options.popular_category;
    double own = 0, of_group = 0, all = 0;
    for (size_t l = 0; l < n; l++) {
        double weight = line_weight(s->h.as_of, &lines[l], o->decay);
        double weight_now = line_weight(h->as_of, &lines[l], o->decay);
        size_t item = 0;
        while (item < s->a.n_items && s->a.items.ints[item] != lines[l].item)
            item++;
        bool inside = item < s->a.n_items && s->a.products.code[column][item] == group;
        all += weight;
        of_group += inside ? weight : 0;
        own += inside && lines[l].user == h->users.ints[user] ? weight_now : 0;
    }
    return of_group > 0 ? 1 + own / (o->prior * of_group / all) : 1;
}

double naive_popular_category(const shop *s, const shop_line *lines, size_t n, const households *h,
                              uint32_t user, uint32_t item)
{
    double score = 0;
    for (uint32_t u = 0; u < s->h.n_users; u++)
        score += buyer_weight(s, lines, n, u, item);
    for (size_t c = 0; c < s->a.products.columns; c++) {
        uint32_t group = s->a.products.code[c][item];
        if (group != AISLE_MISSING)
            score *=
                pow(lean_to(s, lines, n, h, user, group, c), s->options.popular_category.exponent);
    }
    return score;
}
