/* bench/quality/bench_files.h: matrices and lists as files that NumPy reads: int64 sizes, then the
 * arrays one after another. Each writer answers {} on success. */
#ifndef BENCH_FILES_H
#define BENCH_FILES_H

#include "candidates/blend.h"

/* Rows, columns, entries; offsets int64 [rows + 1]; columns int32; values float. */
bool write_counts(const char *path, const list_context *context, const households *h,
                  aisle_error *err);
bool write_weights(const char *path, const list_context *context, const households *h,
                   aisle_error *err);

/* Users, items, lines, as_of; offsets int64 [users + 1]; item, day, basket int32 [lines]. */
bool write_lines(const char *path, const households *h, aisle_error *err);

/* What level 2's features are made of. Users, items, lines, as_of, rows, category columns; offsets
 * int64 [users + 1]; item, day, basket int32, quantity float, value double [lines]; offsets of the
 * candidates [users + 1], their items int32 [rows]; of each category column its name, 64 bytes,
 * and codes int32 [items]. */
bool write_features_source(const char *path, const households *h, const candidate_lists *lists,
                           aisle_error *err);

/* Lists, places; count int32 [n]; item int32 [n * k]; score float [n * k]. */
bool write_lists(const char *path, const item_lists *lists, aisle_error *err);
bool read_lists(const char *path, item_lists *out, aisle_error *err);

/* Users, items, factors; float [users][factors], then [items][factors]. */
bool write_factors(const char *path, const retriever *r, void *state, const list_context *context,
                   const households *h, aisle_error *err);

/* Kilobytes of a line of /proc/self/status. */
size_t memory_line(const char *name);

#endif
