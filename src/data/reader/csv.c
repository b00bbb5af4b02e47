#include "data/reader/csv.h"

#include <inttypes.h>
#include <string.h>

#include "base/fail.h"
#include "base/mem.h"

enum { ARENA_BLOCK = 65536 };

static const char csv_delimiters[] = ",;\t|";

/* ---- Bytes that live as long as a batch ---- */

static char *arena_take(csv_arena *a, size_t length)
{
    if (a->n_blocks == 0 || a->size - a->used < length) {
        size_t size = length > ARENA_BLOCK ? length : ARENA_BLOCK;
        if (mem_grow(&a->blocks, &a->block_capacity, a->n_blocks + 1, sizeof *a->blocks))
            return NULL;
        char *block = NEW_ARRAY(char, size);
        if (!block)
            return NULL;
        a->blocks[a->n_blocks++] = block;
        a->size = size;
        a->used = 0;
    }
    a->used += length;
    return a->blocks[a->n_blocks - 1] + a->used - length;
}

/* Keeps the last block for the next batch. */
static void arena_reset(csv_arena *a)
{
    if (a->n_blocks == 0)
        return;
    char *last = a->blocks[a->n_blocks - 1];
    for (size_t i = 0; i + 1 < a->n_blocks; i++)
        mem_free(a->blocks[i]);
    a->blocks[0] = last;
    a->n_blocks = 1;
    a->used = 0;
}

static void arena_fini(csv_arena *a)
{
    for (size_t i = 0; i < a->n_blocks; i++)
        mem_free(a->blocks[i]);
    mem_free(a->blocks);
    memset(a, 0, sizeof *a);
}

/* ---- One record ---- */

/* A record while it is cut into fields. */
typedef struct record {
    const char *at; /* behind what was read */
    size_t n_fields;
    uint64_t breaks;    /* line breaks inside of quotes */
    const char *broken; /* why it is no record, or NULL */
    bool last_is_empty, out_of_memory;
} record;

static const char *find_line_end(const csv_reader *csv, const char *from)
{
    const char *found = memchr(from, csv->line_end, (size_t)(csv->end - from));
    return found ? found : csv->end;
}

static slice line_at(const csv_reader *csv, const char *from)
{
    const char *to = find_line_end(csv, from);
    if (to > from && to[-1] == '\r')
        to--;
    return (slice){from, (size_t)(to - from)};
}

static slice take_plain(const csv_reader *csv, record *r)
{
    const char *from = r->at, *p = from, *end = csv->end;
    const char delimiter = csv->delimiter, line_end = csv->line_end;
    while (p < end && *p != delimiter && *p != line_end)
        p++;
    r->at = p;
    if ((p == end || *p == line_end) && p > from && p[-1] == '\r')
        p--;
    return (slice){from, (size_t)(p - from)};
}

/* The quote that ends the field which opens before from; NULL: none. */
static const char *find_closing_quote(const csv_reader *csv, const char *from, bool *doubled)
{
    const char *limit = csv->end;
    if (limit - from > CSV_LONGEST_QUOTED)
        limit = from + CSV_LONGEST_QUOTED;
    while (from < limit) {
        const char *quote = memchr(from, '"', (size_t)(limit - from));
        if (!quote || quote + 1 >= csv->end || quote[1] != '"')
            return quote;
        *doubled = true;
        from = quote + 2;
    }
    return NULL;
}

static bool undouble(csv_arena *arena, slice *field)
{
    char *copy = arena_take(arena, field->length);
    size_t n = 0;
    if (!copy)
        return false;
    for (size_t i = 0; i < field->length; i++) {
        copy[n++] = field->bytes[i];
        if (field->bytes[i] == '"')
            i++;
    }
    *field = (slice){copy, n};
    return true;
}

static slice take_quoted(const csv_reader *csv, record *r, csv_arena *arena)
{
    slice field = {NULL, 0};
    bool doubled = false;
    const char *from = r->at + 1, *quote = find_closing_quote(csv, from, &doubled);
    if (!quote) {
        r->broken = "no closing quote";
        return field;
    }
    r->at = quote + 1;
    if (r->at < csv->end && *r->at == '\r' && csv->line_end == '\n')
        r->at++;
    if (r->at < csv->end && *r->at != csv->line_end &&
        (*r->at != csv->delimiter || r->at != quote + 1)) {
        r->broken = "text behind a closing quote";
        return field;
    }
    field = (slice){from, (size_t)(quote - from)};
    for (const char *p = from; (p = memchr(p, csv->line_end, (size_t)(quote - p))); p++)
        r->breaks++;
    if (doubled && !undouble(arena, &field))
        r->out_of_memory = true;
    return field;
}

