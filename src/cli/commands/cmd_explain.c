#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli/commands/asked.h"
#include "cli/output/print.h"

enum { HIDDEN_PERCENT = 1 }; /* a family of a smaller share is not printed */

static void print_head(const aisle_explanation *x, const aisle_model *model)
{
    char id[32];
    const char *name = aisle_model_item_name(model, x->item);
    if (x->place)
        printf("%u. ", x->place);
    printf("%s%s%s: ", aisle_model_item_id(model, x->item, id), name ? "  " : "", name ? name : "");
    switch (x->standing) {
    case AISLE_STANDING_RANKED:
        printf("score %.4f, base %.4f", x->score, x->base);
        if (isfinite(x->probability))
            printf(", bought with probability %.4f", x->probability);
        printf("\n");
        break;
    case AISLE_STANDING_FALLBACK:
        printf("filled up, not ranked; %s\n", x->reason);
        break;
    case AISLE_STANDING_NO_CANDIDATE:
        printf("no candidate: level 1 does not find it for this household\n");
        break;
    case AISLE_STANDING_OUTSIDE:
        printf("not in the model's catalogue\n");
        break;
    case AISLE_STANDING_RULED_OUT:
        printf("left out by the rules\n");
        break;
    }
}

static void print_explanation(const aisle_explanation *x, const aisle_model *model)
{
    print_head(x, model);
    for (size_t c = 0; c < x->n_causes; c++) {
        const aisle_cause *cause = &x->cause[c];
        if (fabs(100 * cause->share) >= HIDDEN_PERCENT)
            printf("   %+8.4f  %3.0f %%  %-10s %s\n", cause->contribution, fabs(100 * cause->share),
                   cause->family, cause->text);
    }
}

static json_t *causes_json(const aisle_explanation *x)
{
    json_t *causes = json_array();
    for (size_t c = 0; c < x->n_causes; c++) {
        const aisle_cause *cause = &x->cause[c];
        json_array_append_new(causes,
                              json_pack("{s:s, s:f, s:f, s:s, s:o, s:s}", "family", cause->family,
                                        "contribution", cause->contribution, "share", cause->share,
                                        "feature", cause->feature, "value",
                                        number_or_null(cause->value), "text", cause->text));
    }
    return causes;
}

static json_t *explanations_json(const aisle_explanations *x, const asked *a, const char *user)
{
    static const char *const standings[] = {"ranked", "fallback", "no_candidate", "outside",
                                            "ruled_out"};
    char id[32];
    const aisle_model *model = a->model;
    json_t *list = json_array();
    for (size_t i = 0; i < x->offset[x->n]; i++) {
        const aisle_explanation *one = &x->list[i];
        json_t *product = json_pack(
            "{s:s, s:s?, s:s, s:o, s:s?, s:o, s:o, s:o, s:s?, s:o}", "item_id",
            aisle_model_item_id(model, one->item, id), "name",
            aisle_model_item_name(model, one->item), "standing", standings[one->standing], "place",
            one->place ? json_integer(one->place) : json_null(), "source", one->source, "score",
            number_or_null(one->score), "base", number_or_null(one->base), "probability",
            number_or_null(one->probability), "reason", one->reason, "causes", causes_json(one));
        json_array_append_new(list, product);
    }
    char day[16];
    return json_pack("{s:s, s:s, s:o}", "user_id", user, "as_of", print_day(day, asked_as_of(a)),
                     "products", list);
}

static int print_all(const aisle_explanations *x, const asked *a, const command_options *options,
                     bool known)
{
    bool only_json = options->json && strcmp(options->json, "-") == 0;
    char day[16];
    if (!only_json) {
        printf("household %s%s, as of %s\n", options->user,
               known ? "" : " (not known: popular products)", print_day(day, asked_as_of(a)));
        for (size_t i = 0; i < x->offset[x->n]; i++)
            print_explanation(&x->list[i], a->model);
    }
    return options->json ? write_json(explanations_json(x, a, options->user), options->json)
                         : EXIT_DONE;
}

int command_explain(const command_options *options)
{
    aisle_error err = AISLE_ERROR_INIT;
    asked a;
    aisle_explanations *x;
    aisle_explain_options how = AISLE_EXPLAIN_OPTIONS_INIT;
    if (!check_output(options->json, OUTPUT_JSON))
        return EXIT_WRONG_USE;
    if (asked_open(&a, options, &err))
        return report_error(&err);
    aisle_user user = asked_find(&a, options->user);
    aisle_run one = {.threads = 1};
    how.k = (size_t)options->k;
    how.recommend.exclude_bought = options->exclude_bought;
    aisle_config *rules = NULL;
    if (options->item)
        how.item = aisle_model_find_item(a.model, options->item);
    int code = EXIT_DONE;
    if (open_rules(&rules, a.model, options, &err)) {
        code = report_error(&err);
    } else if (options->item && how.item.index == AISLE_MISSING) {
        code = report_unknown("product", options->item, options->positional);
    } else if (how.recommend.rules = rules,
               aisle_model_explain(&x, a.model, a.of, &user, 1, &how, &one, &err)) {
        code = report_error(&err);
    } else {
        code = print_all(x, &a, options, user.index != AISLE_MISSING);
        aisle_explanations_free(x);
    }
    aisle_config_free(rules);
    asked_close(&a);
    return code;
}
