#include "data/reader/csv/csv_record.h"

#include <string.h>

const char *csv_line_end(const csv_text *text, const char *from, const char **next)
{
    const char *p = from;
    while (p < text->end && *p != '\n' && *p != '\r')
        p++;
    *next = p;
    if (p == text->end)
        return p;
    *next = p + 1;
    if (*p == '\r' && p + 1 < text->end && p[1] == '\n')
        *next = p + 2;
    return p;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* U+00A0, the blank of spreadsheets. */
static bool is_hard_blank(const char *p)
{
    return p[0] == '\xc2' && p[1] == '\xa0';
}

/* U+FEFF, which stands at the begin of a file: in the middle, where files were put end to end. */
static bool is_mark(const char *p, size_t left)
{
    return left >= 3 && *p == '\xef' && p[1] == '\xbb' && p[2] == '\xbf';
}

slice slice_trim(slice s)
{
    for (;;) {
        if (s.length && is_blank(s.bytes[0]))
            s.bytes++, s.length--;
        else if (s.length && is_blank(s.bytes[s.length - 1]))
            s.length--;
        else if (s.length >= 2 && is_hard_blank(s.bytes))
            s.bytes += 2, s.length -= 2;
        else if (s.length >= 2 && is_hard_blank(s.bytes + s.length - 2))
            s.length -= 2;
        else if (is_mark(s.bytes, s.length))
            s.bytes += 3, s.length -= 3;
        else
            return s;
    }
}

/* The byte in each of eight places. */
static uint64_t everywhere(char c)
{
    return UINT64_C(0x0101010101010101) * (unsigned char)c;
}

/* A bit at the top of the lowest byte that is zero, and maybe of some above it (Mycroft). */
static uint64_t zero_bytes(uint64_t word)
{
    return (word - UINT64_C(0x0101010101010101)) & ~word & UINT64_C(0x8080808080808080);
}

/* The first delimiter or line break, eight bytes at once where the lowest comes first. */
static const char *find_end(const char *p, const char *end, char delimiter)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    const uint64_t d = everywhere(delimiter), n = everywhere('\n'), r = everywhere('\r');
    for (; end - p >= 8; p += 8) {
        uint64_t word;
        memcpy(&word, p, sizeof word);
        uint64_t found = zero_bytes(word ^ d) | zero_bytes(word ^ n) | zero_bytes(word ^ r);
        if (found)
            return p + __builtin_ctzll(found) / 8;
    }
#endif
    while (p < end && *p != delimiter && *p != '\n' && *p != '\r')
        p++;
    return p;
}

static slice take_plain(const csv_text *text, csv_record *r)
{
    const char *from = r->at;
    r->at = find_end(from, text->end, text->delimiter);
    return (slice){from, (size_t)(r->at - from)};
}

/* The quote that ends the field which opens before from; NULL: none. */
static const char *find_closing_quote(const char *from, const char *limit, bool *doubled)
{
    while (from < limit) {
        const char *quote = memchr(from, '"', (size_t)(limit - from));
        if (!quote || quote + 1 >= limit || quote[1] != '"')
            return quote;
        *doubled = true;
        from = quote + 2;
    }
    return NULL;
}

static bool undouble(csv_arena *arena, slice *field)
{
    char *copy = csv_arena_take(arena, field->length);
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

static uint64_t count_breaks(slice field)
{
    uint64_t n = 0;
    for (size_t i = 0; i < field.length; i++)
        n += field.bytes[i] == '\n' ||
             (field.bytes[i] == '\r' && (i + 1 == field.length || field.bytes[i + 1] != '\n'));
    return n;
}

static slice take_quoted(const csv_text *text, csv_record *r, csv_arena *arena)
{
    slice field = {NULL, 0};
    bool doubled = false, cut = text->end - r->at > CSV_LONGEST_QUOTED;
    const char *from = r->at + 1, *limit = cut ? from + CSV_LONGEST_QUOTED : text->end;
    const char *quote = find_closing_quote(from, limit, &doubled);
    /* A quote at the end may be the first of two. */
    if (!cut && text->more && (!quote || quote + 2 >= text->end)) {
        r->incomplete = true;
        return field;
    }
    if (!quote) {
        r->broken = "no closing quote";
        return field;
    }
    r->at = quote + 1;
    while (text->trim && r->at < text->end && *r->at != text->delimiter && is_blank(*r->at))
        r->at++;
    if (r->at < text->end && *r->at != '\n' && *r->at != '\r' && *r->at != text->delimiter) {
        r->broken = "text behind a closing quote";
        return field;
    }
    field = (slice){from, (size_t)(quote - from)};
    r->breaks += count_breaks(field);
    if (doubled && !undouble(arena, &field))
        r->out_of_memory = true;
    return field;
}

/* Where a field that is quoted begins; blanks before the quote are none of it. */
static bool begins_quoted(const csv_text *text, csv_record *r)
{
    const char *p = r->at;
    if (text->trim && is_mark(p, (size_t)(text->end - p)))
        p += 3;
    while (text->trim && p < text->end && *p != text->delimiter && is_blank(*p))
        p++;
    if (p == text->end || *p != '"')
        return false;
    r->at = p;
    return true;
}

/* Steps over what ends a field; true where the record ends with it. */
static bool take_end(const csv_text *text, csv_record *r)
{
    if (r->at == text->end) {
        r->incomplete = text->more;
        return true;
    }
    char c = *r->at++;
    if (c == text->delimiter)
        return false;
    if (c == '\r') {
        r->incomplete = r->at == text->end && text->more;
        r->at += r->at < text->end && *r->at == '\n';
    }
    return true;
}

csv_record csv_record_cut(const csv_text *text, const char *from, csv_arena *arena, slice *fields,
                          size_t most, const int *slot)
{
    csv_record r = {.at = from};
    for (;;) {
        slice field = begins_quoted(text, &r) ? take_quoted(text, &r, arena) : take_plain(text, &r);
        if (r.broken || r.incomplete || r.out_of_memory)
            return r;
        size_t i = r.n_fields++;
        if (i < most && (!slot || slot[i] >= 0))
            fields[slot ? (size_t)slot[i] : i] = text->trim ? slice_trim(field) : field;
        if (take_end(text, &r)) {
            r.last_is_empty = (text->trim ? slice_trim(field) : field).length == 0;
            return r;
        }
    }
}
