#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/log.h"
#include "cli/output/print.h"

static void print_lines(const aisle_dataset_summary *s)
{
    char a[32], b[32];
    printf("lines       %s read, %s kept\n", print_count(a, s->lines_read),
           print_count(b, s->lines));
    for (int r = 0; r < AISLE_REASON_COUNT; r++)
        if (s->set_aside[r])
            printf("  set aside %s: %s\n", print_count(a, s->set_aside[r]),
                   aisle_reason_name((aisle_reason)r));
    if (s->returns)
        printf("returns     %s, which cancel %s lines\n", print_count(a, s->returns),
               print_count(b, s->cancelled));
}

enum { FILES_SHOWN = 20 };

static void print_part(uint64_t n, const char *what)
{
    char a[32];
    if (n)
        printf(", %s %s", print_count(a, n), what);
}

static bool has_lines_before(const aisle_file_count *files, size_t n)
{
    for (size_t f = 0; f < n; f++)
        if (files[f].before)
            return true;
    return false;
}

/* By file, where there are several, or one whose header is not its first line. */
static void print_files(const aisle_dataset *dataset)
{
    char a[32];
    const aisle_file_count *files;
    size_t n = aisle_dataset_files(&files, dataset);
    if (n < 2 && !has_lines_before(files, n))
        return;
    printf("files       %s\n", print_count(a, n));
    for (size_t f = 0; f < n && f < FILES_SHOWN; f++) {
        const aisle_file_count *c = &files[f];
        const char *slash = strrchr(c->file, '/');
        printf("  %s: %s rows", slash ? slash + 1 : c->file,
               print_count(a, c->rows - c->rejected - c->no_card - c->outside));
        print_part(c->before, "lines before the header");
        print_part(c->rejected + c->broken, "could not be read");
        print_part(c->no_card, "without a card");
        print_part(c->outside, "outside of the days");
        print_part(c->left_out, "left out by where");
        printf("\n");
    }
    if (n > FILES_SHOWN)
        printf("  … and %s more\n", print_count(a, n - FILES_SHOWN));
}

static void print_set_aside(uint64_t n, const char *why)
{
    char a[32];
    if (n)
        printf("  set aside %s: %s\n", print_count(a, n), why);
}

static void print_promotions(const aisle_dataset_summary *s)
{
    char a[32], b[32];
    if (s->promotions.read == 0)
        return;
    printf("promotions  %s read, %s kept", print_count(a, s->promotions.read),
           print_count(b, s->promotions.kept));
    if (s->promotions.kept)
        printf(", weeks %d to %d; %.1f %% of lines were bought on one", s->promotions.first_week,
               s->promotions.last_week, 100 * s->promotions.lines);
    printf("\n");
    print_set_aside(s->promotions.none, "no promotion");
    print_set_aside(s->promotions.unknown_item, "of a product that the receipts do not have");
    print_set_aside(s->promotions.unknown_store, "of a store that the receipts do not have");
    print_set_aside(s->promotions.unknown_week, "of a week before the receipts, or long after");
    print_set_aside(s->promotions.repeated, "of a product, store and week that had one");
}

static void print_contents(const aisle_dataset_summary *s, const aisle_dataset *dataset)
{
    char a[32], b[32];
    print_lines(s);
    print_files(dataset);
    printf("households  %s", print_count(a, s->households));
    if (s->households_without_attributes < 1)
        printf(" (%.1f %% without a row of their own)", 100 * s->households_without_attributes);
    printf("\nproducts    %s", print_count(a, s->items));
    if (s->lines_without_product < 1)
        printf(" (%.1f %% of lines without a row of the product table)",
               100 * s->lines_without_product);
    printf("\n");
    printf("baskets     %s\n", print_count(a, s->baskets));
    if (s->stores)
        printf("stores      %s\n", print_count(a, s->stores));
    printf("value       %.2f\n", s->value);
    if (s->has_discounts)
        printf("discounts   on %.1f %% of lines\n", 100 * s->discounted);
    printf("days        %s to %s\n", print_day(a, s->first_day), print_day(b, s->last_day));
    printf("weeks       %d to %d, %s\n", s->first_week, s->last_week,
           s->week_from_source ? "by the source's numbers" : "of 7 days from the first");
    print_promotions(s);
}

