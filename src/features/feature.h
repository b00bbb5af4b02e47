/* features/feature.h: level 2's columns: families of features, each a file, one table of all.
 *
 * A family fills its columns for the candidates of one household at a time, by what is known of
 * products as of the fit's T and by the household's own receipts as of its own. NaN is "not known":
 * LightGBM sends it its own way. */
#ifndef FEATURES_FEATURE_H
#define FEATURES_FEATURE_H

#include "candidates/blend.h"

#define FEATURE_NAME_MOST 64

typedef struct feature_column {
    char name[FEATURE_NAME_MOST]; /* unique: "pair_recency" */
    const char *meaning;          /* a sentence */
    bool categorical;             /* values are codes >= 0 */
    bool of_household;            /* the same for all products of a household */
    uint16_t family;              /* its place in feature_family_table; the matrix sets it */
    uint16_t part; /* what of its family it is about, from 1 on: a column of the product table, a
                      source; 0: all of it */
} feature_column;

/* What is computed once for all that ask. */
typedef struct item_facts item_facts;
typedef struct promotion_facts promotion_facts;
typedef struct store_facts store_facts;
typedef struct rank_facts rank_facts;
typedef struct habit_facts habit_facts;
typedef struct discount_facts discount_facts;

/* What families share as of one T; borrowed. */
typedef struct feature_context {
    const assortment *a;
    const item_facts *items;
    const promotion_facts *promotions;
    const store_facts *stores;
    const rank_facts *ranks;
    const habit_facts *habits;
    const discount_facts *discounts;
    bool money;            /* what households paid is summed by level */
    const float *decay[3]; /* [DECAY_DAYS] weight of a purchase by its age in days; decay_rates */
    const features_options *options;
} feature_context;

/* By week, of decay[0 .. 2]. */
extern const double decay_rates[3];

/* Ages whose weights are looked up; older ones are worked out, to the same bits. */
enum { DECAY_DAYS = 2048 };
float feature_weigh_age(int rate, int32_t age);

static inline float feature_decay(const feature_context *context, int rate, int32_t age)
{
    return age < DECAY_DAYS ? context->decay[rate][age] : feature_weigh_age(rate, age);
}

/* One household's candidates. */
typedef struct feature_rows {
    const households *h;
    uint32_t user;        /* of h, or HISTORY_NONE */
    const uint32_t *item; /* [n] ascending */
    size_t n;
    const candidate_lists *lists; /* where their scores and ranks are */
    size_t first;                 /* row of item[0] in lists */
} feature_rows;

/* Memory of one thread, see household_scan.h. */
typedef struct household_scan household_scan;

typedef struct feature_family {
    const char *name;
    const char *meaning;
    /* Writes the columns (out NULL: only counts them). Depends on the context's tables of
     * categories and on the sources of lists only. */
    size_t (*columns)(feature_column *out, const feature_context *context,
                      const candidate_lists *lists);
    /* Fills n rows; row i begins at to + i * stride. scan: the household's own sums. */
    void (*fill)(float *to, size_t stride, const feature_rows *rows, const household_scan *scan,
                 const feature_context *context);
} feature_family;

extern const feature_family *const feature_family_table[];
extern const size_t feature_family_count;

/* Whether the options leave a family out. */
bool feature_is_left_out(const feature_family *family, const features_options *options);

/* A family that is to be left out must be one. */
aisle_status feature_check_without(const features_options *options, aisle_error *err);

/* For families of fixed columns: copies n of them. */
typedef struct feature_text {
    const char *name, *meaning;
} feature_text;
size_t feature_copy_columns(feature_column *out, const feature_text *texts, size_t n);

/* Names as LightGBM keeps them, each once: what is neither letter, digit nor beyond ASCII becomes
 * '_' (it refuses some and renames others), and one that is taken gets a number. */
aisle_status feature_names_clean(feature_column *columns, size_t n, aisle_error *err);

/* The pairs of a household, for items that ascend. */
typedef struct pair_cursor {
    uint64_t at, end;
} pair_cursor;

/* None of a stranger. */
static inline pair_cursor pair_cursor_start(const households *h, uint32_t user)
{
    return user == HISTORY_NONE ? (pair_cursor){0, 0}
                                : (pair_cursor){h->pair_offset[user], h->pair_offset[user + 1]};
}

/* Whether the household bought the item: then at is the pair. */
static inline bool pair_cursor_find(pair_cursor *c, const households *h, uint32_t item)
{
    while (c->at < c->end && h->pair_item[c->at] < item)
        c->at++;
    return c->at < c->end && h->pair_item[c->at] == item;
}

/* n times a rate; NaN by convention where the divisor is 0 or not known. */
static inline float feature_ratio(double a, double b)
{
    return b > 0 ? (float)(a / b) : __builtin_nanf("");
}

#endif
