#include "evaluate/metrics/judge.h"

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
    const bought_before *b = &j->before;
    uint32_t row = b->row[i];
    uint64_t from = row == HISTORY_NONE ? 0 : b->offset[row];
    size_t n = row == HISTORY_NONE ? 0 : (size_t)(b->offset[row + 1] - from);
    for (uint32_t p = 0; p < lists->count[i]; p++) {
        uint32_t item = lists->item[i * lists->k + p];
        hit[p] = is_bought(j->t, i, item);
        repeat[p] = hit[p] && sort_has_u32(b->item + from, n, item);
    }
}

/* Lists may go on beyond it, for a curve: no metric sees that. */
static size_t longest_k(const judge *j)
{
    int64_t longest = 0;
    for (size_t q = 0; q < j->n_k; q++)
        longest = j->k[q] > longest ? j->k[q] : longest;
    return (size_t)longest;
}

aisle_status judge_values(metric_value *values, const judge *j, const item_lists *lists,
                          aisle_error *err)
{
    size_t n = j->t->n, longest = longest_k(j);
    uint8_t *marks = NEW_ARRAY(uint8_t, 2 * (size_t)lists->k);
    if (!marks)
        return fail_memory(err);
    for (size_t i = 0; i < n; i++) {
        mark_hits(marks, marks + lists->k, j, lists, i);
        hit_list list = {marks,
                         marks + lists->k,
                         lists->item + i * lists->k,
                         j->facts,
                         lists->count[i] < longest ? lists->count[i] : longest,
                         j->t->offset[i + 1] - j->t->offset[i]};
        for (size_t m = 0; m < j->n_metrics; m++)
            for (size_t q = 0; q < j->n_k; q++)
                values[(m * j->n_k + q) * n + i] =
                    metric_of_list(j->metrics[m], &list, (size_t)j->k[q]);
    }
    mem_free(marks);
    return AISLE_OK;
}

/* Share of the catalogue among the first k places of all lists. */
static aisle_status cover(double *out, const judge *j, const item_lists *lists, size_t k,
                          aisle_error *err)
{
    size_t distinct = 0;
    uint8_t *seen = NEW_ZEROED(uint8_t, j->facts->products);
    if (!seen)
        return fail_memory(err);
    for (size_t i = 0; i < lists->n; i++)
        for (uint32_t p = 0; p < lists->count[i] && p < k; p++) {
            uint32_t item = lists->item[i * lists->k + p];
            distinct += !seen[item] && (!j->facts->offered || j->facts->offered[item]);
            seen[item] = 1;
        }
    *out = j->facts->items ? (double)distinct / (double)j->facts->items : 0;
    mem_free(seen);
    return AISLE_OK;
}

/* Metrics of all lists together have no interval. */
static aisle_status judge_together(aisle_estimate *out, const judge *j, const item_lists *lists,
                                   aisle_error *err)
{
    for (size_t m = 0; m < j->n_metrics; m++)
        for (size_t q = 0; q < j->n_k && !j->metrics[m]->value; q++) {
            double value = 0;
            aisle_status status = cover(&value, j, lists, (size_t)j->k[q], err);
            if (status != AISLE_OK)
                return status;
            out[m * j->n_k + q] = (aisle_estimate){value, value, value};
        }
    return AISLE_OK;
}

aisle_status judge_lists(judgement *out, const judge *j, const item_lists *lists, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    size_t n = j->t->n, columns = j->n_metrics * j->n_k, resamples = j->bootstrap.resamples;
    judgement made = {NEW_ZEROED(aisle_estimate, columns), NULL, NULL};
    metric_value *values = NEW_ARRAY(metric_value, columns * n);
    double *resampled = NEW_ARRAY(double, columns *resamples);
    TRY_ALLOC(made.metric);
    TRY_ALLOC(values);
    TRY_ALLOC(resampled);
    TRY(judge_values(values, j, lists, err));
    TRY(bootstrap_estimate(made.metric, resampled, values, columns, n, &j->bootstrap, err));
    TRY(judge_together(made.metric, j, lists, err));
    TRY_ALLOC(made.first = mem_copy(values, n, sizeof *values));
    TRY_ALLOC(made.resampled = mem_copy(resampled, resamples, sizeof *resampled));
    *out = made;
    made = (judgement){NULL, NULL, NULL};
done:
    judgement_fini(&made);
    mem_free(values);
    mem_free(resampled);
    return status;
}

void judgement_fini(judgement *j)
{
    mem_free(j->metric);
    mem_free(j->first);
    mem_free(j->resampled);
    *j = (judgement){NULL, NULL, NULL};
}

void judge_curve(double *precision, double *recall, size_t n, const judge *j,
                 const item_lists *lists)
{
    double judged = 0;
    for (size_t k = 0; k < n; k++)
        precision[k] = recall[k] = 0;
    for (size_t i = 0; i < j->t->n; i++) {
        double bought = (double)(j->t->offset[i + 1] - j->t->offset[i]);
        size_t hits = 0;
        if (bought == 0)
            continue;
        judged++;
        for (size_t k = 0; k < n; k++) {
            hits += k < lists->count[i] && is_bought(j->t, i, lists->item[i * lists->k + k]);
            precision[k] += (double)hits;
            recall[k] += (double)hits / bought;
        }
    }
    for (size_t k = 0; k < n && judged > 0; k++) {
        precision[k] /= (double)(k + 1) * judged;
        recall[k] /= judged;
    }
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
            double counts = j->t->offset[i + 1] > j->t->offset[i];
            values[q * n + i] = (metric_value){(double)(most < k ? most : k) / (double)k, counts};
        }
    }
    TRY(bootstrap_estimate(out, NULL, values, j->n_k, n, &j->bootstrap, err));
done:
    mem_free(values);
    return status;
}

void judge_ceiling_curve(double *out, size_t n, const judge *j)
{
    for (size_t k = 1; k <= n; k++) {
        double sum = 0, judged = 0;
        for (size_t i = 0; i < j->t->n; i++) {
            size_t most = reachable(j, NULL, i);
            sum += (double)(most < k ? most : k);
            judged += most > 0;
        }
        out[k - 1] = judged > 0 ? sum / (double)k / judged : 0;
    }
}
