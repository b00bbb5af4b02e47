/* Trees into the arrays of forest.h. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "base/sort.h"
#include "ranker/forest.h"

/* What is being sorted of one chunk: nodes, then sets. */
typedef struct entries {
    sort_pair *key; /* column, then threshold; its value is a place in node or set */
    size_t n, key_capacity;
    forest_node *node;
    size_t node_capacity;
    forest_set *set;
    size_t set_capacity;
} entries;

typedef struct flattening {
    forest *f;
    const tree *trees;
    uint32_t *column; /* [columns][TREE_TESTS] its number plus 1; 0: none yet */
    size_t column_capacity, run_capacity, chunk_capacity;
    size_t runs, nodes, sets;
    uint32_t *bits_of; /* [trees] of its first set */
    entries node, set; /* of the chunk */
} flattening;

/* The largest float that is not above. */
static float float_below(double x)
{
    if (fabs(x) > (double)FLT_MAX)
        return x < 0 ? -INFINITY : isinf(x) ? INFINITY : FLT_MAX;
    float below = (float)x;
    return (double)below > x ? nextafterf(below, -INFINITY) : below;
}

/* Keys in the order of the floats. */
static uint32_t ordered_bits(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits >> 31 ? ~bits : bits | 0x80000000u;
}

static aisle_status find_column(uint32_t *out, flattening *m, const tree *t, uint32_t node,
                                aisle_error *err)
{
    forest *f = m->f;
    uint32_t *known = &m->column[(size_t)t->feature[node] * TREE_TESTS + t->test[node]];
    if (*known == 0) {
        if (mem_grow(&f->column, &m->column_capacity, f->n_columns + 1, sizeof *f->column) != 0)
            return fail_memory(err);
        f->column[f->n_columns++] =
            (forest_column){(uint32_t)t->feature[node], (tree_test)t->test[node]};
        *known = (uint32_t)f->n_columns;
    }
    *out = *known - 1;
    return AISLE_OK;
}

/* Where a node's set lies in the bits. */
static forest_set set_of(const flattening *m, size_t number, uint32_t node)
{
    const tree *t = &m->trees[number];
    uint32_t s = (uint32_t)t->threshold[node];
    return (forest_set){.bits = m->bits_of[number] + t->set_start[s] + s,
                        .words = t->set_start[s + 1] - t->set_start[s]};
}

/* ---- What all trees have: values, sets ---- */

static aisle_status copy_values(flattening *m, size_t n, aisle_error *err)
{
    forest *f = m->f;
    size_t values = 0;
    for (size_t t = 0; t < n; t++)
        values += m->trees[t].leaves;
    f->tree = NEW_ZEROED(forest_tree, n);
    f->value = NEW_ARRAY(double, values);
    if (!f->tree || !f->value)
        return fail_memory(err);
    f->trees = n;
    values = 0;
    for (size_t t = 0; t < n; t++) {
        const tree *from = &m->trees[t];
        memcpy(f->value + values, from->value, from->leaves * sizeof *f->value);
        f->tree[t] = (forest_tree){.value = values, .single = from->leaves == 1};
        f->linear |= from->linear;
        values += from->leaves;
    }
    return AISLE_OK;
}

/* Each set, and a word of 0 behind it. */
static aisle_status copy_sets(flattening *m, size_t n, aisle_error *err)
{
    size_t words = 0;
    for (size_t t = 0; t < n; t++)
        if (m->trees[t].sets)
            words += m->trees[t].sets + m->trees[t].set_start[m->trees[t].sets];
    if (words > INT32_MAX)
        return fail(err, AISLE_ERROR_FORMAT, "ranker: the trees' sets of categories are too many");
    m->f->bits = NEW_ZEROED(uint32_t, words);
    m->bits_of = NEW_ARRAY(uint32_t, n);
    if (!m->f->bits || !m->bits_of)
        return fail_memory(err);
    words = 0;
    for (size_t t = 0; t < n; t++) {
        const tree *from = &m->trees[t];
        m->bits_of[t] = (uint32_t)words;
        for (uint32_t s = 0; s < from->sets; s++) {
            uint32_t start = from->set_start[s], length = from->set_start[s + 1] - start;
            memcpy(m->f->bits + words, from->set_bits + start, length * sizeof *m->f->bits);
            words += length + 1;
        }
    }
    return AISLE_OK;
}

/* ---- By bits ---- */

/* The bits of leaves [first, middle) in word w; the first leaf of a word is its highest bit. */
static uint32_t bits_between(uint32_t first, uint32_t middle, uint32_t w)
{
    uint32_t from = first > 32 * w ? first - 32 * w : 0;
    uint32_t to = middle < 32 * (w + 1) ? middle - 32 * w : 32;
    uint32_t below = to == 32 ? 0 : UINT32_MAX >> to;
    return (UINT32_MAX >> from) & ~below;
}

