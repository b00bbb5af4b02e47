#include "data/reader/init/dialect_guess.h"

#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "data/reader/csv/byte_stream.h"
#include "data/reader/csv/csv_record.h"
#include "data/reader/values/numbers.h"
#include "data/reader/values/pattern_time.h"

enum { LOOK_BYTES = 1 << 20, LINES_MOST = 200, SKIP_MOST = 32 };

/* ---- Encoding ---- */

/* What the bytes beyond ASCII are like. */
typedef struct high_bytes {
    size_t n, alone, letters, control, zero_odd, zero_even;
} high_bytes;

static high_bytes count_high(const unsigned char *p, size_t n)
{
    high_bytes h = {0};
    for (size_t i = 0; i < n; i++) {
        h.zero_even += p[i] == 0 && i % 2 == 0;
        h.zero_odd += p[i] == 0 && i % 2 == 1;
        if (p[i] < 0x80)
            continue;
        h.n++;
        h.alone += (i == 0 || p[i - 1] < 0x80) && (i + 1 == n || p[i + 1] < 0x80);
        h.letters += p[i] >= 0xc0;
        h.control += p[i] < 0xa0;
    }
    return h;
}

/* Whether all of it is in an encoding. */
static bool decodes(const char *path, const char *encoding)
{
    byte_stream *s = NULL;
    size_t n = 0;
    char *bytes = NEW_ARRAY(char, LOOK_BYTES);
    bool good = bytes && byte_stream_open(&s, path, encoding, NULL) == AISLE_OK &&
                byte_stream_read(&n, s, bytes, LOOK_BYTES, NULL) == AISLE_OK &&
                (n == 0 || !memchr(bytes, 0xff, n));
    byte_stream_close(s);
    mem_free(bytes);
    return good;
}

/* Letters with accents stand alone among ASCII; Cyrillic has runs of high letters; the rest are
 * pairs of bytes. */
static const char *guess_encoding(const char *path, const char *bytes, size_t n)
{
    const unsigned char *p = (const unsigned char *)bytes;
    high_bytes h = count_high(p, n);
    if (h.zero_odd > n / 4)
        return "utf-16le";
    if (h.zero_even > n / 4)
        return "utf-16be";
    /* A character may be cut at the end. */
    size_t whole = n;
    while (whole > 0 && n - whole < 4 && p[whole - 1] >= 0x80)
        whole--;
    if (h.n == 0 || utf8_is_clean(bytes, n) || utf8_is_clean(bytes, whole))
        return NULL;
    if (10 * h.alone >= 3 * h.n)
        return h.control ? "windows-1252" : "latin-1";
    if (10 * h.letters >= 8 * h.n && h.letters > h.control)
        return "windows-1251";
    static const char *const pairs[] = {"big5", "gb18030", "shift_jis", "euc-kr"};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (decodes(path, pairs[i]))
            return pairs[i];
    return "windows-1252";
}

/* ---- Lines ---- */

/* Fields of each of the first lines by a delimiter. */
typedef struct field_counts {
    size_t n, fields[LINES_MOST];
} field_counts;

static field_counts count_fields(csv_text text, const char *from, char delimiter)
{
    field_counts c = {0};
    csv_arena arena = {0};
    text.delimiter = delimiter;
    while (from < text.end && c.n < LINES_MOST) {
        csv_record r = csv_record_cut(&text, from, &arena, NULL, 0, NULL);
        if (r.incomplete || r.out_of_memory)
            break;
        const char *next;
        csv_line_end(&text, from, &next);
        c.fields[c.n++] = r.broken ? 0 : r.n_fields;
        from = r.broken ? next : r.at;
    }
    csv_arena_fini(&arena);
    return c;
}

