/* tests/reference/naive_items.h: item-item models again, by their definitions, in double. */
#ifndef REFERENCE_NAIVE_ITEMS_H
#define REFERENCE_NAIVE_ITEMS_H

#include "candidates/neighbours/item_item.h"
#include "shop.h"

/* [users][items] of the shop, zeros outside of the catalogue; mem_free it. */
double *naive_pair_weights(const shop *s, const shop_line *lines, size_t n, int weight,
                           double decay);

/* w becomes what the measure multiplies. The shop's catalogue says which items there are. */
void naive_measure(double *w, const shop *s, item_measure measure, const item_item_options *o);

/* sum over users of w[u][i] w[u][j] */
double naive_product(const double *w, const shop *s, uint32_t i, uint32_t j);

/* Of co_basket.c, by baskets of original ids; the catalogue is the shop's. */
double naive_together(const shop *s, const shop_line *lines, size_t n, uint32_t i, uint32_t j);

/* The score of substitutes.c of an item for a user of h, which are as of a day of their own, for a
 * shop with shop_add_categories. */
double naive_substitute(const shop *s, const shop_line *lines, size_t n, const households *h,
                        uint32_t user, uint32_t item);

/* The score of popular_category.c, with the product columns that the shop has. */
double naive_popular_category(const shop *s, const shop_line *lines, size_t n, const households *h,
                              uint32_t user, uint32_t item);

#endif
