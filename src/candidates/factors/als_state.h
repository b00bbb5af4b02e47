/* candidates/factors/als_state.h: what the retriever als has fitted. Private to its files. */
#ifndef CANDIDATES_FACTORS_ALS_STATE_H
#define CANDIDATES_FACTORS_ALS_STATE_H

#include "candidates/factors/als_fold.h"
#include "candidates/factors/panels.h"
#include "candidates/retriever.h"

typedef struct als_state {
    als_weigher weigher;
    size_t n_items, stride, pool; /* items of the catalogue; households of the pool */
    float *panels;                /* y, in the panels of panels.h */
    uint32_t *place;              /* [n_items] place in the catalogue of each item of the panels */
    float *users;                 /* [pool][stride] x of the pool's households */
    /* Ready: */
    factor_panels items;
    als_fold fold;
} als_state;

als_settings als_settings_of(const list_context *context);

/* The asker's factors x: [stride], from its own receipts. room: als_room */
void als_fold_asker(float *x, const als_state *s, const list_context *context, const asker *who,
                    void *room);

/* Bytes that als_fold_asker works in, which it leaves zeroed. */
size_t als_fold_bytes(const als_state *s);

#endif
