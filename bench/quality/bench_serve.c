#include "bench_serve.h"

#include <stdio.h>
#include <string.h>

void bench_serve(void *bench, bench_command run)
{
    char line[8192];
    fflush(stdout);
    while (fgets(line, sizeof line, stdin)) {
        aisle_error err = AISLE_ERROR_INIT;
        line[strcspn(line, "\n")] = '\0';
        char *space = strchr(line, ' ');
        if (space)
            *space++ = '\0';
        if (!run(bench, line, space ? space : line + strlen(line), &err))
            printf("{\"error\": \"%s\"}\n", err.message[0] ? err.message : "failed");
        fflush(stdout);
    }
}
