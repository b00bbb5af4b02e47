#include "history/dated_lines.h"

#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "data/returns.h"

/* The lines of a user before the day. */
static size_t count_lines(const aisle_dataset *d, size_t user, int32_t as_of)
{
    uint64_t from = d->user_offset[user], end = from;
    while (end < d->user_offset[user + 1] && d->line.day[end] < as_of)
        end++;
    return end - from;
}

aisle_status dated_lines_init(dated_lines *out, const aisle_dataset *d, int32_t as_of,
                              const uint8_t *left_out, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    dated_lines made = {.user_offset = NEW_ARRAY(uint64_t, d->users.count + 1)};
    size_t most = 0, cancelled;
    TRY_ALLOC(made.user_offset);
    for (size_t u = 0; u < d->users.count; u++)
        most += left_out && left_out[u] ? 0 : count_lines(d, u, as_of);
    TRY(line_columns_init(&made.line, most, line_columns_options(&d->line), err));
    for (size_t u = 0; u < d->users.count; u++) {
        made.user_offset[u] = made.line.n;
        if (left_out && left_out[u])
            continue;
        line_columns own = line_columns_from(&made.line, made.line.n);
        own.n = count_lines(d, u, as_of);
        line_columns_copy(&own, 0, &d->line, d->user_offset[u], own.n);
        if (d->summary.returns)
            TRY(returns_cancel(&own, &cancelled, err));
        made.line.n += own.n;
    }
    made.user_offset[d->users.count] = made.line.n;
    *out = made;
    memset(&made, 0, sizeof made);
done:
    dated_lines_fini(&made);
    return status;
}

void dated_lines_fini(dated_lines *d)
{
    line_columns_fini(&d->line);
    mem_free(d->user_offset);
    memset(d, 0, sizeof *d);
}
