#include "aisle/abtest_assign.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "base/fail.h"
#include "base/mem.h"
#include "base/threads.h"
#include "base/utf8.h"
#include "experiment/id_index.h"

typedef struct splitter {
    const aisle_abtest_assign_options *o;
    uint64_t seed;
    uint64_t above[AISLE_ABTEST_VARIANTS_MOST]; /* [n_variants - 1] variants from v + 1 on */
} splitter;

static aisle_status check_options(const aisle_abtest_assign_options *o, aisle_error *err)
{
    if (!o->salt || !o->salt[0])
        return fail(err, AISLE_ERROR_ARGUMENT, "salt: expected a name of the test");
    if (!utf8_is_clean(o->salt, strlen(o->salt)))
        return fail(err, AISLE_ERROR_ARGUMENT, "salt: expected UTF-8");
    if (o->n_variants < 2 || o->n_variants > AISLE_ABTEST_VARIANTS_MOST)
        return fail(err, AISLE_ERROR_ARGUMENT, "variants: found %zu, expected 2 to %d",
                    o->n_variants, AISLE_ABTEST_VARIANTS_MOST);
    for (size_t v = 0; v < o->n_variants; v++)
        if (!(o->shares[v] > 0) || !(o->shares[v] <= 1e15))
            return fail(err, AISLE_ERROR_ARGUMENT, "share %zu: found %g, expected more than 0",
                        v + 1, o->shares[v]);
    for (size_t i = 0; i < o->n_previous; i++)
        if (o->previous_variant[i] >= o->n_variants)
            return fail(err, AISLE_ERROR_ARGUMENT,
                        "previous household %zu: found variant %u of %zu", i + 1,
                        o->previous_variant[i], o->n_variants);
    return AISLE_OK;
}

static void splitter_init(splitter *s, const aisle_abtest_assign_options *o)
{
    double all = 0, so_far = 0;
    *s = (splitter){.o = o, .seed = XXH3_64bits(o->salt, strlen(o->salt))};
    for (size_t v = 0; v < o->n_variants; v++)
        all += o->shares[v];
    for (size_t v = 0; v + 1 < o->n_variants; v++) {
        so_far += o->shares[v];
        double edge = so_far / all * 0x1p64;
        s->above[v] = edge < 0x1p64 ? (uint64_t)edge : UINT64_MAX;
    }
}

static uint64_t hash(const splitter *s, const char *text)
{
    return XXH3_64bits_withSeed(text, strlen(text), s->seed);
}

static uint8_t variant_at(const splitter *s, uint64_t place)
{
    size_t v = 0;
    for (size_t i = 0; i + 1 < s->o->n_variants; i++)
        v += place >= s->above[i];
    return (uint8_t)v;
}

static void assign_plain(uint8_t *variant, const splitter *s, const char *const *ids, size_t n)
{
#pragma omp parallel for num_threads(thread_count(s->o->threads)) schedule(static)
    for (size_t i = 0; i < n; i++)
        variant[i] = variant_at(s, hash(s, ids[i]));
}

/* A household that is to be placed in its stratum. */
typedef struct placed {
    uint32_t stratum, row;
    uint64_t hash;
    const char *id;
} placed;

static int by_hash(const void *a, const void *b)
{
    const placed *x = a, *y = b;
    if (x->stratum != y->stratum)
        return x->stratum < y->stratum ? -1 : 1;
    if (x->hash != y->hash)
        return x->hash < y->hash ? -1 : 1;
    return strcmp(x->id, y->id);
}

/* m households of one stratum at even steps from a start of the stratum's own, so that what is left
 * over in small strata does not go to the same variant always. */
static void fill_stratum(uint8_t *variant, const splitter *s, const placed *p, size_t m)
{
    double start = (double)(hash(s, s->o->strata[p[0].row]) >> 11) * 0x1p-53;
    for (size_t i = 0; i < m; i++) {
        double place = ((double)i + start) / (double)m * 0x1p64;
        variant[p[i].row] = variant_at(s, place < 0x1p64 ? (uint64_t)place : UINT64_MAX);
    }
}

