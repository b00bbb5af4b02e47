/* candidates/als_state.h: what the retriever als has fitted. Private to its files. */
#ifndef CANDIDATES_ALS_STATE_H
#define CANDIDATES_ALS_STATE_H

#include "candidates/als_solve.h"
#include "candidates/retriever.h"

typedef struct als_state {
    size_t n_users, n_items, stride; /* items: of the catalogue */
    float *users;                    /* [n_users][stride] x */
    float *panels;                   /* y, in the panels of panels.h */
} als_state;

als_settings als_settings_of(const list_context *context);

#endif
