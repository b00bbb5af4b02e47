#include <stdio.h>
#include <stdlib.h>

#include "cli/command.h"
#include "cli/print.h"

enum { PURCHASES = 8 };

static void print_item(const aisle_model *model, aisle_item item)
{
    char id[32];
    const char *name = aisle_model_item_name(model, item);
    printf("%-10s %s\n", aisle_model_item_id(model, item, id), name ? name : "");
}

static void print_purchases(const aisle_model *model, aisle_user user)
{
    aisle_purchase purchases[PURCHASES];
    char day[16];
    size_t n = aisle_model_purchases(purchases, PURCHASES, model, user);
    printf("  bought last\n");
    for (size_t i = 0; i < n; i++) {
        printf("    %s  ", print_day(day, purchases[i].day));
        print_item(model, purchases[i].item);
    }
}

int command_show(const command_options *options)
{
    aisle_error err = AISLE_ERROR_INIT;
    aisle_model *model = NULL;
    if (aisle_model_open(&model, options->positional, &err))
        return report_error(&err);
    aisle_user user = aisle_model_find_user(model, options->user);
    aisle_config *rules = NULL;
    aisle_status status = open_rules(&rules, model, options, &err);
    aisle_recommend_options how = {options->exclude_bought, rules};
    aisle_recommendation *list = calloc((size_t)options->k, sizeof *list);
    size_t n = 0;
    if (!status)
        status = list ? aisle_model_recommend(&n, list, (size_t)options->k, model, user, &how, &err)
                      : (err.code = AISLE_ERROR_MEMORY);
    if (!status) {
        bool known = user.index != AISLE_MISSING;
        printf("household %s%s\n", options->user, known ? "" : " (not known: popular products)");
        if (known)
            print_purchases(model, user);
        printf("  will most likely buy next\n");
        for (size_t i = 0; i < n; i++) {
            printf("    %zu. %-10s  ", i + 1, list[i].source);
            print_item(model, list[i].item);
        }
    }
    free(list);
    aisle_config_free(rules);
    aisle_model_free(model);
    return status ? report_error(&err) : EXIT_DONE;
}
