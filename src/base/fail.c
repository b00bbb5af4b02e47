#include "base/fail.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

static aisle_status fail_list(aisle_error *err, aisle_status code, const char *format, va_list list)
{
    if (err) {
        memset(err, 0, sizeof *err);
        err->code = code;
        char message[sizeof err->message];
        vsnprintf(message, sizeof message, format, list);
        utf8_escape(err->message, sizeof err->message, message);
    }
    return code;
}

aisle_status fail(aisle_error *err, aisle_status code, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    fail_list(err, code, format, list);
    va_end(list);
    return code;
}

aisle_status fail_at(aisle_error *err, aisle_status code, const char *file, uint32_t line,
                     uint32_t column, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    fail_list(err, code, format, list);
    va_end(list);
    if (err) {
        utf8_escape(err->file, sizeof err->file, file ? file : "");
        err->line = line;
        err->column = column;
    }
    return code;
}

aisle_status fail_memory(aisle_error *err)
{
    return fail(err, AISLE_ERROR_MEMORY, "out of memory");
}