static void print_window(const char *name, const aisle_window *w)
{
    char a[16], b[16], c[16];
    printf("%-11s %s to %s, known: before %s\n", name, print_day(a, w->from),
           print_day(b, w->to - 1), print_day(c, w->as_of));
}

static void print_split(const aisle_split *split)
{
    char day[16];
    for (size_t i = 0; i < split->n_labels; i++)
        print_window(i ? "" : "labels", &split->labels[i]);
    print_window("test", &split->test);
    printf("catalogue   decided before %s\n", print_day(day, split->catalogue_as_of));
}

static void print_findings(const aisle_dataset *dataset)
{
    const aisle_finding *findings;
    size_t n = aisle_dataset_findings(&findings, dataset);
    if (n)
        printf("findings    %zu\n", n);
    else
        printf("findings    none\n");
    for (size_t i = 0; i < n; i++) {
        const aisle_finding *f = &findings[i];
        printf("  %zu. %s\n     → %s\n", i + 1, f->text, f->step);
    }
}

static json_t *findings_json(const aisle_dataset *dataset)
{
    const aisle_finding *findings;
    size_t n = aisle_dataset_findings(&findings, dataset);
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++) {
        const aisle_finding *f = &findings[i];
        json_array_append_new(list, json_pack("{s:s, s:I, s:I, s:o, s:o}", "code", f->code, "count",
                                              (json_int_t)f->count, "of", (json_int_t)f->of, "text",
                                              json_text(f->text), "step", json_text(f->step)));
    }
    return list;
}

static json_t *window_json(const aisle_window *w)
{
    char a[16], b[16], c[16];
    return json_pack("{s:s, s:s, s:s}", "first_day", print_day(a, w->from), "last_day",
                     print_day(b, w->to - 1), "as_of", print_day(c, w->as_of));
}

static json_t *promotions_json(const aisle_dataset_summary *s)
{
    if (s->promotions.read == 0)
        return NULL;
    return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:i, s:i, s:f}", "read",
                     (json_int_t)s->promotions.read, "kept", (json_int_t)s->promotions.kept, "none",
                     (json_int_t)s->promotions.none, "repeated", (json_int_t)s->promotions.repeated,
                     "unknown_item", (json_int_t)s->promotions.unknown_item, "unknown_store",
                     (json_int_t)s->promotions.unknown_store, "unknown_week",
                     (json_int_t)s->promotions.unknown_week, "first_week", s->promotions.first_week,
                     "last_week", s->promotions.last_week, "lines", s->promotions.lines);
}

static json_t *files_json(const aisle_dataset *dataset)
{
    const aisle_file_count *files;
    size_t n = aisle_dataset_files(&files, dataset);
    json_t *list = json_array();
    for (size_t f = 0; f < n; f++) {
        const aisle_file_count *c = &files[f];
        json_array_append_new(
            list, json_pack("{s:o, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "file",
                            json_text(c->file), "lines", (json_int_t)c->lines, "before",
                            (json_int_t)c->before, "header", (json_int_t)c->header, "blank",
                            (json_int_t)c->blank, "joined", (json_int_t)c->joined, "broken",
                            (json_int_t)c->broken, "left_out", (json_int_t)c->left_out, "rows",
                            (json_int_t)c->rows, "rejected", (json_int_t)c->rejected, "no_card",
                            (json_int_t)c->no_card, "outside", (json_int_t)c->outside));
    }
    return list;
}

