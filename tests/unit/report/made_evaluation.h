/* An evaluation that was made up, with everything in it that a report can show. */
#ifndef MADE_EVALUATION_H
#define MADE_EVALUATION_H

#include "aisle/report.h"

/* A text that would break out of HTML, of an attribute, and of a script. */
#define MADE_NASTY "Ben & Jerry's <b>\"Half\"</b></script><!--<script>"

enum { MADE_MODELS = 5, MADE_METRICS = 6, MADE_CURVE = 20, MADE_SEGMENTS = 7, MADE_FOLDS = 3 };

typedef struct made {
    aisle_dataset_summary data;
    aisle_evaluation e;
    aisle_ablation ablation;
    aisle_report_input input;
    aisle_model_score models[MADE_MODELS];
    aisle_estimate metric[MADE_MODELS][MADE_METRICS], ceiling[2], candidate_ceiling[2];
    aisle_spread spread[MADE_MODELS][MADE_METRICS];
    double precision[MADE_MODELS][MADE_CURVE], recall[MADE_MODELS][MADE_CURVE];
    double ceiling_at[MADE_CURVE];
    aisle_comparison comparisons[MADE_MODELS * (MADE_MODELS - 1) / 2];
    aisle_segment segments[MADE_SEGMENTS];
    aisle_estimate segment_metric[MADE_SEGMENTS][MADE_MODELS];
    aisle_fold folds[MADE_FOLDS];
    double fold_metric[MADE_FOLDS][MADE_MODELS * MADE_METRICS];
} made;

/* Everything; pointers are into out and to constants. */
void made_init(made *out);

/* What a run measures that asks for no more than it must: no intervals, one model. */
void made_init_bare(made *out);

#endif