/* Households of strata that have no variant yet. */
static aisle_status collect(placed *p, size_t *count, const splitter *s, const char *const *ids,
                            const bool *kept, size_t n, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    id_index strata = {0}, seen = {0};
    TRY(id_index_init(&strata, n, err));
    TRY(id_index_init(&seen, n, err));
    *count = 0;
    for (size_t i = 0; i < n; i++) {
        if (id_index_add(&seen, ids, i) != i)
            TRY(fail(err, AISLE_ERROR_DATA, "row %zu: household '%.100s' is there twice", i + 1,
                     ids[i]));
        uint32_t stratum = id_index_add(&strata, s->o->strata, i);
        if (!kept || !kept[i])
            p[(*count)++] = (placed){stratum, (uint32_t)i, hash(s, ids[i]), ids[i]};
    }
done:
    id_index_fini(&strata);
    id_index_fini(&seen);
    return status;
}

static aisle_status assign_strata(uint8_t *variant, const splitter *s, const char *const *ids,
                                  const bool *kept, size_t n, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    size_t count = 0;
    placed *p = NEW_ARRAY(placed, n);
    TRY_ALLOC(p);
    TRY(collect(p, &count, s, ids, kept, n, err));
    qsort(p, count, sizeof *p, by_hash);
    for (size_t from = 0, to; from < count; from = to) {
        for (to = from; to < count && p[to].stratum == p[from].stratum;)
            to++;
        fill_stratum(variant, s, p + from, to - from);
    }
done:
    mem_free(p);
    return status;
}

/* kept: [n] whether it had a variant, which is written. */
static aisle_status keep_previous(uint8_t *variant, bool *kept, const splitter *s,
                                  const char *const *ids, size_t n, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const aisle_abtest_assign_options *o = s->o;
    id_index index = {0};
    uint8_t *had = NEW_ARRAY(uint8_t, o->n_previous);
    TRY_ALLOC(had);
    TRY(id_index_init(&index, o->n_previous, err));
    for (size_t i = 0; i < o->n_previous; i++) {
        uint32_t known = index.count, at = id_index_add(&index, o->previous, i);
        if (at < known && had[at] != o->previous_variant[i])
            TRY(fail(err, AISLE_ERROR_DATA,
                     "row %zu: household '%.100s' has another variant than before", i + 1,
                     o->previous[i]));
        had[at] = o->previous_variant[i];
    }
    for (size_t i = 0; i < n; i++) {
        uint32_t at = id_index_find(&index, o->previous, ids[i]);
        kept[i] = at != ID_INDEX_NONE;
        if (kept[i])
            variant[i] = had[at];
    }
done:
    id_index_fini(&index);
    mem_free(had);
    return status;
}

aisle_status aisle_abtest_assign(uint8_t *variant, const char *const *ids, size_t n,
                                 const aisle_abtest_assign_options *o, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    splitter s;
    bool *kept = NULL;
    TRY(check_options(o, err));
    if (n >= UINT32_MAX || o->n_previous >= UINT32_MAX)
        TRY(fail(err, AISLE_ERROR_ARGUMENT, "found %zu households, expected less than 4294967295",
                 n > o->n_previous ? n : o->n_previous));
    for (size_t i = 0; i < n; i++)
        if (!utf8_is_clean(ids[i], strlen(ids[i])))
            TRY(fail(err, AISLE_ERROR_DATA, "row %zu: household is no UTF-8", i + 1));
    splitter_init(&s, o);
    if (!o->strata)
        assign_plain(variant, &s, ids, n);
    if (o->n_previous > 0) {
        TRY_ALLOC(kept = NEW_ZEROED(bool, n));
        TRY(keep_previous(variant, kept, &s, ids, n, err));
    }
    if (o->strata)
        TRY(assign_strata(variant, &s, ids, kept, n, err));
done:
    mem_free(kept);
    return status;
}
