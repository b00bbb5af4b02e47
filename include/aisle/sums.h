/* aisle/sums.h: what a fit knows of all households, as sums that partitions of them add up to.
 *
 * Where receipts are many, each partition of the households is read and summed by itself, anywhere;
 * the sums are added, and a fit goes by them and by a seeded sample of the households: prices,
 * popularity, facts of products, stores and segments count all, item-item models, factors and
 * level 2 learn from the sample. In whatever order partitions are added, the file is the same,
 * byte for byte, as that of the whole.
 *
 * Sums are not for several threads while they are added to. */
#ifndef AISLE_SUMS_H
#define AISLE_SUMS_H

#include "aisle/dataset.h"
#include "aisle/model.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct aisle_sums aisle_sums;

/* Over the dataset's households (NULL: the part has none), as of the day after the last receipt and
 * of each label window before it, by the dataset's configuration. They are part `part` of `parts`,
 * 1 to AISLE_SUMS_MOST; 1 of 1: all. The caller frees *out; the dataset may go. */
#define AISLE_SUMS_MOST 65536
AISLE_API aisle_status aisle_sums_new(aisle_sums **out, const aisle_dataset *dataset, uint32_t part,
                                      uint32_t parts, const aisle_run *run, aisle_error *err);
AISLE_API void aisle_sums_free(aisle_sums *sums);

/* Adds b's parts to a. AISLE_ERROR_DATA, a as it was, where they do not go together: a part that a
 * has already, of another number of parts, of other days, by other options. */
AISLE_API aisle_status aisle_sums_add(aisle_sums *a, const aisle_sums *b, aisle_error *err);

/* Parts that it was cut into, and the first that is missing, 1 to parts; 0: none is. */
AISLE_API uint32_t aisle_sums_parts(const aisle_sums *sums);
AISLE_API uint32_t aisle_sums_missing(const aisle_sums *sums);

/* Households that bought something, and products that were sold, until the last day. */
AISLE_API uint64_t aisle_sums_households(const aisle_sums *sums);
AISLE_API uint64_t aisle_sums_items(const aisle_sums *sums);

/* The day of the earliest purchase, and the last one that is known of; false: of no household. */
AISLE_API bool aisle_sums_span(int32_t span[2], const aisle_sums *sums);

/* A file of them, checksummed: path is the old file or the whole new one. Damaged, cut or of a
 * newer format: AISLE_ERROR_FORMAT that names what. */
AISLE_API aisle_status aisle_sums_save(const aisle_sums *sums, const char *path, aisle_error *err);
AISLE_API aisle_status aisle_sums_open(aisle_sums **out, const char *path, aisle_error *err);

/* As aisle_dataset_build, of a sample of the households: what the sums know of products and stores
 * is kept, though none of these receipts may have them. */
AISLE_API aisle_status aisle_dataset_build_sampled(aisle_dataset **out,
                                                   const aisle_receipts *receipts,
                                                   const aisle_attributes *products,
                                                   const aisle_attributes *households,
                                                   const aisle_config *config,
                                                   const aisle_sums *sums, aisle_error *err);

/* As aisle_dataset_read_some, the same (libaisle-reader); sums NULL: without any. */
AISLE_API aisle_status aisle_dataset_read_sampled(aisle_dataset **out, const aisle_config *config,
                                                  const aisle_household_choice *which,
                                                  const aisle_sums *sums, int threads,
                                                  aisle_error *err);

/* As aisle_model_fit, by sums over all households and a sample of them, the dataset's. A part of
 * the sums that is missing, or other days or options than the dataset's configuration asks for:
 * AISLE_ERROR_DATA. The model holds the sample's households: aisle_model_forget_households. */
AISLE_API aisle_status aisle_model_fit_summed(aisle_model **out, const aisle_dataset *dataset,
                                              const aisle_sums *sums, const aisle_run *run,
                                              aisle_error *err);

#ifdef __cplusplus
}
#endif

#endif
