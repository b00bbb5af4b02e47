#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/evaluation_out.h"
#include "cli/print.h"

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

int command_evaluate(const command_options *options)
{
    aisle_error err = AISLE_ERROR_INIT;
    aisle_dataset *dataset;
    aisle_evaluation *e;
    double reading;
    if (!check_output(options->json, OUTPUT_JSON) || !check_output(options->lists, OUTPUT_TABLE))
        return EXIT_WRONG_USE;
    if (open_dataset(&dataset, &reading, options, &err))
        return report_error(&err);
    aisle_run run = progress_run(options);
    if (aisle_evaluate(&e, dataset, options->lists != NULL, &run, &err)) {
        aisle_dataset_free(dataset);
        return report_error(&err);
    }
    progress_clear();
    bool only_json = options->json && strcmp(options->json, "-") == 0;
    if (!only_json)
        print_evaluation(e, reading);
    int code = options->json ? write_json(evaluation_json(e, reading), options->json) : EXIT_DONE;
    if (code == EXIT_DONE && options->lists)
        code = write_lists(&e->lists, options->lists);
    aisle_evaluation_free(e);
    aisle_dataset_free(dataset);
    return code;
}
