/* tests/unit/model/model_fixture.h: small models, and their files. */
#ifndef MODEL_FIXTURE_H
#define MODEL_FIXTURE_H

#include "aisle/model.h"
#include "receipts.h"

/* Fitted on receipts_init's receipts of a seed. Fails the test on an error. */
aisle_model *model_of(uint64_t seed, const char *yaml, int threads);
aisle_model *model_of_receipts(const receipts *r, const char *yaml, int threads);

/* A path in a new temporary folder, and its removal with the folder's files. */
void temporary_path(char out[256], const char *name);
void temporary_remove(const char *path);

void save(const aisle_model *m, const char *path);
aisle_model *open_model(const char *path);

/* The file's bytes, 64-byte aligned, freed with mem_free. */
char *bytes_of(const char *path, size_t *length);
void write_bytes(const char *path, const char *bytes, size_t length);

/* Both give everybody, and strangers, the same lists, to the bit. */
void same_answers(const aisle_model *a, const aisle_model *b, size_t k);

#endif
