/* data/synth/synth_fit.h: the constants of the synthetic shop, fitted on The Complete Journey
 * (cleaned as in examples/complete-journey.yaml). docs/synth.md compares both. */
#ifndef DATA_SYNTH_SYNTH_FIT_H
#define DATA_SYNTH_SYNTH_FIT_H

#include "data/synth/synth_draw.h"

/* The real shop's products, and lines a household and week. */
#define FIT_ITEMS 90000.0
#define FIT_LINES 11.0

/* ---- Products ---- */

/* Log10 of an item's rank over the number of items → how often it is drawn, relative. */
static const curve_point fit_popularity[] = {
    {-4.95, 7000}, {-4, 1350}, {-3, 350}, {-2.5, 200}, {-2, 90},
    {-1.5, 42},    {-1, 14},   {-.5, 2},  {-.3, .8},   {0, .25},
};

/* Rank of a category among the 300, 0 to 1 → products in it, relative. */
static const curve_point fit_category_items[] = {
    {0, .01},    {.05, .025}, {.1, .07},   {.25, .225}, {.5, .593},
    {.75, 1.27}, {.9, 2.33},  {.95, 3.24}, {.99, 6.04}, {1, 8.3},
};

#define FIT_CATEGORIES 300.0    /* of FIT_ITEMS products; with the root of their number */
#define FIT_CATEGORY_HEAT .55   /* how far a category's products are popular together */
#define FIT_SUBCATEGORY 31.0    /* products in one */
#define FIT_BRAND 13.0          /* products a brand, on average */
#define FIT_OWN_LABEL .12       /* share of products of the shop's own brand … */
#define FIT_OWN_LABEL_TOP .21   /* … and what is added among the most popular */
#define FIT_TURNOVER .22        /* share of products that come, and that go, in a year */
#define FIT_PRICE 2.3           /* median of products of the mean popularity … */
#define FIT_PRICE_POPULAR (-.1) /* … times that popularity to this power */
#define FIT_PRICE_CATEGORY .54  /* deviation of its log between categories … */
#define FIT_PRICE_ITEM .63      /* … and within one */
#define FIT_PROMOTED .3         /* share of weeks in which a product is cheaper … */
#define FIT_PROMOTED_LEAST .55  /* … by this factor up to 1 */

/* ---- Households ---- */

/* Share of households → days with a visit, a year. */
static const curve_point fit_visits[] = {
    {0, 1},    {.05, 4.5}, {.1, 8},    {.25, 18},  {.5, 37},
    {.75, 67}, {.9, 105},  {.95, 133}, {.99, 206}, {1, 320},
};
#define FIT_VISITS_MEDIAN 37.0
#define FIT_GAP .9             /* deviation of the log of days between visits */
#define FIT_SECOND_BASKET .017 /* chance of another basket that day, times the root of visits */
#define FIT_SECOND_BASKET_MOST .4

/* Days of the week from Sunday: who comes stays with this chance, or comes the day after. */
static const float fit_weekday[7] = {1, .986f, .927f, .86f, .811f, .788f, .891f};

#define FIT_BASKET 1.69          /* mean log of a basket's lines … */
#define FIT_BASKET_HOUSEHOLD .36 /* … deviation between households … */
#define FIT_BASKET_LINES 1.02    /* … and between the baskets of one */
#define FIT_BASKET_MOST 160

/* Share of households → share of their visits that are to their main store. */
static const curve_point fit_main_store[] = {
    {0, .3}, {.05, .367}, {.1, .431}, {.25, .571}, {.5, .774}, {.75, .941}, {.9, 1}, {1, 1},
};
#define FIT_ANY_STORE .1 /* share of the other visits that are to any store at all */
/* Share of stores → visits, relative. */
static const curve_point fit_store[] = {
    {0, .003}, {.25, .003}, {.5, .012}, {.75, .855}, {.9, 4}, {.95, 4.9}, {.99, 7.2}, {1, 10.6},
};

/* ---- What they buy ---- */

#define FIT_TASTE .45     /* of a category: log deviation of what households agree in … */
#define FIT_TASTE_OWN .45 /* … and of each one's own */
#define FIT_STYLE 1.0     /* how far a product's style decides who takes it */

/* Bought again: a chance after each purchase, as a logit … */
#define FIT_AGAIN (-2.68)     /* … its mean … */
#define FIT_AGAIN_CATEGORY .8 /* … deviations by category, by product … */
#define FIT_AGAIN_ITEM .4
#define FIT_AGAIN_PAIR 1.9    /* … and by household and product … */
#define FIT_AGAIN_POPULAR .25 /* … times the log of the popularity over the mean … */
#define FIT_AGAIN_VISITS .45  /* … and times the log of visits over the median. */

/* … and after days: e^ of a mean, less with the chance, and of deviations. */
#define FIT_RHYTHM 4.25
#define FIT_RHYTHM_CHANCE .22
#define FIT_RHYTHM_PAIR 1.0
#define FIT_RHYTHM_WITHIN 1.2
#define FIT_WARM_UP 182 /* days (whole weeks) that go before the first receipts */
#define FIT_DUE .85     /* share of a basket that these may take */

#endif
