#include "evaluate/keep_lists.h"

#include <string.h>

#include "base/fail.h"
#include "base/mem.h"

typedef struct kept_ids {
    id_table users, items;
} kept_ids;

aisle_status keep_lists_init(aisle_lists *out, const aisle_dataset *dataset, const assortment *a,
                             aisle_error *err)
{
    memset(out, 0, sizeof *out);
    kept_ids *ids = NEW_ZEROED(kept_ids, 1);
    if (!ids)
        return fail_memory(err);
    aisle_status status = id_table_copy(&ids->users, &dataset->users, err);
    if (status == AISLE_OK)
        status = id_table_copy(&ids->items, &a->items, err);
    out->owned = ids;
    if (status != AISLE_OK)
        keep_lists_fini(out);
    return status;
}

static aisle_status grow(void *array, size_t rows, size_t more, size_t size, aisle_error *err)
{
    size_t capacity = rows;
    return mem_grow(array, &capacity, rows + more, size) ? fail_memory(err) : AISLE_OK;
}

static aisle_status reserve(aisle_lists *l, size_t more, aisle_error *err)
{
    const kept_ids *ids = l->owned;
    aisle_status status = AISLE_OK;
    TRY(grow(&l->model, l->rows, more, sizeof *l->model, err));
    TRY(grow(&l->rank, l->rows, more, sizeof *l->rank, err));
    TRY(grow(&l->score, l->rows, more, sizeof *l->score, err));
    TRY(ids->users.is_int ? grow(&l->user_int, l->rows, more, sizeof *l->user_int, err)
                          : grow(&l->user_text, l->rows, more, sizeof *l->user_text, err));
    TRY(ids->items.is_int ? grow(&l->item_int, l->rows, more, sizeof *l->item_int, err)
                          : grow(&l->item_text, l->rows, more, sizeof *l->item_text, err));
done:
    return status;
}

static void add_row(aisle_lists *l, uint32_t user, uint32_t item)
{
    const kept_ids *ids = l->owned;
    if (ids->users.is_int)
        l->user_int[l->rows] = ids->users.ints[user];
    else
        l->user_text[l->rows] = ids->users.bytes + ids->users.offsets[user];
    if (ids->items.is_int)
        l->item_int[l->rows] = ids->items.ints[item];
    else
        l->item_text[l->rows] = ids->items.bytes + ids->items.offsets[item];
}

aisle_status keep_lists_add(aisle_lists *lists, const char *model, const item_lists *from,
                            uint32_t longest, const truth *t, aisle_error *err)
{
    size_t more = 0;
    for (size_t i = 0; i < from->n; i++)
        more += from->count[i] < longest ? from->count[i] : longest;
    aisle_status status = reserve(lists, more, err);
    if (status != AISLE_OK)
        return status;
    for (size_t i = 0; i < from->n; i++) {
        for (uint32_t p = 0; p < from->count[i] && p < longest; p++) {
            lists->model[lists->rows] = model;
            lists->rank[lists->rows] = p + 1;
            lists->score[lists->rows] = (double)from->score[i * from->k + p];
            add_row(lists, t->dataset_user[i], from->item[i * from->k + p]);
            lists->rows++;
        }
    }
    return AISLE_OK;
}

void keep_lists_fini(aisle_lists *l)
{
    kept_ids *ids = l->owned;
    if (ids) {
        id_table_fini(&ids->users);
        id_table_fini(&ids->items);
    }
    mem_free(ids);
    mem_free(l->model);
    mem_free(l->rank);
    mem_free(l->score);
    mem_free(l->user_int);
    mem_free(l->user_text);
    mem_free(l->item_int);
    mem_free(l->item_text);
    memset(l, 0, sizeof *l);
}
