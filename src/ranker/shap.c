#include "ranker/shap.h"

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "base/threads.h"

/* ---- Quadratures ---- */

/* Legendre's polynomial of degree n at x, and its derivative. */
static double legendre(double *slope, size_t n, double x)
{
    double before = 1, p = x;
    for (size_t k = 2; k <= n; k++) {
        double next = ((2 * (double)k - 1) * x * p - ((double)k - 1) * before) / (double)k;
        before = p;
        p = next;
    }
    *slope = (double)n * (x * p - before) / (x * x - 1);
    return p;
}

/* Gauss–Legendre on [0, 1]: the roots by Newton's method. */
static void place_points(shap_rule *r, size_t points)
{
    static const double pi = 3.14159265358979323846;
    r->points = points;
    for (size_t i = 0; i < points; i++) {
        double x = cos(pi * ((double)i + 0.75) / ((double)points + 0.5)), slope = 1;
        for (int step = 0; step < 20; step++)
            x -= legendre(&slope, points, x) / slope;
        legendre(&slope, points, x);
        r->at[i] = (1 + x) / 2;
        r->rest[i] = (1 - x) / 2;
        r->over[i] = 1 / r->rest[i];
        r->weight[i] = 1 / ((1 - x * x) * slope * slope);
    }
}

/* ---- The trees ---- */

/* A tree on its way into an order of its own, down from the root. */
typedef struct laying {
    shap *s;
    const tree *t;
    shap_node *to;
    uint32_t *known; /* [columns][TREE_TESTS] the forest's columns */
    uint32_t *way;   /* [columns] the last way down of each on the path; 0: none */
    uint32_t nodes, unique, most;
    bool fits;
} laying;

static void set_test(shap_node *n, const laying *l, uint32_t node)
{
    const tree *t = l->t;
    n->column = l->known[(size_t)t->feature[node] * TREE_TESTS + t->test[node]];
    n->threshold = t->threshold[node];
    if (t->test[node] != TREE_CATEGORY)
        return;
    uint32_t set = (uint32_t)t->threshold[node];
    n->set = t->set_bits + t->set_start[set];
    n->words = t->set_start[set + 1] - t->set_start[set];
}

/* share: of the training's rows that come to the node. */
static void lay_node(laying *l, uint32_t node, uint32_t above, uint32_t depth, double share)
{
    const tree *t = l->t;
    uint32_t i = l->nodes++, feature = (uint32_t)t->feature[node], last = l->way[feature];
    int32_t child[2] = {t->left[node], t->right[node]};
    shap_node *n = &l->to[i];
    *n = (shap_node){.feature = feature, .above = above, .last = last};
    n->before = last ? l->to[last / 2 - 1].reach[last % 2] : 1;
    set_test(n, l, node);
    l->unique += last == 0;
    l->most = l->unique > l->most ? l->unique : l->most;
    l->fits &= depth + 1 < SHAP_DEPTH_MOST;
    for (uint32_t side = 0; side < 2 && l->fits; side++) {
        n->share[side] = t->share[2 * node + side];
        n->reach[side] = n->before * n->share[side];
        n->value[side] = child[side] < 0 ? t->value[~child[side]] : 1;
        l->way[feature] = 2 * i + 2 + side;
        if (child[side] < 0)
            l->s->base += share * n->share[side] * n->value[side];
        else
            lay_node(l, (uint32_t)child[side], l->way[feature], depth + 1, share * n->share[side]);
    }
    l->way[feature] = last;
    l->unique -= last == 0;
}

static bool lay_tree(laying *l, const tree *t)
{
    shap *s = l->s;
    if (t->leaves == 1) {
        s->base += t->value[0];
        return true;
    }
    if (!t->share || t->linear)
        return false;
    l->t = t;
    l->nodes = l->most = 0;
    lay_node(l, 0, 0, 0, 1);
    size_t rule = 0;
    while (rule < SHAP_RULES && l->most > 2 * s->rule[rule].points)
        rule++;
    if (!l->fits || rule == SHAP_RULES)
        return false;
    s->tree[s->n++] = (shap_tree){&s->rule[rule], l->to, l->nodes};
    s->most_nodes = l->nodes > s->most_nodes ? l->nodes : s->most_nodes;
    l->to += l->nodes;
    return true;
}

