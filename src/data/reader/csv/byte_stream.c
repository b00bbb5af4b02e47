#include "data/reader/csv/byte_stream.h"

#include <errno.h>
#include <fcntl.h>
#include <iconv.h>
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "base/fail.h"
#include "base/mem.h"

enum { PIECE = 262144 };

#define NO_CONVERSION ((iconv_t)-1)

typedef enum packing { PACKED_NOT, PACKED_GZIP, PACKED_ZSTD } packing;

/* Bytes between two steps: [at, end) of them are not taken yet. */
typedef struct piece {
    char *bytes;
    size_t at, end;
} piece;

struct byte_stream {
    const char *path;
    int file;
    bool file_ended;
    uint64_t size, taken; /* bytes of the file: when it was opened; that were read */
    packing packed;
    bool in_member; /* of a compressed file: it has begun and not ended */
    z_stream gzip;
    bool has_gzip;
    ZSTD_DStream *zstd;
    piece packed_bytes, plain;
    bool plain_ended;
    iconv_t conversion;
    size_t unit; /* bytes that the encoding's characters are made of */
};

/* ---- The file ---- */

/* *n = 0 at the end of the file, which is not before the size that it had. */
static aisle_status read_some(size_t *n, byte_stream *s, char *to, size_t room, aisle_error *err)
{
    ssize_t got;
    while ((got = read(s->file, to, room)) < 0 && errno == EINTR)
        ;
    if (got < 0)
        return fail_at(err, AISLE_ERROR_IO, s->path, 0, 0, "cannot read '%s': %s", s->path,
                       strerror(errno));
    *n = (size_t)got;
    s->taken += *n;
    if (got == 0 && s->taken < s->size)
        return fail_at(err, AISLE_ERROR_IO, s->path, 0, 0,
                       "'%s' became shorter while it was read: found %" PRIu64
                       " bytes, expected %" PRIu64,
                       s->path, s->taken, s->size);
    return AISLE_OK;
}

/* Moves what is left to the front and fills up. */
static aisle_status fill_from_file(byte_stream *s, piece *p, aisle_error *err)
{
    memmove(p->bytes, p->bytes + p->at, p->end - p->at);
    p->end -= p->at;
    p->at = 0;
    while (p->end < PIECE && !s->file_ended) {
        size_t n;
        aisle_status status = read_some(&n, s, p->bytes + p->end, PIECE - p->end, err);
        if (status != AISLE_OK)
            return status;
        s->file_ended = n == 0;
        p->end += n;
    }
    return AISLE_OK;
}

static bool begins_with(const piece *p, const char *magic, size_t length)
{
    return p->end - p->at >= length && memcmp(p->bytes + p->at, magic, length) == 0;
}

static aisle_status find_packing(byte_stream *s, aisle_error *err)
{
    static const struct {
        const char *magic;
        size_t length;
        const char *name;
    } others[] = {
        {"PAR1", 4, "a Parquet file without the ending .parquet"},
        {"PK\x03\x04", 4, "a ZIP archive (or an Excel workbook): unpack it, or save it as CSV"},
        {"\xd0\xcf\x11\xe0", 4, "an Excel workbook: save it as CSV"},
        {"BZh", 3, "packed by bzip2, expected gzip, zstd or no packing"},
        {"\xfd"
         "7zXZ",
         5, "packed by xz, expected gzip, zstd or no packing"},
    };
    const piece *p = &s->packed_bytes;
    if (begins_with(p, "\x1f\x8b", 2))
        s->packed = PACKED_GZIP;
    else if (begins_with(p, "\x28\xb5\x2f\xfd", 4))
        s->packed = PACKED_ZSTD;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (begins_with(p, others[i].magic, others[i].length))
            return fail_at(err, AISLE_ERROR_DATA, s->path, 0, 0, "'%s' is %s", s->path,
                           others[i].name);
    return AISLE_OK;
}

/* ---- Unpacking ---- */

