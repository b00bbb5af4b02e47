/* report/json_text.h: JSON into a text, safe within <script>. Commas come of themselves. */
#ifndef REPORT_JSON_TEXT_H
#define REPORT_JSON_TEXT_H

#include "base/text.h"

void json_open(text *t, char bracket);  /* { or [ */
void json_close(text *t, char bracket); /* } or ] */
void json_key(text *t, const char *key);
void json_add_string(text *t, const char *s); /* NULL: null */
void json_number(text *t, double value);      /* null where it is not finite */

void json_named_string(text *t, const char *key, const char *s);
void json_named_number(text *t, const char *key, double value);

#endif
