/* report/evaluation/report_parts.h: the parts of the page about an evaluation, in their order. */
#ifndef REPORT_EVALUATION_REPORT_PARTS_H
#define REPORT_EVALUATION_REPORT_PARTS_H

#include "aisle/report.h"
#include "base/fail.h"
#include "base/text.h"

/* What all parts look at. */
typedef struct report {
    const aisle_report_input *in;
    const aisle_evaluation *e;
    size_t hero;      /* the model that the page is about: the two levels, else the best */
    size_t rival;     /* the best of the others by the first metric; hero where it is alone */
    int32_t days;     /* of the test window */
    int64_t k;        /* the first cut-off */
    size_t *segments; /* [e->n_segments] in the order of their levels */
    bool precision;   /* whether the first metric is precision, which words fit best */
} report;

/* Sets segments, freed with mem_free: levels by the first number in them, then by text. */
aisle_status report_order_segments(report *r, aisle_error *err);

void report_answer(text *t, const void *of);
void report_question(text *t, const void *of);
void report_data(text *t, const void *of);
void report_split(text *t, const void *of);
void report_models(text *t, const void *of);
void report_curve(text *t, const void *of);
void report_pairs(text *t, const void *of);
void report_segments(text *t, const void *of);
void report_folds(text *t, const void *of);
void report_features(text *t, const void *of);
void report_ablation(text *t, const void *of);
void report_calibration(text *t, const void *of);
void report_time(text *t, const void *of);
void report_examples(text *t, const void *of);
void report_limits(text *t, const void *of);

/* A column of level 2 and its share of the gain. */
typedef struct report_gain {
    size_t column;
    double gain;
} report_gain;

/* All columns, the largest share first, freed with mem_free; returns how many to show. */
size_t report_gains(report_gain **out, const aisle_evaluation *e);

/* JSON of what the charts show. */
void report_chart_data(text *t, const void *of);

/* What b has more than a, from the pair of models that the evaluation compared; false: it did not.
 */
bool report_difference(aisle_estimate *out, const report *r, size_t a, size_t b);

/* "precision@5" of the first metric and cut-off. */
const char *report_metric(const report *r);

/* Whether both ends of an interval are on one side of 0. */
bool report_is_clear(const aisle_estimate *difference);

/* "0.3957 to 0.4260"; nothing without intervals. */
void report_add_interval(text *t, const report *r, const aisle_estimate *e);

/* " <span …>95 % interval</span>" */
void report_add_confidence(text *t, const report *r);

/* <code>own_decay</code> */
void report_add_model(text *t, const report *r, size_t model);

#endif
