/* aisle/asking.h: households that ask a model by their own receipts: new to the fit or known to
 * it, with newer receipts, as of any day.
 *
 * Read-only once made; any number of threads may ask by them. Where a function takes households,
 * NULL means the model's own, which a model may be without. */
#ifndef AISLE_ASKING_H
#define AISLE_ASKING_H

#include "aisle/model.h"

#ifdef __cplusplus
extern "C" {
#endif

/* As of the day after their last receipt. */
#define AISLE_AS_OF_LAST INT32_MAX

/* The dataset's households as of a day (since 1970-01-01): receipts of that day and later do not
 * count. Products that the model does not know count in visits, baskets and spending, and are never
 * recommended; stores and levels of categories that it does not know are missing. What the model's
 * own cleaning left out by product is left out; the rest is as the dataset was cleaned, which
 * aisle_households_read does by the model's rules. The caller frees *out; the dataset may go, the
 * model must stay. */
AISLE_API aisle_status aisle_households_from_dataset(aisle_households **out,
                                                     const aisle_model *model,
                                                     const aisle_dataset *dataset, int32_t as_of,
                                                     aisle_error *err);

/* The same from arrays of receipts of one household or many, cleaned by the model's rules.
 * attributes: a table of the households, or NULL. */
AISLE_API aisle_status aisle_households_from_receipts(aisle_households **out,
                                                      const aisle_model *model,
                                                      const aisle_receipts *receipts,
                                                      const aisle_attributes *attributes,
                                                      int32_t as_of, aisle_error *err);

/* The same from what a configuration's data names (libaisle-reader: needs DuckDB), cleaned by the
 * model's rules in place of the configuration's. threads: 0 for all cores. */
AISLE_API aisle_status aisle_households_read(aisle_households **out, const aisle_model *model,
                                             const aisle_config *config, int32_t as_of, int threads,
                                             aisle_error *err);

/* The same of some households (aisle_dataset_read_some); *out NULL: others have receipts, these
 * have none. */
AISLE_API aisle_status aisle_households_read_some(aisle_households **out, const aisle_model *model,
                                                  const aisle_config *config,
                                                  const aisle_household_choice *which,
                                                  int32_t as_of, int threads, aisle_error *err);

AISLE_API void aisle_households_free(aisle_households *households);

/* How many there are: those with a receipt before the day. households may not be NULL here. */
AISLE_API uint32_t aisle_households_count(const aisle_households *households);
AISLE_API int32_t aisle_households_as_of(const aisle_households *households);

/* What was read and set aside of their receipts. */
AISLE_API void aisle_households_summarise(aisle_dataset_summary *out,
                                          const aisle_households *households);

/* By original id, as text; index AISLE_MISSING: none of them. */
AISLE_API aisle_user aisle_households_find(const aisle_households *households, const char *id);

/* The original id: borrowed, or written into buffer. */
AISLE_API const char *aisle_households_id(const aisle_households *households, aisle_user user,
                                          char buffer[32]);

/* Whether ids are int64 (else texts). */
AISLE_API bool aisle_households_are_ints(const aisle_households *households);

#ifdef __cplusplus
}
#endif

#endif
