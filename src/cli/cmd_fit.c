#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/log.h"
#include "cli/print.h"

static void print_fitted(const aisle_model *model, const char *out, double reading)
{
    char a[32], b[32], day[16];
    printf("%s: %s households, %s products, as of %s; receipts read in %.2f s\n", out,
           print_count(a, aisle_model_users(model)), print_count(b, aisle_model_items(model)),
           print_day(day, aisle_model_as_of(model)), reading);
}

static json_t *fitted_json(const aisle_model *model, const char *out, double reading)
{
    char day[16];
    return json_pack("{s:s, s:I, s:I, s:s, s:f}", "model", out, "households",
                     (json_int_t)aisle_model_users(model), "products",
                     (json_int_t)aisle_model_items(model), "as_of",
                     print_day(day, aisle_model_as_of(model)), "reading", reading);
}

int command_fit(const command_options *options)
{
    aisle_error err = AISLE_ERROR_INIT;
    aisle_dataset *dataset;
    aisle_model *model;
    double reading;
    int code = EXIT_DONE;
    if (!check_output(options->out, OUTPUT_MODEL) || !check_output(options->json, OUTPUT_JSON))
        return EXIT_WRONG_USE;
    if (open_dataset(&dataset, &reading, options, &err))
        return report_error(&err);
    aisle_run run = log_run((int)options->threads);
    aisle_status status = aisle_model_fit(&model, dataset, &run, &err);
    aisle_dataset_free(dataset);
    if (status)
        return report_error(&err);
    log_progress_end();
    if (aisle_model_save(model, options->out, &err))
        code = report_unwritten(&err);
    else if (!options->json || strcmp(options->json, "-") != 0)
        print_fitted(model, options->out, reading);
    if (code == EXIT_DONE && options->json)
        code = write_json(fitted_json(model, options->out, reading), options->json);
    aisle_model_free(model);
    return code;
}
