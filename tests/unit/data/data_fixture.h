/* Files of a test in a folder of their own, and datasets read from them. */
#ifndef DATA_FIXTURE_H
#define DATA_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "data/dataset_type.h"

/* cmocka setup and teardown: *state is the folder's path. */
int fixture_setup(void **state);
int fixture_teardown(void **state);

/* "folder/name" in a buffer that the next eight calls leave alone. */
const char *fixture_path(void **state, const char *name);

void fixture_write(void **state, const char *name, const char *bytes);
void fixture_write_n(void **state, const char *name, const char *bytes, size_t length);

/* A file's bytes, freed with mem_free. */
char *fixture_slurp(void **state, const char *name);

/* Runs SQL in a DuckDB of its own; ${folder} in it becomes the folder. */
void fixture_sql(void **state, const char *sql);

/* A configuration whose paths are relative to the folder. */
aisle_config *fixture_config(void **state, const char *yaml);

/* Reads what it names; fails the test with the message. */
aisle_dataset *fixture_read(void **state, const char *yaml);

/* Expects that reading fails with code, and leaves the message in err. */
void fixture_read_fails(void **state, const char *yaml, aisle_status code, aisle_error *err);

/* Every array, to the bit; names of attribute columns may differ. */
void assert_datasets_equal(const aisle_dataset *a, const aisle_dataset *b);

/* A file of rejected lines has these, each with the file that it is of behind it. */
void fixture_assert_rejected(void **state, const char *name, const char *of, const char *lines);

void assert_mentions(const char *message, const char *part);

#endif
