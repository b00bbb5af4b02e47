#include "model/answer/explanations.h"

#include <string.h>

#include "base/fail.h"
#include "base/mem.h"

aisle_explanations *explanations_new(size_t n)
{
    aisle_explanations *x = NEW_ZEROED(aisle_explanations, 1);
    if (x)
        x->offset = NEW_ZEROED(size_t, n + 1);
    if (x && !x->offset) {
        mem_free(x);
        return NULL;
    }
    return x;
}

/* Texts keep their places in memory, so what points to them stays right. */
static void append(aisle_explanations *to, aisle_explanations *from)
{
    size_t first = to->offset[to->n], count = from->offset[from->n];
    for (size_t i = 0; i < from->n; i++)
        to->offset[to->n + i + 1] = first + from->offset[i + 1];
    if (count > 0)
        memcpy(to->list + first, from->list, count * sizeof *to->list);
    if (from->n_texts > 0)
        memcpy(to->texts + to->n_texts, from->texts, from->n_texts * sizeof *to->texts);
    to->n += from->n;
    to->n_texts += from->n_texts;
    from->n_texts = 0;
    from->n = 0;
    aisle_explanations_free(from);
}

aisle_status explanations_join(aisle_explanations **out, aisle_explanations **parts, size_t n,
                               aisle_error *err)
{
    aisle_status status = AISLE_OK;
    size_t households = 0, rows = 0, texts = 0;
    for (size_t p = 0; p < n; p++) {
        households += parts[p]->n;
        rows += parts[p]->offset[parts[p]->n];
        texts += parts[p]->n_texts;
    }
    aisle_explanations *x = explanations_new(households);
    TRY_ALLOC(x);
    TRY_ALLOC(x->list = NEW_ARRAY(aisle_explanation, rows));
    TRY_ALLOC(x->texts = NEW_ARRAY(char *, texts));
    for (size_t p = 0; p < n; p++) {
        append(x, parts[p]);
        parts[p] = NULL;
    }
    *out = x;
    x = NULL;
done:
    aisle_explanations_free(x);
    return status;
}

void aisle_explanations_free(aisle_explanations *x)
{
    if (!x)
        return;
    for (size_t i = 0; x->offset && i < x->offset[x->n]; i++)
        mem_free(x->list[i].cause);
    for (size_t i = 0; i < x->n_texts; i++)
        mem_free(x->texts[i]);
    mem_free(x->texts);
    mem_free(x->list);
    mem_free(x->offset);
    mem_free(x);
}
