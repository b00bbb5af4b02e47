/* tests/conformance/answers.h: all that a retriever, or the blend of all, says to households, in
 * bytes. */
#ifndef CONFORMANCE_ANSWERS_H
#define CONFORMANCE_ANSWERS_H

#include "candidates/blend.h"
#include "shop.h"

/* A retriever fitted on a shop; row = retriever_count: the blend of all. */
typedef struct subject {
    size_t row;
    const char *name;
    level1 l;
} subject;

/* Gives every retriever a quota. */
void set_quotas(candidates_options *options);

void subject_fit(subject *out, size_t row, const shop *s);
void subject_fini(subject *x);

/* What each of n households of h is told. Borrows them. */
typedef struct answers {
    const households *h;
    const uint32_t *users; /* [n] */
    size_t n;
    size_t *end; /* [n] of an answer in bytes */
    size_t ends;
    char *bytes;
    size_t length, room;
} answers;

/* Lists of old and new items and scores of all items, the blend's rows; each list is checked to be
 * in order, finite and in the catalogue, and to say what the scores say. */
void answers_init(answers *out, const subject *x, const households *h, const uint32_t *users,
                  size_t n, int threads);
void answers_fini(answers *a);

/* How many households of some are told something else than the one of their id in all; *id: the
 * last of them. */
size_t count_different(const answers *all, const answers *some, int64_t *id);

/* Every one is told the same, to the byte. */
void assert_same_answers(const subject *x, const answers *all, const answers *some);

#endif
