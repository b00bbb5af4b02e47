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

/* Households without a level are the group behind all levels. */
static uint32_t segment_of(const households *h, uint32_t user, int column, uint32_t levels)
{
    uint32_t level = column < 0 ? AISLE_MISSING : h->level[column][user];
    return level == AISLE_MISSING ? levels : level;
}

static aisle_status choose(int *column, uint32_t *levels, const list_context *context,
                           aisle_error *err)
{
    const attribute_table *t = &context->a->segments;
    aisle_status status = find_column(column, t, context->options->popular_segment.column, err);
    if (status == AISLE_OK)
        *levels = *column < 0 ? 0 : (uint32_t)t->levels[*column].count;
    return status;
}

static uint32_t find_segment(const void *state, const list_context *context, const asker *who,
                             uint32_t *count)
{
    int column;
    uint32_t levels;
    (void)state;
    (void)count;
    if (choose(&column, &levels, context, NULL) != AISLE_OK)
        return GROUPED_NONE;
    return segment_of(who->h, who->user, column, levels);
}

aisle_status popular_segment_adopt(void **state, const list_context *context, aisle_error *err)
{
    int column;
    uint32_t levels;
    aisle_status status = choose(&column, &levels, context, err);
    if (status != AISLE_OK)
        return status;
    return grouped_adopt(state, context, levels + 1, context->options->popular_segment.prior,
                         find_segment, err);
}

aisle_status popular_segment_fit(void **state, const list_context *context, const households *h,
                                 aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const popular_segment_options *o = &context->options->popular_segment;
    int column;
    uint32_t levels, *segment = NULL;
    void *adopted = NULL;
    TRY(choose(&column, &levels, context, err));
    TRY(popular_segment_adopt(&adopted, context, err));
    TRY_ALLOC(segment = NEW_ARRAY(uint32_t, h->n_users));
    for (uint32_t u = 0; u < h->n_users; u++)
        segment[u] = segment_of(h, u, column, levels);
    grouping by = {levels + 1, segment, NULL, o->weeks, o->prior};
    TRY(grouped_fit(&adopted, context, h, &by, err));
    *state = adopted;
    adopted = NULL;
done:
    grouped_free(adopted, true);
    mem_free(segment);
    return status;
}
