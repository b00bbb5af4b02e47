/* aisle/error.h: status codes and the error that a failing call fills in. */
#ifndef AISLE_ERROR_H
#define AISLE_ERROR_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define AISLE_API __attribute__((visibility("default")))
#else
#define AISLE_API
#endif

/* What a call returns. The hundreds are the class; numbers are never reused. */
typedef enum aisle_status {
    AISLE_OK = 0,
    AISLE_ERROR_ARGUMENT = 100,   /* the caller's arguments make no sense together */
    AISLE_ERROR_CONFIG = 200,     /* a configuration: unknown key, wrong value */
    AISLE_ERROR_DATA = 300,       /* a source: missing column, too many bad rows */
    AISLE_ERROR_IO = 400,         /* a file cannot be read or written */
    AISLE_ERROR_FORMAT = 500,     /* a model file is damaged, newer, or no model file */
    AISLE_ERROR_MEMORY = 600,     /* out of memory */
    AISLE_ERROR_DEPENDENCY = 700, /* DuckDB or LightGBM reported a failure */
} aisle_status;

/* Filled on failure. Belongs to the caller; every function takes NULL for "don't tell me".
 * file, line and column are set where the cause is a place in a text ("" and 0 otherwise). */
typedef struct aisle_error {
    aisle_status code;
    char message[768];
    char file[256];
    uint32_t line;
    uint32_t column;
} aisle_error;

/* clang-format off */
#define AISLE_ERROR_INIT {AISLE_OK, "", "", 0, 0}
/* clang-format on */

#ifdef __cplusplus
}
#endif

#endif
