#include "naive_users.h"

#include "base/mem.h"

#include <math.h>

/* A basket among those of its user that have something of the catalogue. */
typedef struct basket {
    int back, baskets, age;
} basket;

static bool counts(const shop *s, uint64_t line)
{
    return s->c.allowed[s->h.line.item[line]];
}

/* Baskets of the user, from this line's on to the last (from = true) or all of them. */
static int count_baskets(const shop *s, uint32_t user, uint64_t line, bool from)
{
    int n = 0;
    for (uint32_t b = from ? s->h.line.basket[line] : 0; b < s->h.baskets; b++) {
        bool has = false;
        for (uint64_t l = s->h.user_offset[user]; l < s->h.user_offset[user + 1]; l++)
            has |= s->h.line.basket[l] == b && counts(s, l);
        n += has;
    }
    return n;
}

static basket basket_of(const shop *s, uint32_t user, uint64_t line)
{
    return (basket){count_baskets(s, user, line, true) - 1, count_baskets(s, user, line, false),
                    s->h.as_of - s->h.line.day[line]};
}

static double up_cf_weight(const shop *s, basket b)
{
    const up_cf_options *o = &s->options.up_cf;
    return o->baskets && b.back >= o->baskets ? 0 : pow(o->decay, b.age / 7.0);
}

double *naive_up_cf_values(const shop *s)
{
    double *v = NEW_ZEROED(double, (size_t)s->h.n_users * s->a.n_items);
    for (uint32_t u = 0; u < s->h.n_users; u++) {
        double sum = 0;
        uint32_t last = UINT32_MAX;
        for (uint64_t l = s->h.user_offset[u]; l < s->h.user_offset[u + 1]; l++) {
            if (!counts(s, l))
                continue;
            double weight = up_cf_weight(s, basket_of(s, u, l));
            v[u * s->a.n_items + s->h.line.item[l]] += weight;
            sum += s->h.line.basket[l] != last ? weight : 0;
            last = s->h.line.basket[l];
        }
        for (uint32_t i = 0; i < s->a.n_items && sum > 0; i++)
            v[u * s->a.n_items + i] /= sum;
    }
    return v;
}

double *naive_tifu_values(const shop *s)
{
    const tifu_knn_options *o = &s->options.tifu_knn;
    double *v = NEW_ZEROED(double, (size_t)s->h.n_users * s->a.n_items);
    for (uint32_t u = 0; u < s->h.n_users; u++) {
        for (uint64_t l = s->h.user_offset[u]; l < s->h.user_offset[u + 1]; l++) {
            if (!counts(s, l))
                continue;
            basket b = basket_of(s, u, l);
            int size = 1, groups;
            while (size * o->groups < b.baskets)
                size++;
            for (groups = 1; groups * size < b.baskets; groups++)
                ;
            int here = b.back / size == groups - 1 ? b.baskets - (groups - 1) * size : size;
            v[u * s->a.n_items + s->h.line.item[l]] += pow(o->within_decay, b.back % size) *
                                                       pow(o->group_decay, b.back / size) / here /
                                                       groups;
        }
    }
    return v;
}

static double dot(const double *v, const shop *s, uint32_t a, uint32_t b)
{
    double sum = 0;
    for (uint32_t i = 0; i < s->a.n_items; i++)
        sum += v[a * s->a.n_items + i] * v[b * s->a.n_items + i];
    return sum;
}

double *naive_similar_values(const shop *s)
{
    const similar_users_options *o = &s->options.similar_users;
    double *v = NEW_ZEROED(double, (size_t)s->h.n_users * s->a.n_items);
    for (uint32_t u = 0; u < s->h.n_users; u++) {
        double *row = v + u * s->a.n_items;
        for (uint64_t l = s->h.user_offset[u]; l < s->h.user_offset[u + 1]; l++)
            row[s->h.line.item[l]] +=
                counts(s, l) ? pow(o->decay, (s->h.as_of - s->h.line.day[l]) / 7.0) : 0;
        for (uint32_t i = 0; i < s->a.n_items; i++)
            row[i] = o->weight == PAIR_LOG      ? log1p(row[i])
                     : o->weight == PAIR_BINARY ? row[i] > 0
                                                : row[i];
        double norm = sqrt(dot(v, s, u, u));
        for (uint32_t i = 0; i < s->a.n_items && norm > 0; i++)
            row[i] /= norm;
    }
    return v;
}

double naive_up_cf_similarity(const double *values, const shop *s, uint32_t a, uint32_t b)
{
    const up_cf_options *o = &s->options.up_cf;
    double of_a = 0, of_b = 0, both = 0;
    for (uint32_t i = 0; i < s->a.n_items; i++) {
        bool x = values[a * s->a.n_items + i] > 0, y = values[b * s->a.n_items + i] > 0;
        of_a += x;
        of_b += y;
        both += x && y;
    }
    return both > 0 ? pow(both / pow(of_a, o->asymmetry) / pow(of_b, 1 - o->asymmetry), o->locality)
                    : 0;
}

double naive_tifu_similarity(const double *values, const shop *s, uint32_t a, uint32_t b)
{
    double squares = 0;
    for (uint32_t i = 0; i < s->a.n_items; i++)
        squares += pow(values[a * s->a.n_items + i] - values[b * s->a.n_items + i], 2);
    return dot(values, s, b, b) > 0 ? 1 / (1 + sqrt(squares)) : 0;
}

double naive_similar_similarity(const double *values, const shop *s, uint32_t a, uint32_t b)
{
    return dot(values, s, a, b);
}
