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

/* A copy that lives as long as the rejects; NULL: out of memory. */
static const char *keep_name(rejects *r, slice name)
{
    for (size_t i = r->n_names; i-- > 0;)
        if (strlen(r->names[i]) == name.length && memcmp(r->names[i], name.bytes, name.length) == 0)
            return r->names[i];
    if (mem_grow(&r->names, &r->name_capacity, r->n_names + 1, sizeof *r->names))
        return NULL;
    r->names[r->n_names] = mem_text_n(name.bytes, name.length);
    return r->names[r->n_names] ? r->names[r->n_names++] : NULL;
}

static bool is_count(const reject_count *c, const char *reason, slice column)
{
    return strcmp(c->reason, reason) == 0 && strlen(c->column) == column.length &&
           memcmp(c->column, column.bytes, column.length) == 0;
}

/* The count of a reason and column; NULL: out of memory. */
static reject_count *open_count(rejects *r, const char *reason, slice column, slice value)
{
    for (size_t i = 0; i < r->n_counts; i++)
        if (is_count(&r->counts[i], reason, column))
            return &r->counts[i];
    if (mem_grow(&r->counts, &r->count_capacity, r->n_counts + 1, sizeof *r->counts))
        return NULL;
    const char *name = keep_name(r, column);
    char *first = mem_text_n(value.bytes, value.length);
    if (!name || !first) {
        mem_free(first);
        return NULL;
    }
    r->counts[r->n_counts] = (reject_count){.reason = reason, .column = name, .value = first};
    return &r->counts[r->n_counts++];
}

aisle_status rejects_add_named(rejects *r, const char *file, uint64_t line, const char *reason,
                               slice column, slice value, aisle_error *err)
{
    value = value.bytes ? value : (slice){"", 0};
    value.length = value.length < LONGEST_VALUE ? value.length : LONGEST_VALUE;
    reject_count *count = open_count(r, reason, column, value);
    if (!count)
        return fail_memory(err);
    if (!file)
        r->file = NULL;
    else if (!r->file || strcmp(r->file, file) != 0)
        r->file = keep_name(r, (slice){file, strlen(file)});
    if (file && !r->file)
        return fail_memory(err);
    if (count->lines < REJECTS_LINES_NAMED) {
        count->first[count->lines] = line;
        count->first_file[count->lines] = r->file;
    }
    count->lines++;
    r->total++;
    if (r->kept == REJECTS_KEPT)
        return AISLE_OK;
    char *copy = mem_text_n(value.bytes, value.length);
    if (!copy || mem_grow(&r->list, &r->capacity, r->kept + 1, sizeof *r->list)) {
        mem_free(copy);
        return fail_memory(err);
    }
    r->list[r->kept++] = (reject){line, r->file, reason, count->column, copy};
    return AISLE_OK;
}

aisle_status rejects_add(rejects *r, const char *file, uint64_t line, const char *reason,
                         const char *column, slice value, aisle_error *err)
{
    return rejects_add_named(r, file, line, reason, (slice){column, strlen(column)}, value, err);
}

aisle_status rejects_move(rejects *r, rejects *from, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    for (size_t i = 0; i < from->kept; i++) {
        const reject *one = &from->list[i];
        TRY(rejects_add(r, one->file, one->line, one->reason, one->column,
                        (slice){one->value, strlen(one->value)}, err));
    }
    /* Those whose details were not kept. */
    for (size_t i = 0; i < from->n_counts && from->total > from->kept; i++) {
        const reject_count *c = &from->counts[i];
        uint64_t kept = 0;
        for (size_t k = 0; k < from->kept; k++)
            kept += from->list[k].reason == c->reason && from->list[k].column == c->column;
        slice column = {c->column, strlen(c->column)};
        reject_count *to = open_count(r, c->reason, column, (slice){c->value, strlen(c->value)});
        if (!to)
            TRY(fail_memory(err));
        to->lines += c->lines - kept;
        r->total += c->lines - kept;
    }
    rejects_fini(from);
done:
    return status;
}

/* "lines 3, 7", "lines week_1.csv:3, week_2.csv:7, …" where some come from another file. */
static void describe_lines(text *out, const reject_count *c, bool by_file)
{
    text_add(out, " (line%s", c->lines > 1 ? "s" : "");
    for (uint64_t i = 0; i < c->lines && i < REJECTS_LINES_NAMED; i++) {
        const char *file = by_file ? c->first_file[i] : NULL;
        const char *name = file ? strrchr(file, '/') : NULL;
        text_add(out, "%s %s%s%" PRIu64, i ? "," : "",
                 name   ? name + 1
                 : file ? file
                        : "",
                 file ? ":" : "", c->first[i]);
    }
    text_add(out, "%s)", c->lines > REJECTS_LINES_NAMED ? ", …" : "");
}

aisle_status rejects_check_share(const rejects *r, uint64_t lines, double most, const char *source,
                                 rejects_hint hint, const void *data, aisle_error *err)
{
    if (r->total == 0 || (double)r->total <= most * (double)lines)
        return AISLE_OK;
    text why = {0};
    for (size_t i = 0; i < r->n_counts; i++) {
        const reject_count *c = &r->counts[i];
        text_add(&why, "%s%s%s%s", i ? "; " : "", c->column, *c->column ? " " : "", c->reason);
        if (*c->value)
            text_add(&why, ", as '%s'", c->value);
        text_add(&why, ": %" PRIu64, c->lines);
        describe_lines(&why, c, r->by_file);
        if (hint)
            hint(&why, r, c, data);
    }
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
    int files = strcmp(x->file ? x->file : "", y->file ? y->file : "");
    return files ? files : (x->line > y->line) - (x->line < y->line);
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
        fprintf(stream, ",%s,", name);
        write_field(stream, one->file ? one->file : "");
        fputc('\n', stream);
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
    fputs("line,reason,column,value,table,file\n", w.stream);
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
    for (size_t i = 0; i < r->n_counts; i++)
        mem_free(r->counts[i].value);
    for (size_t i = 0; i < r->n_names; i++)
        mem_free(r->names[i]);
    mem_free(r->list);
    mem_free(r->counts);
    mem_free(r->names);
    memset(r, 0, sizeof *r);
}
