/* model/calibration.h: from level 2's score to the probability of a purchase in the horizon.
 *
 * Isotonic: the share of purchases as a function of the score that never falls, by pooling adjacent
 * violators (Ayer et al. 1955; for probabilities: Zadrozny and Elkan 2002), over bins of at least
 * CALIBRATION_ROWS rows, and linear between the pools' means.
 *
 * It is fitted out of the window: trees trained on all label windows but the last score all
 * candidates of all households as of the last one's T, bought or not, whether the household came or
 * not. The test window has no part in it. The model's own trees have seen one window more. */
#ifndef MODEL_CALIBRATION_H
#define MODEL_CALIBRATION_H

#include "model/file/sections.h"
#include "model/snapshot.h"
#include "history/windows.h"

enum { CALIBRATION_ROWS = 50 };

typedef struct calibration {
    size_t n;            /* 0: there is none */
    double *score;       /* [n] ascending, none twice */
    double *probability; /* [n] from 0 to 1, never falling */
    bool mapped;         /* the arrays lie in a mapped file */
} calibration;

/* Scores and whether they were followed by a purchase, in any order; n > 0. */
aisle_status calibration_fit(calibration *out, const double *score, const uint8_t *bought, size_t n,
                             aisle_error *err);
void calibration_fini(calibration *c);

/* Between its neighbours in score; that of the first or last beyond them. NaN without a
 * calibration. */
double calibration_probability(const calibration *c, double score);

/* What a snapshot's candidates scored, and which of them were bought. */
typedef struct scored_window {
    double *score;   /* [rows] */
    uint8_t *bought; /* [rows] */
    size_t rows;
} scored_window;

/* All candidates of all that ask, and the purchases of a window of the dataset that they are of. */
typedef struct scored_job {
    const snapshot *s;
    const households *h; /* who ask */
    level2_scorer by;
    const aisle_dataset *dataset;
    window days;
    bool new_only;
    int threads;
} scored_job;

aisle_status scored_window_init(scored_window *out, const scored_job *job, aisle_error *err);
void scored_window_fini(scored_window *w);

/* The sections of a model file; they borrow. Nothing without a calibration. */
aisle_status calibration_to_sections(sections *s, const calibration *c, aisle_error *err);

/* Points into the sections; no calibration where they have none. */
aisle_status calibration_from_sections(calibration *out, sections *s, const char *name,
                                       aisle_error *err);

#endif
