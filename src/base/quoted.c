#include "base/quoted.h"

#include <inttypes.h>

/* A character of UTF-8 beyond ASCII, escaped: some of them are line breaks to YAML, others it
 * takes in no other way. Texts come from YAML, so they are UTF-8. */
static const unsigned char *dump_character(text *out, const unsigned char *c)
{
    int more = *c >= 0xf0 ? 3 : *c >= 0xe0 ? 2 : *c >= 0xc0 ? 1 : 0;
    uint32_t code = *c & (0x7fu >> (more ? more + 1 : 0));
    const unsigned char *end = c + 1;
    for (; more > 0 && (*end & 0xc0) == 0x80; more--, end++)
        code = code << 6 | (*end & 0x3fu);
    text_add(out, "\\U%08" PRIx32, code);
    return end;
}

void quoted_text(text *out, const char *value)
{
    text_add(out, "\"");
    for (const unsigned char *c = (const unsigned char *)value; *c;) {
        if (*c >= 0x80) {
            c = dump_character(out, c);
            continue;
        }
        if (*c == '"' || *c == '\\')
            text_add(out, "\\%c", *c);
        else if (*c < 0x20 || *c == 0x7f)
            text_add(out, "\\x%02x", *c);
        else
            text_add_bytes(out, (const char *)c, 1);
        c++;
    }
    text_add(out, "\"");
}

void quoted_scalar(text *out, const char *value)
{
    if (value)
        quoted_text(out, value);
    else
        text_add(out, "null");
}
