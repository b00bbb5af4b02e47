/* history/history.h: all that is known as of a day T: the purchases of days before T.
 *
 * A history has its own dense users and items: those with a purchase before T, in the order of
 * their original ids. So nothing that is sold at or after T changes an index, a size or a bit.
 * Returns have cancelled earlier purchases; every line is a purchase. Read-only once built. */
#ifndef HISTORY_HISTORY_H
#define HISTORY_HISTORY_H

#include "data/dataset_type.h"

#define HISTORY_NONE UINT32_MAX

/* Promotions that are known as of T: of the weeks before T's, and of weeks from T's on if they are
 * planned ones. Row w * n_items + item of offset is the item's in week w of the view; week
 * `before` is T's. */
typedef struct promotion_view {
    uint32_t before, ahead; /* weeks */
    bool by_store;          /* false: store 0 stands for all */
    uint64_t *offset;       /* [(before + ahead) * n_items + 1] into place; NULL: no promotions */
    uint32_t *place;        /* store << PROMOTION_BITS | aisle_promotion_kind, ascending by store */
} promotion_view;

enum { PROMOTION_WEEKS_BEFORE = 13 };

typedef struct history {
    int32_t as_of; /* T: days since 1970-01-01; every day below is before it */
    uint32_t n_users, n_items;
    id_table users, items; /* original ids */
    uint32_t *user_of;     /* [dataset users] user here, or HISTORY_NONE; NULL: from a file */
    uint32_t *item_of;     /* [dataset items] item here, or HISTORY_NONE; NULL: from a file */
    size_t lines, baskets;
    uint64_t *user_offset; /* [n_users + 1] into the lines, sorted by (day, basket, item) */
    uint32_t *item;        /* [lines] */
    int32_t *day;          /* [lines] */
    uint32_t *basket;      /* [lines] 0, 1, … in the order of the lines */
    float *quantity;       /* [lines] > 0 */
    double *value;         /* [lines] */
    float *discount;       /* [lines] taken off the value, >= 0; NULL: not known */
    uint8_t
        *line_promotion; /* [lines] aisle_promotion_kind it was bought on; NULL: no promotions */
    uint32_t *store;     /* [baskets] or AISLE_MISSING; NULL without a store column */
    id_table stores;     /* original ids of those with a purchase before T */
    promotion_view promotions;
    /* Pairs: the distinct items of a user, ascending; each with its lines in time order. */
    size_t pairs;
    uint64_t *pair_offset;      /* [n_users + 1] into pair_item */
    uint32_t *pair_item;        /* [pairs] */
    uint64_t *pair_line_offset; /* [pairs + 1] into pair_line */
    uint32_t *pair_line;        /* [lines] line numbers, ascending within a pair */
    attribute_table products;   /* by item; labels are below */
    attribute_table households; /* by user */
    char *label_bytes;          /* what people call the items, end to end, each with a zero byte */
    uint64_t *label_offset;     /* [n_items + 1]; NULL: no labels */
    bool mapped;                /* the arrays lie in a mapped file, which must outlive this */
} history;

/* The view as of day: lines of days < as_of. */
aisle_status history_init(history *out, const aisle_dataset *dataset, int32_t as_of,
                          aisle_error *err);

/* Takes the stores from the dataset, while the lines' baskets are still the dataset's. */
aisle_status history_init_stores(history *h, const aisle_dataset *dataset, aisle_error *err);

/* Takes the promotions of the weeks before T's from the dataset. */
aisle_status history_init_promotions(history *h, const aisle_dataset *dataset, aisle_error *err);

/* Adds those of the weeks that [T, T + weeks) touches, which is right only where they are known in
 * advance. AISLE_ERROR_CONFIG where the dataset has none. */
aisle_status history_plan_promotions(history *h, const aisle_dataset *dataset, int64_t weeks,
                                     aisle_error *err);

/* The aisle_promotion_kind of an item in a store (0 where stores make no difference) in a week of
 * the view; 0: none. */
uint8_t history_find_promotion(const history *h, size_t week, uint32_t item, uint32_t store);

/* Builds the pairs of a history whose lines are in place. */
aisle_status history_init_pairs(history *h, aisle_error *err);

void history_fini(history *h);

/* What the item is called; NULL where the product table says nothing. */
const char *history_item_label(const history *h, uint32_t item);

/* Every invariant above. */
aisle_status history_check(const history *h, aisle_error *err);

/* Index of (user, item) in pair_item, or SIZE_MAX when the user never bought the item. */
size_t history_find_pair(const history *h, uint32_t user, uint32_t item);

/* For each item the number of households that bought it in the days [from, as_of): the order of
 * popularity of ties and fallbacks. buyers: [n_items]. */
void history_count_buyers(const history *h, int32_t from, uint32_t *buyers);

/* The first line of the user's last n baskets, of all where there are fewer; the end of its lines
 * for n = 0. */
uint64_t history_last_baskets(const history *h, uint32_t user, int64_t n);

uint32_t history_count_baskets(const history *h, uint32_t user);

/* Of the earliest purchase; the day before as_of where there is none. */
int32_t history_first_day(const history *h);

#endif