/* Cuts the record at r->at; field i goes to fields[slot[i]], or fields[i] where slot is NULL. */
static void cut_record(const csv_reader *csv, record *r, csv_arena *arena, slice *fields,
                       size_t most, const int *slot)
{
    for (;;) {
        slice field =
            r->at < csv->end && *r->at == '"' ? take_quoted(csv, r, arena) : take_plain(csv, r);
        if (r->broken || r->out_of_memory)
            return;
        size_t i = r->n_fields++;
        r->last_is_empty = field.length == 0;
        if (i < most && (!slot || slot[i] >= 0))
            fields[slot ? (size_t)slot[i] : i] = field;
        if (r->at == csv->end)
            return;
        if (*r->at++ == csv->line_end)
            return;
    }
}

/* ---- Opening ---- */

static void find_line_ending(csv_reader *csv)
{
    csv->line_end = '\n';
    for (const char *p = csv->at; p < csv->end && *p != '\n'; p++)
        if (*p == '\r' && p + 1 < csv->end && p[1] != '\n') {
            csv->line_end = '\r';
            return;
        }
}

static char find_delimiter(const csv_reader *csv)
{
    slice header = line_at(csv, csv->at);
    size_t counts[sizeof csv_delimiters] = {0}, best = 0;
    bool quoted = false;
    for (size_t i = 0; i < header.length; i++) {
        quoted ^= header.bytes[i] == '"';
        const char *hit =
            quoted || !header.bytes[i] ? NULL : strchr(csv_delimiters, header.bytes[i]);
        if (hit)
            counts[hit - csv_delimiters]++;
    }
    for (size_t i = 1; csv_delimiters[i]; i++)
        if (counts[i] > counts[best])
            best = i;
    return csv_delimiters[best];
}

static aisle_status set_delimiter(csv_reader *csv, const char *delimiter, aisle_error *err)
{
    if (!delimiter)
        csv->delimiter = find_delimiter(csv);
    else if (strcmp(delimiter, "\\t") == 0 || strcmp(delimiter, "tab") == 0)
        csv->delimiter = '\t';
    else if (strlen(delimiter) == 1 && !strchr("\"\r\n", delimiter[0]))
        csv->delimiter = delimiter[0];
    else
        return fail(err, AISLE_ERROR_CONFIG,
                    "delimiter: found '%s', expected one character, or 'tab'", delimiter);
    return AISLE_OK;
}

static aisle_status skip_mark(csv_reader *csv, aisle_error *err)
{
    size_t length = (size_t)(csv->end - csv->at);
    if (length >= 3 && memcmp(csv->at, "\xef\xbb\xbf", 3) == 0)
        csv->at += 3;
    else if (length >= 2 &&
             (memcmp(csv->at, "\xff\xfe", 2) == 0 || memcmp(csv->at, "\xfe\xff", 2) == 0))
        return fail_at(err, AISLE_ERROR_DATA, csv->path, 1, 0, "'%s' is in UTF-16, expected UTF-8",
                       csv->path);
    return AISLE_OK;
}

static void skip_blank_lines(csv_reader *csv)
{
    while (csv->at < csv->end) {
        bool crlf = *csv->at == '\r' && csv->at + 1 < csv->end && csv->at[1] == '\n';
        if (!crlf && *csv->at != csv->line_end)
            return;
        csv->at += crlf ? 2 : 1;
        csv->line++;
    }
}

/* How many fields the first record has. */
static aisle_status count_fields(csv_reader *csv, record *first, aisle_error *err)
{
    *first = (record){.at = csv->at};
    cut_record(csv, first, &csv->header_arena, NULL, 0, NULL);
    if (first->out_of_memory)
        return fail_memory(err);
    if (first->broken)
        return fail_at(err, AISLE_ERROR_DATA, csv->path, (uint32_t)csv->line, 0,
                       "'%s': the header cannot be read: %s", csv->path, first->broken);
    return AISLE_OK;
}

static aisle_status name_by_number(csv_reader *csv, aisle_error *err)
{
    for (size_t i = 0; i < csv->n_fields; i++) {
        char *name = arena_take(&csv->header_arena, 24);
        if (!name)
            return fail_memory(err);
        csv->header[i] = (slice){name, (size_t)snprintf(name, 24, "%zu", i + 1)};
    }
    return AISLE_OK;
}

