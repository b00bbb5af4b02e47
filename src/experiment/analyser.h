/* experiment/analyser.h: an analysis on its way: its groups are there, its comparisons to be made.
 */
#ifndef EXPERIMENT_ANALYSER_H
#define EXPERIMENT_ANALYSER_H

#include "aisle/abtest_analysis.h"
#include "experiment/participants.h"

typedef struct analyser {
    aisle_abtest_analysis *out;
    const aisle_abtest_analysis_options *o;
    const household_table *table; /* NULL: counts alone */
    const aisle_run *run;         /* may be NULL */
} analyser;

/* Every metric that the data have, of every treatment, the primary one first; corrected. */
aisle_status analyser_compare(analyser *a, aisle_error *err);

#endif