static aisle_status fail_packed(const byte_stream *s, const char *why, aisle_error *err)
{
    return fail_at(err, AISLE_ERROR_DATA, s->path, 0, 0, "'%s' cannot be unpacked: %s", s->path,
                   why);
}

/* One step; a file may be several members end to end. */
static aisle_status step_gzip(size_t *made, byte_stream *s, char *to, size_t room, aisle_error *err)
{
    piece *in = &s->packed_bytes;
    z_stream *z = &s->gzip;
    if (!s->in_member) {
        if (s->has_gzip ? inflateReset(z) : inflateInit2(z, 15 + 16))
            return fail_memory(err);
        s->has_gzip = s->in_member = true;
    }
    z->next_in = (unsigned char *)in->bytes + in->at;
    z->avail_in = (unsigned)(in->end - in->at);
    z->next_out = (unsigned char *)to;
    z->avail_out = (unsigned)(room < PIECE ? room : PIECE);
    unsigned asked = z->avail_out;
    int code = inflate(z, Z_NO_FLUSH);
    in->at = in->end - z->avail_in;
    *made = asked - z->avail_out;
    if (code == Z_STREAM_END)
        s->in_member = false;
    else if (code == Z_MEM_ERROR)
        return fail_memory(err);
    else if (code != Z_OK && code != Z_BUF_ERROR)
        return fail_packed(s, z->msg ? z->msg : "it is damaged", err);
    return AISLE_OK;
}

static aisle_status step_zstd(size_t *made, byte_stream *s, char *to, size_t room, aisle_error *err)
{
    piece *in = &s->packed_bytes;
    if (!s->zstd && !(s->zstd = ZSTD_createDStream()))
        return fail_memory(err);
    ZSTD_inBuffer from = {in->bytes, in->end, in->at};
    ZSTD_outBuffer into = {to, room, 0};
    size_t code = ZSTD_decompressStream(s->zstd, &into, &from);
    if (ZSTD_isError(code))
        return fail_packed(s, ZSTD_getErrorName(code), err);
    in->at = from.pos;
    *made = into.pos;
    s->in_member = code != 0;
    return AISLE_OK;
}

static aisle_status unpack(size_t *n, byte_stream *s, char *to, size_t room, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    piece *in = &s->packed_bytes;
    *n = 0;
    while (*n == 0) {
        if (in->at == in->end)
            TRY(fill_from_file(s, in, err));
        if (in->at == in->end && !s->in_member)
            break;
        bool ended = in->at == in->end;
        TRY(s->packed == PACKED_GZIP ? step_gzip(n, s, to, room, err)
                                     : step_zstd(n, s, to, room, err));
        if (*n == 0 && ended && s->in_member)
            TRY(fail_packed(s, "it ends too early", err));
    }
done:
    return status;
}

/* Bytes as the file has them once it is unpacked. */
static aisle_status read_plain(size_t *n, byte_stream *s, char *to, size_t room, aisle_error *err)
{
    piece *in = &s->packed_bytes;
    if (s->packed != PACKED_NOT)
        return unpack(n, s, to, room, err);
    if (in->at == in->end) {
        aisle_status status = fill_from_file(s, in, err);
        if (status != AISLE_OK)
            return status;
    }
    *n = in->end - in->at < room ? in->end - in->at : room;
    memcpy(to, in->bytes + in->at, *n);
    in->at += *n;
    return AISLE_OK;
}

/* ---- Encodings ---- */

const char *encoding_name(const char *name)
{
    static const char *const names[][2] = {
        {"latin-1", "ISO-8859-1"},  {"latin1", "ISO-8859-1"},   {"latin-9", "ISO-8859-15"},
        {"windows-1252", "CP1252"}, {"cp-1252", "CP1252"},      {"ansi", "CP1252"},
        {"windows-1250", "CP1250"}, {"windows-1251", "CP1251"}, {"windows-1253", "CP1253"},
        {"windows-1254", "CP1254"}, {"utf8", "UTF-8"},          {"utf-8-sig", "UTF-8"},
        {"utf16", "UTF-16"},        {"shift-jis", "SHIFT_JIS"}, {"sjis", "SHIFT_JIS"},
        {"gb2312", "GB18030"},      {"gbk", "GB18030"},         {"euc-kr", "CP949"},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcasecmp(name, names[i][0]) == 0)
            return names[i][1];
    return name;
}

