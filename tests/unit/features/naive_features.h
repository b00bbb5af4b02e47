/* tests/unit/features/naive_features.h: every numeric feature by its definition, from the lines of
 * the receipts, slowly and in double. */
#ifndef NAIVE_FEATURES_H
#define NAIVE_FEATURES_H

#include "receipts.h"

/* The households are every seventh number from the first on. */
enum { NAIVE_FIRST_USER = 100, NAIVE_LAST_USER = 205 };

/* Promotions are planned for so many weeks from T on. */
enum { NAIVE_PLANNED_WEEKS = 3 };

/* What a feature is asked of. The lines have no returns and no basket has an item twice. */
typedef struct naive_query {
    const receipts *r;
    int32_t as_of;
    int64_t user; /* 0: a stranger */
    int64_t item;
} naive_query;

/* The value of a column of all families but level1 and attribute, NaN where it is not known. Fails
 * the test where there is no such name. */
double naive_feature(const naive_query *q, const char *name);

/* The same of the family promotion, without its prefix. */
double naive_promotion(const naive_query *q, const char *name);

/* The same of the family store. */
double naive_store(const naive_query *q, const char *name);

/* The same of the family visit. */
double naive_visit(const naive_query *q, const char *name);

/* The same of the families spend, discount, rank and habit. */
double naive_spend(const naive_query *q, const char *name);
double naive_discount(const naive_query *q, const char *name);
double naive_rank(const naive_query *q, const char *name);
double naive_habit(const naive_query *q, const char *name);

/* Whether it is one of these columns. */
bool naive_has_feature(const char *name);

#endif
