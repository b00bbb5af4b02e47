#include "report/json_text.h"

#include <math.h>
#include <string.h>

static void separate(text *t)
{
    if (t->length && !strchr("{[:", t->bytes[t->length - 1]))
        text_add_bytes(t, ",", 1);
}

void json_open(text *t, char bracket)
{
    separate(t);
    text_add_bytes(t, &bracket, 1);
}

void json_close(text *t, char bracket)
{
    text_add_bytes(t, &bracket, 1);
}

void json_key(text *t, const char *key)
{
    json_add_string(t, key);
    text_add_bytes(t, ":", 1);
}

/* < and & would let a text end the script, or begin a comment in it. */
void json_add_string(text *t, const char *s)
{
    separate(t);
    if (!s) {
        text_add(t, "null");
        return;
    }
    text_add_bytes(t, "\"", 1);
    for (; *s; s++) {
        if ((unsigned char)*s < ' ' || strchr("\"\\<>&\x7f", *s))
            text_add(t, "\\u%04x", (unsigned)*s);
        else
            text_add_bytes(t, s, 1);
    }
    text_add_bytes(t, "\"", 1);
}

void json_number(text *t, double value)
{
    separate(t);
    if (isfinite(value))
        text_add(t, "%.9g", value);
    else
        text_add(t, "null");
}

void json_named_string(text *t, const char *key, const char *s)
{
    json_key(t, key);
    json_add_string(t, s);
}

void json_named_number(text *t, const char *key, double value)
{
    json_key(t, key);
    json_number(t, value);
}
