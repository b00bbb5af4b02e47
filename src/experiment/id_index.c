#include "experiment/id_index.h"

#include <string.h>
#include <xxhash.h>

#include "base/fail.h"
#include "base/mem.h"

aisle_status id_index_init(id_index *out, size_t n, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    size_t places = 16;
    while (places < 2 * n)
        places *= 2;
    *out = (id_index){.mask = places - 1};
    TRY_ALLOC(out->row = NEW_ARRAY(uint32_t, places));
    TRY_ALLOC(out->number = NEW_ARRAY(uint32_t, places));
    memset(out->row, 0xff, places * sizeof *out->row);
done:
    if (status != AISLE_OK)
        id_index_fini(out);
    return status;
}

void id_index_fini(id_index *ids)
{
    mem_free(ids->row);
    mem_free(ids->number);
    *ids = (id_index){0};
}

/* Of the id, or where it would be. */
static size_t place_of(const id_index *ids, const char *const *rows, const char *id)
{
    size_t at = XXH3_64bits(id, strlen(id)) & ids->mask;
    while (ids->row[at] != ID_INDEX_NONE && strcmp(rows[ids->row[at]], id) != 0)
        at = (at + 1) & ids->mask;
    return at;
}

uint32_t id_index_add(id_index *ids, const char *const *rows, size_t row)
{
    size_t at = place_of(ids, rows, rows[row]);
    if (ids->row[at] == ID_INDEX_NONE) {
        ids->row[at] = (uint32_t)row;
        ids->number[at] = ids->count++;
    }
    return ids->number[at];
}

uint32_t id_index_find(const id_index *ids, const char *const *rows, const char *id)
{
    size_t at = place_of(ids, rows, id);
    return ids->row[at] == ID_INDEX_NONE ? ID_INDEX_NONE : ids->number[at];
}
