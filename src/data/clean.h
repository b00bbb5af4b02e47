/* data/clean.h: which lines count, by the rules of data.cleaning. */
#ifndef DATA_CLEAN_H
#define DATA_CLEAN_H

#include "data/attributes.h"

typedef struct cleaning_rules {
    double quantity_above, value_above, price_above, price_below;
    bool has_value; /* no value column: no rule on value or price */
    bool drop_returns, drop_duplicates;
} cleaning_rules;

/* Rules on values and prices need values. */
aisle_status cleaning_check(const data_options *options, bool has_value, aisle_error *err);

cleaning_rules cleaning_rules_of(const data_options *options, bool has_value);

/* For each item why its lines are left out, or AISLE_REASON_COUNT; rows as found in products. */
aisle_status clean_items(uint8_t *reason, const attribute_source *products, const uint32_t *rows,
                         size_t n, const data_options *options, aisle_error *err);

/* Why a line of this sum is left out, or AISLE_REASON_COUNT. Quantity < 0: a return, which is
 * under no rule of value or price. */
aisle_reason clean_line(const cleaning_rules *rules, double quantity, double value);

#endif
