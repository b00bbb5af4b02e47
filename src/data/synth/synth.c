#include "data/synth/synth_type.h"

#include <math.h>

#include "base/fail.h"
#include "base/mem.h"
#include "data/synth/synth_fit.h"

static aisle_status check_whole(const char *name, uint64_t value, uint64_t most, aisle_error *err)
{
    if (value >= 1 && value <= most)
        return AISLE_OK;
    return fail(err, AISLE_ERROR_ARGUMENT, "%s: found %llu, expected a whole number from 1 to %llu",
                name, (unsigned long long)value, (unsigned long long)most);
}

aisle_status aisle_synth_options_check(const aisle_synth_options *o, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    TRY(check_whole("households", o->households, 100000000, err));
    TRY(check_whole("items", o->items, 10000000, err));
    TRY(check_whole("stores", o->stores, 100000, err));
    TRY(check_whole("weeks", o->weeks, 1040, err));
    if (!(o->lines >= 0.01 && o->lines <= 1000))
        status = fail(err, AISLE_ERROR_ARGUMENT, "lines: found %g, expected from 0.01 to 1000",
                      o->lines);
    else if (!(o->known >= 0 && o->known <= 1))
        status = fail(err, AISLE_ERROR_ARGUMENT, "known: found %g, expected from 0 to 1", o->known);
done:
    return status;
}

static aisle_status fill_stores(aisle_synth *s, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    uint32_t n = s->options.stores, *stack = NEW_ARRAY(uint32_t, n);
    double *weight = NEW_ARRAY(double, n);
    rng r = rng_init(s->options.seed, SYNTH_STORES);
    s->store = (alias_table){n, NEW_ARRAY(float, n), NEW_ARRAY(uint32_t, n)};
    TRY_ALLOC(stack);
    TRY_ALLOC(weight);
    TRY_ALLOC(s->store.keep);
    TRY_ALLOC(s->store.other);
    for (uint32_t i = 0; i < n; i++)
        weight[i] = CURVE_AT(fit_store, rng_unit(&r));
    alias_fill(&s->store, weight, stack);
done:
    mem_free(stack);
    mem_free(weight);
    return status;
}

aisle_status aisle_synth_new(aisle_synth **out, const aisle_synth_options *options,
                             aisle_error *err)
{
    aisle_status status = aisle_synth_options_check(options, err);
    if (status)
        return status;
    aisle_synth *s = NEW_ZEROED(aisle_synth, 1);
    TRY_ALLOC(s);
    s->options = *options;
    TRY(synth_fill_items(s, err));
    TRY(fill_stores(s, err));
    *out = s;
    s = NULL;
done:
    aisle_synth_free(s);
    return status;
}

void aisle_synth_free(aisle_synth *s)
{
    if (!s)
        return;
    mem_free(s->item);
    mem_free(s->category);
    mem_free(s->by_category);
    mem_free(s->keep);
    mem_free(s->other);
    mem_free(s->store.keep);
    mem_free(s->store.other);
    mem_free(s);
}

const aisle_synth_options *aisle_synth_options_of(const aisle_synth *synth)
{
    return &synth->options;
}
