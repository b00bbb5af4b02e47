#include "data/known_ids.h"
#include "model/sums/fit_sums.h"

aisle_status aisle_dataset_build_sampled(aisle_dataset **out, const aisle_receipts *receipts,
                                         const aisle_attributes *products,
                                         const aisle_attributes *people, const aisle_config *config,
                                         const aisle_sums *sums, aisle_error *err)
{
    const struct day_sums *last = &sums->at[sums->n - 1];
    known_ids known = {&last->items, &last->stores, &sums->left_out};
    return dataset_build(out, receipts, products, people, config, &known, err);
}
