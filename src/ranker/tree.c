#include "ranker/tree.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "base/text.h"

/* ---- Lines "name=value" ---- */

typedef struct span {
    const char *at, *end;
} span;

static bool find_value(span *out, const char *lines, size_t length, const char *name)
{
    size_t n = strlen(name);
    const char *end = lines + length;
    for (const char *line = lines; line < end;) {
        const char *stop = memchr(line, '\n', (size_t)(end - line));
        stop = stop ? stop : end;
        if ((size_t)(stop - line) > n && line[n] == '=' && memcmp(line, name, n) == 0) {
            *out = (span){line + n + 1, stop};
            return true;
        }
        line = stop + (stop < end);
    }
    return false;
}

/* The next word of a line into word, without its blank; false at the end, or where it is long. */
static bool next_word(char word[64], size_t *length, span *s)
{
    size_t left = (size_t)(s->end - s->at);
    const char *blank = memchr(s->at, ' ', left);
    size_t n = blank ? (size_t)(blank - s->at) : left;
    if (n == 0 || n >= 64)
        return false;
    memcpy(word, s->at, n);
    word[n] = '\0';
    *length = n;
    s->at += n + (blank != NULL);
    return true;
}

static bool next_integer(int64_t *out, span *s, int64_t least, int64_t most)
{
    char word[64];
    size_t length;
    return next_word(word, &length, s) && text_parse_i64(out, word, length) && *out >= least &&
           *out <= most;
}

static bool one_integer(int64_t *out, const span *from, const char *name, int64_t least,
                        int64_t most)
{
    span s;
    return find_value(&s, from->at, (size_t)(from->end - from->at), name) &&
           next_integer(out, &s, least, most) && s.at == s.end;
}

typedef struct range {
    int64_t least, most;
} range;

static bool read_integers(int32_t *out, size_t n, const span *from, const char *name, range in)
{
    span s;
    if (!find_value(&s, from->at, (size_t)(from->end - from->at), name))
        return false;
    for (size_t i = 0; i < n; i++) {
        int64_t value;
        if (!next_integer(&value, &s, in.least, in.most))
            return false;
        out[i] = (int32_t)(uint32_t)value;
    }
    return s.at == s.end;
}

/* A threshold may be infinite: then only what is not known goes right. */
static bool parse_real(double *out, const char *word, bool infinite)
{
    if (infinite && strcmp(word, "inf") == 0)
        *out = INFINITY;
    else if (infinite && strcmp(word, "-inf") == 0)
        *out = -INFINITY;
    else
        return text_parse_real(out, word);
    return true;
}

static bool read_reals(double *out, size_t n, const span *from, const char *name, bool infinite)
{
    span s;
    char word[64];
    size_t length;
    if (!find_value(&s, from->at, (size_t)(from->end - from->at), name))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!next_word(word, &length, &s) || !parse_real(&out[i], word, infinite))
            return false;
    return s.at == s.end;
}

/* ---- The outline ---- */

static const char end_of_trees[] = "end of trees";

bool tree_outline_start(tree_outline *out, const char *model)
{
    const char *first = strstr(model, "\n\nTree=0\n");
    tree_outline o = {.header = model};
    span sizes;
    if (!first)
        return false;
    o.header_length = (size_t)(first + 1 - model);
    if (!find_value(&sizes, model, o.header_length, "tree_sizes"))
        return false;
    o.sizes = sizes.at;
    o.tree = first + 2;
    o.left = strlen(o.tree);
    *out = o;
    return true;
}

/* LightGBM reads the trees on several threads, each where the text says that it lies, and what
 * one of these throws ends the program. */
const char *tree_outline_next(tree_outline *o, size_t *length)
{
    char head[32];
    const char *at = o->tree;
    if (*o->sizes == '\n') {
        o->whole = strncmp(at, end_of_trees, sizeof end_of_trees - 1) == 0;
        return NULL;
    }
    size_t head_length = (size_t)snprintf(head, sizeof head, "Tree=%" PRIu32 "\n", o->number);
    size_t digits = strspn(o->sizes, "0123456789"), bytes = 0;
    for (size_t d = 0; d < digits && d < 12; d++)
        bytes = bytes * 10 + (size_t)(o->sizes[d] - '0');
    if (digits == 0 || bytes > o->left || bytes < head_length ||
        strncmp(at, head, head_length) != 0)
        return NULL;
    o->tree += bytes;
    o->left -= bytes;
    o->sizes += digits + (o->sizes[digits] == ' ');
    o->number++;
    *length = bytes;
    return at;
}

bool tree_outline_number(int64_t *out, const tree_outline *o, const char *name)
{
    span header = {o->header, o->header + o->header_length};
    return one_integer(out, &header, name, 0, INT32_MAX);
}

/* ---- Shape ---- */

static bool is_used_once(uint8_t *used, int32_t child, uint32_t nodes)
{
    size_t place = child >= 0 ? (size_t)child : nodes + (size_t)~child;
    return !used[place]++;
}

