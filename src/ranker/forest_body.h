/* ranker/forest_body.h: the kernels of forest.h, for vectors of LANES floats. Included by a file
 * an instruction set (forest_avx512.c, …), with LANES defined and the compiler's target set. */
#include <math.h>
#include <string.h>

#define INLINE static inline __attribute__((always_inline))

typedef float vec __attribute__((vector_size(4 * LANES), may_alias));
typedef int32_t ints __attribute__((vector_size(4 * LANES)));
typedef uint32_t words __attribute__((vector_size(4 * LANES), may_alias));

enum { V = FOREST_ROWS / LANES };

/* ---- Columns ---- */

INLINE void gather(float *to, const forest_block *block, const float *values)
{
#if LANES == 16
    __m512i offset = _mm512_loadu_si512(block->offset);
    _mm512_store_ps(to, _mm512_i32gather_ps(offset, values, 4));
#else
    for (int r = 0; r < FOREST_ROWS; r++)
        to[r] = values[block->offset[r]];
#endif
}

INLINE ints bits_of(vec x)
{
    return (ints)x;
}

/* LightGBM takes what is next to 0 for 0 before it looks at a tree. */
INLINE ints next_to_zero(vec x)
{
    return (x <= 1e-35f) & (x >= -1e-35f);
}

INLINE void replace(vec *x, tree_test test)
{
    bool zero = test == TREE_ZERO_LEFT || test == TREE_ZERO_RIGHT;
    float unknown = test == TREE_NAN_LEFT || test == TREE_ZERO_LEFT     ? -INFINITY
                    : test == TREE_NAN_RIGHT || test == TREE_ZERO_RIGHT ? NAN
                                                                        : 0;
    ints replacement = bits_of(unknown - (vec){0});
    for (int v = 0; v < V; v++) {
        ints small = next_to_zero(x[v]);
        ints missing = (x[v] != x[v]) | (small & -(int32_t)zero);
        x[v] = (vec)((bits_of(x[v]) & ~(small | missing)) | (replacement & missing));
    }
}

/* Of what is no category, a code beyond all. */
INLINE void encode(vec *x)
{
    for (int v = 0; v < V; v++) {
        ints good = (x[v] > -1) & (x[v] < 2147483648.0f);
        ints code = __builtin_convertvector((vec)(bits_of(x[v]) & good), ints);
        x[v] = (vec)(code | ~good);
    }
}

static void load(const forest *f, const forest_block *block)
{
    for (size_t c = 0; c < f->n_columns; c++) {
        const forest_column *column = &f->column[c];
        float *x = block->x + c * FOREST_ROWS;
        __builtin_prefetch(block->next + c * FOREST_ROWS);
        gather(x, block, block->values + block->place[column->feature]);
        if (column->test == TREE_CATEGORY)
            encode((vec *)(void *)x);
        else
            replace((vec *)(void *)x, column->test);
    }
}

/* ---- Bits of states ---- */

#if LANES == 16
INLINE void clear_run(uint32_t *state, const float *x, const forest_node *n, const forest_node *end)
{
    __m512 value = _mm512_load_ps(x);
    for (; n < end; n++) {
        uint32_t *at = state + n->state;
        __mmask16 right = _mm512_cmp_ps_mask(value, _mm512_set1_ps(n->threshold), _CMP_NLE_UQ);
        if (!right)
            return;
        __m512i bits = _mm512_load_si512(at);
        bits = _mm512_mask_and_epi32(bits, right, bits, _mm512_set1_epi32((int)n->keep));
        _mm512_store_si512(at, bits);
    }
}
#else
/* Whether all lanes of all vectors are set. */
INLINE bool all_set(const ints *left)
{
    ints all = left[0];
    for (int v = 1; v < V; v++)
        all &= left[v];
#if LANES == 8
    return _mm256_movemask_ps((__m256)all) == 0xff;
#else
    uint64_t half[2];
    memcpy(half, &all, sizeof half);
    return (half[0] & half[1]) == UINT64_MAX;
#endif
}

