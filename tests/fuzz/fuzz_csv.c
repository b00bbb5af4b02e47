/* Any bytes as a CSV file: refused with a message that names it, or rows and broken lines that add
 * up to its lines; those of its twin, where that can read it. The first bytes say how it is read
 * and written: encoding, delimiter, header and lines before it, packing. */
#include "fuzz_target.h"

#include "csv_twin.h"

#include "base/mem.h"
#include "data/reader/csv/csv.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

enum { SAYS = 4, COLUMNS_MOST = 200 };

/* What the first bytes say. */
typedef struct saying {
    csv_dialect dialect;
    char delimiter[2];
    int threads;
    bool small;
    int packing; /* 1 gzip, 2 zstd, else as it is */
} saying;

static saying listen(const uint8_t *data)
{
    static const char *const encodings[] = {
        NULL,   NULL,   "utf-8",  "latin-1", "utf-16", "utf-16be",   "windows-1258",
        "big5", "sjis", "utf-32", "gb18030", "utf-7",  "ISO-2022-JP"};
    static const char *const wanted[] = {"a", "b"};
    saying s = {
        .threads = 1 + (data[2] >> 5 & 1), .small = data[2] >> 6 & 1, .packing = data[3] % 4};
    s.dialect = (csv_dialect){.encoding = encodings[data[0] % 13],
                              .skip = (data[2] >> 2 & 7) - 1,
                              .no_header = data[2] & 1,
                              .verbatim = data[2] >> 1 & 1,
                              .n_wanted = 2,
                              .wanted = wanted};
    s.delimiter[0] = ",;\t|\0"[data[1] % 5];
    return s;
}

static bool write_file(int file, const uint8_t *data, size_t size, int packing)
{
    size_t room = ZSTD_compressBound(size) + 1000, made = size;
    uint8_t *packed = mem_array(room, 1);
    uLongf left = room;
    if (!packed)
        return false;
    if (packing == 1) {
        z_stream z = {.next_in = (uint8_t *)(uintptr_t)data,
                      .avail_in = (uInt)size,
                      .next_out = packed,
                      .avail_out = (uInt)left};
        HOLDS(deflateInit2(&z, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
        HOLDS(deflate(&z, Z_FINISH) == Z_STREAM_END);
        made = room - z.avail_out;
        deflateEnd(&z);
    } else if (packing == 2) {
        made = ZSTD_compress(packed, room, data, size, 1);
        HOLDS(!ZSTD_isError(made));
    } else {
        memcpy(packed, data, size);
    }
    bool written = write(file, packed, made) == (ssize_t)made;
    mem_free(packed);
    return written;
}

static void add_rows(text *rows, const csv_reader *csv, const batch *b)
{
    for (size_t r = 0; r < b->rows; r++) {
        text_add(rows, "%" PRIu64 ":", b->lines[r]);
        for (size_t f = 0; f < csv->shape.n_fields; f++)
            twin_add_cell(rows, b->columns[f].texts[r].bytes, b->columns[f].texts[r].length);
        text_add_bytes(rows, "", 1);
    }
}

static void check_twin(const text *rows, const csv_reader *csv, const char *bytes, size_t size,
                       const saying *s)
{
    twin_dialect dialect = {s->delimiter[0], !s->dialect.verbatim, !s->dialect.no_header};
    twin t;
    twin_read(&t, bytes, size, &dialect);
    HOLDS(!t.refused);
    HOLDS(rows->length == t.rows.length);
    HOLDS(rows->length == 0 || memcmp(rows->bytes, t.rows.bytes, rows->length) == 0);
    HOLDS(memcmp(&csv->counts, &t.counts, sizeof t.counts) == 0);
    twin_fini(&t);
}

/* The twin knows no encodings, no packing that the bytes have of their own, and no search for a
 * delimiter or a header. */
static bool has_twin(const char *bytes, size_t size, const saying *s)
{
    static const char *const magic[] = {"\x1f\x8b", "\x28\xb5\x2f\xfd", "\xff\xfe", "\xfe\xff",
                                        "\xef\xbb\xbf"};
    for (size_t i = 0; i < sizeof magic / sizeof *magic; i++)
        if (size >= strlen(magic[i]) && memcmp(bytes, magic[i], strlen(magic[i])) == 0)
            return false;
    if (size >= 4 && memcmp(bytes, "\0\0\xfe\xff", 4) == 0)
        return false;
    for (size_t i = 0; i + 3 <= size; i++)
        if (memcmp(bytes + i, "\xef\xbb\xbf", 3) == 0)
            return false;
    return (!s->dialect.encoding || strcmp(s->dialect.encoding, "utf-8") == 0) &&
           s->dialect.skip == 0 && s->delimiter[0];
}

static void read_rows(csv_reader *csv, const char *bytes, size_t size, const saying *s)
{
    int fields[COLUMNS_MOST];
    aisle_error err = AISLE_ERROR_INIT;
    rejects bad = {0};
    text rows = {0};
    batch b = {0};
    aisle_status status = AISLE_OK;
    for (int f = 0; f < COLUMNS_MOST; f++)
        fields[f] = f;
    if (csv_reader_select(csv, fields, csv->shape.n_fields, &err) != AISLE_OK)
        return;
    do {
        status = csv_reader_next(&b, csv, &bad, &err);
        add_rows(&rows, csv, &b);
    } while (status == AISLE_OK && b.rows);
    HOLDS(status == err.code);
    HOLDS(status == AISLE_OK || strstr(err.message, csv->path));
    const csv_counts *c = &csv->counts;
    HOLDS(c->lines == c->before + c->header + c->blank + c->rows + c->joined + c->broken);
    HOLDS(bad.total == c->broken);
    if (status == AISLE_OK && has_twin(bytes, size, s))
        check_twin(&rows, csv, bytes, size, s);
    text_fini(&rows);
    rejects_fini(&bad);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[64];
    csv_reader csv;
    aisle_error err = AISLE_ERROR_INIT;
    if (size < SAYS)
        return 0;
    saying s = listen(data);
    s.dialect.delimiter = s.delimiter[0] ? s.delimiter : NULL;
    int file = memfd_create("fuzzed", MFD_CLOEXEC);
    if (file < 0)
        return 0;
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    if (write_file(file, data + SAYS, size - SAYS, s.packing)) {
        aisle_status status = csv_reader_init(&csv, path, &s.dialect, s.threads, &err);
        HOLDS(status == err.code);
        HOLDS(status == AISLE_OK || status == AISLE_ERROR_DATA || status == AISLE_ERROR_MEMORY);
        HOLDS(status == AISLE_OK || strstr(err.message, path));
        if (status == AISLE_OK) {
            csv.chunk_bytes = s.small ? 16 : csv.chunk_bytes;
            if (csv.shape.n_fields <= COLUMNS_MOST)
                read_rows(&csv, (const char *)data + SAYS, size - SAYS, &s);
            csv_reader_fini(&csv);
        }
    }
    close(file);
    return 0;
}
