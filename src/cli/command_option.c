#include "cli/command_option.h"

#include "cli/parse.h"

static void *field_of(command_options *o, const command_option *row)
{
    return (char *)o + row->at;
}

int take_text(command_options *o, const char *text, const command_option *row)
{
    *(const char **)field_of(o, row) = text;
    return EXIT_DONE;
}

int take_yes(command_options *o, const char *text, const command_option *row)
{
    (void)text;
    *(bool *)field_of(o, row) = true;
    return EXIT_DONE;
}

int take_number(command_options *o, const char *text, const command_option *row)
{
    return parse_number(field_of(o, row), text, row->least, row->most, row->name);
}

int take_count(command_options *o, const char *text, const command_option *row)
{
    long value = 0;
    int code = parse_number(&value, text, row->least, row->most, row->name);
    *(uint32_t *)field_of(o, row) = (uint32_t)value;
    return code;
}

int take_real(command_options *o, const char *text, const command_option *row)
{
    return parse_real(field_of(o, row), text, row->name);
}

int take_share(command_options *o, const char *text, const command_option *row)
{
    bool percent;
    return parse_percent(field_of(o, row), &percent, text, row->name);
}

int take_bytes(command_options *o, const char *text, const command_option *row)
{
    return parse_bytes(field_of(o, row), text, row->name);
}

int take_set(command_options *o, const char *text, const command_option *row)
{
    (void)row;
    o->set[o->n_set++] = text;
    return EXIT_DONE;
}