INLINE void clear_run(uint32_t *state, const float *x, const forest_node *n, const forest_node *end)
{
    vec value[V];
    memcpy(value, x, sizeof value);
    for (; n < end; n++) {
        words *at = (words *)(void *)(state + n->state);
        ints left[V];
        for (int v = 0; v < V; v++)
            left[v] = value[v] <= n->threshold;
        if (all_set(left))
            return;
        for (int v = 0; v < V; v++)
            at[v] &= (words)left[v] | n->keep;
    }
}
#endif

INLINE void clear_sets(uint32_t *state, const float *x, const forest_set *s, const forest_set *end,
                       const uint32_t *bits)
{
    uint32_t code[FOREST_ROWS];
    memcpy(code, x, sizeof code);
    for (; s < end; s++) {
        uint32_t *at = state + s->state;
        const uint32_t *set = bits + s->bits;
        for (int r = 0; r < FOREST_ROWS; r++) {
            uint32_t word = code[r] >> 5;
            bool in = set[word < s->words ? word : s->words] >> (code[r] & 31) & 1;
            at[r] &= s->keep | -(uint32_t)in;
        }
    }
}

/* ---- Leaves ---- */

#if LANES == 16
INLINE __m512i first_leaf(const uint32_t *state, uint32_t n)
{
    __m512i leaf = _mm512_lzcnt_epi32(_mm512_load_si512(state + (n - 1) * FOREST_ROWS));
    for (uint32_t w = n - 1; w-- > 0;) {
        __m512i bits = _mm512_load_si512(state + w * FOREST_ROWS);
        leaf = _mm512_add_epi32(leaf, _mm512_set1_epi32(32));
        leaf = _mm512_mask_lzcnt_epi32(leaf, _mm512_test_epi32_mask(bits, bits), bits);
    }
    return leaf;
}

INLINE void add_leaves(double *score, const forest *f, const forest_chunk *c, const uint32_t *state)
{
    __m512d low = _mm512_loadu_pd(score), high = _mm512_loadu_pd(score + 8);
    for (uint32_t t = c->tree; t < c->tree_end; t++) {
        const forest_tree *from = &f->tree[t];
        const double *value = f->value + from->value;
        __m512i leaf = first_leaf(state + from->state, from->words);
        low = _mm512_add_pd(low, _mm512_i32gather_pd(_mm512_castsi512_si256(leaf), value, 8));
        high =
            _mm512_add_pd(high, _mm512_i32gather_pd(_mm512_extracti64x4_epi64(leaf, 1), value, 8));
    }
    _mm512_storeu_pd(score, low);
    _mm512_storeu_pd(score + 8, high);
}
#else
INLINE uint32_t first_leaf(const uint32_t *state)
{
    uint32_t leaf = 0;
    for (; *state == 0; state += FOREST_ROWS)
        leaf += 32;
    return leaf + (uint32_t)__builtin_clz(*state);
}

INLINE void add_leaves(double *score, const forest *f, const forest_chunk *c, const uint32_t *state)
{
    for (uint32_t t = c->tree; t < c->tree_end; t++) {
        const forest_tree *from = &f->tree[t];
        const double *value = f->value + from->value;
        for (int r = 0; r < FOREST_ROWS; r++)
            score[r] += value[first_leaf(state + from->state + r)];
    }
}
#endif

static void score(double *out, const forest *f, const forest_block *block)
{
    memset(out, 0, FOREST_ROWS * sizeof *out);
    for (const forest_chunk *c = f->chunk; c < f->chunk + f->chunks; c++) {
        memset(block->state, 0xff, c->words * FOREST_ROWS * sizeof *block->state);
        for (const forest_run *r = f->run + c->run; r < f->run + c->run_end; r++)
            clear_run(block->state, block->x + (size_t)r->column * FOREST_ROWS, f->node + r->first,
                      f->node + r->end);
        for (const forest_run *r = f->run + c->set_run; r < f->run + c->set_run_end; r++)
            clear_sets(block->state, block->x + (size_t)r->column * FOREST_ROWS, f->set + r->first,
                       f->set + r->end, f->bits);
        add_leaves(out, f, c, block->state);
    }
}