/* Whether each node but the first, and each leaf, is the child of one node. */
static bool has_one_parent_each(const tree *t, uint8_t *used)
{
    uint32_t nodes = t->leaves - 1;
    used[0] = 1;
    for (uint32_t i = 0; i < nodes; i++)
        if (!is_used_once(used, t->left[i], nodes) || !is_used_once(used, t->right[i], nodes))
            return false;
    return true;
}

/* A leaf's number from left to right. */
typedef struct numbering {
    uint32_t *stack;
    double *value;
    uint32_t next;
} numbering;

static void number_leaf(numbering *n, const tree *t, int32_t *child)
{
    n->value[n->next] = t->value[~*child];
    *child = ~(int32_t)n->next++;
}

/* From left to right over all that the first node leads to; false where that is not everything:
 * some nodes are their own ancestors. */
static bool number_leaves(tree *t, numbering *n)
{
    uint32_t depth = 1, seen = 1;
    n->stack[0] = 0;
    t->first[0] = 0;
    while (depth) {
        uint32_t at = n->stack[depth - 1];
        int32_t left = t->left[at], right = t->right[at];
        if (left >= 0 && t->first[left] == UINT32_MAX) {
            t->first[left] = n->next;
            n->stack[depth++] = (uint32_t)left;
            seen++;
            continue;
        }
        if (left < 0)
            number_leaf(n, t, &t->left[at]);
        t->middle[at] = n->next;
        depth--;
        if (right < 0) {
            number_leaf(n, t, &t->right[at]);
        } else {
            t->first[right] = n->next;
            n->stack[depth++] = (uint32_t)right;
            seen++;
        }
    }
    return seen == t->leaves - 1;
}

static aisle_status check_shape(tree *t, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    uint32_t nodes = t->leaves - 1;
    numbering n = {0};
    uint8_t *used = NEW_ZEROED(uint8_t, (size_t)nodes + t->leaves);
    TRY_ALLOC(used);
    TRY_ALLOC(n.stack = NEW_ARRAY(uint32_t, nodes));
    TRY_ALLOC(n.value = NEW_ARRAY(double, t->leaves));
    TRY_ALLOC(t->first = NEW_ARRAY(uint32_t, nodes));
    TRY_ALLOC(t->middle = NEW_ARRAY(uint32_t, nodes));
    memset(t->first, 0xff, nodes * sizeof *t->first);
    if (!has_one_parent_each(t, used) || !number_leaves(t, &n))
        TRY(fail(err, AISLE_ERROR_FORMAT, "its nodes are no tree"));
    mem_free(t->value);
    t->value = n.value;
    n.value = NULL;
done:
    mem_free(used);
    mem_free(n.stack);
    mem_free(n.value);
    return status;
}

/* ---- Reading ---- */

static aisle_status bad_key(const char *name, aisle_error *err)
{
    return fail(err, AISLE_ERROR_FORMAT, "'%s' is not what it should be", name);
}

/* LightGBM's bits of a decision: 1 category, 2 what is missing goes left, 4 zero is missing, 8 NaN
 * is; false where it has no such. */
static bool test_of(uint8_t *out, int32_t decision, uint32_t sets)
{
    static const uint8_t tests[] = {TREE_PLAIN,     TREE_PLAIN,     TREE_ZERO_RIGHT,
                                    TREE_ZERO_LEFT, TREE_NAN_RIGHT, TREE_NAN_LEFT};
    bool category = decision & 1;
    if (decision >> 1 >= (int32_t)sizeof tests || (category && sets == 0))
        return false;
    *out = category ? TREE_CATEGORY : tests[decision >> 1];
    return true;
}

static aisle_status read_tests(tree *t, const span *from, aisle_error *err)
{
    uint32_t nodes = t->leaves - 1;
    int32_t *decision = t->left; /* which is read later */
    if (!read_integers(decision, nodes, from, "decision_type", (range){0, 15}))
        return bad_key("decision_type", err);
    for (uint32_t i = 0; i < nodes; i++) {
        double set = t->threshold[i];
        if (!test_of(&t->test[i], decision[i], t->sets))
            return bad_key("decision_type", err);
        if (t->test[i] == TREE_CATEGORY && !(set >= 0 && set < t->sets && set == (uint32_t)set))
            return bad_key("threshold", err);
    }
    return AISLE_OK;
}

