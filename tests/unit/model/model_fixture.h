/* tests/unit/model/model_fixture.h: small models, and their files. */
#ifndef MODEL_FIXTURE_H
#define MODEL_FIXTURE_H

#include "aisle/model.h"
#include "receipts.h"

/* Fitted on receipts_init's receipts of a seed. Fails the test on an error. */
aisle_model *model_of(uint64_t seed, const char *yaml, int threads);
aisle_model *model_of_receipts(const receipts *r, const char *yaml, int threads);

/* The list of a household of the model, in a session of its own. */
aisle_status try_model(size_t *n, aisle_recommendation *list, size_t k, const aisle_model *m,
                       uint32_t user, const aisle_recommend_options *options, aisle_error *err);

/* The household's list; fails the test on an error. Returns its length. */
size_t ask_model(aisle_recommendation *list, size_t k, const aisle_model *m, uint32_t user,
                 const aisle_recommend_options *options);

/* A path in a new temporary folder, and its removal with the folder's files. */
void temporary_path(char out[256], const char *name);
void temporary_remove(const char *path);

void save(const aisle_model *m, const char *path);
aisle_model *open_model(const char *path);

/* The file's bytes, 64-byte aligned, freed with mem_free. */
char *bytes_of(const char *path, size_t *length);
void write_bytes(const char *path, const char *bytes, size_t length);

/* The file is refused by its name, with a message that has this text. */
void refused_file(const char *path, const char *text);

/* Both give everybody, and strangers, the same lists, to the bit. */
void same_answers(const aisle_model *a, const aisle_model *b, size_t k);

#endif
