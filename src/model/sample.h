/* model/sample.h: which candidates train: all that were bought, a seeded sample of the rest. */
#ifndef MODEL_SAMPLE_H
#define MODEL_SAMPLE_H

#include "candidates/blend.h"
#include "history/windows.h"

/* Candidates picked out of lists, their labels, and the households that have any. */
typedef struct training_sample {
    candidate_lists lists;
    uint32_t *users; /* [lists.n] of the households */
    float *label;    /* [rows] */
    uint64_t positives, dropped;
} training_sample;

/* What is sampled from. */
typedef struct sample_source {
    const candidate_lists *lists;
    const uint32_t *users;         /* [lists->n] of h */
    const uint32_t *dataset_users; /* [lists->n] the same households in the dataset */
    const households *h;
    const labels *bought; /* what the households of the dataset bought in the window */
    int64_t negatives;    /* of a household */
    uint64_t seed;
} sample_source;

/* Marks the candidates of list i: 1 bought by the household of the dataset in the labels' window, 0
 * not. mark: [rows of lists]. Returns how many are bought. */
size_t sample_mark_bought(uint8_t *mark, const candidate_lists *lists, size_t i,
                          const labels *bought, uint32_t dataset_user, const households *h);

/* A list with no positive or of one row is dropped, and counted. */
aisle_status training_sample_init(training_sample *out, const sample_source *from,
                                  aisle_error *err);
void training_sample_fini(training_sample *s);

#endif
