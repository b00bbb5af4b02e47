#include "model/model_type.h"

#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "config/dump.h"
#include "history/label_count.h"
#include "model/training.h"

/* The options that shape a model; the rest of a configuration is where its data came from. */
static aisle_status copy_shape(aisle_config **out, const aisle_config *config, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    aisle_config *copy = NULL;
    text lines = {0};
    config_dump(&lines, config, "data.");
    if (lines.failed)
        TRY(fail_memory(err));
    TRY(aisle_config_new(&copy, err));
    TRY(config_restore(copy, lines.bytes, lines.length, "configuration", NULL, err));
    *out = copy;
    copy = NULL;
done:
    text_fini(&lines);
    aisle_config_free(copy);
    return status;
}

/* The model holds all of the dataset's households, also those that the fit did not go by. */
static aisle_status keep_households(aisle_model *m, const aisle_dataset *dataset, aisle_error *err)
{
    households all;
    aisle_status status = households_init(&all, &m->s.a, dataset, m->s.a.as_of, NULL, err);
    if (status != AISLE_OK)
        return status;
    households_fini(&m->s.h);
    m->s.h = all;
    return AISLE_OK;
}

static aisle_status fit(aisle_model **out, const aisle_dataset *dataset, const aisle_sums *sums,
                        const aisle_run *run, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    stages clock = {.run = run};
    training_counts counts;
    split windows;
    fit_sample who = {.sums = sums};
    aisle_model *m = NEW_ZEROED(aisle_model, 1);
    TRY_ALLOC(m);
    TRY(copy_shape(&m->config, dataset->config, err));
    if (sums && m->config->ranker.windows == 0)
        m->config->ranker.windows = LABEL_COUNT_LEAST;
    TRY(split_init_serving(&windows, dataset, m->config, err));
    if (sums)
        TRY(fit_sums_check_fit(sums, dataset, &windows, err));
    else
        TRY(fit_sample_init(&who, dataset, m->config, &windows, NULL, &clock, err));
    TRY(rules_check(&m->config->rules, &dataset->products, err));
    training_job job = {.dataset = dataset,
                        .config = m->config,
                        .windows = &windows,
                        .new_only = m->config->evaluate.new_only,
                        .who = &who,
                        .calibrated = &m->calibrated,
                        .order = &m->order};
    TRY(training_run(&m->level2, &counts, &job, &clock, err));
    clock.done = 0.9;
    snapshot_source source = {dataset, m->config, windows.test_as_of, windows.catalogue_as_of,
                              NULL,    &who};
    TRY(snapshot_init(&m->s, &source, &clock, err));
    TRY(companions_init(&m->together, &m->s.h, stages_threads(&clock), err));
    TRY(rules_keep_files(m->config, &m->s.a, err));
    TRY(rules_init(&m->rules, &m->config->rules, &m->s, &m->calibrated, err));
    if (who.left_out)
        TRY(keep_households(m, dataset, err));
    stages_end(&clock);
    *out = m;
    m = NULL;
done:
    fit_sample_fini(&who);
    aisle_model_free(m);
    return status;
}

aisle_status aisle_model_fit(aisle_model **out, const aisle_dataset *dataset, const aisle_run *run,
                             aisle_error *err)
{
    return fit(out, dataset, NULL, run, err);
}

aisle_status aisle_model_fit_summed(aisle_model **out, const aisle_dataset *dataset,
                                    const aisle_sums *sums, const aisle_run *run, aisle_error *err)
{
    return fit(out, dataset, sums, run, err);
}

void aisle_model_free(aisle_model *model)
{
    if (!model)
        return;
    ranker_free(model->level2);
    for (size_t r = 0; model->extra && r < retriever_count; r++)
        if (model->extra[r])
            retriever_table[r].free(model->extra[r], true);
    mem_free(model->extra);
    rules_fini(&model->rules);
    companions_fini(&model->together);
    calibration_fini(&model->calibrated);
    snapshot_fini(&model->s);
    aisle_config_free(model->config);
    file_map_fini(&model->map);
    mem_free(model);
}

aisle_status aisle_model_config(aisle_config **out, const aisle_model *model, aisle_error *err)
{
    return aisle_config_copy(out, model->config, err);
}

uint32_t aisle_model_users(const aisle_model *model)
{
    return model->s.h.n_users;
}

uint32_t aisle_model_items(const aisle_model *model)
{
    return model->s.a.n_items;
}

bool aisle_model_is_calibrated(const aisle_model *model)
{
    return model->calibrated.n > 0;
}

void aisle_model_order(aisle_order *out, const aisle_model *model)
{
    ordering_tell(out, &model->order);
}

int32_t aisle_model_as_of(const aisle_model *model)
{
    return model->s.a.as_of;
}

aisle_user aisle_model_find_user(const aisle_model *model, const char *id)
{
    return (aisle_user){id_table_find(&model->s.h.users, id)};
}

aisle_item aisle_model_find_item(const aisle_model *model, const char *id)
{
    return (aisle_item){id_table_find(&model->s.a.items, id)};
}

const char *aisle_model_user_id(const aisle_model *model, aisle_user user, char buffer[32])
{
    return id_table_text(&model->s.h.users, user.index, buffer);
}

const char *aisle_model_item_id(const aisle_model *model, aisle_item item, char buffer[32])
{
    return id_table_text(&model->s.a.items, item.index, buffer);
}

bool aisle_model_users_are_ints(const aisle_model *model)
{
    return model->s.h.users.is_int;
}

bool aisle_model_items_are_ints(const aisle_model *model)
{
    return model->s.a.items.is_int;
}

const char *aisle_model_item_name(const aisle_model *model, aisle_item item)
{
    return assortment_label(&model->s.a, item.index);
}

bool aisle_model_has_names(const aisle_model *model)
{
    return model->s.a.label_offset != NULL;
}

aisle_status aisle_model_forget_households(aisle_model *model, aisle_error *err)
{
    households none;
    aisle_status status = households_init_none(&none, &model->s.a, err);
    if (status != AISLE_OK)
        return status;
    households_fini(&model->s.h);
    model->s.h = none;
    return AISLE_OK;
}
