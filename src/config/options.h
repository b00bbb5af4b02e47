/* config/options.h: the options of every stage, as the tables in table.c fill them. */
#ifndef CONFIG_OPTIONS_H
#define CONFIG_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aisle/config.h"

typedef struct text_list {
    char **items;
    size_t count;
} text_list;

typedef struct int_list {
    int64_t *items;
    size_t count;
} int_list;

/* A week by number or a day by date; kind NONE: not given. */
typedef struct moment {
    enum { MOMENT_NONE, MOMENT_WEEK, MOMENT_DAY } kind;
    int32_t value; /* week number, or day since 1970-01-01 */
} moment;

enum decimal_mark { DECIMAL_PLAIN, DECIMAL_POINT, DECIMAL_COMMA };

/* Where a table is read from: exactly one of path, sql, postgres + table. */
typedef struct source_options {
    char *path; /* a file, a pattern or a folder; absolute, or relative to the current folder */
    char *sql;  /* any query that DuckDB understands; runs with the file's folder as ${folder} */
    char *postgres; /* a connection string: "host=/tmp dbname=shop" */
    char *table;    /* its table: "public.receipts" */
    /* Of CSV files: */
    char *delimiter, *encoding; /* NULL: found out */
    int64_t skip;               /* lines before the header; 0: found out */
    bool header;
    text_list names; /* of the columns of files without a header */
    /* Of any source: */
    int decimal; /* enum decimal_mark */
    bool trim;
    char *where; /* SQL over the source's columns; NULL: all rows */
} source_options;

enum time_format {
    TIME_AUTO,
    TIME_ISO,
    TIME_EPOCH_S,
    TIME_EPOCH_MS,
    TIME_DAY_NUMBER,
    TIME_PATTERN
};
enum returns_rule { RETURNS_NET, RETURNS_DROP };
enum duplicates_rule { DUPLICATES_MERGE, DUPLICATES_DROP };

typedef struct data_options {
    struct {
        source_options source;
        text_list user, item, basket, store; /* columns that together are an id */
        text_list time;                      /* columns of date and clock */
        char *week, *quantity, *value, *price;
        char *time_format; /* the name of an enum time_format, or a pattern */
        char *time_zone, *source_zone;
        moment origin;      /* the day before day number 1 */
        moment from, until; /* days, both of them counted */
        text_list discount; /* columns that are summed */
        text_list no_card;  /* what stands for a household where there is no card */
    } receipts;
    struct {
        source_options source;
        text_list item, categories, label;
        char *department, *category; /* roles: names among categories */
    } products;
    struct {
        source_options source;
        text_list user, categories;
    } households;
    struct {
        source_options source;
        text_list item, store;
        char *week, *display, *mailer;
        text_list none; /* values of display and mailer that mean no promotion */
    } promotions;
    struct {
        double quantity_above, value_above, price_above, price_below;
        int returns, duplicates; /* enum returns_rule, duplicates_rule */
        text_list departments_out, categories_out;
        bool category_required;
    } cleaning;
    double rejected_share; /* more bad lines than this share are an error */
    char *rejected_path;   /* where they are written */
} data_options;

enum split_protocol { SPLIT_REFIT, SPLIT_FROZEN };

typedef struct split_options {
    int protocol; /* enum split_protocol */
    moment test_first, test_last, labels_first, labels_last;
    int64_t horizon; /* weeks of a label window */
    int64_t age;     /* days from the fit to the test window */
} split_options;

typedef struct catalogue_options {
    char *name;                      /* the key under `catalogues` */
    double price_above, price_below; /* mean unit price, exclusive */
    double share_from, share_to;     /* share of households that bought it, inclusive */
    text_list departments_in, departments_out, categories_in, categories_out;
    text_list items_in, items_out;
    char *items_in_file, *items_out_file; /* an id a line */
    int64_t top;                          /* the most bought by quantity; 0: no limit */
} catalogue_options;

enum popular_by { POPULAR_HOUSEHOLDS, POPULAR_LINES, POPULAR_QUANTITY };
enum pair_weight { PAIR_LINES, PAIR_LOG, PAIR_BINARY };
enum als_weighting { ALS_BM25, ALS_LOG, ALS_COUNT, ALS_BINARY };
enum als_solver_kind { ALS_CG, ALS_CHOLESKY, ALS_BLOCKS };
enum als_scaled { ALS_SCALED_NONE, ALS_SCALED_COUNTS };

typedef struct popular_options {
    int64_t quota, weeks; /* weeks 0: all time */
    int by;               /* enum popular_by */
} popular_options;

typedef struct popular_store_options {
    int64_t quota, weeks, store_weeks; /* weeks 0: all time */
    double prior;                      /* households */
} popular_store_options;

typedef struct popular_segment_options {
    int64_t quota, weeks;
    double prior;
    char *column; /* of the households; NULL: the first */
} popular_segment_options;

typedef struct own_options {
    int64_t quota;
    double decay; /* a week; own_count leaves it at 1 */
} own_options;

typedef struct own_last_options {
    int64_t quota, baskets;
    double decay; /* a basket */
} own_last_options;

typedef struct own_due_options {
    int64_t quota;
    double decay, rise, lapse;
} own_due_options;

typedef struct als_options {
    int64_t quota, factors, iterations;
    double regularisation, scale_power, alpha, bm25_k1, bm25_b;
    int weighting; /* enum als_weighting */
    int solver;    /* enum als_solver_kind */
    int scaled;    /* enum als_scaled */
} als_options;

