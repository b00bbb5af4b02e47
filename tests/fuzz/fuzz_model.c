/* Any bytes as a model file: refused with a message that names it, or a model in which everything
 * can be asked. LightGBM's own reader of its trees is left out: it is not ours to make safe. */
#include "fuzz_target.h"

#include "base/mem.h"
#include "candidates/blend.h"
#include "config/dump.h"
#include "features/matrix.h"
#include "model/file/model_file.h"

#include <string.h>

/* What is near a household, and goes with its products. */
static void use_pool(const aisle_model *m, uint32_t user)
{
    neighbour near[5];
    const level1 *l = &m->s.l;
    asker who = {&m->s.h, user, false};
    for (size_t r = 0; r < retriever_count; r++) {
        const retriever *row = &retriever_table[r];
        size_t n = 0;
        if (!l->state[r] || !row->similar_users ||
            row->similar_users(&n, near, 5, l->state[r], &l->context, &who, NULL) != AISLE_OK)
            continue;
        for (size_t i = 0; i < n; i++) {
            HOLDS(near[i].index < l->context.pool.users.count);
            if (row->pool_bought)
                row->pool_bought(l->state[r], near[i].index, 0);
        }
    }
    for (uint32_t i = 0; i < m->s.a.n_items; i++) {
        companion c = companions_find(&m->together, &m->s.h, user, i, 3);
        HOLDS(c.item == HISTORY_NONE || c.item < m->s.a.n_items);
    }
}

/* Asks what a model would ask it. */
static void use(aisle_model *of)
{
    snapshot *s = &of->s;
    uint32_t users[3] = {0, HISTORY_NONE, s->h.n_users ? s->h.n_users - 1 : HISTORY_NONE};
    if (s->h.n_users == 0)
        users[0] = HISTORY_NONE;
    retriever_query query = {.h = &s->h, .users = users, .n = 3, .threads = 1};
    candidate_lists lists = {0};
    feature_matrix m = {0};
    item_lists padded = {0};
    aisle_error err = AISLE_ERROR_INIT;
    if (blend_init(&lists, &s->l, &query, 4, &err) == AISLE_OK) {
        HOLDS(candidate_lists_check(&lists, s->a.n_items, &err) == AISLE_OK);
        if (feature_matrix_init(&m, &s->facts, &s->h, &lists, users, 1, &err) == AISLE_OK &&
            item_lists_init(&padded, 3, 7, &err) == AISLE_OK)
            lists_pad(&padded, NULL, &s->l.context, &query, &err);
    }
    for (uint32_t i = 0; i < s->a.n_items; i++) {
        const char *label = assortment_label(&s->a, i);
        HOLDS(!label || strlen(label) < 1000000);
    }
    if (s->h.n_users)
        use_pool(of, 0);
    item_lists_fini(&padded);
    feature_matrix_fini(&m);
    candidate_lists_fini(&lists);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    aisle_error err = AISLE_ERROR_INIT;
    char *bytes = mem_copy(data, size, 1);
    sections *s = NEW_ZEROED(sections, 1);
    aisle_model *m = NEW_ZEROED(aisle_model, 1);
    if (!bytes || !s || !m)
        goto done;
    aisle_status status = sections_parse(s, bytes, size, "fuzzed.model", &err);
    if (status == AISLE_OK)
        status = model_parts_from_sections(m, s, "fuzzed.model", &err);
    HOLDS(status == err.code);
    if (status == AISLE_OK)
        use(m);
    else
        HOLDS(status == AISLE_ERROR_MEMORY ||
              (status == AISLE_ERROR_FORMAT && strstr(err.message, "fuzzed.model")));
done:
    aisle_model_free(m);
    mem_free(s);
    mem_free(bytes);
    return 0;
}
