/* base/fail.h: filling in an aisle_error, and leaving a function by its `done:` label. */
#ifndef BASE_FAIL_H
#define BASE_FAIL_H

#include "aisle/error.h"

/* Writes code and message into err (may be NULL) and returns code. */
__attribute__((format(printf, 3, 4))) aisle_status fail(aisle_error *err, aisle_status code,
                                                        const char *format, ...);

/* As fail, with a place in a text: file may be NULL, line and column 0 where unknown. */
__attribute__((format(printf, 6, 7))) aisle_status fail_at(aisle_error *err, aisle_status code,
                                                           const char *file, uint32_t line,
                                                           uint32_t column, const char *format,
                                                           ...);

aisle_status fail_memory(aisle_error *err);

/* In a function with `aisle_status status = AISLE_OK;` and a label `done:`. */
#define TRY(call)                                                                                  \
    do {                                                                                           \
        status = (call);                                                                           \
        if (status != AISLE_OK)                                                                    \
            goto done;                                                                             \
    } while (0)

#define TRY_ALLOC(pointer)                                                                         \
    do {                                                                                           \
        if ((pointer) == NULL) {                                                                   \
            status = fail_memory(err);                                                             \
            goto done;                                                                             \
        }                                                                                          \
    } while (0)

#endif
