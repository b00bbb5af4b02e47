/* tests/unit/model/guest_fixture.h: households that ask a model, and what it answers them. */
#ifndef GUEST_FIXTURE_H
#define GUEST_FIXTURE_H

#include "aisle/candidates.h"
#include "aisle/explain.h"
#include "aisle/asking.h"
#include "model_fixture.h"

enum { GUEST_PLACES = 15 };

/* Those of receipts that are built by a configuration; fails the test on an error. */
aisle_households *guests_of(const aisle_model *m, const receipts *r, const char *yaml,
                            int32_t as_of);

/* The same from arrays, with a store of each line (0: not known) and an income of each household
 * (NULL: not known). */
typedef struct guest_source {
    const receipts *r;
    int64_t (*store)(int64_t user, int64_t basket);
    const char *(*income)(int64_t user);
} guest_source;
aisle_households *guests_from_arrays(const aisle_model *m, const guest_source *from, int32_t as_of);

/* One who asks: a model, households (NULL: the model's own) and one of them. */
typedef struct guest {
    const aisle_model *m;
    const aisle_households *of;
    aisle_user user;
} guest;

/* By original id; fails the test where the households do not have it. */
guest guest_find(const aisle_model *m, const aisle_households *of, int64_t id);

size_t guest_ask(aisle_recommendation list[GUEST_PLACES], const guest *g, bool exclude_bought);

/* Both get the same lists, of all and of new products; each fails the test with what differs. */
void same_guest_lists(const guest *a, const guest *b);

/* Every field and text of the explanations of their lists. */
void same_guest_reasons(const guest *a, const guest *b);

/* Candidates with what each source says, and the last purchases. */
void same_guest_candidates(const guest *a, const guest *b);
void same_guest_purchases(const guest *a, const guest *b);

/* All four. */
void same_guest(const guest *a, const guest *b);

/* Two lists, bit by bit. */
void same_recommendations(const aisle_recommendation *a, size_t n, const aisle_recommendation *b,
                          size_t m);

/* Of receipts those whose household is (or, false, is not) a multiple of n. */
void keep_multiples(receipts *r, int64_t n, bool multiples);
void keep_one(receipts *r, int64_t user);

#endif
