/* base/text.h: a growing text, and parsing numbers without surprises. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Zero-initialise to start; failed becomes true when memory ran out and stays so. */
typedef struct text {
    char *bytes; /* zero-terminated, NULL while empty */
    size_t length, capacity;
    bool failed;
} text;

__attribute__((format(printf, 2, 3))) void text_add(text *t, const char *format, ...);
void text_add_bytes(text *t, const char *bytes, size_t length);
/* "17 %", or "under 1 %". */
void text_add_percent(text *t, double percent);
void text_fini(text *t);

/* The whole of s as a number: true on success. No locale, no spaces, no trailing text. */
bool text_parse_i64(int64_t *out, const char *s, size_t length);
bool text_parse_real(double *out, const char *s);

/* As text_parse_i64, and s is how the number is printed (no sign +, no leading zero, no -0). */
bool text_parse_canonical_i64(int64_t *out, const char *s, size_t length);

#endif