static aisle_status top_up(byte_stream *s, aisle_error *err)
{
    piece *p = &s->plain;
    memmove(p->bytes, p->bytes + p->at, p->end - p->at);
    p->end -= p->at;
    p->at = 0;
    while (p->end < PIECE && !s->plain_ended) {
        size_t n;
        aisle_status status = read_plain(&n, s, p->bytes + p->end, PIECE - p->end, err);
        if (status != AISLE_OK)
            return status;
        s->plain_ended = n == 0;
        p->end += n;
    }
    return AISLE_OK;
}

/* A mark at the beginning says what the text is in; it is no part of the text. */
static const char *take_mark(byte_stream *s, const char *declared)
{
    static const struct {
        const char *mark;
        size_t length;
        const char *encoding;
    } marks[] = {
        {"\xff\xfe\0\0", 4, "UTF-32LE"}, {"\0\0\xfe\xff", 4, "UTF-32BE"},
        {"\xef\xbb\xbf", 3, "UTF-8"},    {"\xff\xfe", 2, "UTF-16LE"},
        {"\xfe\xff", 2, "UTF-16BE"},
    };
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        if (!begins_with(&s->plain, marks[i].mark, marks[i].length))
            continue;
        bool fits = !declared || strncasecmp(declared, marks[i].encoding, strlen(declared)) == 0 ||
                    strncasecmp(declared, marks[i].encoding, 6) == 0;
        if (!fits)
            return declared;
        s->plain.at += marks[i].length;
        return marks[i].encoding;
    }
    /* Spreadsheets write UTF-16 with the mark, or in the order of their processor. */
    return declared && strcasecmp(declared, "UTF-16") == 0 ? "UTF-16LE" : declared;
}

static size_t unit_of(const char *encoding)
{
    static const struct {
        const char *begin;
        size_t unit;
    } wide[] = {{"UTF-16", 2}, {"UTF16", 2}, {"UCS-2", 2}, {"UCS2", 2}, {"UNICODE", 2},
                {"UTF-32", 4}, {"UTF32", 4}, {"UCS-4", 4}, {"UCS4", 4}};
    for (size_t i = 0; i < sizeof wide / sizeof *wide; i++)
        if (strncasecmp(encoding, wide[i].begin, strlen(wide[i].begin)) == 0)
            return wide[i].unit;
    return 1;
}

static aisle_status set_encoding(byte_stream *s, const char *declared, aisle_error *err)
{
    const char *from = take_mark(s, declared ? encoding_name(declared) : NULL);
    if (!from || strcasecmp(from, "UTF-8") == 0)
        return AISLE_OK;
    s->unit = unit_of(from);
    /* "" would be the encoding of the locale. */
    s->conversion = *from ? iconv_open("UTF-8", from) : NO_CONVERSION;
    if (s->conversion != NO_CONVERSION)
        return AISLE_OK;
    return fail_at(err, AISLE_ERROR_CONFIG, s->path, 0, 0,
                   "encoding: found '%s', expected one that iconv knows here, such as latin-1, "
                   "windows-1252, utf-16, big5 (`iconv -l` lists them)",
                   declared ? declared : from);
}

/* Steps over a character that is none, as one byte that is no UTF-8: the text that holds it is
 * refused. */
static void mark_bad(piece *p, size_t unit, char **out, size_t *left)
{
    p->at += p->end - p->at < unit ? p->end - p->at : unit;
    *(*out)++ = '\xff';
    --*left;
}

