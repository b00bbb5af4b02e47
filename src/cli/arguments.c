#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/log.h"
#include "cli/command_option.h"

/* Row i of the command's options, then of those that each command has; NULL: no more. */
static const command_option *row_at(const command *c, size_t i)
{
    const command_option *row = c->options;
    for (; row && row->name; row++)
        if (i-- == 0)
            return row;
    for (row = every_options; row->name; row++)
        if (i-- == 0)
            return row;
    return NULL;
}

/* The first option that must be given and is not; NULL: none. */
static const char *find_missing(const command_options *o, const command *c)
{
    const command_option *row;
    for (size_t i = 0; (row = row_at(c, i)); i++)
        if (row->needed && !*(const char *const *)((const char *)o + row->at))
            return row->name;
    return NULL;
}

static int check_complete(const command_options *o, const command *c)
{
    if (o->help)
        return EXIT_DONE;
    if (!o->positional && c->positional && c->positional[0] != '[') {
        log_wrong_use("%s is missing; see 'aisle help %s'", c->positional, c->name);
        return EXIT_WRONG_USE;
    }
    const char *missing = find_missing(o, c);
    if (missing) {
        log_wrong_use("--%s is missing; see 'aisle help %s'", missing, c->name);
        return EXIT_WRONG_USE;
    }
    return EXIT_DONE;
}

static void set_initial(command_options *out, const command *c)
{
    const command_option *row;
    memset(out, 0, sizeof *out);
    out->synth = (aisle_synth_options)AISLE_SYNTH_OPTIONS_INIT;
    out->metric = "precision";
    abtest_arguments_init(&out->abtest);
    for (size_t i = 0; (row = row_at(c, i)); i++)
        if (row->take == take_number)
            *(long *)(void *)((char *)out + row->at) = row->initial;
}

enum { OPTIONS_MOST = 64 };

static size_t list_longs(struct option longs[OPTIONS_MOST + 1], const command *c)
{
    const command_option *row;
    size_t n = 0;
    for (; n < OPTIONS_MOST && (row = row_at(c, n)); n++)
        longs[n] =
            (struct option){row->name, row->value ? required_argument : no_argument, NULL, 0};
    longs[n] = (struct option){NULL, 0, NULL, 0};
    return n;
}

static int take_options(command_options *out, const command *c, int argc, char **argv)
{
    struct option longs[OPTIONS_MOST + 1];
    int id, index = 0;
    list_longs(longs, c);
    opterr = 0;
    while ((id = getopt_long(argc, argv, ":", longs, &index)) != -1) {
        if (id == '?' || id == ':') {
            log_wrong_use("%s '%s'; see 'aisle help %s'",
                          id == ':' ? "a value is missing after" : "unknown option",
                          argv[optind - 1], c->name);
            return EXIT_WRONG_USE;
        }
        const command_option *row = row_at(c, (size_t)index);
        int code = row->take(out, optarg, row);
        if (code != EXIT_DONE)
            return code;
    }
    return EXIT_DONE;
}

int arguments_parse(command_options *out, const command *c, int argc, char **argv)
{
    set_initial(out, c);
    out->set = calloc((size_t)argc + 1, sizeof *out->set);
    if (!out->set)
        return EXIT_FAILED;
    int code = take_options(out, c, argc, argv);
    if (code != EXIT_DONE)
        return code;
    if (c->positional && strcmp(c->positional, "FILE...") == 0) {
        out->files = argv + optind;
        out->n_files = (size_t)(argc - optind);
        out->positional = out->n_files ? argv[optind] : NULL;
        optind = argc;
    }
    if (optind < argc && c->positional)
        out->positional = argv[optind++];
    if (optind < argc && c->positional && c->positional[0] == '[')
        out->topic = argv[optind++];
    if (optind < argc) {
        log_wrong_use("unexpected '%s'; see 'aisle help %s'", argv[optind], c->name);
        return EXIT_WRONG_USE;
    }
    return check_complete(out, c);
}

bool arguments_option_at(option_info *out, const command *c, size_t index)
{
    const command_option *row = row_at(c, index);
    if (row)
        *out = (option_info){row->name, row->value, row->meaning, row->needed};
    return row != NULL;
}

void arguments_print_help(const command *c)
{
    option_info o;
    printf("aisle %s%s%s: %s\n\n", c->name, c->positional ? " " : "",
           c->positional ? c->positional : "", c->summary);
    for (size_t i = 0; arguments_option_at(&o, c, i); i++) {
        char left[64];
        snprintf(left, sizeof left, "--%s%s%s", o.name, o.value ? " " : "", o.value ? o.value : "");
        printf("  %-18s %s%s\n", left, o.meaning, o.needed ? " Needed." : "");
    }
}
