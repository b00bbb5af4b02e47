#include "bench_files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "candidates/factors/als_state.h"
#include "candidates/kernels/dense.h"

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

static bool write_weighted(const char *path, const list_context *context, const households *h,
                           const als_options *options, aisle_error *err)
{
    csr m = {0};
    double means[2];
    als_weigher w = {options, context->c->count, NEW_ARRAY(float, context->c->count), means};
    bool good = w.idf && !als_weigher_fit(&w, h, context->c, err) &&
                !als_weights_init(&m, &w, h, context->c, err) && write_matrix(path, &m, err);
    csr_fini(&m);
    mem_free(w.idf);
    return good;
}

bool write_counts(const char *path, const list_context *context, const households *h,
                  aisle_error *err)
{
    als_options options = context->options->als;
    options.weighting = ALS_COUNT;
    options.alpha = 1;
    return write_weighted(path, context, h, &options, err);
}

bool write_weights(const char *path, const list_context *context, const households *h,
                   aisle_error *err)
{
    return write_weighted(path, context, h, &context->options->als, err);
}

bool write_lines(const char *path, const households *h, aisle_error *err)
{
    int64_t head[] = {h->n_users, h->a->n_items, (int64_t)h->line.n, h->as_of};
    FILE *f = fopen(path, "wbe");
    bool good = put(f, head, sizeof *head, 4) &&
                put(f, h->user_offset, sizeof *h->user_offset, (size_t)h->n_users + 1) &&
                put(f, h->line.item, sizeof *h->line.item, h->line.n) &&
                put(f, h->line.day, sizeof *h->line.day, h->line.n) &&
                put(f, h->line.basket, sizeof *h->line.basket, h->line.n);
    return finish(f, path, good, err);
}

bool write_features_source(const char *path, const households *h, const candidate_lists *lists,
                           aisle_error *err)
{
    uint64_t rows = lists->offset[lists->n];
    int64_t head[] = {h->n_users, h->a->n_items, (int64_t)h->line.n,
                      h->as_of,   (int64_t)rows, (int64_t)h->a->products.columns};
    FILE *f = fopen(path, "wbe");
    bool good = put(f, head, sizeof *head, 6) &&
                put(f, h->user_offset, sizeof *h->user_offset, (size_t)h->n_users + 1) &&
                put(f, h->line.item, sizeof *h->line.item, h->line.n) &&
                put(f, h->line.day, sizeof *h->line.day, h->line.n) &&
                put(f, h->line.basket, sizeof *h->line.basket, h->line.n) &&
                put(f, h->line.quantity, sizeof *h->line.quantity, h->line.n) &&
                put(f, h->line.value, sizeof *h->line.value, h->line.n) &&
                put(f, lists->offset, sizeof *lists->offset, lists->n + 1) &&
                put(f, lists->item, sizeof *lists->item, rows);
    for (size_t c = 0; good && c < h->a->products.columns; c++) {
        char name[64] = {0};
        snprintf(name, sizeof name, "%s", h->a->products.names[c]);
        good = put(f, name, 1, sizeof name) &&
               put(f, h->a->products.code[c], sizeof(uint32_t), h->a->n_items);
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

static bool put_users(FILE *f, const als_state *s, const list_context *context, const households *h,
                      size_t factors)
{
    float *x = NEW_ARRAY(float, s->stride);
    void *room = NEW_ZEROED(char, als_fold_bytes(s));
    bool good = x && room;
    for (uint32_t u = 0; good && u < h->n_users; u++) {
        asker who = {h, u, false};
        als_fold_asker(x, s, context, &who, room);
        good = put(f, x, sizeof *x, factors);
    }
    mem_free(x);
    mem_free(room);
    return good;
}

bool write_factors(const char *path, const retriever *r, void *state, const list_context *context,
                   const households *h, aisle_error *err)
{
    const als_state *s = state;
    size_t factors = (size_t)context->options->als.factors, items = context->c->count;
    if (strcmp(r->name, "als") != 0) {
        fail(err, AISLE_ERROR_ARGUMENT, "%s has no factors", r->name);
        return false;
    }
    float *y = NEW_ARRAY(float, items * s->stride);
    if (!y)
        return false;
    factor_panels_unpack(y, &s->items);
    int64_t head[] = {h->n_users, (int64_t)items, (int64_t)factors};
    FILE *f = fopen(path, "wbe");
    bool good = put(f, head, sizeof *head, 3) && put_users(f, s, context, h, factors);
    for (size_t i = 0; good && i < items; i++)
        good = put(f, y + i * s->stride, sizeof *y, factors);
    mem_free(y);
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