static size_t count_nodes(const forest *f)
{
    size_t n = 0;
    for (size_t t = 0; t < f->trees; t++)
        n += f->source[t].leaves - 1;
    return n;
}

aisle_status shap_init(shap *s, const forest *f, size_t columns, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    laying l = {.s = s, .fits = true};
    *s = (shap){.f = f, .columns = columns};
    for (size_t r = 0; r < SHAP_RULES; r++)
        place_points(&s->rule[r], (size_t)4 << r);
    TRY_ALLOC(l.known = NEW_ZEROED(uint32_t, columns * TREE_TESTS));
    TRY_ALLOC(l.way = NEW_ZEROED(uint32_t, columns));
    TRY_ALLOC(s->tree = NEW_ARRAY(shap_tree, f->trees));
    TRY_ALLOC(s->node = l.to = NEW_ARRAY(shap_node, count_nodes(f)));
    for (uint32_t c = 0; c < f->n_columns; c++)
        l.known[f->column[c].feature * TREE_TESTS + f->column[c].test] = c;
    for (size_t t = 0; t < f->trees && s->node; t++)
        if (!lay_tree(&l, &f->source[t])) {
            mem_free(s->node);
            s->node = NULL;
        }
done:
    mem_free(l.known);
    mem_free(l.way);
    if (status != AISLE_OK)
        shap_fini(s);
    return status;
}

void shap_fini(shap *s)
{
    mem_free(s->tree);
    mem_free(s->node);
    *s = (shap){0};
}

/* ---- Rows ---- */

static void room_fini(shap_room *room)
{
    mem_free(room->x);
    mem_free(room->sum);
    mem_free(room->inverse);
    mem_free(room->hot);
    mem_free(room->out);
}

/* On failure too, the room is there to be freed. */
static aisle_status room_init(shap_room *room, const shap *s, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    size_t ways = 2 * s->most_nodes + 2;
    TRY_ALLOC(room->x = NEW_ARRAY(float, forest_room(s->f)));
    TRY_ALLOC(room->sum = NEW_ARRAY(double, ways *SHAP_POINTS_MOST));
    TRY_ALLOC(room->inverse = NEW_ARRAY(double, ways / 2 * SHAP_POINTS_MOST));
    TRY_ALLOC(room->out = NEW_ARRAY(double, s->columns *SHAP_POINTS_MOST));
    TRY_ALLOC(room->hot = NEW_ARRAY(bool, ways));
    room->hot[0] = room->hot[1] = true;
done:
    return status;
}

static void explain_block(double *out, const shap *s, const forest_input *in,
                          const forest_kernels *kernels, shap_room *room, size_t first)
{
    size_t rows = in->rows - first < FOREST_ROWS ? in->rows - first : FOREST_ROWS;
    forest_load(s->f, in, kernels, room->x, first);
    for (size_t r = 0; r < rows; r++) {
        double *to = out + (first + r) * (s->columns + 1);
        memset(room->out, 0, s->columns * SHAP_POINTS_MOST * sizeof *room->out);
        kernels->explain(s, room, r);
        for (size_t c = 0; c < s->columns; c++) {
            to[c] = 0;
            for (size_t q = 0; q < SHAP_POINTS_MOST; q++)
                to[c] += room->out[c * SHAP_POINTS_MOST + q];
        }
        to[s->columns] = s->base;
    }
}

aisle_status shap_contributions(double *out, const shap *s, const forest_input *in,
                                const forest_kernels *kernels, int threads, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    shap_room *rooms = NEW_ZEROED(shap_room, (size_t)threads);
    TRY_ALLOC(rooms);
    for (int t = 0; t < threads; t++)
        TRY(room_init(&rooms[t], s, err));
#pragma omp parallel for num_threads(threads) schedule(dynamic) if (in->rows > FOREST_ROWS)
    for (size_t first = 0; first < in->rows; first += FOREST_ROWS)
        explain_block(out, s, in, kernels, &rooms[thread_number()], first);
done:
    for (int t = 0; rooms && t < threads; t++)
        room_fini(&rooms[t]);
    mem_free(rooms);
    return status;
}
