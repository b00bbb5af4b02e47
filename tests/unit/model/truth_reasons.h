/* tests/unit/model/truth_reasons.h: what should be said of a household and a product, worked out
 * from the lines of the receipts, slowly. */
#ifndef TRUTH_REASONS_H
#define TRUTH_REASONS_H

#include "aisle/explain.h"
#include "model_fixture.h"

/* The receipts, the model of them, and which stores somebody bought in. */
extern struct truth {
    receipts lines;
    aisle_model *model;
    bool open[64];
} truth;

int64_t truth_user_id(uint32_t user);
int64_t truth_item_id(uint32_t item);

/* Households that bought it since a day. */
uint32_t truth_buyers(int64_t item, int32_t from);

/* Mean price of a piece since a day, NaN without a sale. */
double truth_price(int64_t item, int32_t from);

/* What should be said of the column that the cause names. */
void truth_say(char *out, size_t size, uint32_t user, uint32_t item, const aisle_cause *cause);

/* The same of the families spend, discount, rank and habit, of a column without the family's name,
 * and of the store that the household visits most. */
void truth_spend(char *out, size_t size, int64_t user, int64_t item, const char *feature);
void truth_discount(char *out, size_t size, int64_t user, int64_t item, const char *feature);
void truth_rank(char *out, size_t size, int64_t user, int64_t item, const char *feature);
void truth_habit(char *out, size_t size, int64_t user, int64_t item, const char *feature);
void truth_store(char *out, size_t size, int64_t user, int64_t item);

#endif
