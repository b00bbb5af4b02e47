#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/log.h"
#include "cli/output/print.h"
#include "cli/commands/sums_files.h"

static void print_sums(const aisle_sums *sums, const command_options *o)
{
    char a[32], b[32];
    printf("%s: %s households, %s products", o->out, print_count(a, aisle_sums_households(sums)),
           print_count(b, aisle_sums_items(sums)));
    if (o->part.parts > 1)
        printf(", part %u of %u", o->part.part, o->part.parts);
    uint32_t missing = aisle_sums_missing(sums);
    if (missing && o->part.parts <= 1)
        printf("; not whole: part %u of %u is missing", missing, aisle_sums_parts(sums));
    printf("\n");
}

static json_t *sums_json(const aisle_sums *sums, const command_options *o)
{
    return json_pack("{s:s, s:I, s:I, s:I, s:I}", "sums", o->out, "households",
                     (json_int_t)aisle_sums_households(sums), "products",
                     (json_int_t)aisle_sums_items(sums), "parts",
                     (json_int_t)aisle_sums_parts(sums), "missing",
                     (json_int_t)aisle_sums_missing(sums));
}

static int write_sums(const aisle_sums *sums, const command_options *o)
{
    aisle_error err = AISLE_ERROR_INIT;
    if (aisle_sums_save(sums, o->out, &err))
        return report_unwritten(&err);
    if (!o->json || strcmp(o->json, "-") != 0)
        print_sums(sums, o);
    return o->json ? write_json(sums_json(sums, o), o->json) : EXIT_DONE;
}

static bool outputs_are_good(const command_options *o)
{
    return check_output(o->out, OUTPUT_SUMS) && check_output(o->json, OUTPUT_JSON);
}

int command_sums(const command_options *options)
{
    aisle_error err = AISLE_ERROR_INIT;
    aisle_dataset *dataset;
    aisle_sums *sums;
    uint32_t part = options->part.parts ? options->part.part : 1;
    uint32_t parts = options->part.parts ? options->part.parts : 1;
    if (!outputs_are_good(options))
        return EXIT_WRONG_USE;
    aisle_household_choice which = {part, parts, 0, 0, NULL};
    if (open_some(&dataset, NULL, options, &which, NULL, &err))
        return report_error(&err);
    if (dataset)
        note_rejected_of(dataset);
    aisle_run run = log_run((int)options->threads);
    aisle_status status = aisle_sums_new(&sums, dataset, part, parts, &run, &err);
    aisle_dataset_free(dataset);
    if (status)
        return report_error(&err);
    log_progress_end();
    int code = write_sums(sums, options);
    aisle_sums_free(sums);
    return code;
}

int command_sums_merge(const command_options *options)
{
    aisle_error err = AISLE_ERROR_INIT;
    aisle_sums *sums;
    if (!outputs_are_good(options))
        return EXIT_WRONG_USE;
    if (sums_files_open(&sums, options->positional, &err))
        return report_error(&err);
    int code = write_sums(sums, options);
    aisle_sums_free(sums);
    return code;
}
