/* aisle/report.h: what was measured as one page of HTML to decide by.
 *
 * A page is one file: its style, its charts (Observable Plot and D3, whose licences stand at its
 * end) and all figures are in it, and it asks no network for anything. All figures stand in text
 * and tables; the charts are drawn from the same figures by a script, where one may run. */
#ifndef AISLE_REPORT_H
#define AISLE_REPORT_H

#include "aisle/ablate.h"
#include "aisle/abtest.h"
#include "aisle/dataset.h"
#include "aisle/error.h"
#include "aisle/evaluate.h"

#ifdef __cplusplus
extern "C" {
#endif

/* All borrowed. */
typedef struct aisle_report_input {
    const char *title;                  /* of the page; NULL: one that fits all */
    const char *source;                 /* where the receipts come from; NULL: is not said */
    const aisle_dataset_summary *data;  /* what the evaluation read */
    const aisle_evaluation *evaluation; /* of at least one model and one metric */
    const aisle_ablation *ablation;     /* NULL: the page says how to have one */
    double reading;                     /* seconds to read the receipts; 0: is not said */
} aisle_report_input;

/* clang-format off */
#define AISLE_REPORT_INPUT_INIT {0, 0, 0, 0, 0, 0}
/* clang-format on */

/* Writes the page to a temporary name first, then renames it, so that path is the old file or the
 * whole new one. The same input gives the same bytes. Safe from any thread. */
AISLE_API aisle_status aisle_report_evaluation(const char *path, const aisle_report_input *input,
                                               aisle_error *err);

/* The same of A/B tests: how large one must be, what one has shown (options: as it was analyzed),
 * and how often their tests are wrong. */
AISLE_API aisle_status aisle_report_abtest_design(const char *path,
                                                  const aisle_abtest_design *design,
                                                  aisle_error *err);
AISLE_API aisle_status aisle_report_abtest_analysis(const char *path,
                                                    const aisle_abtest_analysis *analysis,
                                                    const aisle_abtest_analysis_options *options,
                                                    aisle_error *err);
AISLE_API aisle_status aisle_report_abtest_simulation(const char *path,
                                                      const aisle_abtest_simulation *simulation,
                                                      const aisle_abtest_panel *panel,
                                                      aisle_error *err);

#ifdef __cplusplus
}
#endif

#endif
