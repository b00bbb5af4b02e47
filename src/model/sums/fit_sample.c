#include "model/sums/fit_sample.h"

#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "candidates/user_pool.h"

/* Leaves out all but the `most` that are drawn first. */
static aisle_status draw(uint8_t *left_out, const id_table *users, int64_t most, uint64_t seed,
                         aisle_error *err)
{
    uint64_t limit;
    aisle_status status = user_draw_limit(&limit, users, left_out, most, seed, err);
    for (uint32_t u = 0; status == AISLE_OK && u < users->count; u++)
        left_out[u] |= user_draw(users, u, seed) > limit;
    return status;
}

aisle_status fit_sample_init(fit_sample *out, const aisle_dataset *d, const aisle_config *config,
                             const split *windows, const uint8_t *left_out, stages *clock,
                             aisle_error *err)
{
    aisle_status status = AISLE_OK;
    size_t n = d->users.count, most = (size_t)config->fit.households_most;
    fit_sample s = {0};
    for (size_t u = 0; left_out && u < d->users.count; u++)
        n -= left_out[u];
    bool some = most > 0 && most < n;
    if (some || left_out)
        TRY_ALLOC(s.left_out = NEW_ZEROED(uint8_t, d->users.count));
    if (left_out)
        memcpy(s.left_out, left_out, d->users.count);
    if (some) {
        TRY(fit_sums_init(&s.own, d, config, windows, left_out, clock, err));
        TRY(draw(s.left_out, &d->users, (int64_t)most, (uint64_t)config->seed, err));
        s.sums = s.own;
    }
    *out = s;
    memset(&s, 0, sizeof s);
done:
    fit_sample_fini(&s);
    return status;
}

void fit_sample_fini(fit_sample *s)
{
    mem_free(s->left_out);
    aisle_sums_free(s->own);
    memset(s, 0, sizeof *s);
}
