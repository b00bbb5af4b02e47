/* aisle/evaluate.h: how good the lists are on weeks that the models never saw. */
#ifndef AISLE_EVALUATE_H
#define AISLE_EVALUATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aisle/dataset.h"
#include "aisle/error.h"
#include "aisle/order.h"
#include "aisle/run.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Days [from, to) since 1970-01-01. */
typedef struct aisle_window {
    int32_t from, to;
    int32_t as_of; /* of what is known when it is predicted */
} aisle_window;

/* The windows that evaluate would use. */
typedef struct aisle_split {
    aisle_window test;
    aisle_window labels[64];
    size_t n_labels;
    int32_t catalogue_as_of;
    int32_t first_week, last_week; /* that the test window touches */
    bool whole_weeks;              /* it is these, from the first day to the last */
    /* The last week where the receipts do not fill it and the numbers of weeks are the source's, or
     * the test window reaches beyond the last receipt; days 0: none. Left out of the test window
     * where split.test_last is not given and it is filled to less than half. */
    aisle_partial_week partial_week;
    bool partial_left_out;
} aisle_split;

AISLE_API aisle_status aisle_split_plan(aisle_split *out, const aisle_dataset *dataset,
                                        aisle_error *err);

/* A mean over households with its bootstrap interval; low = high = value without one. */
typedef struct aisle_estimate {
    double value, low, high;
} aisle_estimate;

/* Over several test windows. */
typedef struct aisle_spread {
    double mean, deviation; /* standard deviation of the windows' values, by n - 1 */
} aisle_spread;

typedef struct aisle_model_score {
    const char *name;       /* "own_decay", …, "blend", "two_level" */
    aisle_estimate *metric; /* [n_metrics] as in aisle_evaluation.metric_names */
    aisle_spread *spread;   /* [n_metrics] over the folds; NULL without */
    double *seen;           /* [n_metrics] the same households' inside a fit of all; NULL without
                               evaluate.unseen */
    double *precision_at;   /* [n_curve] at k = 1, 2, …; NULL without a curve */
    double *recall_at;      /* [n_curve] */
    uint64_t without_list;  /* households whose list was empty before filling up */
    double mean_length;     /* of lists before filling up */
} aisle_model_score;

/* Households alike, and how the models do for them. */
typedef struct aisle_segment {
    const char *column; /* a column of the table of households, or "history": baskets before T */
    const char *level;  /* a value of it, "(none)" where there is none; or "5 to 9", … */
    uint64_t households;
    aisle_estimate ceiling; /* of precision at the first k */
    aisle_estimate *metric; /* [n_models] of metric_names[0] */
} aisle_segment;

/* Two models for the same households, by the same resamples. */
typedef struct aisle_comparison {
    size_t a, b;               /* of models, a < b */
    aisle_estimate difference; /* metric_names[0] of b less that of a */
} aisle_comparison;

/* One of several test windows, everything fitted anew as of it. */
typedef struct aisle_fold {
    aisle_split split;
    uint64_t households;
    double ceiling; /* of precision at the first k */
    double *metric; /* [n_models][n_metrics] */
} aisle_fold;

/* A product in the life of a household that is shown as an example. */
typedef struct aisle_example_item {
    const char *item; /* its id as text */
    const char *name; /* what people call it; NULL: nothing is known */
    double times;     /* baskets with it before T */
    bool recommended; /* among the first k */
    bool bought;      /* in the test window */
    const char *why;  /* of what is recommended: the main reason; NULL: none */
} aisle_example_item;

typedef struct aisle_example {
    const char *user;
    uint64_t baskets; /* before T */
    size_t n_before, n_list, n_bought;
    aisle_example_item *before; /* [n_before] what it bought in most baskets before T, up to 10 */
    aisle_example_item *list;   /* [n_list] of the two levels, the first k places */
    aisle_example_item *bought; /* [n_bought] in the test window, up to 20 */
    size_t bought_in_all;
} aisle_example;

/* Candidates of the test window by their probability [from, to), the last [from, to]. */
typedef struct aisle_reliability {
    double from, to;
    double predicted; /* mean probability */
    double observed;  /* share that was bought */
    uint64_t count;
} aisle_reliability;

