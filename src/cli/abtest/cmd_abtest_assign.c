#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/log.h"
#include "cli/output/print.h"

/* Households, their strata, and who had what before. */
typedef struct split {
    const abtest_arguments *a;
    char names[ABTEST_GROUPS][64];
    double shares[ABTEST_GROUPS];
    size_t n_variants;
    aisle_id_list ids;   /* without strata */
    aisle_table *strata; /* households and strata */
    aisle_table *previous;
    uint8_t *previous_variant;
    size_t n;
    const char *const *household;
    uint8_t *variant; /* [n] */
} split;

/* The shares' names, else "control", "treatment", or "treatment 1", "treatment 2", … */
static void name_variants(split *s)
{
    const abtest_arguments *a = s->a;
    s->n_variants = a->n_shares ? a->n_shares : 2;
    for (size_t v = 0; v < s->n_variants; v++) {
        s->shares[v] = a->n_shares ? a->shares[v] : .5;
        if (a->n_shares && a->share_names[v][0])
            snprintf(s->names[v], sizeof s->names[v], "%s", a->share_names[v]);
        else
            snprintf(s->names[v], sizeof s->names[v],
                     v == 0              ? "control"
                     : s->n_variants > 2 ? "treatment %zu"
                                         : "treatment",
                     v);
    }
}

static aisle_status read_households(split *s, const char *path, aisle_error *err)
{
    const abtest_arguments *a = s->a;
    const char *household = a->column[ABTEST_HOUSEHOLD];
    aisle_status status;
    if (a->strata) {
        aisle_table_wanted wanted[] = {{household, AISLE_COLUMN_TEXT, 0},
                                       {a->strata, AISLE_COLUMN_TEXT, 0}};
        status = aisle_table_read(&s->strata, path, wanted, 2, err);
        if (!status) {
            s->n = s->strata->rows;
            s->household = s->strata->columns[0].data;
        }
    } else {
        status = aisle_id_list_read(&s->ids, path, household, err);
        s->n = s->ids.count;
        s->household = (const char *const *)s->ids.ids;
    }
    if (status)
        return status;
    s->variant = calloc(s->n + 1, sizeof *s->variant);
    return s->variant ? AISLE_OK : (err->code = AISLE_ERROR_MEMORY);
}

static aisle_status find_variant(uint8_t *out, const split *s, const char *name, size_t row,
                                 aisle_error *err)
{
    for (size_t v = 0; v < s->n_variants; v++)
        if (strcmp(s->names[v], name) == 0) {
            *out = (uint8_t)v;
            return AISLE_OK;
        }
    snprintf(err->file, sizeof err->file, "%s", s->a->previous);
    return refuse(err, AISLE_ERROR_DATA,
                  "row %zu: variant '%.100s' is none of the shares, such as '%s'", row, name,
                  s->names[0]);
}

static aisle_status read_previous(split *s, aisle_error *err)
{
    const abtest_arguments *a = s->a;
    aisle_table_wanted wanted[] = {{a->column[ABTEST_HOUSEHOLD], AISLE_COLUMN_TEXT, 0},
                                   {a->column[ABTEST_VARIANT], AISLE_COLUMN_TEXT, 0}};
    if (!a->previous)
        return AISLE_OK;
    aisle_status status = aisle_table_read(&s->previous, a->previous, wanted, 2, err);
    if (status)
        return status;
    const char *const *names = s->previous->columns[1].data;
    s->previous_variant = calloc(s->previous->rows + 1, sizeof *s->previous_variant);
    if (!s->previous_variant)
        return err->code = AISLE_ERROR_MEMORY;
    for (size_t r = 0; r < s->previous->rows && !status; r++)
        status = find_variant(&s->previous_variant[r], s, names[r], r + 1, err);
    return status;
}

static aisle_status assign(split *s, int threads, aisle_error *err)
{
    aisle_abtest_assign_options o = AISLE_ABTEST_ASSIGN_OPTIONS_INIT;
    o.salt = s->a->salt;
    o.shares = s->shares;
    o.n_variants = s->n_variants;
    o.threads = threads;
    if (s->strata)
        o.strata = s->strata->columns[1].data;
    if (s->previous) {
        o.n_previous = s->previous->rows;
        o.previous = s->previous->columns[0].data;
        o.previous_variant = s->previous_variant;
    }
    return aisle_abtest_assign(s->variant, s->household, s->n, &o, err);
}

