/* aisle/aisle.h: two-level recommendations from a retailer's receipts.
 *
 *     #include <aisle/aisle.h>
 *     #include <stdio.h>
 *
 *     int main(void)
 *     {
 *         aisle_error err = AISLE_ERROR_INIT;
 *         aisle_dataset *receipts = NULL;
 *         aisle_model *model = NULL;
 *         aisle_session *session = NULL;
 *         if (aisle_dataset_open(&receipts, "shop.yaml", &err) ||
 *             aisle_model_fit(&model, receipts, NULL, &err) ||
 *             aisle_session_new(&session, model, &err)) {
 *             fprintf(stderr, "%s\n", err.message);
 *             return 1;
 *         }
 *         aisle_recommendation list[5];
 *         size_t n;
 *         aisle_user user = aisle_model_find_user(model, "900");
 *         aisle_model_recommend(&n, list, 5, session, NULL, user, NULL, &err);
 *         for (size_t i = 0; i < n; i++)
 *             printf("%s  %.3f\n", aisle_model_item_name(model, list[i].item), list[i].score);
 *         aisle_session_free(session);
 *         aisle_model_free(model);
 *         aisle_dataset_free(receipts);
 *     }
 *
 * Link with -laisle; with -laisle-reader as well for aisle_dataset_open, aisle_synth_write,
 * aisle_split_write, aisle/propose.h and aisle/table.h, which need DuckDB. Every **out is owned by
 * the caller and written only on success; what is returned as a pointer is borrowed. */
#ifndef AISLE_AISLE_H
#define AISLE_AISLE_H

#include "aisle/ablate.h"
#include "aisle/abtest.h"
#include "aisle/candidates.h"
#include "aisle/config.h"
#include "aisle/dataset.h"
#include "aisle/error.h"
#include "aisle/evaluate.h"
#include "aisle/explain.h"
#include "aisle/features.h"
#include "aisle/asking.h"
#include "aisle/model.h"
#include "aisle/order.h"
#include "aisle/propose.h"
#include "aisle/report.h"
#include "aisle/run.h"
#include "aisle/score.h"
#include "aisle/split.h"
#include "aisle/sums.h"
#include "aisle/synth.h"
#include "aisle/table.h"
#include "aisle/tune.h"

#endif
