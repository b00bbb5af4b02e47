#include "ranker/forest.h"

#include <inttypes.h>
#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "base/threads.h"

/* ---- From text ---- */

static aisle_status read_tree(tree *out, tree_outline *o, const char *text, size_t length,
                              size_t columns, aisle_error *err)
{
    aisle_error why = AISLE_ERROR_INIT;
    aisle_status status = tree_init(out, text, length, columns, &why);
    if (status == AISLE_ERROR_FORMAT)
        return fail(err, status, "ranker: tree %" PRIu32 ": %.100s", o->number - 1, why.message);
    return status == AISLE_OK ? status : fail_memory(err);
}

static aisle_status read_trees(tree **trees, size_t *n, tree_outline *o, size_t columns,
                               aisle_error *err)
{
    size_t capacity = 0, length;
    const char *text;
    while ((text = tree_outline_next(o, &length)) != NULL) {
        if (mem_grow(trees, &capacity, *n + 1, sizeof **trees) != 0)
            return fail_memory(err);
        aisle_status status = read_tree(&(*trees)[*n], o, text, length, columns, err);
        if (status != AISLE_OK)
            return status;
        ++*n;
    }
    if (!o->whole)
        return fail(err, AISLE_ERROR_FORMAT, "ranker: this is no whole text of LightGBM's trees");
    return AISLE_OK;
}

aisle_status forest_init(forest *out, size_t *columns, const char *model, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    tree *trees = NULL;
    size_t n = 0;
    tree_outline o;
    int64_t last_column = 0, scores = 0;
    if (!tree_outline_start(&o, model))
        TRY(fail(err, AISLE_ERROR_FORMAT, "ranker: this is no whole text of LightGBM's trees"));
    if (!tree_outline_number(&last_column, &o, "max_feature_idx") ||
        !tree_outline_number(&scores, &o, "num_tree_per_iteration") || scores != 1)
        TRY(fail(err, AISLE_ERROR_FORMAT, "ranker: these are no trees of one score"));
    *columns = (size_t)last_column + 1;
    TRY(read_trees(&trees, &n, &o, *columns, err));
    TRY(forest_flatten(out, trees, n, *columns, err));
    out->source = trees;
    trees = NULL;
done:
    for (size_t t = 0; trees && t < n; t++)
        tree_fini(&trees[t]);
    mem_free(trees);
    return status;
}

/* ---- Scoring ---- */

static size_t block_rows(const forest_input *in, size_t first)
{
    return in->rows - first < FOREST_ROWS ? in->rows - first : FOREST_ROWS;
}

static void load_block(const forest *f, const forest_input *in, const forest_kernels *kernels,
                       forest_block *block, size_t first)
{
    size_t rows = block_rows(in, first);
    block->values = in->values + first * in->stride;
    block->next = block->values + (first + rows < in->rows ? FOREST_ROWS * in->stride : 0);
    for (size_t r = 0; r < FOREST_ROWS; r++)
        block->offset[r] = (uint32_t)((r < rows ? r : rows - 1) * in->stride);
    kernels->load(f, block);
}

static void score_block(double *scores, const forest *f, const forest_input *in,
                        const forest_kernels *kernels, forest_block *block, size_t first)
{
    double score[FOREST_ROWS];
    load_block(f, in, kernels, block, first);
    (f->chunks ? kernels->score : forest_walk)(score, f, block);
    memcpy(scores + first, score, block_rows(in, first) * sizeof *scores);
}

size_t forest_room(const forest *f)
{
    return (f->n_columns + f->most_words) * FOREST_ROWS;
}

static forest_block block_in(const forest *f, const forest_input *in, float *room)
{
    return (forest_block){.place = in->place,
                          .x = room,
                          .state = (uint32_t *)(void *)(room + f->n_columns * FOREST_ROWS)};
}

void forest_load(const forest *f, const forest_input *in, const forest_kernels *kernels, float *x,
                 size_t first)
{
    forest_block block = block_in(f, in, x);
    load_block(f, in, kernels, &block, first);
}

void forest_score_in(double *scores, const forest *f, const forest_input *in, float *room)
{
    forest_block block = block_in(f, in, room);
    for (size_t first = 0; first < in->rows; first += FOREST_ROWS)
        score_block(scores, f, in, forest_kernels_best(), &block, first);
}

aisle_status forest_score(double *scores, const forest *f, const forest_input *in,
                          const forest_kernels *kernels, int threads, aisle_error *err)
{
    size_t blocks = (in->rows + FOREST_ROWS - 1) / FOREST_ROWS;
    size_t room = forest_room(f), n_threads = (size_t)threads;
    /* Offsets in a block are of 32 bits, with a sign where gathered. */
    if (in->stride > INT32_MAX / FOREST_ROWS)
        return fail(err, AISLE_ERROR_ARGUMENT, "ranker: %zu columns are too many", in->stride);
    float *all = NEW_ARRAY(float, n_threads *room);
    if (!all)
        return fail_memory(err);
#pragma omp parallel num_threads(threads) if (blocks > 1)
    {
        forest_block block = block_in(f, in, all + (size_t)thread_number() * room);
#pragma omp for schedule(dynamic, 64)
        for (size_t b = 0; b < blocks; b++)
            score_block(scores, f, in, kernels, &block, b * FOREST_ROWS);
    }
    mem_free(all);
    return AISLE_OK;
}