static aisle_status add_entry(entries *e, uint32_t column, float threshold, aisle_error *err)
{
    if (mem_grow(&e->key, &e->key_capacity, e->n + 1, sizeof *e->key) != 0)
        return fail_memory(err);
    e->key[e->n] = (sort_pair){(uint64_t)column << 32 | ordered_bits(threshold), (uint32_t)e->n};
    e->n++;
    return AISLE_OK;
}

static aisle_status add_set(entries *e, uint32_t column, forest_set set, aisle_error *err)
{
    if (mem_grow(&e->set, &e->set_capacity, e->n + 1, sizeof *e->set) != 0)
        return fail_memory(err);
    e->set[e->n] = set;
    return add_entry(e, column, 0, err);
}

static aisle_status add_numeric(entries *e, uint32_t column, forest_node node, aisle_error *err)
{
    if (mem_grow(&e->node, &e->node_capacity, e->n + 1, sizeof *e->node) != 0)
        return fail_memory(err);
    e->node[e->n] = node;
    return add_entry(e, column, node.threshold, err);
}

static aisle_status add_node(flattening *m, size_t number, uint32_t i, aisle_error *err)
{
    const tree *t = &m->trees[number];
    uint32_t column;
    aisle_status status = find_column(&column, m, t, i, err);
    for (uint32_t w = t->first[i] / 32; status == AISLE_OK && w <= (t->middle[i] - 1) / 32; w++) {
        uint32_t keep = ~bits_between(t->first[i], t->middle[i], w);
        uint32_t state = m->f->tree[number].state + w * FOREST_ROWS;
        if (t->test[i] == TREE_CATEGORY) {
            forest_set set = set_of(m, number, i);
            set.keep = keep;
            set.state = state;
            status = add_set(&m->set, column, set, err);
        } else {
            forest_node node = {float_below(t->threshold[i]), keep, state};
            status = add_numeric(&m->node, column, node, err);
        }
    }
    return status;
}

/* Sorts entries and appends their runs; those of e begin at place `first` of the forest's. */
static aisle_status add_runs(flattening *m, entries *e, size_t first, aisle_error *err)
{
    forest *f = m->f;
    sort_pair *scratch = NEW_ARRAY(sort_pair, e->n);
    if (!scratch)
        return fail_memory(err);
    sort_pairs(e->key, scratch, e->n);
    mem_free(scratch);
    for (size_t i = 0; i < e->n; i++) {
        uint32_t column = (uint32_t)(e->key[i].key >> 32), place = (uint32_t)(first + i);
        if (i > 0 && e->key[i - 1].key >> 32 == column) {
            f->run[m->runs - 1].end = place + 1;
            continue;
        }
        if (mem_grow(&f->run, &m->run_capacity, m->runs + 1, sizeof *f->run) != 0)
            return fail_memory(err);
        f->run[m->runs++] = (forest_run){column, place, place + 1};
    }
    return AISLE_OK;
}

static aisle_status finish_chunk(flattening *m, forest_chunk *c, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    forest *f = m->f;
    c->run = (uint32_t)m->runs;
    /* Trees of one leaf have no run: the array is there all the same. */
    if (mem_grow(&f->run, &m->run_capacity, m->runs + 1, sizeof *f->run) != 0)
        TRY(fail_memory(err));
    TRY(add_runs(m, &m->node, m->nodes, err));
    c->run_end = c->set_run = (uint32_t)m->runs;
    TRY(add_runs(m, &m->set, m->sets, err));
    c->set_run_end = (uint32_t)m->runs;
    for (size_t i = 0; i < m->node.n; i++)
        f->node[m->nodes++] = m->node.node[m->node.key[i].value];
    for (size_t i = 0; i < m->set.n; i++)
        f->set[m->sets++] = m->set.set[m->set.key[i].value];
    m->node.n = m->set.n = 0;
    if (mem_grow(&f->chunk, &m->chunk_capacity, f->chunks + 1, sizeof *f->chunk) != 0)
        TRY(fail_memory(err));
    f->chunk[f->chunks++] = *c;
    f->most_words = c->words > f->most_words ? c->words : f->most_words;
done:
    return status;
}

