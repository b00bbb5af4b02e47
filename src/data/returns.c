#include "data/returns.h"

#include "base/fail.h"
#include "base/mem.h"
#include "base/sort.h"

/* What is left of a purchase is nothing where float leaves only its rounding. */
#define EMPTIED 1e-6

typedef struct canceller {
    const line_columns *lines;
    uint32_t *stack; /* purchases of the item at hand that have something left, latest on top */
    size_t depth, cancelled;
} canceller;

static void cancel_one(canceller *c, uint32_t line)
{
    const line_columns *lines = c->lines;
    double back = -(double)lines->quantity[line];
    while (c->depth && back > 0) {
        uint32_t top = c->stack[c->depth - 1];
        double bought = lines->quantity[top], rest = bought - back;
        if (rest > bought * EMPTIED) {
            lines->quantity[top] = (float)rest;
            lines->value[top] *= rest / bought;
            if (lines->discount)
                lines->discount[top] = (float)((double)lines->discount[top] * rest / bought);
            return;
        }
        back -= bought;
        if (back <= bought * EMPTIED)
            back = 0;
        lines->quantity[top] = 0;
        c->cancelled++;
        c->depth--;
    }
}

/* The lines of one item, in the order of days: a day's purchases count before its returns. */
static void cancel_item(canceller *c, const sort_pair *pairs, size_t n)
{
    const line_columns *lines = c->lines;
    c->depth = 0;
    for (size_t from = 0, to; from < n; from = to) {
        int32_t day = lines->day[pairs[from].value];
        for (to = from; to < n && lines->day[pairs[to].value] == day; to++)
            if (lines->quantity[pairs[to].value] > 0)
                c->stack[c->depth++] = pairs[to].value;
        for (size_t i = from; i < to; i++)
            if (lines->quantity[pairs[i].value] < 0)
                cancel_one(c, pairs[i].value);
    }
}

static void keep_purchases(line_columns *lines)
{
    size_t kept = 0;
    for (size_t l = 0; l < lines->n; l++)
        if (lines->quantity[l] > 0)
            line_columns_copy(lines, kept++, lines, l, 1);
    lines->n = kept;
}

aisle_status returns_cancel(line_columns *lines, size_t *cancelled, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    canceller c = {.lines = lines};
    sort_pair *pairs = NULL, *scratch = NULL;
    size_t returns = 0, n = lines->n;
    for (size_t l = 0; l < n; l++)
        returns += lines->quantity[l] < 0;
    if (returns) {
        TRY_ALLOC(pairs = NEW_ARRAY(sort_pair, n));
        TRY_ALLOC(scratch = NEW_ARRAY(sort_pair, n));
        TRY_ALLOC(c.stack = NEW_ARRAY(uint32_t, n));
        for (size_t l = 0; l < n; l++)
            pairs[l] = (sort_pair){lines->item[l], (uint32_t)l};
        sort_pairs(pairs, scratch, n);
        for (size_t from = 0, to; from < n; from = to) {
            for (to = from + 1; to < n && pairs[to].key == pairs[from].key; to++)
                ;
            cancel_item(&c, pairs + from, to - from);
        }
        keep_purchases(lines);
    }
    *cancelled = c.cancelled;
done:
    mem_free(pairs);
    mem_free(scratch);
    mem_free(c.stack);
    return status;
}
