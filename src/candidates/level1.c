#include "candidates/blend.h"

#include "base/fail.h"
#include "base/mem.h"

#include <string.h>

aisle_status level1_init(level1 *out, const households *h, const catalogue *c,
                         const candidates_options *options, const bool *wanted, uint64_t seed,
                         int threads, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    level1 l = {0};
    TRY(list_context_init(&l.context, h, c, options, seed, threads, err));
    TRY_ALLOC(l.state = NEW_ZEROED(void *, retriever_count));
    for (size_t r = 0; r < retriever_count; r++) {
        const retriever *row = &retriever_table[r];
        if (wanted ? wanted[r] : row->quota(options) > 0)
            TRY(retriever_fit(&l.state[r], row, &l.context, h, err));
    }
    *out = l;
    return AISLE_OK;
done:
    level1_fini(&l);
    return status;
}

void level1_fini(level1 *l)
{
    for (size_t r = 0; l->state && r < retriever_count; r++)
        if (l->state[r])
            retriever_table[r].free(l->state[r], !l->mapped);
    mem_free(l->state);
    list_context_fini(&l->context);
    memset(l, 0, sizeof *l);
}
