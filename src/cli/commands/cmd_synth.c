#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/log.h"
#include "cli/output/print.h"

int command_synth(const command_options *options)
{
    aisle_error err = AISLE_ERROR_INIT;
    aisle_synth *synth;
    aisle_synth_written written;
    char a[32], b[32];
    const char *format = options->format ? options->format : "parquet";
    if (!check_output(options->json, OUTPUT_JSON))
        return EXIT_WRONG_USE;
    if (aisle_synth_new(&synth, &options->synth, &err))
        return report_error(&err);
    aisle_run run = log_run((int)options->threads);
    aisle_status status = aisle_synth_write(&written, synth, options->out, format, &run, &err);
    aisle_synth_free(synth);
    if (status)
        return status == AISLE_ERROR_ARGUMENT ? report_error(&err) : report_unwritten(&err);
    log_progress_end();
    if (!options->json || strcmp(options->json, "-") != 0)
        printf("%s lines in %s baskets: %s/shop.yaml\n", print_count(a, written.lines),
               print_count(b, written.baskets), options->out);
    if (!options->json)
        return EXIT_DONE;
    return write_json(json_pack("{s:s, s:I, s:I}", "folder", options->out, "lines",
                                (json_int_t)written.lines, "baskets", (json_int_t)written.baskets),
                      options->json);
}
