#include "model/file/model_file.h"

#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "base/threads.h"
#include "config/dump.h"
#include "model/file/assortment_file.h"
#include "model/file/columns_file.h"
#include "model/file/households_file.h"
#include "model/file/version1.h"

/* ---- Writing ---- */

static aisle_status add_level1(sections *s, const level1 *l, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    state_array arrays[STATE_ARRAYS];
    const list_context *context = &l->context;
    TRY(ids_to_sections(s, "pool", &context->pool.users, true, err));
    TRY(sections_add(s, "popularity", context->popularity,
                     context->a->n_items * sizeof *context->popularity, true, err));
    for (size_t r = 0; r < retriever_count; r++) {
        const retriever *row = &retriever_table[r];
        if (!l->state[r] || !row->arrays)
            continue;
        size_t n = row->arrays(arrays, l->state[r]);
        TRY(arrays_to_sections(s, row->name, arrays, n, err));
    }
done:
    return status;
}

static aisle_status add_facts(sections *s, const aisle_model *model, aisle_error *err)
{
    state_array arrays[FACT_ARRAYS];
    feature_facts facts = model->s.facts;
    companions together = model->together;
    aisle_status status =
        arrays_to_sections(s, "facts", arrays, feature_facts_arrays(arrays, &facts), err);
    if (status == AISLE_OK)
        status =
            arrays_to_sections(s, "together", arrays, companions_arrays(arrays, &together), err);
    return status;
}

aisle_status aisle_model_save(const aisle_model *model, const char *path, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    assortment_parts parts = {0};
    households_meta people;
    text config = {0};
    char *trees = NULL;
    size_t length;
    sections *s = NEW_ZEROED(sections, 1);
    TRY_ALLOC(s);
    config_dump(&config, model->config, "data.");
    if (config.failed)
        TRY(fail_memory(err));
    TRY(sections_add(s, "config", config.bytes, config.length, true, err));
    TRY(assortment_to_sections(s, &parts, &model->s.a, err));
    TRY(sections_add(s, "catalogue", model->s.c.allowed, model->s.c.n_items, true, err));
    TRY(add_level1(s, &model->s.l, err));
    TRY(add_facts(s, model, err));
    TRY(calibration_to_sections(s, &model->calibrated, err));
    TRY(ranker_write(&trees, &length, model->level2, err));
    TRY(sections_add(s, "level2.trees", trees, length, true, err));
    TRY(ordering_to_sections(s, &model->order, err));
    if (model->s.h.n_users)
        TRY(households_to_sections(s, &people, &model->s.h, err));
    TRY(sections_write(s, path, err));
done:
    mem_free(s);
    mem_free(trees);
    text_fini(&config);
    assortment_parts_fini(&parts);
    return status;
}

/* ---- Reading ---- */

static aisle_status open_config(aisle_config **out, sections *s, const char *name, aisle_error *err)
{
    const section *found = sections_take(s, "config");
    if (!found)
        return fail_at(err, AISLE_ERROR_FORMAT, name, 0, 0, "'%s' is no whole model: %s", name,
                       sections_find(s, "sums") ? "it holds sums" : "section 'config' is missing");
    aisle_status status = aisle_config_new(out, err);
    if (status != AISLE_OK)
        return status;
    config_clear_quotas(*out); /* a source that came after the file is none of its model's */
    return config_restore(*out, found->bytes, found->length, name,
                          s->version == 1 ? version1_has_key : NULL, err);
}

static aisle_status open_catalogue(catalogue *c, const assortment *a, sections *s, const char *name,
                                   aisle_error *err)
{
    aisle_status status = AISLE_OK;
    void *allowed;
    TRY(section_bind(&allowed, s, "catalogue", 1, a->n_items, name, err));
    c->n_items = a->n_items;
    TRY_ALLOC(c->allowed = mem_copy(allowed, a->n_items, 1));
    TRY(catalogue_list_items(c, err));
    TRY(catalogue_check(c, err));
    if (c->count == 0)
        TRY(fail(err, AISLE_ERROR_FORMAT, "catalogue: no product"));
done:
    return status;
}

/* Points a retriever's arrays into the file. */
static aisle_status open_retriever(void **state, const retriever *row, const list_context *context,
                                   sections *s, const char *name, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    state_array arrays[STATE_ARRAYS];
    if (!row->adopt)
        return row->fit(state, context, NULL, err);
    TRY(row->adopt(state, context, err));
    TRY(arrays_from_sections(arrays, row->arrays(arrays, *state), s, row->name, name, err));
    TRY(row->check(*state, context, err));
    if (row->ready)
        TRY(row->ready(*state, context, err));
done:
    return status;
}

static aisle_status open_context(list_context *context, const snapshot *s,
                                 const aisle_config *config, sections *from, const char *name,
                                 aisle_error *err)
{
    aisle_status status = AISLE_OK;
    id_table pool = {0};
    void *popularity = NULL;
    TRY(ids_from_sections(&pool, from, "pool", SIZE_MAX, name, err));
    TRY(id_table_check(&pool, err));
    TRY(section_bind(&popularity, from, "popularity", sizeof(uint32_t), s->a.n_items, name, err));
    TRY(list_context_adopt(context, &s->a, &s->c, &config->candidates, (uint64_t)config->seed,
                           thread_count(0), popularity, &pool, err));
done:
    return status;
}

