/* data/synth/synth_type.h: what a synthetic shop is inside.
 *
 * Products have a popularity, a style (a vector of normals) and a chance to be bought again.
 * Households have a style as well, a taste for categories, a rhythm of visits, and for each
 * product that they bought a chance and an interval to buy it again. A basket takes what is due,
 * then fills up with draws: a category by the household's taste, a product of it by popularity,
 * which is taken the more likely the nearer its style is. */
#ifndef DATA_SYNTH_SYNTH_TYPE_H
#define DATA_SYNTH_SYNTH_TYPE_H

#include "aisle/synth.h"
#include "data/synth/synth_draw.h"

enum { SYNTH_STYLES = 4 }; /* income, family, age, and one that no column shows */

typedef struct synth_item {
    float style[SYNTH_STYLES];
    float again; /* logit of the chance to be bought again */
    float price;
    int32_t from, to; /* days on sale, from the first: [from, to) */
    uint32_t category, subcategory, brand;
} synth_item;

typedef struct synth_category {
    double share; /* of what is drawn; 0: no product */
    float style[SYNTH_STYLES];
    uint32_t department;
    alias_table items; /* into synth->by_category from first on */
    size_t first;
} synth_category;

struct aisle_synth {
    aisle_synth_options options;
    synth_item *item;         /* [items] */
    synth_category *category; /* [n_categories] */
    uint32_t n_categories;
    uint32_t *by_category; /* [items] sorted by category */
    float *keep;           /* [items] what the categories' alias tables point into */
    uint32_t *other;       /* [items] */
    alias_table store;
};

/* Streams of random numbers: of the shop as a whole, and households from SYNTH_HOUSEHOLD on. */
enum { SYNTH_CATEGORIES = 1, SYNTH_ITEMS, SYNTH_STORES, SYNTH_PROMOTIONS, SYNTH_COLUMNS_STREAM };
#define SYNTH_HOUSEHOLD (UINT64_C(1) << 40)

/* Fills in categories and items. */
aisle_status synth_fill_items(aisle_synth *synth, aisle_error *err);

/* What a household is, apart from its receipts. */
typedef struct synth_person {
    float style[SYNTH_STYLES];
    double gap;    /* mean log of days between visits */
    double first;  /* day */
    double basket; /* mean log of a basket's lines */
    double second; /* chance of another basket on the same day */
    double again;  /* added to the logits of products */
    double main_store;
    uint32_t store[5]; /* the main one and others */
} synth_person;

void synth_person_draw(synth_person *out, const aisle_synth *synth, rng *r);

/* Lines that grow. */
typedef struct synth_part {
    aisle_synth_lines lines;
    size_t capacity;
} synth_part;

void synth_part_fini(synth_part *part);

/* What a thread needs for a household at a time. */
typedef struct synth_workspace synth_workspace;

aisle_status synth_workspace_new(synth_workspace **out, const aisle_synth *synth, aisle_error *err);
void synth_workspace_free(synth_workspace *work);

/* Adds a household's lines to part; 0, or -1 out of memory. */
int synth_add_household(synth_part *part, const aisle_synth *synth, uint32_t household,
                        synth_workspace *work);

#endif
