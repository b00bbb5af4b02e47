#include <stdio.h>

#include "cli/command.h"
#include "cli/print.h"

int command_synth(const command_options *options)
{
    aisle_error err = AISLE_ERROR_INIT;
    aisle_synth *synth;
    aisle_synth_written written;
    char a[32], b[32];
    if (aisle_synth_new(&synth, &options->synth, &err))
        return report_error(&err);
    aisle_run run = progress_run(options);
    aisle_status status =
        aisle_synth_write(&written, synth, options->out, options->format, &run, &err);
    aisle_synth_free(synth);
    if (status)
        return status == AISLE_ERROR_ARGUMENT ? report_error(&err) : report_unwritten(&err);
    progress_clear();
    printf("%s lines in %s baskets: %s/shop.yaml\n", print_count(a, written.lines),
           print_count(b, written.baskets), options->out);
    return EXIT_DONE;
}
