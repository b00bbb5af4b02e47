/* make_report PATH [bare]: the page of the evaluation that was made up, to be looked at. */
#include "made_evaluation.h"

#include <stdio.h>

int main(int argc, char **argv)
{
    static made m;
    aisle_error err = AISLE_ERROR_INIT;
    if (argc < 2)
        return 2;
    if (argc > 2)
        made_init_bare(&m);
    else
        made_init(&m);
    if (aisle_report_evaluation(argv[1], &m.input, &err)) {
        fprintf(stderr, "%s\n", err.message);
        return 1;
    }
    return 0;
}
