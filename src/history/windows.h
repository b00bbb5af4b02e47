/* history/windows.h: where the test and label windows lie, and what is bought in them. */
#ifndef HISTORY_WINDOWS_H
#define HISTORY_WINDOWS_H

#include "history/households.h"

/* Days [from, to), half-open. */
typedef struct window {
    int32_t from, to;
} window;

/* The day n weeks before: at the same place in its week. */
int32_t window_weeks_before(const week_table *weeks, int32_t day, int32_t n);

/* Whether a window is the whole weeks *first to *last; else these are those that it touches. */
bool window_is_weeks(int32_t *first, int32_t *last, const week_table *weeks, window days);

/* For households that ask as of the day after their last receipt: AISLE_ERROR_DATA where that one
 * is so far from all others that it must not decide (far_days.h). */
aisle_status windows_check_last_day(const aisle_dataset *dataset, aisle_error *err);

#define SPLIT_MOST_WINDOWS 64

/* What evaluate does with the time. */
typedef struct split {
    window test;
    bool partial_left_out; /* the last week, which the receipts do not fill, lies after the test */
    int32_t
        test_as_of; /* of history and level 1 for the test: test.from less split.age, or frozen */
    int32_t catalogue_as_of;
    window labels[SPLIT_MOST_WINDOWS]; /* of level 2, in the order of time */
    int32_t labels_as_of[SPLIT_MOST_WINDOWS];
    size_t n_labels;
} split;

/* By the options, else the last weeks of the data: those of the source, without a last one that the
 * receipts fill to less than half; or of 7 days each, back from the last day. Errors name the key
 * that does not fit, and days so far from all others that they must not decide (far_days.h). */
aisle_status split_init(split *out, const aisle_dataset *dataset, const aisle_config *config,
                        aisle_error *err);

/* The same for fitting as of the day after the last receipt: as many label windows as the options
 * give, ending there; no test window. */
aisle_status split_init_serving(split *out, const aisle_dataset *dataset,
                                const aisle_config *config, aisle_error *err);

/* The weeks that choices are made on: as many as the horizon, just before the test window. */
aisle_status split_validation(window *out, const split *s, const aisle_dataset *dataset,
                              const aisle_config *config, aisle_error *err);

/* The split whose test window is validation window i (0: the last one), a horizon's weeks that end
 * i horizons before the test window; the labels lie as far before it. Errors name the key that does
 * not fit. */
aisle_status split_init_validation(split *out, const aisle_dataset *dataset,
                                   const aisle_config *config, size_t i, aisle_error *err);

/* Distinct (user, item) pairs bought in a window, CSR by dataset user, items ascending; returns
 * within the window have cancelled purchases of it. */
typedef struct labels {
    size_t n_users;   /* of the dataset */
    uint64_t *offset; /* [n_users + 1] */
    uint32_t *item;   /* dataset items */
} labels;

aisle_status labels_init(labels *out, const aisle_dataset *dataset, window days, aisle_error *err);
void labels_fini(labels *l);

#endif
