#include <string.h>

#include "cli/output/ablation_out.h"
#include "cli/command.h"
#include "cli/log.h"
#include "cli/output/print.h"

int command_ablate(const command_options *options)
{
    aisle_error err = AISLE_ERROR_INIT;
    aisle_ablate_options how = AISLE_ABLATE_OPTIONS_INIT;
    aisle_dataset *dataset;
    aisle_ablation *a;
    double reading;
    int code = EXIT_DONE;
    how.metric = options->metric;
    how.k = (uint32_t)options->k;
    how.windows = (uint32_t)options->windows;
    how.seeds = (uint32_t)options->seeds;
    if (!check_output(options->json, OUTPUT_JSON))
        return EXIT_WRONG_USE;
    if (open_dataset(&dataset, &reading, options, &err))
        return report_error(&err);
    aisle_run run = log_run((int)options->threads);
    aisle_status status = aisle_ablate(&a, dataset, &how, &run, &err);
    aisle_dataset_free(dataset);
    if (status)
        return report_error(&err);
    log_progress_end();
    if (!options->json || strcmp(options->json, "-") != 0) {
        print_ablation(a);
        print_seconds(a->stages, a->n_stages, reading);
    }
    if (options->json)
        code = write_json(ablation_json(a, reading), options->json);
    aisle_ablation_free(a);
    return code;
}
