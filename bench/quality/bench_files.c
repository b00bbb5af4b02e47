#include "bench_files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "candidates/als_weights.h"
#include "candidates/dense.h"

static bool finish(FILE *f, const char *path, bool good, aisle_error *err)
{
    good = f && good && !ferror(f);
    if (f && fclose(f) != 0)
        good = false;
    if (!good)
        fail(err, AISLE_ERROR_IO, "cannot write '%s'", path);
    else
        printf("{}\n");
    return good;
}

static bool put(FILE *f, const void *data, size_t size, size_t n)
{
    return f && fwrite(data, size, n, f) == n;
}

static bool write_matrix(const char *path, const csr *m, aisle_error *err)
{
    int64_t head[] = {m->rows, m->columns, (int64_t)csr_entries(m)};
    FILE *f = fopen(path, "wbe");
    bool good = put(f, head, sizeof *head, 3) &&
                put(f, m->offset, sizeof *m->offset, (size_t)m->rows + 1) &&
                put(f, m->column, sizeof *m->column, csr_entries(m)) &&
                put(f, m->value, sizeof *m->value, csr_entries(m));
    return finish(f, path, good, err);
}

static bool write_weighted(const char *path, const list_context *context,
                           const als_options *options, aisle_error *err)
{
    csr m;
    if (als_weights_init(&m, context->h, context->c, options, err))
        return false;
    bool good = write_matrix(path, &m, err);
    csr_fini(&m);
    return good;
}

bool write_counts(const char *path, const list_context *context, aisle_error *err)
{
    als_options options = context->options->als;
    options.weighting = ALS_COUNT;
    options.alpha = 1;
    return write_weighted(path, context, &options, err);
}

bool write_weights(const char *path, const list_context *context, aisle_error *err)
{
    return write_weighted(path, context, &context->options->als, err);
}

bool write_lines(const char *path, const history *h, aisle_error *err)
{
    int64_t head[] = {h->n_users, h->n_items, (int64_t)h->lines, h->as_of};
    FILE *f = fopen(path, "wbe");
    bool good = put(f, head, sizeof *head, 4) &&
                put(f, h->user_offset, sizeof *h->user_offset, (size_t)h->n_users + 1) &&
                put(f, h->item, sizeof *h->item, h->lines) &&
                put(f, h->day, sizeof *h->day, h->lines) &&
                put(f, h->basket, sizeof *h->basket, h->lines);
    return finish(f, path, good, err);
}

bool write_features_source(const char *path, const history *h, const candidate_lists *lists,
                           aisle_error *err)
{
    uint64_t rows = lists->offset[lists->n];
    int64_t head[] = {h->n_users, h->n_items,    (int64_t)h->lines,
                      h->as_of,   (int64_t)rows, (int64_t)h->products.columns};
    FILE *f = fopen(path, "wbe");
    bool good = put(f, head, sizeof *head, 6) &&
                put(f, h->user_offset, sizeof *h->user_offset, (size_t)h->n_users + 1) &&
                put(f, h->item, sizeof *h->item, h->lines) &&
                put(f, h->day, sizeof *h->day, h->lines) &&
                put(f, h->basket, sizeof *h->basket, h->lines) &&
                put(f, h->quantity, sizeof *h->quantity, h->lines) &&
                put(f, h->value, sizeof *h->value, h->lines) &&
                put(f, lists->offset, sizeof *lists->offset, lists->n + 1) &&
                put(f, lists->item, sizeof *lists->item, rows);
    for (size_t c = 0; good && c < h->products.columns; c++) {
        char name[64] = {0};
        snprintf(name, sizeof name, "%s", h->products.names[c]);
        good = put(f, name, 1, sizeof name) &&
               put(f, h->products.code[c], sizeof(uint32_t), h->n_items);
    }
    return finish(f, path, good, err);
}

bool write_lists(const char *path, const item_lists *lists, aisle_error *err)
{
    int64_t head[] = {(int64_t)lists->n, lists->k};
    FILE *f = fopen(path, "wbe");
    bool good = put(f, head, sizeof *head, 2) &&
                put(f, lists->count, sizeof *lists->count, lists->n) &&
                put(f, lists->item, sizeof *lists->item, lists->n * lists->k) &&
                put(f, lists->score, sizeof *lists->score, lists->n * lists->k);
    return finish(f, path, good, err);
}

bool read_lists(const char *path, item_lists *out, aisle_error *err)
{
    int64_t head[2];
    FILE *f = fopen(path, "rbe");
    bool good = f && fread(head, sizeof *head, 2, f) == 2 &&
                !item_lists_init(out, (size_t)head[0], (uint32_t)head[1], err);
    size_t places = good ? out->n * out->k : 0;
    good = good && fread(out->count, sizeof *out->count, out->n, f) == out->n &&
           fread(out->item, sizeof *out->item, places, f) == places &&
           fread(out->score, sizeof *out->score, places, f) == places;
    if (f)
        fclose(f);
    if (!good)
        fail(err, AISLE_ERROR_IO, "cannot read '%s'", path);
    return good;
}

/* Item factors come in panels of 16 (candidates/panels.h). */
static bool put_panels(FILE *f, const float *panels, size_t items, size_t factors, size_t stride)
{
    float row[1024];
    for (size_t i = 0; i < items; i++) {
        const float *panel = panels + i / 16 * 16 * stride;
        for (size_t k = 0; k < factors; k++)
            row[k] = panel[k * 16 + i % 16];
        if (!put(f, row, sizeof *row, factors))
            return false;
    }
    return true;
}

bool write_factors(const char *path, const retriever *r, void *state, const list_context *context,
                   aisle_error *err)
{
    state_array arrays[8];
    size_t n = r->arrays ? r->arrays(arrays, state) : 0;
    size_t factors = (size_t)context->options->als.factors, stride = dense_stride(factors);
    size_t users = context->h->n_users, items = context->c->count;
    if (n < 2 || strcmp(arrays[0].name, "users") != 0 || arrays[0].count != users * stride ||
        strcmp(arrays[1].name, "items") != 0 || arrays[1].size != sizeof(float)) {
        fail(err, AISLE_ERROR_ARGUMENT, "factors are not as bench_files.c knows them");
        return false;
    }
    int64_t head[] = {(int64_t)users, (int64_t)items, (int64_t)factors};
    const float *x = *arrays[0].data;
    FILE *f = fopen(path, "wbe");
    bool good = put(f, head, sizeof *head, 3);
    for (size_t u = 0; good && u < users; u++)
        good = put(f, x + u * stride, sizeof *x, factors);
    good = good && put_panels(f, *arrays[1].data, items, factors, stride);
    return finish(f, path, good, err);
}

size_t memory_line(const char *name)
{
    char line[256];
    size_t kilobytes = 0, length = strlen(name);
    FILE *f = fopen("/proc/self/status", "re");
    while (f && fgets(line, sizeof line, f))
        if (strncmp(line, name, length) == 0)
            kilobytes = strtoul(line + length, NULL, 10);
    if (f)
        fclose(f);
    return kilobytes;
}
