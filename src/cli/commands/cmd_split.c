#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/log.h"
#include "cli/output/print.h"

static void print_written(const aisle_split_written *w, const char *folder)
{
    static const char *const what[AISLE_SPLIT_TABLES] = {
        "lines before the test window",
        "lines of it",
        "pairs that count in it",
        "products",
        "households",
        "promotions of products, stores and weeks",
    };
    char count[32], span[64];
    week_span weeks = {&w->windows.test, w->windows.first_week, w->windows.last_week,
                       w->windows.whole_weeks};
    printf("test %s\n", print_week_span(span, &weeks));
    print_partial_week(&w->windows);
    for (int t = 0; t < AISLE_SPLIT_TABLES; t++)
        if (w->has[t])
            printf("%-15s %s %s\n", aisle_split_table_name((aisle_split_table)t),
                   print_count(count, w->rows[t]), what[t]);
    printf("%s/shop.yaml reads all of it, known.yaml what was known\n", folder);
}

static json_t *written_json(const aisle_split_written *w, const char *folder)
{
    char a[16], b[16];
    json_t *rows = json_object();
    for (int t = 0; t < AISLE_SPLIT_TABLES; t++)
        if (w->has[t])
            json_object_set_new(rows, aisle_split_table_name((aisle_split_table)t),
                                json_integer((json_int_t)w->rows[t]));
    return json_pack("{s:s, s:[s, s], s:o*, s:o}", "folder", folder, "window",
                     print_day(a, w->windows.test.from), print_day(b, w->windows.test.to - 1),
                     "partial_week", partial_week_json(&w->windows), "rows", rows);
}

int command_split(const command_options *options)
{
    aisle_error err = AISLE_ERROR_INIT;
    aisle_dataset *dataset;
    aisle_split_written written;
    const char *format = options->format ? options->format : "csv";
    if (!check_output(options->json, OUTPUT_JSON))
        return EXIT_WRONG_USE;
    if (strcmp(format, "csv") != 0 && strcmp(format, "parquet") != 0) {
        log_error("--format: found '%s', expected csv or parquet", format);
        return EXIT_WRONG_USE;
    }
    if (open_dataset(&dataset, NULL, options, &err))
        return report_error(&err);
    aisle_run run = log_run((int)options->threads);
    aisle_status status = aisle_split_write(&written, dataset, options->out, format, &run, &err);
    aisle_dataset_free(dataset);
    log_progress_end();
    if (status)
        return status == AISLE_ERROR_IO ? report_unwritten(&err) : report_error(&err);
    if (!options->json || strcmp(options->json, "-") != 0)
        print_written(&written, options->out);
    return options->json ? write_json(written_json(&written, options->out), options->json)
                         : EXIT_DONE;
}
