/* evaluate/judged_window.h: a window's snapshot as of its T, and what was bought in it. */
#ifndef EVALUATE_JUDGED_WINDOW_H
#define EVALUATE_JUDGED_WINDOW_H

#include "evaluate/metrics/truth.h"
#include "model/snapshot.h"

/* Does not move once initialised. */
typedef struct judged_window {
    snapshot s;
    households own; /* who ask by receipts of their own; nobody unless asked that way */
    labels bought;
    truth t;
    retriever_query query; /* of the truth's households */
} judged_window;

/* Who is judged, and by which receipts they ask. */
typedef struct judged_who {
    const uint8_t *only; /* [dataset users] those alone; NULL: all */
    bool own;            /* by their own receipts before the window, not as the fit has them */
} judged_who;

/* By evaluate.new_only and the catalogue of source->config. On failure there is nothing to free. */
aisle_status judged_window_init(judged_window *out, const snapshot_source *source, window days,
                                const judged_who *who, stages *clock, aisle_error *err);
void judged_window_fini(judged_window *w);

#endif
