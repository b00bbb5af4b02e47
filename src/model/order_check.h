/* model/order_check.h: what lists should go by, found out in a label window. */
#ifndef MODEL_ORDER_CHECK_H
#define MODEL_ORDER_CHECK_H

#include "history/windows.h"
#include "model/snapshot.h"

/* A label window, and who is judged in it. */
typedef struct order_ground {
    const snapshot *s;
    const candidate_lists *lists;  /* all candidates, as of the window's T */
    const uint32_t *users;         /* [lists->n] of s->h */
    const uint32_t *dataset_users; /* [lists->n] the same in the dataset */
    const bool *left_out;          /* [lists->n] who is not judged; NULL: all are */
    const labels *bought;
    const ranker *trees; /* that have seen no purchase of theirs in the window */
    uint32_t k;
    int threads;
} order_ground;

/* Fills all but splits. */
aisle_status order_check(ordering *out, const order_ground *g, aisle_error *err);

#endif
