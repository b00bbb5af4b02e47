#include "evaluate/unseen.h"

#include <math.h>

#include "base/fail.h"
#include "base/mem.h"
#include "candidates/user_pool.h"

/* Draws apart from the pool's. */
#define UNSEEN UINT64_C(0x756e7365656e)

aisle_status unseen_draw(uint8_t **out, const aisle_dataset *dataset, const aisle_config *config,
                         aisle_error *err)
{
    const id_table *users = &dataset->users;
    double share = config->evaluate.unseen;
    if (share == 0)
        return AISLE_OK;
    *out = NEW_ARRAY(uint8_t, users->count);
    if (!*out)
        return fail_memory(err);
    for (uint32_t u = 0; u < users->count; u++)
        (*out)[u] =
            ldexp((double)user_draw(users, u, UNSEEN ^ (uint64_t)config->seed), -64) < share;
    return AISLE_OK;
}