/* The number of fields that most lines have. */
static size_t common_fields(const field_counts *c, size_t *lines)
{
    size_t best = 0;
    *lines = 0;
    for (size_t i = 0; i < c->n; i++) {
        size_t n = 0;
        for (size_t j = 0; j < c->n; j++)
            n += c->fields[j] == c->fields[i];
        if (n > *lines || (n == *lines && c->fields[i] > best)) {
            *lines = n;
            best = c->fields[i];
        }
    }
    return best;
}

static void guess_delimiter(dialect_guess *out, const csv_text *text, const char *from)
{
    static const char delimiters[] = ",;\t|~^";
    double best = -1;
    out->delimiter = ',';
    for (size_t d = 0; delimiters[d]; d++) {
        size_t lines;
        field_counts c = count_fields(*text, from, delimiters[d]);
        size_t fields = common_fields(&c, &lines);
        if (fields < 2 || c.n == 0)
            continue;
        /* That most lines agree counts more than how many fields they have. */
        double share = (double)lines / (double)c.n,
               score = share * share * 10 + (double)fields / 10;
        if (score <= best)
            continue;
        best = score;
        out->delimiter = delimiters[d];
        out->skip = 0;
        while ((size_t)out->skip < c.n && out->skip < SKIP_MOST && c.fields[out->skip] != fields)
            out->skip++;
        if ((size_t)out->skip == c.n || out->skip == SKIP_MOST)
            out->skip = 0;
    }
}

/* Names are no numbers and no times, and there is one in each field. */
static bool is_name(slice s)
{
    double number;
    written_time time;
    const char *other;
    if (s.length == 0 || s.length > 100 || number_parse(&number, s, (number_style){0}) ||
        number_parse(&number, s, (number_style){','}) || time_parse_iso(&time, s))
        return false;
    char copy[101];
    memcpy(copy, s.bytes, s.length);
    copy[s.length] = '\0';
    const char *texts[] = {copy};
    return !time_pattern_guess(&other, texts, 1);
}

enum { FIELDS_MOST = 512 };

static bool has_header(const csv_text *text, const char *from, int skip)
{
    slice fields[FIELDS_MOST];
    csv_arena arena = {0};
    for (; skip > 0; skip--)
        csv_line_end(text, from, &from);
    csv_record r = csv_record_cut(text, from, &arena, fields, FIELDS_MOST, NULL);
    size_t n = r.n_fields < FIELDS_MOST ? r.n_fields : FIELDS_MOST, names = 0, empty = 0;
    for (size_t i = 0; i < n && !r.broken; i++) {
        names += is_name(fields[i]);
        empty += fields[i].length == 0;
    }
    csv_arena_fini(&arena);
    return n > 0 && names + empty == n && names > empty;
}

aisle_status dialect_guess_file(dialect_guess *out, const char *path, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    byte_stream *s = NULL;
    size_t n = 0, more = 0;
    dialect_guess guess = {.delimiter = ',', .header = true};
    char *bytes = NEW_ARRAY(char, LOOK_BYTES);
    TRY_ALLOC(bytes);
    for (int again = 0; again < 2; again++) {
        byte_stream_close(s);
        s = NULL;
        TRY(byte_stream_open(&s, path, guess.encoding, err));
        n = 0;
        do {
            TRY(byte_stream_read(&more, s, bytes + n, LOOK_BYTES - n, err));
            n += more;
        } while (more && LOOK_BYTES - n > 64);
        if (again == 0)
            guess.encoding = guess_encoding(path, bytes, n);
        if (!guess.encoding)
            break;
    }
    if (n == 0)
        TRY(fail_at(err, AISLE_ERROR_DATA, path, 0, 0, "'%s' is empty", path));
    csv_text text = {.end = bytes + n, .more = more > 0, .delimiter = ',', .trim = true};
    guess_delimiter(&guess, &text, bytes);
    text.delimiter = guess.delimiter;
    guess.header = has_header(&text, bytes, guess.skip);
    *out = guess;
done:
    byte_stream_close(s);
    mem_free(bytes);
    return status;
}