static aisle_status write_split(const split *s, const char *path, aisle_error *err)
{
    int64_t *ints = calloc(s->n + 1, sizeof *ints);
    const char **variant = calloc(s->n + 1, sizeof *variant);
    aisle_status status = ints && variant ? AISLE_OK : (err->code = AISLE_ERROR_MEMORY);
    bool all_ints = !status;
    for (size_t i = 0; i < s->n && !status; i++) {
        variant[i] = s->names[s->variant[i]];
        all_ints = all_ints && is_printed_int(s->household[i]);
        if (all_ints)
            ints[i] = strtoll(s->household[i], NULL, 10);
    }
    if (!status) {
        aisle_table_column columns[] = {
            {s->a->column[ABTEST_HOUSEHOLD], all_ints ? AISLE_COLUMN_INT : AISLE_COLUMN_TEXT,
             all_ints ? (const void *)ints : (const void *)s->household},
            {s->a->column[ABTEST_VARIANT], AISLE_COLUMN_TEXT, variant}};
        status = aisle_table_write(path, columns, 2, s->n, err);
    }
    free(ints);
    free(variant);
    return status;
}

static void print_split(const split *s, const char *path)
{
    uint64_t count[ABTEST_GROUPS] = {0};
    double all = 0;
    char text[32];
    for (size_t i = 0; i < s->n; i++)
        count[s->variant[i]]++;
    for (size_t v = 0; v < s->n_variants; v++)
        all += s->shares[v];
    printf("%s: %s households, salt '%s'\n", path, print_count(text, s->n), s->a->salt);
    for (size_t v = 0; v < s->n_variants; v++)
        printf("%-16s  %12s  %7.3f %% of %.4g %%\n", s->names[v], print_count(text, count[v]),
               s->n ? 100 * (double)count[v] / (double)s->n : 0, 100 * s->shares[v] / all);
}

static json_t *split_json(const split *s)
{
    json_t *variants = json_object();
    json_int_t count[ABTEST_GROUPS] = {0};
    for (size_t i = 0; i < s->n; i++)
        count[s->variant[i]]++;
    for (size_t v = 0; v < s->n_variants; v++)
        json_object_set_new(variants, s->names[v],
                            json_pack("{s:f, s:I}", "share", s->shares[v], "households", count[v]));
    return json_pack("{s:s, s:I, s:o}", "salt", s->a->salt, "households", (json_int_t)s->n,
                     "variants", variants);
}

static bool check_given(const command_options *options)
{
    const char *missing = !options->users         ? "--users FILE, the households"
                          : !options->out         ? "--out FILE, .csv or .parquet"
                          : !options->abtest.salt ? "--salt NAME, of the test"
                                                  : NULL;
    if (missing)
        log_wrong_use("expected %s", missing);
    return !missing && check_output(options->out, OUTPUT_TABLE) &&
           check_output(options->json, OUTPUT_JSON);
}

static int report(const command_options *options, const split *s)
{
    if (!options->quiet && (!options->json || strcmp(options->json, "-") != 0))
        print_split(s, options->out);
    return options->json ? write_json(split_json(s), options->json) : EXIT_DONE;
}

int command_abtest_assign(const command_options *options)
{
    aisle_error err = AISLE_ERROR_INIT;
    split s = {.a = &options->abtest};
    bool unwritten = false;
    if (!check_given(options))
        return EXIT_WRONG_USE;
    name_variants(&s);
    aisle_status status = read_previous(&s, &err);
    if (!status)
        status = read_households(&s, options->users, &err);
    if (!status)
        status = assign(&s, (int)options->threads, &err);
    if (status == AISLE_ERROR_DATA && !err.file[0])
        snprintf(err.file, sizeof err.file, "%s", options->users);
    if (!status) {
        status = write_split(&s, options->out, &err);
        unwritten = status != AISLE_OK;
    }
    int code = !status     ? report(options, &s)
               : unwritten ? report_unwritten(&err)
                           : report_error(&err);
    aisle_id_list_free(&s.ids);
    aisle_table_free(s.strata);
    aisle_table_free(s.previous);
    free(s.previous_variant);
    free(s.variant);
    return code;
}
