/* Trees of many leaves, from node to node: 16 rows take turns, so that one's wait for memory is
 * another's work. */
#include <string.h>

#include "ranker/forest.h"

static int32_t next_step(const forest_step *s, const forest *f, const float *x)
{
    float value = x[(size_t)s->column * FOREST_ROWS];
    if (s->set == FOREST_NO_SET)
        return s->child[!(value <= s->threshold)];
    const forest_set *set = &f->set[s->set];
    uint32_t code;
    memcpy(&code, &value, sizeof code);
    uint32_t word = code >> 5 < set->words ? code >> 5 : set->words;
    return s->child[!(f->bits[set->bits + word] >> (code & 31) & 1)];
}

static void find_leaves(int32_t at[FOREST_ROWS], const forest_step *steps, const forest *f,
                        const float *x)
{
    bool more = true;
    while (more) {
        more = false;
        for (int r = 0; r < FOREST_ROWS; r++) {
            if (at[r] < 0)
                continue;
            at[r] = next_step(&steps[at[r]], f, x + r);
            more |= at[r] >= 0;
        }
    }
}

void forest_walk(double *score, const forest *f, const forest_block *block)
{
    memset(score, 0, FOREST_ROWS * sizeof *score);
    for (const forest_tree *t = f->tree; t < f->tree + f->trees; t++) {
        int32_t at[FOREST_ROWS];
        for (int r = 0; r < FOREST_ROWS; r++)
            at[r] = t->single ? -1 : 0;
        find_leaves(at, f->step + t->step, f, block->x);
        for (int r = 0; r < FOREST_ROWS; r++)
            score[r] += f->value[t->value + (uint32_t)~at[r]];
    }
}
