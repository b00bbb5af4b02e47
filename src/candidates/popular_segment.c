/* What households of the same level of a household column buy; those without a level are one more
 * segment. Without any column all households are that one. */
#include "candidates/grouped.h"
#include "candidates/retriever_table.h"

#include "base/fail.h"
#include "base/mem.h"

#include <strings.h>

int64_t popular_segment_quota(const candidates_options *options)
{
    return options->popular_segment.quota;
}

/* The column by its name, or the first one; -1: there are none. */
static aisle_status find_column(int *out, const attribute_table *t, const char *name,
                                aisle_error *err)
{
    *out = t->columns ? 0 : -1;
    for (size_t c = 0; name && c < t->columns; c++) {
        if (strcasecmp(t->names[c], name) == 0) {
            *out = (int)c;
            return AISLE_OK;
        }
    }
    if (!name)
        return AISLE_OK;
    return fail(err, AISLE_ERROR_CONFIG,
                "key 'candidates.popular_segment.column': found '%s', expected one of "
                "data.households.categories",
                name);
}

aisle_status popular_segment_fit(void **state, const list_context *context, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const history *h = context->h;
    const popular_segment_options *o = &context->options->popular_segment;
    const attribute_table *t = &h->households;
    int column;
    uint32_t *segment = NEW_ARRAY(uint32_t, h->n_users);
    TRY_ALLOC(segment);
    TRY(find_column(&column, t, o->column, err));
    uint32_t levels = column < 0 ? 0 : (uint32_t)t->levels[column].count;
    for (uint32_t u = 0; u < h->n_users; u++) {
        uint32_t level = column < 0 ? AISLE_MISSING : t->code[column][u];
        segment[u] = level == AISLE_MISSING ? levels : level;
    }
    grouping by = {levels + 1, segment, NULL, o->weeks, o->prior};
    TRY(grouped_fit(state, context, &by, err));
done:
    mem_free(segment);
    return status;
}
