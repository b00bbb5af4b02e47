#include "csv_twin.h"

#include <inttypes.h>
#include <string.h>

#include "data/reader/csv/csv_record.h"

enum { KEPT_OF_BROKEN = 200, END = -1 };

typedef enum place { BEGIN, BARE, QUOTED, BEHIND } place;

/* One record as it is cut. */
typedef struct cutting {
    const char *bytes;
    size_t length, at;
    const twin_dialect *dialect;
    place place;
    size_t opened; /* where the quote is */
    text cell;     /* of the field at hand */
    text cells;    /* of all */
    size_t fields;
    bool last_is_empty;
    uint64_t breaks;
    const char *broken;
    bool ended;
} cutting;

static int peek(const cutting *c, size_t ahead)
{
    return c->at + ahead < c->length ? (unsigned char)c->bytes[c->at + ahead] : END;
}

static bool is_delimiter(const cutting *c, int byte)
{
    return byte == (unsigned char)c->dialect->delimiter;
}

static bool is_blank(const cutting *c, int byte)
{
    return c->dialect->trim && !is_delimiter(c, byte) && (byte == ' ' || byte == '\t');
}

void twin_add_cell(text *out, const char *bytes, size_t length)
{
    text_add(out, "%zu ", length);
    text_add_bytes(out, bytes, length);
    text_add_bytes(out, "|", 1);
}

void twin_add_broken(text *out, uint64_t line, const char *reason, const char *bytes, size_t length)
{
    text_add(out, "%" PRIu64 ":%s:", line, reason);
    text_add_bytes(out, bytes, strnlen(bytes, length < KEPT_OF_BROKEN ? length : KEPT_OF_BROKEN));
    text_add_bytes(out, "", 1);
}

/* Bytes of the blank that a text begins with, or ends in; 0: none. */
static size_t blank_at(const char *bytes, size_t length, bool at_end)
{
    char one = at_end ? bytes[length - 1] : bytes[0];
    const char *two = at_end ? bytes + length - 2 : bytes;
    if (one == ' ' || one == '\t')
        return 1;
    return length >= 2 && memcmp(two, "\xc2\xa0", 2) == 0 ? 2 : 0;
}

static void end_field(cutting *c)
{
    const char *bytes = c->cell.bytes ? c->cell.bytes : "";
    size_t length = c->cell.length, n;
    while (c->dialect->trim && length && (n = blank_at(bytes, length, false)))
        bytes += n, length -= n;
    while (c->dialect->trim && length && (n = blank_at(bytes, length, true)))
        length -= n;
    twin_add_cell(&c->cells, bytes, length);
    c->fields++;
    c->last_is_empty = length == 0;
    c->cell.length = 0;
    c->place = BEGIN;
}

/* What may follow a field; true where it does. */
static bool take_end(cutting *c)
{
    int byte = peek(c, 0);
    if (byte != END && byte != '\n' && byte != '\r' && !is_delimiter(c, byte))
        return false;
    end_field(c);
    c->ended = byte == END || !is_delimiter(c, byte);
    c->at += byte == END ? 0 : byte == '\r' && peek(c, 1) == '\n' ? 2 : 1;
    return true;
}

static void take_quoted(cutting *c)
{
    int byte = peek(c, 0);
    if (byte == END || c->at > c->opened + CSV_LONGEST_QUOTED) {
        c->broken = "no closing quote";
        return;
    }
    bool doubled = byte == '"' && peek(c, 1) == '"' && c->at < c->opened + CSV_LONGEST_QUOTED;
    c->breaks += byte == '\n' || (byte == '\r' && peek(c, 1) != '\n');
    if (byte == '"' && !doubled)
        c->place = BEHIND;
    else
        text_add_bytes(&c->cell, c->bytes + c->at, 1);
    c->at += doubled ? 2 : 1;
}

/* Blanks, then perhaps a quote. */
static void take_begin(cutting *c)
{
    size_t blanks = 0;
    while (is_blank(c, peek(c, blanks)))
        blanks++;
    c->place = BARE;
    if (peek(c, blanks) != '"')
        return;
    c->place = QUOTED;
    c->opened = c->at + blanks;
    c->at = c->opened + 1;
}

static void take_character(cutting *c)
{
    if (c->place == BEGIN) {
        take_begin(c);
    } else if (c->place == QUOTED) {
        take_quoted(c);
    } else if (!take_end(c)) {
        if (c->place == BARE)
            text_add_bytes(&c->cell, c->bytes + c->at, 1);
        else if (!is_blank(c, peek(c, 0)))
            c->broken = "text behind a closing quote";
        c->at++;
    }
}

static cutting cut(const char *bytes, size_t length, size_t at, const twin_dialect *dialect)
{
    cutting c = {.bytes = bytes, .length = length, .at = at, .dialect = dialect};
    while (!c.ended && !c.broken)
        take_character(&c);
    text_fini(&c.cell);
    return c;
}

static size_t skip_break(const char *bytes, size_t length, size_t at)
{
    return at + (bytes[at] == '\r' && at + 1 < length && bytes[at + 1] == '\n' ? 2 : 1);
}

static bool is_break(char byte)
{
    return byte == '\n' || byte == '\r';
}

static size_t read_header(twin *t, const char *bytes, size_t length, const twin_dialect *dialect)
{
    size_t at = 0;
    for (; at < length && is_break(bytes[at]); t->counts.blank++)
        at = skip_break(bytes, length, at);
    cutting c = {0};
    t->refused = at == length;
    if (!t->refused)
        c = cut(bytes, length, at, dialect);
    t->refused |= c.broken != NULL;
    t->fields = c.fields;
    if (dialect->header) {
        t->counts.header = c.breaks + 1;
        at = c.at;
    }
    t->counts.lines = t->counts.blank + t->counts.header;
    text_fini(&c.cells);
    return at;
}

static size_t read_record(twin *t, const char *bytes, size_t length, size_t at,
                          const twin_dialect *dialect)
{
    cutting c = cut(bytes, length, at, dialect);
    uint64_t line = t->counts.lines + 1;
    size_t next = c.at;
    if (!c.broken && c.fields != t->fields && !(c.fields == t->fields + 1 && c.last_is_empty))
        c.broken = c.fields < t->fields ? "too few fields" : "too many fields";
    if (c.broken) {
        size_t end = at;
        while (end < length && !is_break(bytes[end]))
            end++;
        twin_add_broken(&t->broken, line, c.broken, bytes + at, end - at);
        next = end < length ? skip_break(bytes, length, end) : end;
        t->counts.broken++;
        t->counts.lines++;
    } else {
        if (c.fields > t->fields)
            c.cells.length -= strlen("0 |");
        text_add(&t->rows, "%" PRIu64 ":", line);
        text_add_bytes(&t->rows, c.cells.bytes, c.cells.length);
        text_add_bytes(&t->rows, "", 1);
        t->counts.rows++;
        t->counts.joined += c.breaks;
        t->counts.lines += c.breaks + 1;
    }
    text_fini(&c.cells);
    return next;
}

void twin_read(twin *out, const char *bytes, size_t length, const twin_dialect *dialect)
{
    *out = (twin){0};
    size_t at = read_header(out, bytes, length, dialect);
    while (!out->refused && at < length) {
        if (!is_break(bytes[at])) {
            at = read_record(out, bytes, length, at, dialect);
            continue;
        }
        at = skip_break(bytes, length, at);
        out->counts.blank++;
        out->counts.lines++;
    }
}

void twin_fini(twin *t)
{
    text_fini(&t->rows);
    text_fini(&t->broken);
}
