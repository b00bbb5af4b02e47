/* data/findings/findings.h: what is odd about receipts and tables that could be read. */
#ifndef DATA_FINDINGS_H
#define DATA_FINDINGS_H

#include "base/text.h"
#include "data/attributes.h"

typedef struct finding_list {
    aisle_finding *list; /* texts owned */
    size_t n, capacity;
} finding_list;

/* What a dataset was built from, beside itself. */
typedef struct finding_inputs {
    const aisle_dataset *dataset;
    const aisle_receipts *receipts;
    const data_options *options;
    const id_table *users, *items;             /* of all lines */
    const uint32_t *user_rank, *item_rank;     /* by code of the receipts */
    const attribute_source *products, *people; /* keys.count 0: none */
} finding_inputs;

aisle_status findings_look(finding_list *out, const finding_inputs *in, aisle_error *err);
void finding_list_fini(finding_list *l);

/* Adds one; the texts are taken over, and emptied. */
aisle_status finding_add(finding_list *l, const char *code, uint64_t count, uint64_t of, text *what,
                         text *step, aisle_error *err);

/* ---- What is looked at ---- */

typedef aisle_status (*finding_function)(finding_list *l, const finding_inputs *in,
                                         aisle_error *err);

aisle_status find_unmatched(finding_list *l, const finding_inputs *in, aisle_error *err);
aisle_status find_disagreeing_rows(finding_list *l, const finding_inputs *in, aisle_error *err);
aisle_status find_odd_ids(finding_list *l, const finding_inputs *in, aisle_error *err);
aisle_status find_no_cards(finding_list *l, const finding_inputs *in, aisle_error *err);
aisle_status find_large_households(finding_list *l, const finding_inputs *in, aisle_error *err);
aisle_status find_shared_baskets(finding_list *l, const finding_inputs *in, aisle_error *err);
aisle_status find_large_amounts(finding_list *l, const finding_inputs *in, aisle_error *err);
aisle_status find_empty_weeks(finding_list *l, const finding_inputs *in, aisle_error *err);
aisle_status find_partial_week(finding_list *l, const finding_inputs *in, aisle_error *err);
aisle_status find_too_little(finding_list *l, const finding_inputs *in, aisle_error *err);

#endif
