/* Households in parts of a fixed number; some parts are made at a time, by any number of threads.
 */
#include "base/fail.h"
#include "base/mem.h"
#include "base/threads.h"
#include "data/synth/synth_type.h"

enum { PARTS = 32, PART_LINES = 16384 };

struct aisle_synth_stream {
    const aisle_synth *synth;
    int threads;
    synth_workspace **work; /* [threads] */
    synth_part part[PARTS];
    uint32_t size; /* households a part */
    uint32_t next; /* household */
    uint64_t baskets;
    int at, filled; /* parts */
};

aisle_status aisle_synth_stream_new(aisle_synth_stream **out, const aisle_synth *synth, int threads,
                                    aisle_error *err)
{
    aisle_status status = AISLE_OK;
    aisle_synth_stream *s = NEW_ZEROED(aisle_synth_stream, 1);
    double size = PART_LINES / (synth->options.lines * synth->options.weeks);
    TRY_ALLOC(s);
    s->synth = synth;
    s->threads = thread_count(threads);
    s->threads = s->threads > PARTS ? PARTS : s->threads;
    s->size = size < 1 ? 1 : size > 1024 ? 1024 : (uint32_t)size;
    TRY_ALLOC(s->work = NEW_ZEROED(synth_workspace *, (size_t)s->threads));
    for (int t = 0; t < s->threads; t++)
        TRY(synth_workspace_new(&s->work[t], synth, err));
    *out = s;
    s = NULL;
done:
    aisle_synth_stream_free(s);
    return status;
}

static int fill_part(aisle_synth_stream *s, int p)
{
    uint32_t all = s->synth->options.households;
    uint64_t first = s->next + (uint64_t)p * s->size;
    synth_part *part = &s->part[p];
    aisle_synth_lines *l = &part->lines;
    l->first = first < all ? (uint32_t)first : all;
    l->households = all - l->first < s->size ? all - l->first : s->size;
    l->lines = l->baskets = 0;
    for (uint32_t h = 0; h < l->households; h++)
        if (synth_add_household(part, s->synth, l->first + h, s->work[thread_number()]))
            return -1;
    return 0;
}

static aisle_status fill_parts(aisle_synth_stream *s, aisle_error *err)
{
    int failed = 0;
#pragma omp parallel for num_threads(s->threads) schedule(dynamic) reduction(| : failed)
    for (int p = 0; p < PARTS; p++)
        failed |= fill_part(s, p);
    if (failed)
        return fail_memory(err);
    uint64_t next = s->next + (uint64_t)PARTS * s->size;
    s->next = next < s->synth->options.households ? (uint32_t)next : s->synth->options.households;
    s->filled = PARTS;
    s->at = 0;
    return AISLE_OK;
}

aisle_status aisle_synth_stream_next(aisle_synth_lines *out, aisle_synth_stream *s,
                                     aisle_error *err)
{
    if (s->at == s->filled) {
        aisle_status status = fill_parts(s, err);
        if (status)
            return status;
    }
    *out = s->part[s->at].lines;
    out->first_basket = s->baskets;
    s->baskets += out->baskets;
    s->at += out->households > 0;
    return AISLE_OK;
}

void aisle_synth_stream_free(aisle_synth_stream *s)
{
    if (!s)
        return;
    for (int t = 0; s->work && t < s->threads; t++)
        synth_workspace_free(s->work[t]);
    mem_free(s->work);
    for (int p = 0; p < PARTS; p++)
        synth_part_fini(&s->part[p]);
    mem_free(s);
}
