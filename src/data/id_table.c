#include "data/id_table.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "base/sort.h"
#include "base/text.h"

/* An id while it is compared: a number, or the length bytes of a text. */
typedef struct id {
    bool is_int;
    int64_t number;
    const char *bytes;
    size_t length;
    uint32_t row;
} id;

static id id_of_text(const char *bytes, size_t length, uint32_t row)
{
    id one = {false, 0, bytes, length, row};
    one.is_int = text_parse_canonical_i64(&one.number, bytes, length);
    return one;
}

static id id_of_row(const id_table *table, uint32_t row)
{
    if (table->is_int)
        return (id){true, table->ints[row], NULL, 0, row};
    uint64_t start = table->offsets[row];
    return id_of_text(table->bytes + start, table->offsets[row + 1] - start - 1, row);
}

static int compare_ids(const id *a, const id *b)
{
    if (a->is_int != b->is_int)
        return a->is_int ? -1 : 1;
    if (a->is_int)
        return (a->number > b->number) - (a->number < b->number);
    size_t shared = a->length < b->length ? a->length : b->length;
    int byte = shared ? memcmp(a->bytes, b->bytes, shared) : 0;
    return byte ? byte : (a->length > b->length) - (a->length < b->length);
}

int aisle_id_compare(const char *a, const char *b)
{
    id x = id_of_text(a, strlen(a), 0), y = id_of_text(b, strlen(b), 0);
    return compare_ids(&x, &y);
}

static int compare_for_qsort(const void *a, const void *b)
{
    return compare_ids(a, b);
}

static aisle_status fail_twice(aisle_error *err)
{
    return fail(err, AISLE_ERROR_ARGUMENT, "the distinct values of a column hold a value twice");
}

static aisle_status init_ints(id_table *out, uint32_t *order, const int64_t *ints, size_t n,
                              aisle_error *err)
{
    aisle_status status = AISLE_OK;
    sort_pair *pairs = NEW_ARRAY(sort_pair, n), *scratch = NEW_ARRAY(sort_pair, n);
    out->is_int = true;
    out->ints = NEW_ARRAY(int64_t, n);
    TRY_ALLOC(pairs);
    TRY_ALLOC(scratch);
    TRY_ALLOC(out->ints);
    for (size_t i = 0; i < n; i++)
        pairs[i] = (sort_pair){(uint64_t)ints[i] ^ (UINT64_C(1) << 63), (uint32_t)i};
    sort_pairs(pairs, scratch, n);
    for (size_t i = 0; i < n; i++) {
        out->ints[i] = ints[pairs[i].value];
        if (i && out->ints[i] == out->ints[i - 1])
            TRY(fail_twice(err));
        if (order)
            order[pairs[i].value] = (uint32_t)i;
    }
    out->count = n;
done:
    mem_free(pairs);
    mem_free(scratch);
    return status;
}

/* All values are printed int64. */
static aisle_status init_printed_ints(id_table *out, uint32_t *order, const id *ids, size_t n,
                                      aisle_error *err)
{
    aisle_status status = AISLE_OK;
    int64_t *ints = NEW_ARRAY(int64_t, n);
    TRY_ALLOC(ints);
    for (size_t i = 0; i < n; i++)
        ints[i] = ids[i].number;
    TRY(init_ints(out, order, ints, n, err));
done:
    mem_free(ints);
    return status;
}

/* As it is written; a number of a table of numbers is printed into buffer. */
static const char *written(const id *one, char buffer[32], size_t *length)
{
    *length = one->length;
    if (one->bytes)
        return one->bytes;
    *length = (size_t)snprintf(buffer, 32, "%" PRId64, one->number);
    return buffer;
}

