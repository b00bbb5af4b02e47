#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/log.h"

/* Large arrays go back to the system when they are freed: glibc would raise its limit with the
 * first of them and keep what is below. */
static void give_back_memory(void)
{
#ifdef __GLIBC__
    mallopt(M_MMAP_THRESHOLD, 1 << 20);
#endif
}

int main(int argc, char **argv)
{
    command_options options;
    int words;
    if (argc < 2) {
        memset(&options, 0, sizeof options);
        command_help(&options);
        return EXIT_WRONG_USE;
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("aisle %s\n", AISLE_VERSION);
        return EXIT_DONE;
    }
    const command *c = command_find(&words, argv[1], argc > 2 ? argv[2] : NULL);
    if (!c) {
        log_error("unknown command '%s'; see 'aisle help'", argv[1]);
        return EXIT_WRONG_USE;
    }
    give_back_memory();
    memset(&options, 0, sizeof options);
    int code = log_init(c->name, argc - words, argv + words) ? EXIT_DONE : EXIT_WRONG_USE;
    if (code == EXIT_DONE)
        code = arguments_parse(&options, c, argc - words, argv + words);
    if (code == EXIT_DONE && options.help)
        arguments_print_help(c);
    else if (code == EXIT_DONE)
        code = c->run(&options);
    free(options.set);
    if (code == EXIT_DONE && (fflush(stdout) || ferror(stdout))) {
        log_error("cannot write to standard output");
        code = EXIT_FAILED;
    }
    return code;
}
