#include "data/findings/findings.h"

#include <string.h>

#include "base/fail.h"
#include "base/mem.h"

/* In the order in which they are shown: what makes the rest doubtful comes first. */
static const finding_function functions[] = {
    find_unmatched,        find_disagreeing_rows, find_odd_ids,       find_no_cards,
    find_large_households, find_shared_baskets,   find_large_amounts, find_empty_weeks,
    find_partial_week,     find_too_little,
};

aisle_status finding_add(finding_list *l, const char *code, uint64_t count, uint64_t of, text *what,
                         text *step, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    char *texts[2] = {NULL, NULL};
    if (what->failed || step->failed)
        TRY(fail_memory(err));
    TRY_ALLOC(texts[0] = mem_text(what->bytes ? what->bytes : ""));
    TRY_ALLOC(texts[1] = mem_text(step->bytes ? step->bytes : ""));
    if (mem_grow(&l->list, &l->capacity, l->n + 1, sizeof *l->list))
        TRY(fail_memory(err));
    l->list[l->n++] = (aisle_finding){code, count, of, texts[0], texts[1]};
    texts[0] = texts[1] = NULL;
done:
    mem_free(texts[0]);
    mem_free(texts[1]);
    text_fini(what);
    text_fini(step);
    return status;
}

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

void finding_list_fini(finding_list *l)
{
    for (size_t i = 0; i < l->n; i++) {
        mem_free((char *)(uintptr_t)l->list[i].text);
        mem_free((char *)(uintptr_t)l->list[i].step);
    }
    mem_free(l->list);
    memset(l, 0, sizeof *l);
}

size_t aisle_dataset_findings(const aisle_finding **out, const aisle_dataset *dataset)
{
    *out = dataset->findings;
    return dataset->n_findings;
}