static aisle_status store_texts(id_table *out, const id *ids, size_t n, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    char buffer[32];
    uint64_t total = 0;
    size_t length;
    for (size_t i = 0; i < n; i++) {
        written(&ids[i], buffer, &length);
        total += length + 1;
    }
    out->is_int = false;
    out->bytes = NEW_ARRAY(char, total);
    out->offsets = NEW_ARRAY(uint64_t, n + 1);
    TRY_ALLOC(out->bytes);
    TRY_ALLOC(out->offsets);
    uint64_t at = 0;
    for (size_t i = 0; i < n; i++) {
        const char *bytes = written(&ids[i], buffer, &length);
        out->offsets[i] = at;
        memcpy(out->bytes + at, bytes, length);
        at += length;
        out->bytes[at++] = '\0';
    }
    out->offsets[n] = at;
    out->count = n;
done:
    return status;
}

static aisle_status init_texts(id_table *out, uint32_t *order, const aisle_values *values,
                               aisle_error *err)
{
    aisle_status status = AISLE_OK;
    size_t n = values->count, n_ints = 0;
    id *ids = NEW_ARRAY(id, n);
    TRY_ALLOC(ids);
    for (size_t i = 0; i < n; i++) {
        uint64_t start = values->offsets[i], length = values->offsets[i + 1] - start;
        if (length && memchr(values->bytes + start, 0, length))
            TRY(fail(err, AISLE_ERROR_DATA, "an id holds a zero byte"));
        ids[i] = id_of_text(values->bytes + start, length, (uint32_t)i);
        n_ints += ids[i].is_int;
    }
    if (n_ints == n) {
        TRY(init_printed_ints(out, order, ids, n, err));
        goto done;
    }
    qsort(ids, n, sizeof *ids, compare_for_qsort);
    for (size_t i = 0; i < n; i++) {
        if (i && compare_ids(&ids[i - 1], &ids[i]) == 0)
            TRY(fail_twice(err));
        if (order)
            order[ids[i].row] = (uint32_t)i;
    }
    TRY(store_texts(out, ids, n, err));
done:
    mem_free(ids);
    return status;
}

aisle_status id_table_init(id_table *out, uint32_t *order, const aisle_values *values,
                           aisle_error *err)
{
    aisle_status status = AISLE_OK;
    id_table table = {0};
    if (values->count >= AISLE_MISSING)
        TRY(fail(err, AISLE_ERROR_DATA, "more than %" PRIu32 " distinct values in a column",
                 AISLE_MISSING - 1));
    if (values->ints || values->count == 0)
        TRY(init_ints(&table, order, values->ints, values->count, err));
    else
        TRY(init_texts(&table, order, values, err));
    *out = table;
done:
    if (status)
        id_table_fini(&table);
    return status;
}

/* A table of ids that are in order. */
static aisle_status init_sorted(id_table *out, const id *ids, size_t n, aisle_error *err)
{
    size_t n_ints = 0;
    id_table table = {0};
    for (size_t i = 0; i < n; i++)
        n_ints += ids[i].is_int;
    aisle_status status = n_ints == n ? init_printed_ints(&table, NULL, ids, n, err)
                                      : store_texts(&table, ids, n, err);
    if (status == AISLE_OK)
        *out = table;
    else
        id_table_fini(&table);
    return status;
}

aisle_status id_table_subset(id_table *out, const id_table *from, const uint32_t *indices, size_t n,
                             aisle_error *err)
{
    id *ids = NEW_ARRAY(id, n);
    if (!ids)
        return fail_memory(err);
    for (size_t i = 0; i < n; i++)
        ids[i] = id_of_row(from, indices[i]);
    aisle_status status = init_sorted(out, ids, n, err);
    mem_free(ids);
    return status;
}

aisle_status id_table_union(id_table *out, const id_table *a, const id_table *b, aisle_error *err)
{
    size_t n = 0;
    uint32_t i = 0, j = 0;
    id *ids = NEW_ARRAY(id, a->count + b->count);
    if (!ids)
        return fail_memory(err);
    while (i < a->count || j < b->count) {
        id x = {0}, y = {0};
        if (i < a->count)
            x = id_of_row(a, i);
        if (j < b->count)
            y = id_of_row(b, j);
        int order = j == b->count ? -1 : i == a->count ? 1 : compare_ids(&x, &y);
        ids[n++] = order <= 0 ? x : y;
        i += order <= 0;
        j += order >= 0;
    }
    aisle_status status = init_sorted(out, ids, n, err);
    mem_free(ids);
    return status;
}

