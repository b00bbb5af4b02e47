#include "model/model_file.h"

#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "base/threads.h"
#include "config/dump.h"
#include "model/history_file.h"
#include "model/promotion_file.h"

static void name_array(char out[SECTION_NAME_MOST], const retriever *r, const state_array *a)
{
    snprintf(out, SECTION_NAME_MOST, "%.14s.%.15s", r->name, a->name);
}

static aisle_status add_level1(sections *s, const level1 *l, aisle_error *err)
{
    char name[SECTION_NAME_MOST];
    state_array arrays[8];
    for (size_t r = 0; r < retriever_count; r++) {
        const retriever *row = &retriever_table[r];
        if (!l->state[r] || !row->arrays)
            continue;
        size_t n = row->arrays(arrays, l->state[r]);
        for (size_t i = 0; i < n; i++) {
            name_array(name, row, &arrays[i]);
            aisle_status status =
                sections_add(s, name, *arrays[i].data, arrays[i].size * arrays[i].count, true, err);
            if (status != AISLE_OK)
                return status;
        }
    }
    return AISLE_OK;
}

aisle_status aisle_model_save(const aisle_model *model, const char *path, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    history_meta meta;
    history_names names = {0};
    promotion_meta promotions;
    text config = {0};
    char *trees = NULL;
    size_t length;
    sections *s = NEW_ZEROED(sections, 1);
    TRY_ALLOC(s);
    config_dump(&config, model->config, "data.");
    if (config.failed)
        TRY(fail_memory(err));
    TRY(sections_add(s, "config", config.bytes, config.length, true, err));
    TRY(history_to_sections(s, &meta, &names, &model->s.h, err));
    TRY(promotions_to_sections(s, &promotions, &model->s.h, err));
    TRY(sections_add(s, "catalogue", model->s.c.allowed, model->s.c.n_items, true, err));
    TRY(add_level1(s, &model->s.l, err));
    TRY(calibration_to_sections(s, &model->calibrated, err));
    TRY(ranker_write(&trees, &length, model->level2, err));
    TRY(sections_add(s, "level2.trees", trees, length, true, err));
    TRY(sections_write(s, path, err));
done:
    mem_free(s);
    mem_free(trees);
    text_fini(&config);
    history_names_fini(&names);
    return status;
}

static aisle_status open_config(aisle_config **out, sections *s, const char *name, aisle_error *err)
{
    const section *found = sections_take(s, "config");
    if (!found)
        return fail_at(err, AISLE_ERROR_FORMAT, name, 0, 0,
                       "'%s' is no whole model: section 'config' is missing", name);
    aisle_status status = aisle_config_new(out, err);
    if (status != AISLE_OK)
        return status;
    return config_restore(*out, found->bytes, found->length, name, err);
}

static aisle_status open_catalogue(catalogue *c, const history *h, sections *s, const char *name,
                                   aisle_error *err)
{
    aisle_status status = AISLE_OK;
    void *allowed;
    TRY(section_bind(&allowed, s, "catalogue", 1, h->n_items, name, err));
    c->n_items = h->n_items;
    TRY_ALLOC(c->allowed = mem_copy(allowed, h->n_items, 1));
    TRY(catalogue_list_items(c, err));
    TRY(catalogue_check(c, err));
    if (c->count == 0)
        TRY(fail(err, AISLE_ERROR_FORMAT, "catalogue: no product"));
done:
    return status;
}

/* Points a retriever's arrays into the file, or fits it where it stores none. */
static aisle_status open_retriever(void **state, const retriever *row, const list_context *context,
                                   sections *s, const char *name, aisle_error *err)
{
    char section_name[SECTION_NAME_MOST];
    state_array arrays[8];
    if (!row->arrays)
        return row->fit(state, context, err);
    aisle_status status = row->adopt(state, context, err);
    if (status != AISLE_OK)
        return status;
    size_t n = row->arrays(arrays, *state);
    for (size_t i = 0; i < n && status == AISLE_OK; i++) {
        name_array(section_name, row, &arrays[i]);
        status = section_bind(arrays[i].data, s, section_name, arrays[i].size, arrays[i].count,
                              name, err);
    }
    return status == AISLE_OK ? row->check(*state, context, err) : status;
}

static aisle_status open_level1(level1 *l, const snapshot *s, const aisle_config *config,
                                sections *from, const char *name, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    l->mapped = true;
    TRY(list_context_init(&l->context, &s->h, &s->c, &config->candidates, (uint64_t)config->seed,
                          thread_count(0), err));
    TRY_ALLOC(l->state = NEW_ZEROED(void *, retriever_count));
    for (size_t r = 0; r < retriever_count; r++)
        if (retriever_table[r].quota(&config->candidates) > 0)
            TRY(open_retriever(&l->state[r], &retriever_table[r], &l->context, from, name, err));
done:
    return status;
}

/* The trees, and whether they go with the columns that this program makes. */
static aisle_status open_level2(aisle_model *m, sections *s, const char *name, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    retriever_query nobody = {.n = 0};
    candidate_lists lists = {0};
    feature_matrix columns = {0};
    ranker_view view = {0};
    const section *trees = sections_take(s, "level2.trees");
    if (!trees)
        TRY(fail_at(err, AISLE_ERROR_FORMAT, name, 0, 0,
                    "'%s' is no whole model: section 'level2.trees' is missing", name));
    TRY(ranker_read(&m->level2, trees->bytes, trees->length, err));
    TRY(blend_init(&lists, &m->s.l, &nobody, 0, err));
    TRY(feature_matrix_init(&columns, &m->s.facts, &lists, NULL, 1, err));
    TRY(ranker_view_init(&view, &columns, err));
    TRY(ranker_check_columns(m->level2, view.rows.names, view.rows.columns, err));
done:
    ranker_view_fini(&view);
    feature_matrix_fini(&columns);
    candidate_lists_fini(&lists);
    return status;
}

/* Whatever a part of the file did wrong is damage of the file, and names it. */
static aisle_status blame_file(aisle_status status, const char *name, aisle_error *err)
{
    char what[512];
    if (status == AISLE_OK || status == AISLE_ERROR_MEMORY || !err)
        return status == AISLE_OK || status == AISLE_ERROR_MEMORY ? status : AISLE_ERROR_FORMAT;
    if (status == AISLE_ERROR_FORMAT && strstr(err->message, name))
        return status;
    snprintf(what, sizeof what, "%.500s", err->message);
    return fail_at(err, AISLE_ERROR_FORMAT, name, 0, 0,
                   "'%s' is damaged, or newer than this program: %s", name, what);
}

aisle_status model_parts_from_sections(aisle_model *m, sections *s, const char *name,
                                       aisle_error *err)
{
    aisle_status status = AISLE_OK;
    TRY(open_config(&m->config, s, name, err));
    TRY(history_from_sections(&m->s.h, s, name, err));
    TRY(open_catalogue(&m->s.c, &m->s.h, s, name, err));
    TRY(open_level1(&m->s.l, &m->s, m->config, s, name, err));
    TRY(feature_facts_init(&m->s.facts, &m->s.h, &m->config->features, err));
    if (m->config->rules.items_in_file || m->config->rules.items_out_file)
        TRY(fail(err, AISLE_ERROR_FORMAT, "rules: a file's name in place of what it held"));
    TRY(calibration_from_sections(&m->calibrated, s, name, err));
    TRY(rules_init(&m->rules, &m->config->rules, &m->s, &m->calibrated, err));
done:
    return blame_file(status, name, err);
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
    return blame_file(status, name, err);
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