typedef struct aisle_evaluation_counts {
    uint64_t households;      /* that bought something that counts in the test window */
    uint64_t without_history; /* of these */
    uint64_t pairs;           /* of household and product, bought in the test window */
    uint64_t pairs_bought_before;
    uint64_t pairs_sold_before; /* whose product anybody had bought before */
    uint64_t items;             /* distinct products among the pairs */
    uint64_t items_sold_before;
    uint64_t catalogue;  /* products that may be recommended */
    uint64_t candidates; /* over all households of the test */
    uint64_t training_rows, training_positives, training_groups;
    uint64_t groups_dropped; /* of training: without a positive, or of one row */
    uint64_t trees;
} aisle_evaluation_counts;

/* One row a recommended product, for --lists. */
typedef struct aisle_lists {
    size_t rows;
    const char **model; /* [rows] */
    int64_t *user_int;  /* [rows]; NULL where ids are texts */
    const char **user_text;
    int64_t *rank; /* 1 is first */
    int64_t *item_int;
    const char **item_text;
    double *score;
    void *owned;
} aisle_lists;

typedef struct aisle_evaluation {
    aisle_split split;
    aisle_evaluation_counts counts;
    size_t n_k;
    int64_t *k;                        /* [n_k] cut-offs */
    aisle_estimate *ceiling;           /* [n_k] mean(min(k, bought)) / k */
    aisle_estimate *candidate_ceiling; /* [n_k] the same of what was bought among candidates */
    size_t n_metrics;
    char (*metric_names)[32]; /* [n_metrics] "precision@5", by metric, then k */
    size_t n_models;
    aisle_model_score *models; /* [n_models] */
    size_t n_stages;
    aisle_stage *stages;
    size_t n_features;
    char (*feature_names)[64];      /* [n_features] */
    double *feature_gain;           /* [n_features] of level 2's trees */
    size_t n_reliability;           /* 0 without ranker.calibrated */
    aisle_reliability *reliability; /* [n_reliability] of all candidates of all households that are
                                       known, whether they came or not */
    double calibration_error;       /* mean over these of |predicted - observed|, bin by bin */
    size_t n_curve;                 /* of k = 1, 2, …; 0 unless evaluate.curve says so */
    double *ceiling_at;             /* [n_curve] of precision */
    size_t n_segments;
    aisle_segment *segments; /* by column, as evaluate.segments names them */
    size_t n_comparisons;
    aisle_comparison *comparisons; /* of all pairs of models; none without intervals */
    size_t n_folds;                /* evaluate.folds; 0 for one test window alone */
    aisle_fold *folds; /* [n_folds] the last window, which is that of all above, first */
    size_t n_examples;
    aisle_example *examples; /* of level 2's lists; evaluate.examples of them, one drawn from each
                                of as many parts of the households, the worst served first */
    char **texts;            /* [n_texts] what some of the pointers above point to */
    size_t n_texts;
    aisle_lists lists; /* rows 0 unless asked for */
    const char *next;  /* a line on what would be tried next, where a retriever alone comes near the
                          two levels; NULL: nothing */
    aisle_order order; /* of the two levels; by NULL without them */
    bool new_only;
    double confidence;   /* of the intervals; 0: there are none */
    double unseen;       /* share of the households that the fit left out: those that are judged */
    int32_t asked_as_of; /* day whose earlier receipts the households are asked by: test.as_of, or
                            later with evaluate.unseen and split.age */
} aisle_evaluation;

/* Trains and ranks by the dataset's configuration, and measures on the test window. keep_lists:
 * fill lists as well. The caller frees *out. */
AISLE_API aisle_status aisle_evaluate(aisle_evaluation **out, const aisle_dataset *dataset,
                                      bool keep_lists, const aisle_run *run, aisle_error *err);

AISLE_API void aisle_evaluation_free(aisle_evaluation *evaluation);

/* A metric by name, for help and documentation: index 0, 1, … until 0 is returned. */
typedef struct aisle_metric_info {
    const char *name, *meaning;
} aisle_metric_info;

AISLE_API int aisle_metric_at(aisle_metric_info *out, size_t index);

#ifdef __cplusplus
}
#endif

#endif
