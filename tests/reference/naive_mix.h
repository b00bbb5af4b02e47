/* tests/reference/naive_mix.h: mix.c again, from the lists of the retrievers that it takes from. */
#ifndef REFERENCE_NAIVE_MIX_H
#define REFERENCE_NAIVE_MIX_H

#include "candidates/retriever.h"

/* The whole order of one who asks, fitted on h. out: [items of the catalogue]; returns how many. */
uint32_t naive_mix(uint32_t *out, const list_context *context, const households *h,
                   const asker *who);

#endif
