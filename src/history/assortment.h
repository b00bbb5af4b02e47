/* history/assortment.h: what is sold: the product side of all that is known as of a day T.
 *
 * Products have dense numbers here: those with a purchase before T, in the order of their original
 * ids. So nothing that is sold at or after T changes an index, a size or a bit. It holds no
 * household. Read-only once built. */
#ifndef HISTORY_ASSORTMENT_H
#define HISTORY_ASSORTMENT_H

#include "history/dated_lines.h"

#define HISTORY_NONE UINT32_MAX

/* Promotions that are known as of T: of the weeks before T's, and of weeks from T's on if they are
 * planned ones. Row w * n_items + item of offset is the item's in week w of the view; week
 * `before` is T's. */
typedef struct promotion_view {
    uint32_t before, ahead; /* weeks */
    bool by_store;          /* false: store 0 stands for all */
    int32_t *start;   /* [before + ahead + 2] first days of the weeks, T's and the next with them */
    uint64_t *offset; /* [(before + ahead) * n_items + 1] into place; NULL: no promotions */
    uint32_t *place;  /* store << PROMOTION_BITS | aisle_promotion_kind, ascending by store */
} promotion_view;

enum { PROMOTION_WEEKS_BEFORE = 13 };

struct day_sums;

typedef struct assortment {
    int32_t as_of;     /* T: days since 1970-01-01 */
    int32_t first_day; /* of the earliest purchase; the day before T where there is none */
    uint32_t n_items;
    id_table items, stores;         /* original ids of those with a purchase before T */
    id_table left_out;              /* of products whose lines the cleaning left out, whenever */
    bool has_stores, has_discounts; /* some column of the receipts names them */
    attribute_table products;       /* by item; labels are below */
    attribute_table segments;       /* the columns of households and their levels: no rows */
    char *label_bytes;      /* what people call the items, end to end, each with a zero byte */
    uint64_t *label_offset; /* [n_items + 1]; NULL: no labels */
    promotion_view promotions;
    bool mapped; /* the arrays lie in a mapped file, which must outlive this */
} assortment;

/* The products, stores and promotions of lines, which are of the dataset and before T = as_of. */
aisle_status assortment_init(assortment *out, const aisle_dataset *dataset,
                             const dated_lines *lines, int32_t as_of, aisle_error *err);
void assortment_fini(assortment *a);

/* The same by sums over all households: the dataset knows their products and stores. */
aisle_status assortment_init_summed(assortment *out, const aisle_dataset *dataset,
                                    const struct day_sums *sums, const candidates_options *options,
                                    aisle_error *err);

/* The households' column that candidates.popular_segment goes by, the named or the first, or -1;
 * its levels, or NULL. */
int assortment_segment_column(const assortment *a, const candidates_options *options);
const id_table *assortment_segment_levels(const assortment *a, const candidates_options *options);

/* Takes the promotions of the weeks before T's from the dataset. */
aisle_status assortment_init_promotions(assortment *a, const aisle_dataset *dataset,
                                        aisle_error *err);

/* Adds those of the weeks that [T, T + weeks) touches, which is right only where they are known in
 * advance. AISLE_ERROR_CONFIG where the dataset has none. */
aisle_status assortment_plan_promotions(assortment *a, const aisle_dataset *dataset, int64_t weeks,
                                        aisle_error *err);

/* The aisle_promotion_kind of an item in a store (0 where stores make no difference) in a week of
 * the view; 0: none. */
uint8_t assortment_find_promotion(const assortment *a, size_t week, uint32_t item, uint32_t store);

/* The week of the view that a day lies in; weeks are 7 days beyond it. */
int64_t assortment_week(const assortment *a, int32_t day);

/* First day of a week of the view, or beyond it. */
int32_t assortment_week_start(const assortment *a, int64_t week);

/* What the item is called; NULL where the product table says nothing. */
const char *assortment_label(const assortment *a, uint32_t item);

/* Every invariant above. */
aisle_status assortment_check(const assortment *a, aisle_error *err);

#endif
