#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/log.h"
#include "cli/output/print.h"
#include "cli/commands/sums_files.h"

/* What the fit saw. */
typedef struct fitted {
    const aisle_model *model;
    uint32_t households;
    bool kept; /* in the model */
    double reading;
} fitted;

static void print_fitted(const fitted *f, const char *out)
{
    char a[32], b[32], day[16];
    printf("%s: %s households%s, %s products, as of %s; receipts read in %.2f s\n", out,
           print_count(a, f->households), f->kept ? "" : " (left out of the model)",
           print_count(b, aisle_model_items(f->model)), print_day(day, aisle_model_as_of(f->model)),
           f->reading);
}

static json_t *fitted_json(const fitted *f, const char *out)
{
    char day[16];
    return json_pack("{s:s, s:I, s:b, s:I, s:s, s:f}", "model", out, "households",
                     (json_int_t)f->households, "households_kept", f->kept, "products",
                     (json_int_t)aisle_model_items(f->model), "as_of",
                     print_day(day, aisle_model_as_of(f->model)), "reading", f->reading);
}

static aisle_status fit_model(aisle_model **out, double *reading, const command_options *options,
                              aisle_error *err)
{
    aisle_dataset *dataset = NULL;
    aisle_sums *sums = NULL;
    aisle_status status = AISLE_OK;
    if (options->sums)
        status = sums_files_open(&sums, options->sums, err);
    if (!status)
        status = open_some(&dataset, reading, options, NULL, sums, err);
    aisle_run run = log_run((int)options->threads);
    if (!status)
        status = sums ? aisle_model_fit_summed(out, dataset, sums, &run, err)
                      : aisle_model_fit(out, dataset, &run, err);
    aisle_dataset_free(dataset);
    aisle_sums_free(sums);
    return status;
}

int command_fit(const command_options *options)
{
    aisle_error err = AISLE_ERROR_INIT;
    aisle_model *model;
    double reading;
    int code = EXIT_DONE;
    if (!check_output(options->out, OUTPUT_MODEL) || !check_output(options->json, OUTPUT_JSON))
        return EXIT_WRONG_USE;
    if (options->sums && options->all_households) {
        log_error("--households all: with --sums there are the sample's alone; ask the model by "
                  "--receipts");
        return EXIT_WRONG_USE;
    }
    if (fit_model(&model, &reading, options, &err))
        return report_error(&err);
    log_progress_end();
    bool kept = !options->no_households && !options->sums;
    fitted f = {model, aisle_model_users(model), kept, reading};
    if (!f.kept && aisle_model_forget_households(model, &err)) {
        aisle_model_free(model);
        return report_error(&err);
    }
    if (aisle_model_save(model, options->out, &err))
        code = report_unwritten(&err);
    else if (!options->json || strcmp(options->json, "-") != 0)
        print_fitted(&f, options->out);
    if (code == EXIT_DONE && options->json)
        code = write_json(fitted_json(&f, options->out), options->json);
    aisle_model_free(model);
    return code;
}
