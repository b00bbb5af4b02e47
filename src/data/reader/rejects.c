#include "data/reader/rejects.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fail.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"

enum { LONGEST_VALUE = 200 };

static aisle_status count_reject(rejects *r, uint64_t line, const char *reason, const char *column,
                                 aisle_error *err)
{
    size_t i = 0;
    while (i < r->n_counts &&
           (strcmp(r->counts[i].reason, reason) != 0 || strcmp(r->counts[i].column, column) != 0))
        i++;
    if (i == r->n_counts) {
        if (mem_grow(&r->counts, &r->count_capacity, i + 1, sizeof *r->counts))
            return fail_memory(err);
        r->counts[r->n_counts++] = (reject_count){.reason = reason, .column = column};
    }
    reject_count *count = &r->counts[i];
    if (count->lines < REJECTS_LINES_NAMED)
        count->first[count->lines] = line;
    count->lines++;
    r->total++;
    return AISLE_OK;
}

aisle_status rejects_add(rejects *r, uint64_t line, const char *reason, const char *column,
                         slice value, aisle_error *err)
{
    aisle_status status = count_reject(r, line, reason, column, err);
    if (status != AISLE_OK || r->kept == REJECTS_KEPT)
        return status;
    size_t length = value.length < LONGEST_VALUE ? value.length : LONGEST_VALUE;
    char *copy = mem_text_n(value.bytes ? value.bytes : "", value.bytes ? length : 0);
    if (!copy || mem_grow(&r->list, &r->capacity, r->kept + 1, sizeof *r->list)) {
        mem_free(copy);
        return fail_memory(err);
    }
    r->list[r->kept++] = (reject){line, reason, column, copy};
    return AISLE_OK;
}

static void describe_count(text *out, const reject_count *c)
{
    text_add(out, "%s%s%s%s: %" PRIu64 " (line%s", out->length ? "; " : "", c->column,
             *c->column ? " " : "", c->reason, c->lines, c->lines > 1 ? "s" : "");
    for (uint64_t i = 0; i < c->lines && i < REJECTS_LINES_NAMED; i++)
        text_add(out, "%s %" PRIu64, i ? "," : "", c->first[i]);
    text_add(out, "%s)", c->lines > REJECTS_LINES_NAMED ? ", …" : "");
}

aisle_status rejects_check_share(const rejects *r, uint64_t lines, double most, const char *source,
                                 aisle_error *err)
{
    if (r->total == 0 || (double)r->total <= most * (double)lines)
        return AISLE_OK;
    text why = {0};
    for (size_t i = 0; i < r->n_counts; i++)
        describe_count(&why, &r->counts[i]);
    aisle_status status = fail(err, AISLE_ERROR_DATA,
                               "%s: %" PRIu64 " of %" PRIu64
                               " lines cannot be read, more than data.rejected_share %g allows: %s",
                               source, r->total, lines, most, why.bytes ? why.bytes : "");
    text_fini(&why);
    return status;
}

static void write_field(FILE *stream, const char *field)
{
    if (!strpbrk(field, ",\"\r\n")) {
        fputs(field, stream);
        return;
    }
    fputc('"', stream);
    for (; *field; field++) {
        if (*field == '"')
            fputc('"', stream);
        fputc(*field, stream);
    }
    fputc('"', stream);
}

static int compare_lines(const void *a, const void *b)
{
    const reject *x = a, *y = b;
    return (x->line > y->line) - (x->line < y->line);
}

static void write_table(FILE *stream, rejects *r, const char *name)
{
    /* Broken lines come in before those of their batch that only have a bad cell. */
    if (r->kept)
        qsort(r->list, r->kept, sizeof *r->list, compare_lines);
    for (size_t i = 0; i < r->kept; i++) {
        const reject *one = &r->list[i];
        fprintf(stream, "%" PRIu64 ",", one->line);
        write_field(stream, one->reason);
        fputc(',', stream);
        write_field(stream, one->column);
        fputc(',', stream);
        write_field(stream, one->value);
        fprintf(stream, ",%s\n", name);
    }
}

aisle_status rejects_write(rejects *const *tables, const char *const *names, size_t n,
                           const char *path, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    file_writer w = {0};
    uint64_t total = 0;
    for (size_t i = 0; i < n; i++)
        total += tables[i]->total;
    if (total == 0 && access(path, F_OK) != 0)
        return AISLE_OK;
    TRY(file_writer_init(&w, path, err));
    fputs("line,reason,column,value,table\n", w.stream);
    for (size_t i = 0; i < n; i++)
        write_table(w.stream, tables[i], names[i]);
    TRY(file_writer_commit(&w, err));
done:
    file_writer_fini(&w);
    return status;
}

void rejects_fini(rejects *r)
{
    for (size_t i = 0; i < r->kept; i++)
        mem_free(r->list[i].value);
    mem_free(r->list);
    mem_free(r->counts);
    memset(r, 0, sizeof *r);
}
