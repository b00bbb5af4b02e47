#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "data/findings/findings.h"

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

void finding_list_fini(finding_list *l)
{
    for (size_t i = 0; i < l->n; i++) {
        mem_free((char *)(uintptr_t)l->list[i].text);
        mem_free((char *)(uintptr_t)l->list[i].step);
    }
    mem_free(l->list);
    memset(l, 0, sizeof *l);
}