static aisle_status read_header(csv_reader *csv, bool header, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    record first;
    skip_blank_lines(csv);
    if (csv->at == csv->end)
        TRY(fail_at(err, AISLE_ERROR_DATA, csv->path, 0, 0, "'%s' is empty", csv->path));
    TRY(count_fields(csv, &first, err));
    csv->n_fields = first.n_fields;
    TRY_ALLOC(csv->header = NEW_ZEROED(slice, csv->n_fields));
    if (!header) {
        TRY(name_by_number(csv, err));
        goto done;
    }
    first = (record){.at = csv->at};
    cut_record(csv, &first, &csv->header_arena, csv->header, csv->n_fields, NULL);
    if (first.out_of_memory)
        TRY(fail_memory(err));
    csv->at = first.at;
    csv->line += first.breaks + 1;
done:
    return status;
}

aisle_status csv_reader_init(csv_reader *out, const char *path, const char *delimiter, bool header,
                             aisle_error *err)
{
    aisle_status status = AISLE_OK;
    csv_reader csv = {.path = path, .line = 1};
    TRY(file_map_init(&csv.map, path, err));
    csv.at = csv.map.bytes ? csv.map.bytes : "";
    csv.end = csv.at + csv.map.length;
    TRY(skip_mark(&csv, err));
    find_line_ending(&csv);
    TRY(set_delimiter(&csv, delimiter, err));
    TRY(read_header(&csv, header, err));
    *out = csv;
done:
    if (status)
        csv_reader_fini(&csv);
    return status;
}

/* ---- Reading ---- */

aisle_status csv_reader_select(csv_reader *csv, const int *fields, size_t n, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    TRY_ALLOC(csv->slot_of_field = NEW_ARRAY(int, csv->n_fields));
    TRY_ALLOC(csv->fields = NEW_ZEROED(slice, n));
    TRY_ALLOC(csv->texts = NEW_ZEROED(slice, n * BATCH_ROWS));
    TRY_ALLOC(csv->columns = NEW_ZEROED(cells, n));
    TRY_ALLOC(csv->lines = NEW_ARRAY(uint64_t, BATCH_ROWS));
    csv->n_slots = n;
    for (size_t f = 0; f < csv->n_fields; f++)
        csv->slot_of_field[f] = -1;
    for (size_t s = 0; s < n; s++) {
        int *slot = &csv->slot_of_field[fields[s]];
        if (*slot < 0)
            *slot = (int)s;
        csv->columns[s] =
            (cells){.kind = CELLS_TEXT, .texts = csv->texts + (size_t)*slot * BATCH_ROWS};
    }
done:
    return status;
}

/* Reads one record at csv->at into csv->fields; *broken says why there is none. */
static aisle_status read_record(csv_reader *csv, const char **broken, aisle_error *err)
{
    record r = {.at = csv->at};
    cut_record(csv, &r, &csv->arena, csv->fields, csv->n_fields, csv->slot_of_field);
    if (r.out_of_memory)
        return fail_memory(err);
    bool trailing = r.n_fields == csv->n_fields + 1 && r.last_is_empty;
    if (!r.broken && r.n_fields != csv->n_fields && !trailing)
        r.broken = r.n_fields < csv->n_fields ? "too few fields" : "too many fields";
    *broken = r.broken;
    if (!r.broken) {
        csv->at = r.at;
        csv->line += r.breaks + 1;
        return AISLE_OK;
    }
    csv->at = find_line_end(csv, csv->at);
    csv->at += csv->at < csv->end;
    csv->line++;
    return AISLE_OK;
}

aisle_status csv_reader_next(batch *out, csv_reader *csv, rejects *bad, aisle_error *err)
{
    size_t rows = 0;
    arena_reset(&csv->arena);
    while (rows < BATCH_ROWS) {
        skip_blank_lines(csv);
        if (csv->at == csv->end)
            break;
        uint64_t line = csv->line;
        const char *from = csv->at, *broken = NULL;
        aisle_status status = read_record(csv, &broken, err);
        if (status == AISLE_OK && broken)
            status = rejects_add(bad, line, broken, "", line_at(csv, from), err);
        if (status != AISLE_OK)
            return status;
        if (broken)
            continue;
        for (size_t s = 0; s < csv->n_slots; s++)
            csv->texts[s * BATCH_ROWS + rows] = csv->fields[s];
        csv->lines[rows++] = line;
    }
    *out = (batch){.rows = rows, .columns = csv->columns, .lines = csv->lines};
    return AISLE_OK;
}

void csv_reader_fini(csv_reader *csv)
{
    file_map_fini(&csv->map);
    mem_free(csv->header);
    mem_free(csv->slot_of_field);
    mem_free(csv->fields);
    mem_free(csv->texts);
    mem_free(csv->columns);
    mem_free(csv->lines);
    arena_fini(&csv->arena);
    arena_fini(&csv->header_arena);
    memset(csv, 0, sizeof *csv);
}
