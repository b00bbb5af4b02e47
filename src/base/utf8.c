#include "base/utf8.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* Length of the UTF-8 sequence at p, 0 for none: no overlong ones, no surrogates. */
static size_t sequence_length(const unsigned char *p, size_t left)
{
    if (p[0] < 0x80)
        return p[0] != 0;
    if (p[0] < 0xc2 || p[0] > 0xf4)
        return 0;
    size_t n = p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
    if (n > left)
        return 0;
    for (size_t i = 1; i < n; i++)
        if ((p[i] & 0xc0) != 0x80)
            return 0;
    bool bad = (p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) ||
               (p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f);
    return bad ? 0 : n;
}

bool utf8_is_clean(const char *bytes, size_t length)
{
    const unsigned char *p = (const unsigned char *)bytes;
    for (size_t at = 0; at < length;) {
        uint64_t word;
        /* Eight bytes of ASCII at once, none of them zero. */
        if (length - at >= 8 && (memcpy(&word, p + at, 8), true) &&
            !((word | (word - UINT64_C(0x0101010101010101))) & UINT64_C(0x8080808080808080))) {
            at += 8;
            continue;
        }
        size_t n = sequence_length(p + at, length - at);
        if (n == 0)
            return false;
        at += n;
    }
    return true;
}

size_t utf8_cut(const char *text, size_t most)
{
    size_t n = strlen(text);
    if (n <= most)
        return n;
    for (n = most; n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80;)
        n--;
    return n;
}

void utf8_escape(char *out, size_t size, const char *text)
{
    const unsigned char *p = (const unsigned char *)text;
    size_t left = strlen(text), n = 0;
    while (left) {
        bool control = (*p < 0x20 && *p != '\n' && *p != '\t') || *p == 0x7f;
        size_t length = control ? 0 : sequence_length(p, left);
        if (n + (length ? length : 4) >= size)
            break;
        if (length)
            memcpy(out + n, p, length);
        else
            snprintf(out + n, 5, "\\x%02x", *p);
        n += length ? length : 4;
        p += length ? length : 1;
        left -= length ? length : 1;
    }
    out[n] = '\0';
}