/* NULL: there are none. */
static json_t *far_json(const aisle_dataset_summary *s)
{
    const aisle_far_days *far[] = {&s->far_first, &s->far_last};
    static const char *const keys[] = {"data.receipts.from", "data.receipts.until"};
    char a[16], b[16], c[16];
    json_t *list = json_array();
    for (int i = 0; i < 2; i++)
        if (far[i]->lines)
            json_array_append_new(list, json_pack("{s:s, s:s, s:I, s:I, s:s, s:s}", "first_day",
                                                  print_day(a, far[i]->from), "last_day",
                                                  print_day(b, far[i]->to), "days",
                                                  (json_int_t)far[i]->days, "lines",
                                                  (json_int_t)far[i]->lines, "cut_by", keys[i],
                                                  "at", print_day(c, far[i]->beside)));
    if (json_array_size(list))
        return list;
    json_decref(list);
    return NULL;
}

static json_t *check_json(const aisle_dataset_summary *s, const aisle_split *split,
                          const aisle_dataset *dataset)
{
    char a[16], b[16];
    json_t *aside = json_object(), *labels = json_array();
    for (int r = 0; r < AISLE_REASON_COUNT; r++)
        json_object_set_new(aside, aisle_reason_name((aisle_reason)r),
                            json_integer((json_int_t)s->set_aside[r]));
    for (size_t i = 0; split && i < split->n_labels; i++)
        json_array_append_new(labels, window_json(&split->labels[i]));
    return json_pack(
        "{s:I, s:I, s:o, s:I, s:I, s:I, s:I, s:I, s:I, s:s, s:s, s:i, s:i, s:f, s:o*, s:f, s:f, "
        "s:o, s:o?, s:o*, s:o, s:o*, s:o*, s:o}",
        "lines_read", (json_int_t)s->lines_read, "lines", (json_int_t)s->lines, "set_aside", aside,
        "returns", (json_int_t)s->returns, "cancelled", (json_int_t)s->cancelled, "households",
        (json_int_t)s->households, "items", (json_int_t)s->items, "baskets", (json_int_t)s->baskets,
        "stores", (json_int_t)s->stores, "first_day", print_day(a, s->first_day), "last_day",
        print_day(b, s->last_day), "first_week", s->first_week, "last_week", s->last_week, "value",
        s->value, "discounted", s->has_discounts ? json_real(s->discounted) : NULL,
        "lines_without_product", s->lines_without_product, "households_without_attributes",
        s->households_without_attributes, "labels", labels, "test",
        split ? window_json(&split->test) : NULL, "promotions", promotions_json(s), "files",
        files_json(dataset), "partial_week", split ? partial_week_json(split) : NULL, "far_days",
        far_json(s), "findings", findings_json(dataset));
}

static aisle_status open_examined(aisle_dataset **out, const command_options *options,
                                  aisle_error *err)
{
    aisle_config *config;
    aisle_status status = open_config(&config, options, err);
    if (status)
        return status;
    status = aisle_dataset_examine(out, config, (int)options->threads, err);
    aisle_config_free(config);
    if (!status)
        note_rejected_of(*out);
    return status;
}

int command_check(const command_options *options)
{
    aisle_error err = AISLE_ERROR_INIT;
    aisle_dataset *dataset;
    aisle_dataset_summary summary;
    aisle_split split;
    if (!check_output(options->json, OUTPUT_JSON))
        return EXIT_WRONG_USE;
    if (open_examined(&dataset, options, &err))
        return report_error(&err);
    log_progress_end();
    aisle_dataset_summarise(&summary, dataset);
    bool planned = !aisle_split_plan(&split, dataset, &err);
    bool only_json = options->json && options->json[0] == '-' && !options->json[1];
    if (!only_json) {
        print_contents(&summary, dataset);
        if (planned) {
            print_split(&split);
            print_partial_week(&split);
        }
        print_findings(dataset);
    }
    const aisle_finding *findings;
    bool odd = options->strict && aisle_dataset_findings(&findings, dataset) > 0;
    int code = options->json ? write_json(check_json(&summary, planned ? &split : NULL, dataset),
                                          options->json)
                             : EXIT_DONE;
    aisle_dataset_free(dataset);
    if (!planned)
        return report_error(&err);
    return code == EXIT_DONE && odd ? EXIT_WRONG_USE : code;
}
