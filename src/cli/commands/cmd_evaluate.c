#include <stdio.h>
#include <string.h>

#include "cli/output/ablation_out.h"
#include "cli/command.h"
#include "cli/output/evaluation_out.h"
#include "cli/log.h"
#include "cli/output/print.h"

static int write_lists(const aisle_lists *l, const char *path)
{
    aisle_error err = AISLE_ERROR_INIT;
    aisle_table_column columns[5] = {
        {"model", AISLE_COLUMN_TEXT, l->model},
        {"user_id", l->user_int ? AISLE_COLUMN_INT : AISLE_COLUMN_TEXT,
         l->user_int ? (const void *)l->user_int : (const void *)l->user_text},
        {"rank", AISLE_COLUMN_INT, l->rank},
        {"item_id", l->item_int ? AISLE_COLUMN_INT : AISLE_COLUMN_TEXT,
         l->item_int ? (const void *)l->item_int : (const void *)l->item_text},
        {"score", AISLE_COLUMN_REAL, l->score},
    };
    return aisle_table_write(path, columns, 5, l->rows, &err) ? report_unwritten(&err) : EXIT_DONE;
}

/* What was measured, and what of it was asked for. */
typedef struct measured {
    aisle_dataset *dataset;
    aisle_evaluation *evaluation;
    aisle_ablation *ablation;
    double reading;
} measured;

static int write_report(const measured *m, const command_options *options)
{
    aisle_error err = AISLE_ERROR_INIT;
    aisle_dataset_summary summary;
    aisle_report_input input = AISLE_REPORT_INPUT_INIT;
    const char *slash = strrchr(options->positional, '/');
    aisle_dataset_summarise(&summary, m->dataset);
    input.source = slash ? slash + 1 : options->positional;
    input.data = &summary;
    input.evaluation = m->evaluation;
    input.ablation = m->ablation;
    input.reading = m->reading;
    return aisle_report_evaluation(options->report, &input, &err) ? report_unwritten(&err)
                                                                  : EXIT_DONE;
}

static int write_all(const measured *m, const command_options *options)
{
    int code = EXIT_DONE;
    if (!options->json || strcmp(options->json, "-") != 0) {
        print_evaluation(m->evaluation, m->reading);
        if (m->ablation) {
            printf("\n");
            print_ablation(m->ablation);
        }
    }
    if (options->json) {
        json_t *root = evaluation_json(m->evaluation, m->reading);
        if (m->ablation)
            json_object_set_new(root, "ablation", ablation_json(m->ablation, m->reading));
        code = write_json(root, options->json);
    }
    if (code == EXIT_DONE && options->lists)
        code = write_lists(&m->evaluation->lists, options->lists);
    if (code == EXIT_DONE && options->report)
        code = write_report(m, options);
    return code;
}

static aisle_status measure(measured *m, const command_options *options, aisle_error *err)
{
    aisle_status status = open_dataset(&m->dataset, &m->reading, options, err);
    if (status)
        return status;
    aisle_run run = log_run((int)options->threads);
    status = aisle_evaluate(&m->evaluation, m->dataset, options->lists != NULL, &run, err);
    if (!status && options->ablate)
        status = aisle_ablate(&m->ablation, m->dataset, NULL, &run, err);
    return status;
}

int command_evaluate(const command_options *options)
{
    aisle_error err = AISLE_ERROR_INIT;
    measured m = {NULL, NULL, NULL, 0};
    if (!check_output(options->json, OUTPUT_JSON) || !check_output(options->lists, OUTPUT_TABLE) ||
        !check_output(options->report, OUTPUT_PAGE))
        return EXIT_WRONG_USE;
    int code = measure(&m, options, &err) ? report_error(&err) : EXIT_DONE;
    log_progress_end();
    if (code == EXIT_DONE)
        code = write_all(&m, options);
    aisle_ablation_free(m.ablation);
    aisle_evaluation_free(m.evaluation);
    aisle_dataset_free(m.dataset);
    return code;
}
