#include "packed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <iconv.h>
#include <zlib.h>
#include <zstd.h>

#include "base/mem.h"

void encode_text(text *out, const char *bytes, size_t length, const char *encoding)
{
    iconv_t conversion = iconv_open(encoding, "UTF-8");
    size_t room = 4 * length + 16, left = room;
    char *buffer = NEW_ARRAY(char, room), *to = buffer, *from = (char *)(uintptr_t)bytes;
    assert_true(conversion != (iconv_t)-1);
    assert_non_null(buffer);
    if (iconv(conversion, &from, &length, &to, &left) == (size_t)-1)
        fail_msg("no %s: error %d, %zu bytes left", encoding, errno, length);
    iconv(conversion, NULL, NULL, &to, &left);
    text_add_bytes(out, buffer, room - left);
    iconv_close(conversion);
    mem_free(buffer);
}

static size_t pack_gzip(char *to, size_t room, const char *bytes, size_t length)
{
    z_stream z = {.next_in = (unsigned char *)(uintptr_t)bytes,
                  .avail_in = (unsigned)length,
                  .next_out = (unsigned char *)to,
                  .avail_out = (unsigned)room};
    assert_int_equal(deflateInit2(&z, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    assert_int_equal(deflateEnd(&z), Z_OK);
    return room - z.avail_out;
}

void pack_bytes(text *out, const char *bytes, size_t length, packing_kind kind, size_t members)
{
    if (kind == PLAIN) {
        text_add_bytes(out, bytes, length);
        return;
    }
    for (size_t m = 0; m < members; m++) {
        size_t from = length * m / members, to = length * (m + 1) / members, n = to - from;
        size_t room = ZSTD_compressBound(n) + n / 1000 + 4096;
        char *buffer = NEW_ARRAY(char, room);
        assert_non_null(buffer);
        size_t made = kind == GZIP ? pack_gzip(buffer, room, bytes + from, n)
                                   : ZSTD_compress(buffer, room, bytes + from, n, 1);
        assert_true(made <= room);
        text_add_bytes(out, buffer, made);
        mem_free(buffer);
    }
}

size_t count_lines(const char *bytes, size_t length)
{
    size_t lines = 0;
    for (size_t i = 0; i < length; i++)
        lines +=
            bytes[i] == '\n' || (bytes[i] == '\r' && !(i + 1 < length && bytes[i + 1] == '\n'));
    return lines + (length && bytes[length - 1] != '\n' && bytes[length - 1] != '\r');
}