enum ease_weighting { EASE_LINES, EASE_BINARY, EASE_LOG };

typedef struct ease_options {
    int64_t quota, items_most;
    double regularisation, decay;
    int weighting; /* enum ease_weighting */
} ease_options;

typedef struct item_item_options {
    int64_t quota, neighbours; /* neighbours an item, itself among them */
    int weight;                /* enum pair_weight */
    double decay, bm25_k1, bm25_b;
} item_item_options;

enum co_basket_by { CO_BASKET_LIFT, CO_BASKET_CONFIDENCE, CO_BASKET_COUNT };

typedef struct co_basket_options {
    int64_t quota, neighbours, baskets; /* baskets: the household's last that count */
    int by;                             /* enum co_basket_by */
    double shrinkage;
} co_basket_options;

typedef struct substitutes_options {
    int64_t quota, weeks; /* of popularity; 0: all time */
    text_list columns;    /* empty: the category, and the column "brand" if there is one */
    double decay;
} substitutes_options;

typedef struct popular_category_options {
    int64_t quota;
    text_list columns; /* empty: all */
    double decay, recency, prior, exponent;
} popular_category_options;

typedef struct up_cf_options {
    int64_t quota, baskets, neighbours; /* 0: all baskets */
    double decay, asymmetry, locality;
} up_cf_options;

typedef struct tifu_knn_options {
    int64_t quota, groups, neighbours;
    double within_decay, group_decay, alpha;
} tifu_knn_options;

typedef struct similar_users_options {
    int64_t quota, neighbours;
    int weight; /* enum pair_weight */
    double decay;
} similar_users_options;

typedef struct mix_options {
    int64_t quota, top;
} mix_options;

typedef struct candidates_options {
    int64_t fallback_weeks; /* weeks of the popularity that breaks ties and pads */
    int64_t pool;           /* households that others are compared with */
    popular_options popular, popular_all;
    popular_store_options popular_store;
    popular_segment_options popular_segment;
    own_options own_count, own_decay;
    own_last_options own_last;
    own_due_options own_due;
    als_options als;
    ease_options ease;
    item_item_options item_count, item_cosine, item_tfidf, item_bm25;
    co_basket_options co_basket;
    substitutes_options substitutes;
    popular_category_options popular_category;
    up_cf_options up_cf;
    tifu_knn_options tifu_knn;
    similar_users_options similar_users;
    mix_options mix;
} candidates_options;

typedef struct features_options {
    int64_t category_levels; /* category columns of more levels are not features as they are */
    bool planned_promotions; /* those of the weeks of the horizon are known in advance */
    text_list without;       /* families that are left out, by name */
} features_options;

enum ranker_objective { RANKER_BINARY, RANKER_LAMBDARANK, RANKER_RANK_XENDCG };
enum { RANKER_ALONE }; /* of averaged_with; the others are 1 + enum ranker_objective */

typedef struct fit_options {
    int64_t households_most; /* 0: all */
} fit_options;

typedef struct ranker_options {
    int objective;     /* enum ranker_objective */
    int averaged_with; /* RANKER_ALONE, or 1 + enum ranker_objective */
    int64_t trees, leaves, min_data_in_leaf, max_bin, early_stopping, negatives;
    int64_t households_most; /* 0: all */
    int64_t windows;         /* of labels; 0: by the number of households */
    double learning_rate, feature_fraction, bagging_fraction, lambda_l2;
    bool fallback, calibrated;
    char *parameters; /* more LightGBM parameters, as it writes them */
} ranker_options;

typedef struct evaluate_options {
    int_list k;
    text_list metrics, models, segments;
    int64_t bootstrap, folds, curve, examples;
    double confidence, unseen;
    bool new_only;
    bool pad;
} evaluate_options;

/* Business rules of the lists that a model gives. */
typedef struct rules_options {
    text_list items_in, items_out;
    char *items_in_file, *items_out_file;    /* an id a line */
    text_list categories_in, categories_out; /* "column=value" */
    text_list most;                          /* "column=n" */
    text_list least;                         /* "column=number" */
    int64_t not_bought_days;                 /* 0: whenever */
    char *times;                             /* a column with numbers, or price; NULL: 1 */
} rules_options;

/* A key whose value is another one under some condition. */
typedef struct config_override {
    const char *key, *value; /* as YAML */
} config_override;

struct aisle_config {
    char *folder; /* what relative paths are relative to; NULL: the current folder */
    char *base;   /* the file that this one changes; only while that is read */
    data_options data;
    split_options split;
    char *catalogue; /* a name among catalogues, or NULL: everything */
    moment catalogue_as_of;
    catalogue_options *catalogues;
    size_t n_catalogues;
    candidates_options candidates;
    features_options features;
    fit_options fit;
    ranker_options ranker;
    evaluate_options evaluate;
    rules_options rules;
    config_override *new_only; /* taken where evaluate.new_only is true */
    size_t n_new_only, new_only_capacity;
    int64_t seed;
    char **owned; /* every text and list above */
    size_t n_owned, owned_capacity;
};

/* The catalogue that config->catalogue names; NULL in *out for everything. */
aisle_status config_catalogue(const catalogue_options **out, const aisle_config *config,
                              aisle_error *err);

#endif
