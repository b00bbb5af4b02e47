#include "evaluate/judge.h"

#include "base/fail.h"
#include "base/mem.h"
#include "base/sort.h"

static bool is_bought(const truth *t, size_t i, uint32_t item)
{
    uint64_t from = t->offset[i];
    return sort_has_u32(t->item + from, t->offset[i + 1] - from, item);
}

/* Marks the places of list i. */
static void mark_hits(uint8_t *hit, uint8_t *repeat, const judge *j, const item_lists *lists,
                      size_t i)
{
    uint32_t user = j->t->user[i];
    for (uint32_t p = 0; p < lists->count[i]; p++) {
        uint32_t item = lists->item[i * lists->k + p];
        hit[p] = is_bought(j->t, i, item);
        repeat[p] =
            hit[p] && user != HISTORY_NONE && history_find_pair(j->h, user, item) != SIZE_MAX;
    }
}

aisle_status judge_values(metric_value *values, const judge *j, const item_lists *lists,
                          aisle_error *err)
{
    size_t n = j->t->n;
    uint8_t *marks = NEW_ARRAY(uint8_t, 2 * (size_t)lists->k);
    if (!marks)
        return fail_memory(err);
    for (size_t i = 0; i < n; i++) {
        mark_hits(marks, marks + lists->k, j, lists, i);
        hit_list list = {marks, marks + lists->k, lists->count[i],
                         j->t->offset[i + 1] - j->t->offset[i]};
        for (size_t m = 0; m < j->n_metrics; m++)
            for (size_t q = 0; q < j->n_k; q++)
                values[(m * j->n_k + q) * n + i] = j->metrics[m]->value(&list, (size_t)j->k[q]);
    }
    mem_free(marks);
    return AISLE_OK;
}

aisle_status judge_lists(aisle_estimate *out, const judge *j, const item_lists *lists,
                         aisle_error *err)
{
    aisle_status status = AISLE_OK;
    size_t n = j->t->n, columns = j->n_metrics * j->n_k;
    metric_value *values = NEW_ARRAY(metric_value, columns * n);
    TRY_ALLOC(values);
    TRY(judge_values(values, j, lists, err));
    TRY(bootstrap_estimate(out, values, columns, n, &j->bootstrap, err));
done:
    mem_free(values);
    return status;
}

/* How many of what household i bought can be hit at all. */
static size_t reachable(const judge *j, const candidate_lists *candidates, size_t i)
{
    if (!candidates)
        return j->t->offset[i + 1] - j->t->offset[i];
    size_t found = 0;
    for (uint64_t r = candidates->offset[i]; r < candidates->offset[i + 1]; r++)
        found += is_bought(j->t, i, candidates->item[r]);
    return found;
}

aisle_status judge_ceiling(aisle_estimate *out, const judge *j, const candidate_lists *candidates,
                           aisle_error *err)
{
    aisle_status status = AISLE_OK;
    size_t n = j->t->n;
    metric_value *values = NEW_ARRAY(metric_value, j->n_k * n);
    TRY_ALLOC(values);
    for (size_t i = 0; i < n; i++) {
        size_t most = reachable(j, candidates, i);
        for (size_t q = 0; q < j->n_k; q++) {
            size_t k = (size_t)j->k[q];
            values[q * n + i] = (metric_value){(double)(most < k ? most : k) / (double)k, 1};
        }
    }
    TRY(bootstrap_estimate(out, values, j->n_k, n, &j->bootstrap, err));
done:
    mem_free(values);
    return status;
}
