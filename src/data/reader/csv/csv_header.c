#include "data/reader/csv/csv_header.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/fail.h"
#include "base/mem.h"

enum { LINES_BEFORE_MOST = 64 };

static const char delimiters[] = ",;\t|";

/* ---- The delimiter ---- */

static char find_delimiter(const char *from, const char *end)
{
    size_t counts[sizeof delimiters] = {0}, best = 0;
    bool quoted = false;
    for (const char *p = from; p < end; p++) {
        quoted ^= *p == '"';
        const char *hit = quoted || !*p ? NULL : strchr(delimiters, *p);
        if (hit)
            counts[hit - delimiters]++;
    }
    for (size_t i = 1; delimiters[i]; i++)
        if (counts[i] > counts[best])
            best = i;
    return delimiters[best];
}

static aisle_status parse_delimiter(char *out, const char *given, aisle_error *err)
{
    *out = '\0';
    if (!given)
        return AISLE_OK;
    if (strcmp(given, "\\t") == 0 || strcmp(given, "tab") == 0)
        *out = '\t';
    else if (strlen(given) == 1 && !strchr("\"\r\n", given[0]))
        *out = given[0];
    else
        return fail(err, AISLE_ERROR_CONFIG,
                    "delimiter: found '%s', expected one character, or 'tab'", given);
    return AISLE_OK;
}

/* ---- Lines before the header ---- */

/* Whether there is a whole line at the place, as far as the file goes. */
static bool has_line(const csv_reader *csv, const char *at)
{
    const char *next;
    if (at == csv->text.end)
        return false;
    csv_line_end(&csv->text, at, &next);
    return next < csv->text.end || !csv->text.more;
}

static aisle_status skip_lines(csv_reader *csv, int64_t n, aisle_error *err)
{
    for (int64_t i = 0; i < n; i++) {
        const char *next;
        if (!has_line(csv, csv->at))
            return fail_at(err, AISLE_ERROR_DATA, csv->path, 0, 0,
                           "'%s': found %" PRId64 " lines, expected more than the %" PRId64
                           " of skip",
                           csv->path, i, n);
        csv_line_end(&csv->text, csv->at, &next);
        csv->at = next;
        csv->line++;
        csv->counts.before++;
    }
    return AISLE_OK;
}

static void skip_blank_lines(csv_reader *csv)
{
    const char *next;
    while (csv->at < csv->text.end && csv_line_end(&csv->text, csv->at, &next) == csv->at) {
        csv->at = next;
        csv->line++;
        csv->counts.blank++;
    }
}

int csv_name_match(slice found, const char *wanted)
{
    if (strlen(wanted) != found.length || found.length == 0)
        return 0;
    if (memcmp(found.bytes, wanted, found.length) == 0)
        return 2;
    return strncasecmp(found.bytes, wanted, found.length) == 0;
}

/* ---- The record with the names ---- */

/* The fields of the record at `at`, into csv->header. */
static aisle_status cut_names(csv_record *r, csv_reader *csv, const char *at, aisle_error *err)
{
    mem_free(csv->header);
    csv->header = NULL;
    *r = csv_record_cut(&csv->text, at, &csv->header_arena, NULL, 0, NULL);
    if (r->out_of_memory)
        return fail_memory(err);
    if (r->broken || r->incomplete)
        return AISLE_OK;
    csv->header = NEW_ZEROED(slice, r->n_fields);
    if (!csv->header)
        return fail_memory(err);
    *r = csv_record_cut(&csv->text, at, &csv->header_arena, csv->header, r->n_fields, NULL);
    return r->out_of_memory ? fail_memory(err) : AISLE_OK;
}

static bool has_all(const csv_reader *csv, size_t n_fields, const csv_dialect *dialect)
{
    for (size_t w = 0; w < dialect->n_wanted; w++) {
        bool found = false;
        for (size_t f = 0; f < n_fields && !found; f++)
            found = csv_name_match(csv->header[f], dialect->wanted[w]) > 0;
        if (!found)
            return false;
    }
    return dialect->n_wanted > 0;
}

