#include "features/matrix.h"

#include <assert.h>
#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "base/threads.h"
#include "features/household_scan.h"

enum { FAMILIES_MOST = 32 };

struct feature_room {
    const feature_context *context;
    household_scan scan;
    size_t start[FAMILIES_MOST + 1]; /* column at which each family begins */
    size_t columns;
    feature_column *column; /* [columns] */
};

/* Column numbers at which each family begins, and the columns themselves. */
static aisle_status list_columns(feature_room *room, const candidate_lists *sources,
                                 aisle_error *err)
{
    const feature_context *context = room->context;
    size_t *start = room->start, n = 0;
    for (size_t f = 0; f < feature_family_count; f++) {
        start[f] = n;
        if (!feature_is_left_out(feature_family_table[f], context->options))
            n += feature_family_table[f]->columns(NULL, context, sources);
    }
    start[feature_family_count] = n;
    if (n == 0)
        return fail(err, AISLE_ERROR_CONFIG, "key 'features.without': no feature is left");
    room->columns = n;
    room->column = NEW_ZEROED(feature_column, n);
    if (!room->column)
        return fail_memory(err);
    for (size_t f = 0; f < feature_family_count; f++) {
        if (start[f] < start[f + 1])
            feature_family_table[f]->columns(room->column + start[f], context, sources);
        for (size_t c = start[f]; c < start[f + 1]; c++)
            room->column[c].family = (uint16_t)f;
    }
    return feature_names_clean(room->column, n, err);
}

aisle_status feature_room_new(feature_room **out, const feature_facts *facts,
                              const candidate_lists *sources, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    feature_room *room = NEW_ZEROED(feature_room, 1);
    assert(feature_family_count <= FAMILIES_MOST);
    TRY_ALLOC(room);
    room->context = &facts->context;
    TRY(household_scan_init(&room->scan, room->context, err));
    TRY(list_columns(room, sources, err));
    *out = room;
    room = NULL;
done:
    feature_room_free(room);
    return status;
}

void feature_room_free(feature_room *room)
{
    if (!room)
        return;
    household_scan_fini(&room->scan);
    mem_free(room->column);
    mem_free(room);
}

const feature_column *feature_room_columns(const feature_room *room, size_t *n)
{
    *n = room->columns;
    return room->column;
}

void feature_room_fill(float *values, feature_room *room, const feature_rows *rows)
{
    const size_t *start = room->start;
    household_scan_read(&room->scan, rows->h, rows->user, room->context);
    for (size_t f = 0; f < feature_family_count; f++)
        if (start[f] < start[f + 1])
            feature_family_table[f]->fill(values + start[f], room->columns, rows, &room->scan,
                                          room->context);
    household_scan_clear(&room->scan, rows->h, rows->user, room->context);
}

aisle_status feature_matrix_init(feature_matrix *out, const feature_facts *facts,
                                 const households *h, const candidate_lists *lists,
                                 const uint32_t *users, int threads, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    feature_matrix m = {.rows = lists->offset[lists->n]};
    feature_room **rooms = NEW_ZEROED(feature_room *, (size_t)threads);
    size_t cells;
    TRY_ALLOC(rooms);
    for (int t = 0; t < threads; t++)
        TRY(feature_room_new(&rooms[t], facts, lists, err));
    m.columns = rooms[0]->columns;
    TRY_ALLOC(m.column = mem_copy(rooms[0]->column, m.columns, sizeof *m.column));
    if (__builtin_mul_overflow(m.rows, m.columns, &cells))
        TRY(fail_memory(err));
    TRY_ALLOC(m.values = NEW_ARRAY(float, cells));
#pragma omp parallel for num_threads(threads) schedule(dynamic, 16)
    for (size_t i = 0; i < lists->n; i++) {
        feature_rows rows = {h,
                             users[i],
                             lists->item + lists->offset[i],
                             lists->offset[i + 1] - lists->offset[i],
                             lists,
                             lists->offset[i]};
        feature_room_fill(m.values + rows.first * m.columns, rooms[thread_number()], &rows);
    }
    *out = m;
    memset(&m, 0, sizeof m);
done:
    for (int t = 0; rooms && t < threads; t++)
        feature_room_free(rooms[t]);
    mem_free(rooms);
    feature_matrix_fini(&m);
    return status;
}

void feature_matrix_fini(feature_matrix *m)
{
    mem_free(m->column);
    mem_free(m->values);
    memset(m, 0, sizeof *m);
}