static aisle_status open_level1(level1 *l, const snapshot *s, const aisle_config *config,
                                sections *from, const char *name, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    l->mapped = true;
    TRY(open_context(&l->context, s, config, from, name, err));
    TRY_ALLOC(l->state = NEW_ZEROED(void *, retriever_count));
    for (size_t r = 0; r < retriever_count; r++)
        if (retriever_table[r].quota(&config->candidates) > 0)
            TRY(open_retriever(&l->state[r], &retriever_table[r], &l->context, from, name, err));
done:
    return status;
}

static aisle_status open_facts(aisle_model *m, sections *s, const char *name, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    state_array arrays[FACT_ARRAYS];
    feature_facts *f = &m->s.facts;
    TRY(feature_facts_adopt(f, &m->s.a, &m->config->features, err));
    TRY(arrays_from_sections(arrays, feature_facts_arrays(arrays, f), s, "facts", name, err));
    TRY(feature_facts_check(f, err));
    TRY(feature_facts_ready(f, err));
    companions_adopt(&m->together, &m->s.a);
    TRY(arrays_from_sections(arrays, companions_arrays(arrays, &m->together), s, "together", name,
                             err));
    TRY(companions_check(&m->together, err));
done:
    return status;
}

/* Both halves, level 1 and what is known of products. */
static aisle_status open_stages(aisle_model *m, sections *s, const char *name, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    bool there;
    snapshot *to = &m->s;
    TRY(assortment_from_sections(&to->a, s, name, err));
    TRY(households_from_sections(&to->h, &there, &to->a, s, name, err));
    TRY(open_catalogue(&to->c, &to->a, s, name, err));
    TRY(open_level1(&to->l, to, m->config, s, name, err));
    TRY(open_facts(m, s, name, err));
done:
    return status;
}

/* The same out of a file of format 1: the parts are fitted again. */
static aisle_status open_version1(aisle_model *m, sections *s, const char *name, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    snapshot *to = &m->s;
    TRY(version1_from_sections(&to->a, &to->h, s, name, err));
    TRY(open_catalogue(&to->c, &to->a, s, name, err));
    TRY(level1_init(&to->l, &to->h, &to->c, &m->config->candidates, NULL, (uint64_t)m->config->seed,
                    thread_count(0), err));
    TRY(feature_facts_init(&to->facts, &to->h, &m->config->features, err));
    TRY(companions_init(&m->together, &to->h, thread_count(0), err));
done:
    return status;
}

/* The trees, and whether they go with the columns that this program makes. */
static aisle_status open_level2(aisle_model *m, sections *s, const char *name, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    retriever_query nobody = {.h = &m->s.h};
    candidate_lists lists = {0};
    feature_matrix columns = {0};
    ranker_view view = {0};
    const section *trees = sections_take(s, "level2.trees");
    if (!trees)
        TRY(fail_at(err, AISLE_ERROR_FORMAT, name, 0, 0,
                    "'%s' is no whole model: section 'level2.trees' is missing", name));
    TRY(ranker_read(&m->level2, trees->bytes, trees->length, err));
    TRY(ordering_from_sections(&m->order, s, &m->s.l, name, err));
    TRY(blend_init(&lists, &m->s.l, &nobody, 0, err));
    TRY(feature_matrix_init(&columns, &m->s.facts, &m->s.h, &lists, NULL, 1, err));
    TRY(ranker_view_init(&view, &columns, err));
    TRY(ranker_check_columns(m->level2, view.rows.names, view.rows.columns, err));
done:
    ranker_view_fini(&view);
    feature_matrix_fini(&columns);
    candidate_lists_fini(&lists);
    return status;
}

aisle_status model_parts_from_sections(aisle_model *m, sections *s, const char *name,
                                       aisle_error *err)
{
    aisle_status status = AISLE_OK;
    TRY(open_config(&m->config, s, name, err));
    TRY(s->version == 1 ? open_version1(m, s, name, err) : open_stages(m, s, name, err));
    if (m->config->rules.items_in_file || m->config->rules.items_out_file)
        TRY(fail(err, AISLE_ERROR_FORMAT, "rules: a file's name in place of what it held"));
    TRY(calibration_from_sections(&m->calibrated, s, name, err));
    TRY(rules_init(&m->rules, &m->config->rules, &m->s, &m->calibrated, err));
done:
    return sections_blame(status, name, err);
}

aisle_status model_from_sections(aisle_model **out, sections *s, const char *name, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    aisle_model *m = NEW_ZEROED(aisle_model, 1);
    TRY_ALLOC(m);
    TRY(model_parts_from_sections(m, s, name, err));
    TRY(open_level2(m, s, name, err));
    const section *unknown = sections_unknown(s);
    if (unknown)
        TRY(fail_at(err, AISLE_ERROR_FORMAT, name, 0, 0,
                    "'%s' is newer: it needs section '%s', which this program does not know", name,
                    unknown->name));
    *out = m;
    m = NULL;
done:
    aisle_model_free(m);
    return sections_blame(status, name, err);
}

aisle_status aisle_model_open(aisle_model **out, const char *path, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    file_map map = {0};
    aisle_model *m = NULL;
    sections *s = NEW_ZEROED(sections, 1);
    TRY_ALLOC(s);
    TRY(file_map_init(&map, path, err));
    TRY(sections_parse(s, map.bytes, map.length, path, err));
    TRY(model_from_sections(&m, s, path, err));
    m->map = map;
    memset(&map, 0, sizeof map);
    *out = m;
done:
    mem_free(s);
    file_map_fini(&map);
    return status;
}
