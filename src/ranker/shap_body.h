/* ranker/shap_body.h: the kernel of shap.h, for vectors of LANES floats. Included behind
 * forest_body.h in the files of instruction sets. */

/* x: of the row, as forest_body.h loads it */
INLINE bool goes_left(const shap_node *n, const float *x)
{
    float value = x[(size_t)n->column * FOREST_ROWS];
    uint32_t code;
    if (!n->set)
        return (double)value <= n->threshold;
    memcpy(&code, &value, sizeof code);
    return code / 32 < n->words && n->set[code / 32] >> code % 32 & 1;
}

#define POINTS 4
#define STEP (LANES == 16 ? 4 : LANES / 2)
#include "ranker/shap_walk.h"
#undef POINTS
#undef STEP
#define STEP (LANES / 2)
#define POINTS 8
#include "ranker/shap_walk.h"
#undef POINTS
#define POINTS 16
#include "ranker/shap_walk.h"
#undef POINTS
#undef STEP

static void explain(const shap *s, const shap_room *room, size_t row)
{
    for (const shap_tree *t = s->tree; t < s->tree + s->n; t++)
        switch (t->rule->points) {
        case 4:
            walk_4(room, t, room->x + row);
            break;
        case 8:
            walk_8(room, t, room->x + row);
            break;
        default:
            walk_16(room, t, room->x + row);
        }
}
