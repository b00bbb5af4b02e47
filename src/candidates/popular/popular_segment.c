/* What households of the same level of a household column buy; those without a level are one more
 * segment. Without any column all households are that one. */
#include "candidates/popular/grouped.h"
#include "candidates/retriever_table.h"

#include "base/fail.h"
#include "base/mem.h"

int64_t popular_segment_quota(const candidates_options *options)
{
    return options->popular_segment.quota;
}

/* The column by its name, or the first one; -1: there are none. */
static aisle_status find_column(int *out, const assortment *a, const candidates_options *options,
                                aisle_error *err)
{
    const char *name = options->popular_segment.column;
    *out = assortment_segment_column(a, options);
    if (*out >= 0 || !name)
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
    aisle_status status = find_column(column, context->a, context->options, err);
    if (status == AISLE_OK)
        *levels = *column < 0 ? 0 : (uint32_t)context->a->segments.levels[*column].count;
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

static aisle_status sum_segments(tally *t, const households *h, const candidates_options *options,
                                 aisle_error *err)
{
    aisle_status status = AISLE_OK;
    int column;
    uint32_t *segment = NULL, levels = (uint32_t)t->count[TALLY_ROW] - 1;
    TRY(find_column(&column, h->a, options, err));
    TRY_ALLOC(segment = NEW_ARRAY(uint32_t, h->n_users));
    for (uint32_t u = 0; u < h->n_users; u++)
        segment[u] = segment_of(h, u, column, levels);
    grouping by = {segment, NULL, options->popular_segment.weeks};
    TRY(grouped_sum(t, h, &by, err));
done:
    mem_free(segment);
    return status;
}

const tally_part popular_segment_part = {"popular_segment", TALLY_SEGMENTS, GROUPED_COLUMNS,
                                         grouped_columns, sum_segments};

aisle_status popular_segment_fit(void **state, const list_context *context, const households *h,
                                 aisle_error *err)
{
    aisle_status status = AISLE_OK;
    void *adopted = NULL;
    TRY(popular_segment_adopt(&adopted, context, err));
    TRY(grouped_fit(adopted, context, h, &popular_segment_part, err));
    *state = adopted;
    adopted = NULL;
done:
    grouped_free(adopted, true);
    return status;
}
