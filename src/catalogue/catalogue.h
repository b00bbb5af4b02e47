/* catalogue/catalogue.h: what may be recommended, decided as of a T. */
#ifndef CATALOGUE_CATALOGUE_H
#define CATALOGUE_CATALOGUE_H

#include "history/tally.h"

/* By index of the assortment that it is decided for. */
typedef struct catalogue {
    uint32_t n_items; /* of the assortment */
    uint32_t count;   /* items that are in */
    uint8_t *allowed; /* [n_items] 1: may be recommended */
    uint32_t *items;  /* [count] ascending */
    uint32_t *place;  /* [n_items] of an item among items, or HISTORY_NONE */
} catalogue;

/* What it is decided by; the column that counts households is the first. */
extern const tally_part catalogue_part;
enum { CATALOGUE_HOUSEHOLDS };

/* options NULL: everything that was ever sold. When decided (households as of an earlier T) are
 * given, prices, shares and quantities are those of decided; items that they don't know are out. */
aisle_status catalogue_init(catalogue *out, const households *h, const households *decided,
                            const catalogue_options *options, aisle_error *err);

/* Whether the options leave nothing out: then products that were never sold count as truth too,
 * though nobody can recommend them. NULL is everything. */
bool catalogue_is_everything(const catalogue_options *options);

/* Counts and lists what is allowed: sets count, items and place. */
aisle_status catalogue_list_items(catalogue *c, aisle_error *err);

/* Sets named[item] to 1 for the ids of the list and of the file (NULL: none), an id a line. Ids
 * that were never sold are no error: a list may be older or newer than the receipts. named:
 * [n_items] */
aisle_status catalogue_mark_items(uint8_t *named, const assortment *a, const text_list *ids,
                                  const char *file, aisle_error *err);

/* Leaves allowed, [n_items], only what they name (in), or only the rest. Without any, as it was. */
aisle_status catalogue_filter_items(uint8_t *allowed, const assortment *a, const text_list *ids,
                                    const char *file, bool in, aisle_error *err);

void catalogue_fini(catalogue *c);

aisle_status catalogue_check(const catalogue *c, aisle_error *err);

#endif
