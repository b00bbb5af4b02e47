/* history/households.h: who bought what when, as of a day of their own, in the numbers of an
 * assortment: households of a fit, of a file of newer receipts, of one request. One type, one code.
 *
 * Households are those with a purchase before as_of, in the order of their original ids. Returns
 * have cancelled earlier purchases; every line is a purchase. A product that the assortment does
 * not know has no line: its purchases are counted by basket. Read-only once built. */
#ifndef HISTORY_HOUSEHOLDS_H
#define HISTORY_HOUSEHOLDS_H

#include "history/assortment.h"

/* Of a basket's lines of unknown products. */
typedef struct foreign_sums {
    double quantity, value;
    uint32_t lines, discounted;
} foreign_sums;

typedef struct households {
    const assortment *a; /* whose numbers items, stores and levels have; borrowed */
    int32_t as_of;       /* every day below is before it */
    uint32_t n_users;
    id_table users;
    uint32_t *user_of; /* [dataset users] user here, or HISTORY_NONE; NULL: from a file */
    uint32_t *item_of; /* [dataset items] item of a, or HISTORY_NONE; NULL: from a file */
    line_columns line; /* sorted by (user, day, basket, item); baskets are numbers of those below */
    uint64_t *user_offset; /* [n_users + 1] into the lines */
    size_t baskets;
    uint64_t *basket_offset; /* [n_users + 1] into the baskets, in the order of days */
    int32_t *basket_day;     /* [baskets] */
    uint32_t *visit;         /* [baskets] number of its day among the user's with a purchase */
    uint32_t *store;         /* [baskets] or AISLE_MISSING; NULL: no stores */
    foreign_sums *foreign;   /* [baskets]; NULL: all products are known */
    uint32_t *foreign_items; /* [n_users] distinct ones; NULL with foreign NULL */
    uint32_t **level;        /* [a->segments.columns][n_users] or AISLE_MISSING */
    /* Pairs: the distinct items of a user, ascending; each with its lines in time order. */
    size_t pairs;
    uint64_t *pair_offset;      /* [n_users + 1] into pair_item */
    uint32_t *pair_item;        /* [pairs] */
    uint64_t *pair_line_offset; /* [pairs + 1] into pair_line */
    uint32_t *pair_line;        /* [lines] line numbers, ascending within a pair */
    bool mapped;                /* the arrays lie in a mapped file, which must outlive this */
    /* While parts are fitted: sums over all households, where these are a sample of them; NULL:
     * these are all. */
    const struct day_sums *whole;
} households;

/* The dataset's households as of as_of. The dataset is any that has some of the assortment's
 * products, stores and columns of households; what it has besides is unknown, or left out.
 * left_out: [dataset users] those that take no part; NULL: all do. */
aisle_status households_init(households *out, const assortment *a, const aisle_dataset *dataset,
                             int32_t as_of, const uint8_t *left_out, aisle_error *err);

/* The same from lines that were dated before, which are taken over. */
aisle_status households_take(households *out, const assortment *a, const aisle_dataset *dataset,
                             dated_lines *lines, int32_t as_of, aisle_error *err);

/* Nobody, as of the assortment's T. */
aisle_status households_init_none(households *out, const assortment *a, aisle_error *err);

/* Both halves as of a day: the assortment that the households' lines make. */
aisle_status history_init(assortment *a, households *h, const aisle_dataset *dataset, int32_t as_of,
                          const uint8_t *left_out, aisle_error *err);

/* The same where sums over all households, which must outlive the fit, say what is sold: the
 * dataset knows these products and stores, and has a sample of the households. */
aisle_status history_init_sampled(assortment *a, households *h, const aisle_dataset *dataset,
                                  const struct day_sums *whole, const candidates_options *options,
                                  const uint8_t *left_out, aisle_error *err);

/* Numbers the visits of households whose baskets are in place. */
aisle_status households_init_visits(households *h, aisle_error *err);

/* Builds the pairs of households whose lines are in place. */
aisle_status households_init_pairs(households *h, aisle_error *err);

void households_fini(households *h);

/* Every invariant above. */
aisle_status households_check(const households *h, aisle_error *err);

/* Index of (user, item) in pair_item, or SIZE_MAX when the user never bought the item. */
size_t households_find_pair(const households *h, uint32_t user, uint32_t item);

/* Whether the user (HISTORY_NONE: nobody) bought the item. */
static inline bool households_bought(const households *h, uint32_t user, uint32_t item)
{
    return user != HISTORY_NONE && households_find_pair(h, user, item) != SIZE_MAX;
}

/* Of all baskets of the user. */
foreign_sums households_sum_foreign(const households *h, uint32_t user);

/* For each item the number of households that bought it in the days [from, as_of): the order of
 * popularity of ties and fallbacks. buyers: [n_items]. */
void households_count_buyers(const households *h, int32_t from, uint32_t *buyers);

/* The first line of the user's last n baskets, of all where there are fewer; the end of its lines
 * for n = 0. */
uint64_t households_last_baskets(const households *h, uint32_t user, int64_t n);

static inline uint32_t households_count_baskets(const households *h, uint32_t user)
{
    return (uint32_t)(h->basket_offset[user + 1] - h->basket_offset[user]);
}

/* Days with a purchase. */
static inline uint32_t households_count_visits(const households *h, uint32_t user)
{
    return h->visit[h->basket_offset[user + 1] - 1] + 1;
}

/* The store of a basket, or AISLE_MISSING. */
static inline uint32_t households_store(const households *h, uint64_t basket)
{
    return h->store ? h->store[basket] : AISLE_MISSING;
}

/* The first day of the last `weeks` weeks before a day; 0 weeks: all time. */
int32_t history_weeks_before(int32_t as_of, int64_t weeks);

#endif
