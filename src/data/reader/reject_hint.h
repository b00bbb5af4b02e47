/* data/reader/reject_hint.h: which key would read a line that was set aside. */
#ifndef DATA_READER_REJECT_HINT_H
#define DATA_READER_REJECT_HINT_H

#include "config/options.h"
#include "data/reader/rejects.h"

/* What was declared of the table. */
typedef struct reject_declared {
    const char *key; /* "data.receipts" */
    const source_options *source;
    const char *time_format; /* NULL: none */
} reject_declared;

/* A rejects_hint; data is a reject_declared. */
void reject_hint(text *out, const rejects *r, const reject_count *count, const void *data);

#endif
