/* Files of a test as people send them: compressed, in other encodings. */
#ifndef PACKED_H
#define PACKED_H

#include <stddef.h>

#include "base/text.h"

typedef enum packing_kind { PLAIN, GZIP, ZSTANDARD, PACKINGS } packing_kind;

/* The bytes in the encoding that iconv knows; behind what out has. */
void encode_text(text *out, const char *bytes, size_t length, const char *encoding);

/* The bytes packed as so many members, end to end; behind what out has. */
void pack_bytes(text *out, const char *bytes, size_t length, packing_kind kind, size_t members);

/* By universal newlines: LF, CRLF, CR; a last line without a break is one. */
size_t count_lines(const char *bytes, size_t length);

#endif