/* Steps to the first line that has the columns that are wanted; stays where none has. */
static aisle_status find_header(csv_reader *csv, const csv_dialect *dialect, char delimiter,
                                aisle_error *err)
{
    const char *at = csv->at, *next;
    for (int i = 0; i < LINES_BEFORE_MOST && has_line(csv, at); i++, at = next) {
        csv_record r;
        const char *end = csv_line_end(&csv->text, at, &next);
        csv->text.delimiter = delimiter ? delimiter : find_delimiter(at, end);
        aisle_status status = cut_names(&r, csv, at, err);
        if (status != AISLE_OK)
            return status;
        if (csv->header && has_all(csv, r.n_fields, dialect))
            return skip_lines(csv, i, err);
    }
    return AISLE_OK;
}

static aisle_status name_columns(csv_reader *csv, const csv_dialect *dialect, size_t n,
                                 aisle_error *err)
{
    aisle_status status = AISLE_OK;
    if (dialect->n_names && dialect->n_names != n)
        TRY(fail_at(err, AISLE_ERROR_DATA, csv->path, (uint32_t)csv->line, 0,
                    "'%s', line %" PRIu64 ": found %zu fields, expected the %zu of names",
                    csv->path, csv->line, n, dialect->n_names));
    for (size_t i = 0; i < n; i++) {
        char *name = csv_arena_take(&csv->header_arena, 24);
        TRY_ALLOC(name);
        csv->header[i] = (slice){name, (size_t)snprintf(name, 24, "%zu", i + 1)};
        if (dialect->n_names)
            csv->header[i] = (slice){dialect->names[i], strlen(dialect->names[i])};
    }
done:
    return status;
}

/* The names may hold texts of the window, which goes. */
static aisle_status keep_names(csv_reader *csv, aisle_error *err)
{
    for (size_t i = 0; i < csv->shape.n_fields; i++) {
        slice *name = &csv->header[i];
        char *copy = csv_arena_take(&csv->header_arena, name->length + 1);
        if (!copy)
            return fail_memory(err);
        if (name->length)
            memcpy(copy, name->bytes, name->length);
        name->bytes = copy;
    }
    return AISLE_OK;
}

aisle_status csv_header_read(csv_reader *csv, const csv_dialect *dialect, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    csv_record first;
    const char *next;
    char delimiter;
    TRY(parse_delimiter(&delimiter, dialect->delimiter, err));
    if (csv->text.end == csv->at)
        TRY(fail_at(err, AISLE_ERROR_DATA, csv->path, 0, 0, "'%s' is empty", csv->path));
    if (dialect->skip > 0)
        TRY(skip_lines(csv, dialect->skip, err));
    skip_blank_lines(csv);
    if (csv->text.end == csv->at)
        TRY(fail_at(err, AISLE_ERROR_DATA, csv->path, 0, 0, "'%s' is empty", csv->path));
    if (dialect->skip < 0 && !dialect->no_header)
        TRY(find_header(csv, dialect, delimiter, err));
    csv->text.delimiter =
        delimiter ? delimiter : find_delimiter(csv->at, csv_line_end(&csv->text, csv->at, &next));
    TRY(cut_names(&first, csv, csv->at, err));
    if (!csv->header)
        TRY(fail_at(err, AISLE_ERROR_DATA, csv->path, (uint32_t)csv->line, 0,
                    "'%s': the header cannot be read: %s", csv->path,
                    first.broken ? first.broken : "it is too long"));
    csv->shape.n_fields = first.n_fields;
    if (dialect->no_header)
        TRY(name_columns(csv, dialect, first.n_fields, err));
    TRY(keep_names(csv, err));
    if (!dialect->no_header) {
        csv->at = first.at;
        csv->counts.header = first.breaks + 1;
        csv->line += csv->counts.header;
    }
    csv->counts.lines = csv->line - 1;
done:
    return status;
}