static aisle_status convert(size_t *n, byte_stream *s, char *to, size_t room, aisle_error *err)
{
    piece *p = &s->plain;
    char *out = to;
    size_t left = room;
    while (left >= BYTE_STREAM_LEAST && (out == to || p->at < p->end)) {
        if (p->end - p->at < BYTE_STREAM_LEAST && !s->plain_ended) {
            aisle_status status = top_up(s, err);
            if (status != AISLE_OK)
                return status;
        }
        if (p->at == p->end) {
            /* A letter that an accent could have followed is still on its way. */
            iconv(s->conversion, NULL, NULL, &out, &left);
            break;
        }
        char *in = p->bytes + p->at;
        size_t before = p->end - p->at, rest = before;
        size_t code = iconv(s->conversion, &in, &rest, &out, &left);
        p->at = p->end - rest;
        if (code != (size_t)-1 || errno == E2BIG)
            continue;
        if (errno == EINVAL && !s->plain_ended)
            continue;
        mark_bad(p, s->unit, &out, &left);
    }
    *n = (size_t)(out - to);
    return AISLE_OK;
}

/* ---- The whole ---- */

/* A file is looked into before it is read: what comes from a pipe would be gone by then. */
static aisle_status check_kind(uint64_t *size, const char *path, aisle_error *err)
{
    struct stat about;
    *size = 0;
    if (stat(path, &about) != 0)
        return AISLE_OK;
    *size = (uint64_t)about.st_size;
    if (S_ISREG(about.st_mode))
        return AISLE_OK;
    return fail_at(err, AISLE_ERROR_IO, path, 0, 0,
                   "cannot read '%s': found %s, expected a file, which can be read more than once",
                   path,
                   S_ISDIR(about.st_mode)    ? "a folder"
                   : S_ISFIFO(about.st_mode) ? "a pipe"
                                             : "a device");
}

aisle_status byte_stream_open(byte_stream **out, const char *path, const char *encoding,
                              aisle_error *err)
{
    aisle_status status = AISLE_OK;
    byte_stream *s = NEW_ZEROED(byte_stream, 1);
    TRY_ALLOC(s);
    s->path = path;
    s->conversion = NO_CONVERSION;
    s->file = -1;
    TRY(check_kind(&s->size, path, err));
    s->file = open(path, O_RDONLY | O_CLOEXEC);
    if (s->file < 0)
        TRY(fail_at(err, AISLE_ERROR_IO, path, 0, 0, "cannot read '%s': %s", path,
                    strerror(errno)));
    TRY_ALLOC(s->packed_bytes.bytes = NEW_ARRAY(char, PIECE));
    TRY_ALLOC(s->plain.bytes = NEW_ARRAY(char, PIECE));
    TRY(fill_from_file(s, &s->packed_bytes, err));
    TRY(find_packing(s, err));
    TRY(top_up(s, err));
    TRY(set_encoding(s, encoding, err));
    *out = s;
    s = NULL;
done:
    byte_stream_close(s);
    return status;
}

aisle_status byte_stream_read(size_t *n, byte_stream *s, char *to, size_t room, aisle_error *err)
{
    piece *p = &s->plain;
    if (s->conversion != NO_CONVERSION)
        return convert(n, s, to, room, err);
    if (p->at < p->end) {
        *n = p->end - p->at < room ? p->end - p->at : room;
        memcpy(to, p->bytes + p->at, *n);
        p->at += *n;
        return AISLE_OK;
    }
    /* Straight into the caller's bytes. */
    if (s->packed == PACKED_NOT && s->packed_bytes.at == s->packed_bytes.end)
        return read_some(n, s, to, room, err);
    return read_plain(n, s, to, room, err);
}

void byte_stream_close(byte_stream *s)
{
    if (!s)
        return;
    if (s->has_gzip)
        inflateEnd(&s->gzip);
    ZSTD_freeDStream(s->zstd);
    if (s->conversion != NO_CONVERSION)
        iconv_close(s->conversion);
    if (s->file >= 0)
        close(s->file);
    mem_free(s->packed_bytes.bytes);
    mem_free(s->plain.bytes);
    mem_free(s);
}
