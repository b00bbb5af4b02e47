/* Man pages, in the man(7) macros. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "cli/help/generators.h"

/* A line of text: what would be a request or an escape is none; `x` becomes bold. */
static void print_text(const char *text)
{
    bool bold = false;
    if (*text == '.' || *text == '\'')
        printf("\\&");
    for (; *text; text++) {
        if (*text == '`') {
            bold = !bold;
            printf("\\f%c", bold ? 'B' : 'R');
        } else if (*text == '\\') {
            printf("\\e");
        } else if (*text == '-') {
            printf("\\-");
        } else {
            putchar(*text);
        }
    }
}

static void print_title(const char *name, int section)
{
    printf(".TH ");
    for (const char *c = name; *c; c++)
        putchar(*c == ' ' ? '-' : toupper((unsigned char)*c));
    printf(" %d \"\" \"aisle %s\" \"Aisle\"\n", section, AISLE_VERSION);
}

static void print_dashed(const char *name)
{
    for (; *name; name++)
        *name == ' ' || *name == '-' ? (void)fputs("\\-", stdout) : (void)putchar(*name);
}

static void print_exit(void)
{
    printf(".SH EXIT STATUS\n.TP\n0\nDone.\n.TP\n1\nFailed: out of memory, a file that cannot be "
           "written.\n.TP\n2\nWrong use, or bad input; one line on standard error says what was "
           "found and what was expected.\n");
}

void generate_man(void)
{
    print_title("aisle", 1);
    printf(".SH NAME\naisle \\- the products that each household will most likely buy next, from "
           "a retailer's receipts\n.SH SYNOPSIS\n.B aisle\n.I COMMAND\n[\\fICONFIG\\fR | "
           "\\fIMODEL\\fR] [\\fIOPTION\\fR]...\n.SH DESCRIPTION\nLevel 1 retrieves some hundred "
           "candidates a household, level 2, a LightGBM ranker, orders them.\nWhat it measures is "
           "measured on weeks that the models never saw.\n.SH COMMANDS\n");
    for (size_t i = 0; i < command_count; i++) {
        printf(".TP\n.BR aisle\\-");
        for (const char *c = command_table[i].name; *c; c++)
            *c == ' ' ? (void)fputs("\\-", stdout) : (void)putchar(*c);
        printf(" (1)\n");
        print_text(command_table[i].summary);
        printf("\n");
    }
    print_exit();
    printf(".SH SEE ALSO\n.BR aisle.yaml (5)\n");
}

static void print_option(const option_info *o)
{
    printf(".TP\n\\fB\\-\\-");
    print_dashed(o->name);
    printf("\\fR");
    if (o->value)
        printf(" \\fI%s\\fR", o->value);
    printf("\n");
    print_text(o->meaning);
    printf("%s\n", o->needed ? " Needed." : "");
}

void generate_man_command(const command *c)
{
    option_info o;
    char name[64];
    snprintf(name, sizeof name, "aisle %s", c->name);
    print_title(name, 1);
    printf(".SH NAME\n");
    print_dashed(name);
    printf(" \\- ");
    print_text(c->summary);
    printf("\n.SH SYNOPSIS\n.B %s\n", name);
    if (c->positional)
        printf(".I %s\n", c->positional);
    for (size_t i = 0; arguments_option_at(&o, c, i); i++)
        if (o.needed)
            printf("\\fB\\-\\-%s\\fR%s%s%s\n", o.name, o.value ? " \\fI" : "",
                   o.value ? o.value : "", o.value ? "\\fR" : "");
    printf("[\\fIOPTION\\fR]...\n.SH OPTIONS\n");
    for (size_t i = 0; arguments_option_at(&o, c, i); i++)
        print_option(&o);
    print_exit();
    printf(".SH SEE ALSO\n.BR aisle (1),\n.BR aisle.yaml (5)\n");
}

void generate_man_config(void)
{
    aisle_config_key key;
    print_title("aisle.yaml", 5);
    printf(".SH NAME\naisle.yaml \\- configuration of aisle\n.SH DESCRIPTION\nYAML; dots stand "
           "for nesting, * is a name of your choice.\n\\fB\\-\\-set\\fR \\fIKEY=VALUE\\fR sets "
           "any key for one run.\n.SH KEYS\n");
    for (size_t i = 0; aisle_config_key_at(&key, i); i++) {
        printf(".TP\n\\fB%s\\fR (", key.path);
        print_text(key.kind);
        printf(")\n");
        print_text(key.meaning);
        if (key.initial[0]) {
            printf(" Default: ");
            print_text(key.initial);
        }
        printf("\n");
    }
    printf(".SH SEE ALSO\n.BR aisle (1)\n");
}