static aisle_status read_sets(tree *t, const span *from, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    size_t length = (size_t)(from->end - from->at);
    int64_t sets = 0;
    if (!one_integer(&sets, from, "num_cat", 0, (int64_t)(length / 2)))
        TRY(bad_key("num_cat", err));
    t->sets = (uint32_t)sets;
    if (sets == 0)
        goto done;
    TRY_ALLOC(t->set_start = NEW_ARRAY(uint32_t, (size_t)sets + 1));
    if (!read_integers((int32_t *)t->set_start, (size_t)sets + 1, from, "cat_boundaries",
                       (range){0, (int64_t)(length / 2)}) ||
        t->set_start[0] != 0)
        TRY(bad_key("cat_boundaries", err));
    for (int64_t s = 0; s < sets; s++)
        if (t->set_start[s] > t->set_start[s + 1])
            TRY(bad_key("cat_boundaries", err));
    TRY_ALLOC(t->set_bits = NEW_ARRAY(uint32_t, t->set_start[sets]));
    if (!read_integers((int32_t *)t->set_bits, t->set_start[sets], from, "cat_threshold",
                       (range){0, UINT32_MAX}))
        TRY(bad_key("cat_threshold", err));
done:
    return status;
}

static bool divide_rows(double *share, const tree *t, const int32_t *node, const int32_t *leaf)
{
    for (uint32_t i = 0; i + 1 < t->leaves; i++) {
        int32_t child[2] = {t->left[i], t->right[i]};
        for (int side = 0; side < 2; side++) {
            int32_t rows = child[side] < 0 ? leaf[~child[side]] : node[child[side]];
            if (rows <= 0 || node[i] <= 0)
                return false;
            share[2 * i + (uint32_t)side] = (double)rows / (double)node[i];
        }
    }
    return true;
}

/* While leaves have the text's numbers. */
static aisle_status read_shares(tree *t, const span *from, aisle_error *err)
{
    uint32_t nodes = t->leaves - 1;
    range any = {0, INT32_MAX};
    int32_t *rows = NEW_ARRAY(int32_t, (size_t)nodes + t->leaves);
    t->share = NEW_ARRAY(double, 2 * (size_t)nodes);
    bool whole = rows && t->share && read_integers(rows, nodes, from, "internal_count", any) &&
                 read_integers(rows + nodes, t->leaves, from, "leaf_count", any) &&
                 divide_rows(t->share, t, rows, rows + nodes);
    bool memory = rows && t->share;
    mem_free(rows);
    if (whole)
        return AISLE_OK;
    mem_free(t->share);
    t->share = NULL;
    return memory ? AISLE_OK : fail_memory(err);
}

static aisle_status read_nodes(tree *t, const span *from, size_t columns, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    uint32_t nodes = t->leaves - 1;
    range children = {-(int64_t)t->leaves, (int64_t)nodes - 1};
    TRY_ALLOC(t->feature = NEW_ARRAY(int32_t, nodes));
    TRY_ALLOC(t->test = NEW_ARRAY(uint8_t, nodes));
    TRY_ALLOC(t->threshold = NEW_ARRAY(double, nodes));
    TRY_ALLOC(t->left = NEW_ARRAY(int32_t, nodes));
    TRY_ALLOC(t->right = NEW_ARRAY(int32_t, nodes));
    if (!read_integers(t->feature, nodes, from, "split_feature", (range){0, (int64_t)columns - 1}))
        TRY(bad_key("split_feature", err));
    if (!read_reals(t->threshold, nodes, from, "threshold", true))
        TRY(bad_key("threshold", err));
    TRY(read_tests(t, from, err));
    if (!read_integers(t->left, nodes, from, "left_child", children))
        TRY(bad_key("left_child", err));
    if (!read_integers(t->right, nodes, from, "right_child", children))
        TRY(bad_key("right_child", err));
    TRY(read_shares(t, from, err));
    TRY(check_shape(t, err));
done:
    return status;
}

aisle_status tree_init(tree *out, const char *lines, size_t length, size_t columns,
                       aisle_error *err)
{
    aisle_status status = AISLE_OK;
    span all = {lines, lines + length}, linear;
    tree t = {0};
    int64_t leaves;
    /* Each leaf has its value there: no more memory than text. */
    if (!one_integer(&leaves, &all, "num_leaves", 1, (int64_t)(length / 2)) ||
        leaves > INT32_MAX / 2)
        TRY(bad_key("num_leaves", err));
    t.leaves = (uint32_t)leaves;
    t.linear = find_value(&linear, lines, length, "is_linear") && linear.at < linear.end &&
               *linear.at != '0';
    TRY_ALLOC(t.value = NEW_ARRAY(double, t.leaves));
    if (!read_reals(t.value, t.leaves, &all, "leaf_value", false))
        TRY(bad_key("leaf_value", err));
    if (t.leaves > 1) {
        TRY(read_sets(&t, &all, err));
        TRY(read_nodes(&t, &all, columns, err));
    }
    *out = t;
    memset(&t, 0, sizeof t);
done:
    tree_fini(&t);
    return status;
}

void tree_fini(tree *t)
{
    mem_free(t->value);
    mem_free(t->feature);
    mem_free(t->test);
    mem_free(t->threshold);
    mem_free(t->left);
    mem_free(t->right);
    mem_free(t->share);
    mem_free(t->first);
    mem_free(t->middle);
    mem_free(t->set_start);
    mem_free(t->set_bits);
    memset(t, 0, sizeof *t);
}