aisle_status id_table_copy(id_table *out, const id_table *from, aisle_error *err)
{
    uint32_t *all = NEW_ARRAY(uint32_t, from->count);
    if (!all)
        return fail_memory(err);
    for (size_t i = 0; i < from->count; i++)
        all[i] = (uint32_t)i;
    aisle_status status = id_table_subset(out, from, all, from->count, err);
    mem_free(all);
    return status;
}

void id_table_match(uint32_t *index, const id_table *from, const id_table *to)
{
    uint32_t j = 0;
    for (uint32_t i = 0; i < from->count; i++) {
        id wanted = id_of_row(from, i);
        int order = 1;
        for (; j < to->count; j++) {
            id found = id_of_row(to, j);
            order = compare_ids(&found, &wanted);
            if (order >= 0)
                break;
        }
        index[i] = j < to->count && order == 0 ? j : AISLE_MISSING;
    }
}

static uint32_t find_id(const id_table *table, const id *wanted)
{
    uint32_t low = 0, high = (uint32_t)table->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        id found = id_of_row(table, middle);
        int order = compare_ids(&found, wanted);
        if (order == 0)
            return middle;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return AISLE_MISSING;
}

uint32_t id_table_find_same(const id_table *table, const id_table *from, uint32_t row)
{
    id wanted = id_of_row(from, row);
    return table->is_int && !wanted.is_int ? AISLE_MISSING : find_id(table, &wanted);
}

uint32_t id_table_find(const id_table *table, const char *sought)
{
    id wanted = id_of_text(sought, strlen(sought), 0);
    if (table->is_int && !wanted.is_int)
        return AISLE_MISSING;
    return find_id(table, &wanted);
}

const char *id_table_text(const id_table *table, uint32_t index, char buffer[32])
{
    if (!table->is_int)
        return table->bytes + table->offsets[index];
    snprintf(buffer, 32, "%" PRId64, table->ints[index]);
    return buffer;
}

static aisle_status check_texts(const id_table *table, aisle_error *err)
{
    if (!table->bytes || !table->offsets || table->offsets[0] != 0)
        return fail(err, AISLE_ERROR_DATA, "ids: no texts");
    /* All of them first: the last one is where the bytes end. */
    for (size_t i = 0; i < table->count; i++)
        if (table->offsets[i + 1] <= table->offsets[i])
            return fail(err, AISLE_ERROR_DATA, "ids: the end of text %zu is wrong", i);
    for (size_t i = 0; i < table->count; i++) {
        uint64_t start = table->offsets[i], end = table->offsets[i + 1];
        if (table->bytes[end - 1] != '\0')
            return fail(err, AISLE_ERROR_DATA, "ids: the end of text %zu is wrong", i);
        if (memchr(table->bytes + start, 0, end - start - 1))
            return fail(err, AISLE_ERROR_DATA, "ids: text %zu holds a zero byte", i);
    }
    return AISLE_OK;
}

aisle_status id_table_check(const id_table *table, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    if (table->count >= AISLE_MISSING || (table->is_int && !table->ints))
        TRY(fail(err, AISLE_ERROR_DATA, "ids: a wrong count"));
    if (!table->is_int)
        TRY(check_texts(table, err));
    for (uint32_t i = 1; i < table->count; i++) {
        id before = id_of_row(table, i - 1), here = id_of_row(table, i);
        if (compare_ids(&before, &here) >= 0)
            TRY(fail(err, AISLE_ERROR_DATA, "ids: %" PRIu32 " is out of order", i));
    }
done:
    return status;
}

void id_table_fini(id_table *table)
{
    mem_free(table->ints);
    mem_free(table->bytes);
    mem_free(table->offsets);
    memset(table, 0, sizeof *table);
}