static aisle_status add_tree(flattening *m, forest_chunk *c, size_t number, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    forest_tree *t = &m->f->tree[number];
    t->words = (m->trees[number].leaves + 31) / 32;
    if (c->words + t->words > FOREST_WORDS) {
        TRY(finish_chunk(m, c, err));
        *c = (forest_chunk){.tree = (uint32_t)number};
    }
    t->state = c->words * FOREST_ROWS;
    c->words += t->words;
    c->tree_end = (uint32_t)number + 1;
    for (uint32_t i = 0; i + 1 < m->trees[number].leaves; i++)
        TRY(add_node(m, number, i, err));
done:
    return status;
}

/* Nodes, and sets, as they are by word. */
static size_t count_entries(const tree *trees, size_t n)
{
    size_t count = 0;
    for (size_t t = 0; t < n; t++)
        for (uint32_t i = 0; i + 1 < trees[t].leaves; i++)
            count += (trees[t].middle[i] - 1) / 32 - trees[t].first[i] / 32 + 1;
    return count;
}

static aisle_status flatten_bits(flattening *m, size_t n, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    forest_chunk c = {0};
    size_t count = count_entries(m->trees, n);
    if (count > INT32_MAX || n > INT32_MAX)
        TRY(fail(err, AISLE_ERROR_FORMAT, "ranker: the trees are too many"));
    TRY_ALLOC(m->f->node = NEW_ARRAY(forest_node, count));
    TRY_ALLOC(m->f->set = NEW_ARRAY(forest_set, count));
    for (size_t t = 0; t < n; t++)
        TRY(add_tree(m, &c, t, err));
    if (n > 0)
        TRY(finish_chunk(m, &c, err));
done:
    return status;
}

/* ---- From node to node ---- */

static aisle_status add_step(flattening *m, size_t number, uint32_t i, aisle_error *err)
{
    const tree *t = &m->trees[number];
    forest_step *s = &m->f->step[m->nodes++];
    *s = (forest_step){.set = FOREST_NO_SET, .child = {t->left[i], t->right[i]}};
    if (t->test[i] == TREE_CATEGORY) {
        s->set = (uint32_t)m->sets;
        m->f->set[m->sets++] = set_of(m, number, i);
    } else {
        s->threshold = float_below(t->threshold[i]);
    }
    return find_column(&s->column, m, t, i, err);
}

static aisle_status flatten_steps(flattening *m, size_t n, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    size_t steps = 0, sets = 0;
    for (size_t t = 0; t < n; t++)
        for (uint32_t i = 0; i + 1 < m->trees[t].leaves; i++, steps++)
            sets += m->trees[t].test[i] == TREE_CATEGORY;
    if (sets > INT32_MAX)
        TRY(fail(err, AISLE_ERROR_FORMAT, "ranker: the trees' sets of categories are too many"));
    TRY_ALLOC(m->f->step = NEW_ARRAY(forest_step, steps));
    TRY_ALLOC(m->f->set = NEW_ARRAY(forest_set, sets));
    for (size_t t = 0; t < n; t++) {
        m->f->tree[t].step = m->nodes;
        for (uint32_t i = 0; i + 1 < m->trees[t].leaves; i++)
            TRY(add_step(m, t, i, err));
    }
done:
    return status;
}

/* ---- Both ---- */

static uint32_t most_leaves(const tree *trees, size_t n)
{
    uint32_t most = 1;
    for (size_t t = 0; t < n; t++)
        most = trees[t].leaves > most ? trees[t].leaves : most;
    return most;
}

aisle_status forest_flatten(forest *out, const tree *trees, size_t n, size_t columns,
                            aisle_error *err)
{
    aisle_status status = AISLE_OK;
    forest f = {0};
    flattening m = {.f = &f, .trees = trees};
    TRY_ALLOC(m.column = NEW_ZEROED(uint32_t, columns * TREE_TESTS));
    TRY(copy_values(&m, n, err));
    TRY(copy_sets(&m, n, err));
    if (most_leaves(trees, n) <= FOREST_FEW_LEAVES)
        TRY(flatten_bits(&m, n, err));
    else
        TRY(flatten_steps(&m, n, err));
    *out = f;
    memset(&f, 0, sizeof f);
done:
    mem_free(m.column);
    mem_free(m.bits_of);
    mem_free(m.node.key);
    mem_free(m.node.node);
    mem_free(m.set.key);
    mem_free(m.set.set);
    forest_fini(&f);
    return status;
}

void forest_fini(forest *f)
{
    for (size_t t = 0; f->source && t < f->trees; t++)
        tree_fini(&f->source[t]);
    mem_free(f->source);
    mem_free(f->tree);
    mem_free(f->value);
    mem_free(f->column);
    mem_free(f->bits);
    mem_free(f->chunk);
    mem_free(f->run);
    mem_free(f->node);
    mem_free(f->set);
    mem_free(f->step);
    memset(f, 0, sizeof *f);
}
