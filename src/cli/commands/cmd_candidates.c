#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli/commands/asked.h"
#include "cli/output/print.h"

static int width_of(const char *source)
{
    int length = (int)strlen(source);
    return length < 15 ? 15 : length;
}

/* "12.5 (3)": the score and, where the blend takes it from there, the rank. */
static void print_source(const aisle_candidate_source *s, int width)
{
    char cell[64] = "";
    int n = isnan(s->score) ? snprintf(cell, sizeof cell, "-")
                            : snprintf(cell, sizeof cell, "%.4g", (double)s->score);
    if (s->rank)
        snprintf(cell + n, sizeof cell - (size_t)n, " (%u)", s->rank);
    printf("  %*s", width, cell);
}

static void print_table(const aisle_candidates *c, size_t rows, const aisle_model *model)
{
    char id[32];
    printf("%4s  %-10s  %-6s  %6s", "", "product", "bought", "blend");
    for (size_t s = 0; s < c->n_sources; s++)
        printf("  %*s", width_of(c->sources[s]), c->sources[s]);
    printf("%s\n", aisle_model_has_names(model) ? "  name" : "");
    for (size_t i = 0; i < rows; i++) {
        const aisle_candidate *one = &c->list[i];
        const char *name = aisle_model_item_name(model, one->item);
        printf("%4zu  %-10s  %-6s  %.4f", i + 1, aisle_model_item_id(model, one->item, id),
               one->bought ? "yes" : "no", (double)one->score);
        for (size_t s = 0; s < c->n_sources; s++)
            print_source(&one->source[s], width_of(c->sources[s]));
        printf("%s%s\n", name ? "  " : "", name ? name : "");
    }
}

static json_t *sources_json(const aisle_candidates *c, const aisle_candidate *one)
{
    json_t *sources = json_object();
    for (size_t s = 0; s < c->n_sources; s++) {
        const aisle_candidate_source *from = &one->source[s];
        json_object_set_new(sources, c->sources[s],
                            json_pack("{s:o, s:o}", "score", number_or_null((double)from->score),
                                      "rank", from->rank ? json_integer(from->rank) : json_null()));
    }
    return sources;
}

static json_t *candidates_json(const aisle_candidates *c, size_t rows, const aisle_model *model)
{
    char id[32];
    json_t *list = json_array();
    for (size_t i = 0; i < rows; i++) {
        const aisle_candidate *one = &c->list[i];
        json_array_append_new(list, json_pack("{s:s, s:s?, s:b, s:f, s:o}", "item_id",
                                              aisle_model_item_id(model, one->item, id), "name",
                                              aisle_model_item_name(model, one->item), "bought",
                                              one->bought, "score", (double)one->score, "sources",
                                              sources_json(c, one)));
    }
    return json_pack("{s:I, s:o}", "candidates", (json_int_t)c->count, "list", list);
}

int command_candidates(const command_options *options)
{
    aisle_error err = AISLE_ERROR_INIT;
    asked a;
    aisle_candidates *c;
    if (!check_output(options->json, OUTPUT_JSON))
        return EXIT_WRONG_USE;
    if (asked_open(&a, options, &err))
        return report_error(&err);
    aisle_user user = asked_find(&a, options->user);
    int code = EXIT_DONE;
    if (user.index == AISLE_MISSING) {
        code = asked_report_unknown(&a, options);
    } else if (aisle_model_candidates(&c, a.model, a.of, user, options->new_only, &err)) {
        code = report_error(&err);
    } else {
        size_t rows = options->k && (size_t)options->k < c->count ? (size_t)options->k : c->count;
        bool only_json = options->json && strcmp(options->json, "-") == 0;
        if (!only_json) {
            char n[32];
            printf("household %s: %s candidates\n", options->user, print_count(n, c->count));
            print_table(c, rows, a.model);
        }
        if (options->json)
            code = write_json(candidates_json(c, rows, a.model), options->json);
        aisle_candidates_free(c);
    }
    asked_close(&a);
    return code;
}
