#include "data/reader/household_filter.h"

#include <inttypes.h>
#include <string.h>

#include "base/draw.h"
#include "base/fail.h"
#include "base/mem.h"
#include "base/rng.h"

#define NOT_DRAWN UINT64_MAX

aisle_status household_filter_init(household_filter *out, const aisle_household_choice *which,
                                   aisle_error *err)
{
    static const aisle_household_choice all = AISLE_HOUSEHOLD_CHOICE_INIT;
    *out = (household_filter){.which = which ? *which : all, .threshold = UINT64_MAX};
    if (out->which.parts && (out->which.part < 1 || out->which.part > out->which.parts))
        return fail(err, AISLE_ERROR_ARGUMENT,
                    "part %" PRIu32 " of %" PRIu32 ": expected 1 to %" PRIu32, out->which.part,
                    out->which.parts, out->which.parts);
    return AISLE_OK;
}

void household_filter_fini(household_filter *f)
{
    mem_free(f->smallest);
    mem_free(f->draw);
    memset(f, 0, sizeof *f);
}

bool household_filter_is_on(const household_filter *f)
{
    return f->which.parts > 1 || f->which.most > 0;
}

uint64_t household_filter_draw(const household_filter *f, const cells *column, size_t row)
{
    if (column->kind == CELLS_INT)
        return draw_of_int(column->ints[row], f->which.seed);
    return draw_of_text(column->texts[row].bytes, column->texts[row].length, f->which.seed);
}

/* Mixed once more: a part has small and large draws, so that there are samples of parts. */
static bool is_of_part(const household_filter *f, uint64_t draw)
{
    return f->which.parts < 2 ||
           ((rng_mix(draw) >> 32) * f->which.parts) >> 32 == f->which.part - 1;
}

bool household_filter_keeps(const household_filter *f, uint64_t draw)
{
    return draw <= f->threshold && is_of_part(f, draw);
}

/* ---- The heap of the smallest draws ---- */

static void sift_up(uint64_t *heap, size_t at)
{
    uint64_t draw = heap[at];
    for (; at > 0 && heap[(at - 1) / 2] < draw; at = (at - 1) / 2)
        heap[at] = heap[(at - 1) / 2];
    heap[at] = draw;
}

static void sift_down(uint64_t *heap, size_t n)
{
    uint64_t draw = heap[0];
    size_t at = 0;
    for (size_t child = 1; child < n; child = 2 * at + 1) {
        child += child + 1 < n && heap[child + 1] > heap[child];
        if (heap[child] <= draw)
            break;
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = draw;
}

static aisle_status add_draw(household_filter *f, uint64_t draw, aisle_error *err)
{
    if (f->count < f->which.most) {
        if (mem_grow(&f->smallest, &f->capacity, f->count + 1, sizeof *f->smallest))
            return fail_memory(err);
        f->smallest[f->count++] = draw;
        sift_up(f->smallest, f->count - 1);
    } else if (draw < f->threshold) {
        f->smallest[0] = draw;
        sift_down(f->smallest, f->count);
    }
    if (f->count == f->which.most)
        f->threshold = f->smallest[0];
    return AISLE_OK;
}

aisle_status household_filter_take(household_filter *f, uint32_t code, uint64_t draw,
                                   aisle_error *err)
{
    if (!f->which.most || (code < f->coded && f->draw[code] != NOT_DRAWN))
        return AISLE_OK;
    if (mem_grow(&f->draw, &f->draw_capacity, (size_t)code + 1, sizeof *f->draw))
        return fail_memory(err);
    while (f->coded <= code)
        f->draw[f->coded++] = NOT_DRAWN;
    f->draw[code] = draw;
    return add_draw(f, draw, err);
}

bool household_filter_has(const household_filter *f, uint32_t code)
{
    return !f->which.most || (code < f->coded && f->draw[code] <= f->threshold);
}
