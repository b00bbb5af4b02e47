/* ranker/shap_walk.h: TreeSHAP of a row in a tree, by quadratures of POINTS points in vectors of
 * STEP doubles. Included by a file an instruction set, once for each number of points. */

#define JOIN_(a, b) a##_##b
#define JOIN(a, b) JOIN_(a, b)
#define NAME(function) JOIN(function, POINTS)
#define VEC NAME(points)
#define PARTS (POINTS / STEP)

typedef double VEC __attribute__((vector_size(8 * STEP), may_alias));

INLINE VEC *NAME(part)(const double *of, size_t i)
{
    return (VEC *)(void *)of + i * PARTS;
}

/* Products down both ways of a node that the row may come to, as far as its column goes. */
INLINE void NAME(part_ways)(const shap_room *room, const shap_tree *t, size_t i, bool right)
{
    const shap_node *n = &t->node[i];
    const VEC *at = NAME(part)(t->rule->at, 0), *rest = NAME(part)(t->rule->rest, 0);
    const VEC *above = NAME(part)(room->sum, n->above);
    const VEC *old = NAME(part)(room->inverse, n->last / 2);
    VEC *taken = NAME(part)(room->sum, 2 * i + 2 + right);
    VEC *other = NAME(part)(room->sum, 2 * i + 3 - right);
    VEC *inverse = NAME(part)(room->inverse, i + 1);
    for (size_t v = 0; v < PARTS; v++) {
        VEC psi = at[v] + n->reach[right] * rest[v], base = above[v] * old[v];
        taken[v] = base * psi;
        other[v] = base * (n->reach[!right] * rest[v]);
        inverse[v] = 1 / psi;
    }
}

/* The column has left the row's way before: both ways only share what is above. */
INLINE void NAME(share_ways)(const shap_room *room, const shap_node *n, size_t i)
{
    const VEC *above = NAME(part)(room->sum, n->above);
    VEC *ways = NAME(part)(room->sum, 2 * i + 2);
    for (size_t v = 0; v < PARTS; v++) {
        ways[v] = above[v] * n->share[0];
        ways[v + PARTS] = above[v] * n->share[1];
    }
}

/* Sums of the leaves below a node from those of its ways; what they add to its column. */
INLINE void NAME(gather_ways)(const shap_room *room, const shap_tree *t, size_t i)
{
    const shap_node *n = &t->node[i];
    const VEC *over = NAME(part)(t->rule->over, 0), *ways = NAME(part)(room->sum, 2 * i + 2);
    const VEC *old = NAME(part)(room->inverse, n->last / 2);
    const VEC *inverse = NAME(part)(room->inverse, i + 1);
    VEC *above = NAME(part)(room->sum, n->above);
    VEC *to = (VEC *)(void *)(room->out + (size_t)n->feature * SHAP_POINTS_MOST);
    bool hot = room->hot[n->last], right = room->hot[2 * i + 3];
    for (size_t v = 0; v < PARTS; v++) {
        VEC l = ways[v] * n->value[0], r = ways[v + PARTS] * n->value[1], both = l + r;
        above[v] = both;
        if (!hot)
            continue;
        to[v] += (1 - n->reach[right]) * ((right ? r : l) * inverse[v]) -
                 (right ? l : r) * over[v] - (1 - n->before) * (both * old[v]);
    }
}

static void NAME(walk)(const shap_room *room, const shap_tree *t, const float *x)
{
    for (size_t v = 0; v < PARTS; v++) {
        NAME(part)(room->sum, 0)[v] = NAME(part)(t->rule->weight, 0)[v];
        NAME(part)(room->inverse, 0)[v] = 1 - (VEC){0};
    }
    for (size_t i = 0; i < t->nodes; i++) {
        bool hot = room->hot[t->node[i].last], left = goes_left(&t->node[i], x);
        room->hot[2 * i + 2] = hot && left;
        room->hot[2 * i + 3] = hot && !left;
        if (hot)
            NAME(part_ways)(room, t, i, !left);
        else
            NAME(share_ways)(room, &t->node[i], i);
    }
    for (size_t i = t->nodes; i-- > 0;)
        NAME(gather_ways)(room, t, i);
}

#undef VEC
#undef PARTS
#undef NAME
#undef JOIN
#undef JOIN_
