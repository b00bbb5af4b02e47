#include "model/sample.h"

#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "base/rng.h"

enum { LEFT_OUT, BOUGHT, SAMPLED };

size_t sample_mark_bought(uint8_t *mark, const candidate_lists *lists, size_t i,
                          const labels *bought, uint32_t dataset_user, const households *h)
{
    uint64_t b = bought->offset[dataset_user], last = bought->offset[dataset_user + 1];
    size_t found = 0;
    for (uint64_t row = lists->offset[i]; row < lists->offset[i + 1]; row++) {
        while (b < last && (h->item_of[bought->item[b]] == HISTORY_NONE ||
                            h->item_of[bought->item[b]] < lists->item[row]))
            b++;
        mark[row] = b < last && h->item_of[bought->item[b]] == lists->item[row] ? BOUGHT : LEFT_OUT;
        found += mark[row] == BOUGHT;
    }
    return found;
}

/* Marks the rows of list i. Returns the number that is not left out; *positives those bought. */
static size_t mark_rows(uint8_t *mark, size_t *positives, const sample_source *from, size_t i)
{
    const candidate_lists *lists = from->lists;
    uint64_t first = lists->offset[i], end = lists->offset[i + 1];
    size_t found =
        sample_mark_bought(mark, lists, i, from->bought, from->dataset_users[i], from->h);
    /* Selection sampling (Knuth 3.4.2 S): each of the rest with the same chance, in order. */
    rng r = rng_init(from->seed ^ (uint64_t)(uint32_t)from->h->as_of << 32, from->users[i]);
    uint64_t rest = end - first - found;
    uint64_t wanted = (uint64_t)from->negatives < rest ? (uint64_t)from->negatives : rest;
    size_t marked = found + wanted;
    for (uint64_t row = first; row < end; row++) {
        if (mark[row] != LEFT_OUT)
            continue;
        if (rng_below(&r, (uint32_t)rest) < wanted) {
            mark[row] = SAMPLED;
            wanted--;
        }
        rest--;
    }
    *positives = found;
    return marked;
}

static void copy_row(training_sample *s, uint64_t to, const candidate_lists *lists, uint64_t row)
{
    uint32_t n = lists->n_sources;
    s->lists.item[to] = lists->item[row];
    memcpy(s->lists.score + to * n, lists->score + row * n, n * sizeof *lists->score);
    memcpy(s->lists.rank + to * n, lists->rank + row * n, n * sizeof *lists->rank);
}

static aisle_status allocate(training_sample *s, const candidate_lists *lists, aisle_error *err)
{
    uint64_t rows = lists->offset[lists->n];
    candidate_lists *out = &s->lists;
    out->n_sources = lists->n_sources;
    out->offset = NEW_ZEROED(uint64_t, lists->n + 1);
    out->item = NEW_ARRAY(uint32_t, rows);
    out->source = mem_copy(lists->source, lists->n_sources, sizeof *lists->source);
    out->score = NEW_ARRAY(float, rows * lists->n_sources);
    out->rank = NEW_ARRAY(uint16_t, rows * lists->n_sources);
    s->users = NEW_ARRAY(uint32_t, lists->n);
    s->label = NEW_ARRAY(float, rows);
    return out->offset && out->item && out->source && out->score && out->rank && s->users &&
                   s->label
               ? AISLE_OK
               : fail_memory(err);
}

/* Takes the marked rows of list i over as the next list. */
static void take_list(training_sample *s, const uint8_t *mark, const sample_source *from, size_t i)
{
    uint64_t to = s->lists.offset[s->lists.n];
    for (uint64_t row = from->lists->offset[i]; row < from->lists->offset[i + 1]; row++) {
        if (mark[row] == LEFT_OUT)
            continue;
        copy_row(s, to, from->lists, row);
        s->label[to++] = mark[row] == BOUGHT;
    }
    s->users[s->lists.n++] = from->users[i];
    s->lists.offset[s->lists.n] = to;
}

aisle_status training_sample_init(training_sample *out, const sample_source *from, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    training_sample s = {0};
    uint8_t *mark = NEW_ARRAY(uint8_t, from->lists->offset[from->lists->n]);
    TRY_ALLOC(mark);
    TRY(allocate(&s, from->lists, err));
    for (size_t i = 0; i < from->lists->n; i++) {
        size_t positives;
        size_t marked = mark_rows(mark, &positives, from, i);
        if (positives == 0 || marked < 2) {
            s.dropped++;
            continue;
        }
        take_list(&s, mark, from, i);
        s.positives += positives;
    }
    *out = s;
    memset(&s, 0, sizeof s);
done:
    mem_free(mark);
    training_sample_fini(&s);
    return status;
}

void training_sample_fini(training_sample *s)
{
    candidate_lists_fini(&s->lists);
    mem_free(s->users);
    mem_free(s->label);
    memset(s, 0, sizeof *s);
}
