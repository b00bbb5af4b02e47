#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/commands/asked.h"
#include "cli/output/print.h"

enum { PURCHASES = 8 };

/* What is shown of a household. */
typedef struct shown {
    const aisle_model *model;
    const aisle_households *of;
    aisle_user user;
    const char *id;
    aisle_purchase purchases[PURCHASES]; /* the last first */
    size_t n_purchases;
    aisle_recommendation *list; /* [n_list] */
    size_t n_list;
} shown;

static void print_item(const aisle_model *model, aisle_item item)
{
    char id[32];
    const char *name = aisle_model_item_name(model, item);
    printf("%-10s %s\n", aisle_model_item_id(model, item, id), name ? name : "");
}

static void print_household(const shown *s)
{
    bool known = s->user.index != AISLE_MISSING;
    char day[16];
    printf("household %s%s\n", s->id, known ? "" : " (not known: popular products)");
    if (known)
        printf("  bought last\n");
    for (size_t i = 0; i < s->n_purchases; i++) {
        printf("    %s  ", print_day(day, s->purchases[i].day));
        print_item(s->model, s->purchases[i].item);
    }
    printf("  will most likely buy next\n");
    for (size_t i = 0; i < s->n_list; i++) {
        printf("    %zu. %-10s  ", i + 1, s->list[i].source);
        print_item(s->model, s->list[i].item);
    }
}

static json_t *item_json(const aisle_model *model, aisle_item item)
{
    char id[32];
    return json_pack("{s:s, s:s?}", "item", aisle_model_item_id(model, item, id), "name",
                     aisle_model_item_name(model, item));
}

static json_t *household_json(const shown *s)
{
    json_t *purchases = json_array(), *list = json_array();
    char day[16];
    for (size_t i = 0; i < s->n_purchases; i++) {
        json_t *one = item_json(s->model, s->purchases[i].item);
        json_object_set_new(one, "day", json_string(print_day(day, s->purchases[i].day)));
        json_array_append_new(purchases, one);
    }
    for (size_t i = 0; i < s->n_list; i++) {
        json_t *one = item_json(s->model, s->list[i].item);
        json_object_set_new(one, "source", json_string(s->list[i].source));
        json_object_set_new(one, "score", number_or_null((double)s->list[i].score));
        json_object_set_new(one, "probability", number_or_null((double)s->list[i].probability));
        json_array_append_new(list, one);
    }
    return json_pack("{s:s, s:b, s:o, s:o}", "household", s->id, "known",
                     s->user.index != AISLE_MISSING, "purchases", purchases, "list", list);
}

static aisle_status look_up(shown *s, const asked *a, const command_options *options,
                            aisle_error *err)
{
    aisle_config *rules = NULL;
    s->user = asked_find(a, options->user);
    s->id = options->user;
    if (s->user.index != AISLE_MISSING)
        s->n_purchases = aisle_model_purchases(s->purchases, PURCHASES, s->model, s->of, s->user);
    aisle_status status = open_rules(&rules, s->model, options, err);
    aisle_recommend_options how = {options->exclude_bought, rules};
    aisle_session *session = NULL;
    s->list = calloc((size_t)options->k, sizeof *s->list);
    if (!status && !s->list)
        status = err->code = AISLE_ERROR_MEMORY;
    if (!status)
        status = aisle_session_new(&session, s->model, err);
    if (!status)
        status = aisle_model_recommend(&s->n_list, s->list, (size_t)options->k, session, s->of,
                                       s->user, &how, err);
    aisle_session_free(session);
    aisle_config_free(rules);
    return status;
}

/* The model itself, where no household is asked for. */
static int show_model(const command_options *options)
{
    aisle_error err = AISLE_ERROR_INIT;
    aisle_model *model;
    aisle_order order;
    char a[32], b[32], day[16], line[256];
    int code = EXIT_DONE;
    if (aisle_model_open(&model, options->positional, &err))
        return report_error(&err);
    aisle_model_order(&order, model);
    aisle_order_tell(line, sizeof line, &order);
    print_day(day, aisle_model_as_of(model));
    if (!options->json || strcmp(options->json, "-") != 0)
        printf("%s households, %s products, as of %s\nlevel 2: %s\n",
               print_count(a, aisle_model_users(model)), print_count(b, aisle_model_items(model)),
               day, line);
    if (options->json)
        code = write_json(json_pack("{s:I, s:I, s:s, s:o}", "households",
                                    (json_int_t)aisle_model_users(model), "products",
                                    (json_int_t)aisle_model_items(model), "as_of", day, "order",
                                    order_json(&order)),
                          options->json);
    aisle_model_free(model);
    return code;
}

int command_show(const command_options *options)
{
    aisle_error err = AISLE_ERROR_INIT;
    asked a;
    int code = EXIT_DONE;
    if (!check_output(options->json, OUTPUT_JSON))
        return EXIT_WRONG_USE;
    if (!options->user)
        return show_model(options);
    if (asked_open(&a, options, &err))
        return report_error(&err);
    shown s = {.model = a.model, .of = a.of};
    if (look_up(&s, &a, options, &err))
        code = report_error(&err);
    else if (!options->json || strcmp(options->json, "-") != 0)
        print_household(&s);
    if (code == EXIT_DONE && options->json)
        code = write_json(household_json(&s), options->json);
    free(s.list);
    asked_close(&a);
    return code;
}
