/* aisle/propose.h: a configuration for files that nobody has described (libaisle-reader).
 *
 *     aisle_proposal *p;
 *     if (!aisle_proposal_new(&p, files, n, "shop.yaml", 0, &err))
 *         puts(aisle_proposal_yaml(p));
 */
#ifndef AISLE_PROPOSE_H
#define AISLE_PROPOSE_H

#include <stddef.h>

#include "aisle/error.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct aisle_proposal aisle_proposal;

/* Looks at the first 200,000 rows of each of n files, or of the files in folders: how they are
 * written, which is the table of receipts, of products, of households, of promotions, and which of
 * their columns is what, by their names (in several languages, and of public data sets) and by
 * their values. path: where the configuration will lie, which paths in it are relative to. threads:
 * 0 for all cores. The caller frees *out. AISLE_ERROR_DATA where a file cannot be read as a table.
 */
AISLE_API aisle_status aisle_proposal_new(aisle_proposal **out, const char *const *files, size_t n,
                                          const char *path, int threads, aisle_error *err);

/* The configuration with its reasons as comments; borrowed. What is not known is CHANGE_ME, once
 * for each question. */
AISLE_API const char *aisle_proposal_yaml(const aisle_proposal *p);

/* The same without a column of weeks (they may be no weeks of the days' order). */
AISLE_API aisle_status aisle_proposal_drop_week(aisle_proposal *p, aisle_error *err);

/* The same with windows of so many weeks. */
AISLE_API aisle_status aisle_proposal_set_horizon(aisle_proposal *p, int weeks, aisle_error *err);

/* What could not be decided, in words. */
AISLE_API size_t aisle_proposal_questions(const aisle_proposal *p);
AISLE_API const char *aisle_proposal_question(const aisle_proposal *p, size_t i);

AISLE_API void aisle_proposal_free(aisle_proposal *p);

#ifdef __cplusplus
}
#endif

#endif
