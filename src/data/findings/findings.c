#include "data/findings/findings.h"

/* In the order in which they are shown: what makes the rest doubtful comes first. */
static const finding_function functions[] = {
    find_unmatched,        find_disagreeing_rows, find_odd_ids,       find_no_cards,
    find_large_households, find_shared_baskets,   find_large_amounts, find_empty_weeks,
    find_partial_week,     find_too_little,
};

aisle_status findings_look(finding_list *out, const finding_inputs *in, aisle_error *err)
{
    finding_list l = {0};
    for (size_t f = 0; f < sizeof functions / sizeof *functions; f++) {
        aisle_status status = functions[f](&l, in, err);
        if (status != AISLE_OK) {
            finding_list_fini(&l);
            return status;
        }
    }
    *out = l;
    return AISLE_OK;
}

size_t aisle_dataset_findings(const aisle_finding **out, const aisle_dataset *dataset)
{
    *out = dataset->findings;
    return dataset->n_findings;
}
