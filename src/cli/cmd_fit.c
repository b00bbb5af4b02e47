#include <stdio.h>

#include "cli/command.h"
#include "cli/print.h"

int command_fit(const command_options *options)
{
    aisle_error err = AISLE_ERROR_INIT;
    aisle_dataset *dataset;
    aisle_model *model;
    double reading;
    if (!check_output(options->out, OUTPUT_MODEL))
        return EXIT_WRONG_USE;
    if (open_dataset(&dataset, &reading, options, &err))
        return report_error(&err);
    aisle_run run = progress_run(options);
    aisle_status status = aisle_model_fit(&model, dataset, &run, &err);
    aisle_dataset_free(dataset);
    if (status)
        return report_error(&err);
    status = aisle_model_save(model, options->out, &err);
    if (status) {
        aisle_model_free(model);
        return report_unwritten(&err);
    }
    progress_clear();
    char a[32], b[32], day[16];
    printf("%s: %s households, %s products, as of %s; receipts read in %.2f s\n", options->out,
           print_count(a, aisle_model_users(model)), print_count(b, aisle_model_items(model)),
           print_day(day, aisle_model_as_of(model)), reading);
    aisle_model_free(model);
    return EXIT_DONE;
}
