#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/log.h"
#include "cli/output/print.h"
#include "cli/commands/fit_parts.h"
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
    aisle_order order;
    aisle_model_order(&order, f->model);
    print_order(&order);
}

static json_t *fitted_json(const fitted *f, const char *out)
{
    char day[16];
    aisle_order order;
    aisle_model_order(&order, f->model);
    return json_pack("{s:s, s:I, s:b, s:I, s:s, s:f, s:o}", "model", out, "households",
                     (json_int_t)f->households, "households_kept", f->kept, "products",
                     (json_int_t)aisle_model_items(f->model), "as_of",
                     print_day(day, aisle_model_as_of(f->model)), "reading", f->reading, "order",
                     order_json(&order));
}

static const char sample_alone[] =
    "there are a sample's households alone; ask the model by --receipts";

/* By sums over all households, and the sample that the configuration asks for. */
static aisle_status fit_summed(aisle_model **out, double *reading, const aisle_sums *sums,
                               const command_options *options, aisle_error *err)
{
    aisle_dataset *sample;
    aisle_run run = log_run((int)options->threads);
    aisle_status status = open_some(&sample, reading, options, NULL, sums, err);
    if (status)
        return status;
    if (!sample)
        return refuse(err, AISLE_ERROR_DATA, "cleaning left no line of the sample's households");
    note_rejected_of(sample);
    status = aisle_model_fit_summed(out, sample, sums, &run, err);
    aisle_dataset_free(sample);
    return status;
}

static aisle_status fit_all(aisle_model **out, double *reading, const command_options *options,
                            aisle_error *err)
{
    aisle_dataset *dataset;
    aisle_run run = log_run((int)options->threads);
    aisle_status status = open_dataset(&dataset, reading, options, err);
    if (status)
        return status;
    status = aisle_model_fit(out, dataset, &run, err);
    aisle_dataset_free(dataset);
    return status;
}

/* Where the receipts do not fit into --memory: a part of the households after the other is summed;
 * as many as a part has are the sample, unless the configuration says how many. */
static aisle_status fit_in_parts(aisle_model **out, double *reading, uint32_t parts, bool sampled,
                                 const command_options *options, aisle_error *err)
{
    char most[32];
    command_options how = *options;
    aisle_sums *sums;
    if (options->all_households)
        return refuse(err, AISLE_ERROR_ARGUMENT, "--households all with --memory: %s",
                      sample_alone);
    aisle_status status = fit_parts_sum(&sums, parts, options, err);
    if (status)
        return status;
    snprintf(most, sizeof most, "%llu",
             (unsigned long long)(aisle_sums_households(sums) / parts + 1));
    if (!sampled)
        how.sample = most;
    status = fit_summed(out, reading, sums, &how, err);
    aisle_sums_free(sums);
    return status;
}

/* *kept: whether the model can hold the households of the fit. */
static aisle_status fit_model(aisle_model **out, double *reading, bool *kept,
                              const command_options *options, aisle_error *err)
{
    aisle_sums *sums;
    uint32_t parts;
    bool sampled;
    aisle_status status = AISLE_OK;
    *kept = false;
    if (options->sums) {
        status = sums_files_open(&sums, options->sums, err);
        if (status)
            return status;
        status = fit_summed(out, reading, sums, options, err);
        aisle_sums_free(sums);
        return status;
    }
    status = fit_parts_count(&parts, &sampled, options, err);
    if (status)
        return status;
    *kept = parts == 1;
    return parts > 1 ? fit_in_parts(out, reading, parts, sampled, options, err)
                     : fit_all(out, reading, options, err);
}

int command_fit(const command_options *options)
{
    aisle_error err = AISLE_ERROR_INIT;
    aisle_model *model;
    double reading;
    bool whole;
    int code = EXIT_DONE;
    if (!check_output(options->out, OUTPUT_MODEL) || !check_output(options->json, OUTPUT_JSON))
        return EXIT_WRONG_USE;
    if (options->sums && options->all_households) {
        log_error("--households all: %s", sample_alone);
        return EXIT_WRONG_USE;
    }
    if (options->sums && options->memory) {
        log_error("--memory is given with --sums, which takes the sample's alone: --sample N");
        return EXIT_WRONG_USE;
    }
    if (fit_model(&model, &reading, &whole, options, &err))
        return report_error(&err);
    log_progress_end();
    bool kept = whole && !options->no_households;
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
