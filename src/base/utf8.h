/* base/utf8.h: whether texts are UTF-8, and cutting them between its characters. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* Valid UTF-8 without a zero byte: no overlong sequences, no surrogates. */
bool utf8_is_clean(const char *bytes, size_t length);

/* How many bytes of a text in UTF-8 to keep, up to most, so that no character is cut. */
size_t utf8_cut(const char *text, size_t most);

/* A copy as people can read it: what is no UTF-8, and control characters but line breaks and tabs,
 * become \xNN; cut, between characters, to size bytes with the zero behind it. */
void utf8_escape(char *out, size_t size, const char *text);

#endif
