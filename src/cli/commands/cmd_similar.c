#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/commands/asked.h"
#include "cli/log.h"
#include "cli/output/print.h"

/* What is near what, of either kind. */
typedef struct similar {
    asked a;
    aisle_model *model; /* of a, or for products alone */
    const command_options *options;
    aisle_similar_kind kind;
    const char *by;
    uint32_t index; /* of the household or product that is asked for */
    const char *id;
    size_t count;
    uint32_t *near; /* [count] products, or places of the model's pool */
    float *score;   /* [count] */
} similar;

static const char *id_of(const similar *s, uint32_t index, char buffer[32])
{
    return s->kind == AISLE_SIMILAR_ITEMS
               ? aisle_model_item_id(s->model, (aisle_item){index}, buffer)
               : aisle_model_pool_id(s->model, index, buffer);
}

static const char *name_of(const similar *s, uint32_t index)
{
    return s->kind == AISLE_SIMILAR_ITEMS ? aisle_model_item_name(s->model, (aisle_item){index})
                                          : NULL;
}

static aisle_status ask_items(similar *s, size_t k, aisle_error *err)
{
    aisle_similar_item *list = calloc(k, sizeof *list);
    if (!list)
        return err->code = AISLE_ERROR_MEMORY;
    aisle_status status =
        aisle_model_similar_items(&s->count, list, k, s->model, (aisle_item){s->index}, s->by, err);
    for (size_t i = 0; i < s->count; i++) {
        s->near[i] = list[i].item.index;
        s->score[i] = list[i].score;
    }
    free(list);
    return status;
}

static aisle_status ask_users(similar *s, size_t k, aisle_error *err)
{
    aisle_similar_user *list = calloc(k, sizeof *list);
    if (!list)
        return err->code = AISLE_ERROR_MEMORY;
    aisle_status status = aisle_model_similar_users(&s->count, list, k, s->model, s->a.of,
                                                    (aisle_user){s->index}, s->by, err);
    for (size_t i = 0; i < s->count; i++) {
        s->near[i] = list[i].place;
        s->score[i] = list[i].score;
    }
    free(list);
    return status;
}

static aisle_status ask(similar *s, aisle_error *err)
{
    bool fitted;
    size_t k = (size_t)s->options->k;
    aisle_run run = log_run((int)s->options->threads);
    aisle_status status =
        aisle_model_prepare_similar(&s->by, &fitted, s->model, s->kind, s->options->by, &run, err);
    log_progress_end();
    if (status)
        return status;
    if (fitted)
        log_note("the model's blend takes nothing from %s: fitted on its history", s->by);
    s->near = calloc(k, sizeof *s->near);
    s->score = calloc(k, sizeof *s->score);
    if (!s->near || !s->score)
        return err->code = AISLE_ERROR_MEMORY;
    return s->kind == AISLE_SIMILAR_ITEMS ? ask_items(s, k, err) : ask_users(s, k, err);
}

static void print_similar(const similar *s)
{
    char id[32];
    const char *name = name_of(s, s->index);
    printf("like %s %s%s%s, by %s\n", s->kind == AISLE_SIMILAR_ITEMS ? "product" : "household",
           s->id, name ? "  " : "", name ? name : "", s->by);
    for (size_t i = 0; i < s->count; i++) {
        name = name_of(s, s->near[i]);
        printf("%4zu  %-10s  %10.4g%s%s\n", i + 1, id_of(s, s->near[i], id), (double)s->score[i],
               name ? "  " : "", name ? name : "");
    }
}

static json_t *similar_json(const similar *s)
{
    char id[32];
    bool items = s->kind == AISLE_SIMILAR_ITEMS;
    json_t *list = json_array();
    for (size_t i = 0; i < s->count; i++) {
        json_t *one = json_pack("{s:s, s:f}", items ? "item_id" : "user_id",
                                id_of(s, s->near[i], id), "score", (double)s->score[i]);
        const char *name = name_of(s, s->near[i]);
        if (name)
            json_object_set_new(one, "name", json_string(name));
        json_array_append_new(list, one);
    }
    return json_pack("{s:s, s:s, s:o}", "by", s->by, items ? "item_id" : "user_id", s->id, "list",
                     list);
}

static int run_similar(similar *s)
{
    aisle_error err = AISLE_ERROR_INIT;
    const command_options *options = s->options;
    if (s->index == AISLE_MISSING && s->kind == AISLE_SIMILAR_USERS)
        return asked_report_unknown(&s->a, options);
    if (s->index == AISLE_MISSING)
        return report_unknown("product", s->id, options->positional);
    if (s->kind == AISLE_SIMILAR_ITEMS &&
        !aisle_model_item_allowed(s->model, (aisle_item){s->index})) {
        log_error("product '%s' is not in the catalogue of '%s'", s->id, options->positional);
        return EXIT_WRONG_USE;
    }
    if (ask(s, &err))
        return report_error(&err);
    if (!options->json || strcmp(options->json, "-") != 0)
        print_similar(s);
    return options->json ? write_json(similar_json(s), options->json) : EXIT_DONE;
}

static int open_and_run(const command_options *options, aisle_similar_kind kind)
{
    aisle_error err = AISLE_ERROR_INIT;
    similar s = {.options = options, .kind = kind};
    bool items = kind == AISLE_SIMILAR_ITEMS;
    s.id = items ? options->item : options->user;
    if (!check_output(options->json, OUTPUT_JSON))
        return EXIT_WRONG_USE;
    if (items ? aisle_model_open(&s.a.model, options->positional, &err)
              : asked_open(&s.a, options, &err))
        return report_error(&err);
    s.model = s.a.model;
    s.index = items ? aisle_model_find_item(s.model, s.id).index : asked_find(&s.a, s.id).index;
    int code = run_similar(&s);
    free(s.near);
    free(s.score);
    asked_close(&s.a);
    return code;
}

int command_similar(const command_options *options)
{
    return open_and_run(options, AISLE_SIMILAR_ITEMS);
}

int command_similar_users(const command_options *options)
{
    return open_and_run(options, AISLE_SIMILAR_USERS);
}
