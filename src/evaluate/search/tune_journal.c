#include "evaluate/search/tune_journal.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"

static const char title[] = "aisle tune";

static aisle_status refuse(const tune_journal *j, const char *why, aisle_error *err)
{
    return fail_at(err, AISLE_ERROR_CONFIG, j->path, 0, 0,
                   "'%s' %s; remove it or name another file", j->path, why);
}

static aisle_status append(tune_journal *j, const tune_result *r, aisle_error *err)
{
    if (mem_grow(&j->result, &j->capacity, j->n + 1, sizeof *j->result))
        return fail_memory(err);
    j->result[j->n++] = *r;
    return AISLE_OK;
}

/* Lines up to the last whole one; *whole is their length. */
static aisle_status read_lines(tune_journal *j, size_t *whole, char *bytes, const char *about,
                               aisle_error *err)
{
    char *end = strrchr(bytes, '\n');
    *whole = end ? (size_t)(end - bytes) + 1 : 0;
    if (!end)
        return *bytes ? refuse(j, "is no journal of a search", err) : AISLE_OK;
    *end = '\0';
    size_t n = strlen(title);
    char *line = bytes, *next = strchr(line, '\n');
    if (next)
        *next++ = '\0';
    if (strncmp(line, title, n) != 0 || line[n] != '\t')
        return refuse(j, "is no journal of a search", err);
    if (strcmp(line + n + 1, about) != 0)
        return refuse(j, "is the journal of a search of other data or settings", err);
    while ((line = next) != NULL) {
        tune_result r;
        char more;
        next = strchr(line, '\n');
        if (next)
            *next++ = '\0';
        if (sscanf(line, "%" SCNu32 "\t%" SCNu32 "\t%" SCNu32 "\t%lf\t%lf%c", &r.rung, &r.trial,
                   &r.window, &r.value.sum, &r.value.weight, &more) != 5)
            return refuse(j, "has a line that is no result", err);
        aisle_status status = append(j, &r, err);
        if (status != AISLE_OK)
            return status;
    }
    return AISLE_OK;
}

static aisle_status read_journal(tune_journal *j, const char *about, aisle_error *err)
{
    char *bytes;
    size_t length, whole = 0;
    if (access(j->path, F_OK) != 0)
        return AISLE_OK;
    aisle_status status = file_read(&bytes, &length, j->path, err);
    if (status != AISLE_OK)
        return status;
    status = strlen(bytes) == length ? read_lines(j, &whole, bytes, about, err)
                                     : refuse(j, "is no journal of a search", err);
    mem_free(bytes);
    if (status == AISLE_OK && whole < length && truncate(j->path, (off_t)whole) != 0)
        return fail(err, AISLE_ERROR_IO, "cannot write '%s': %s", j->path, strerror(errno));
    j->read = j->n;
    return status;
}

static aisle_status flush(tune_journal *j, aisle_error *err)
{
    if (fflush(j->stream) == 0 && !ferror(j->stream))
        return AISLE_OK;
    return fail(err, AISLE_ERROR_IO, "cannot write '%s': %s", j->path, strerror(errno));
}

aisle_status tune_journal_init(tune_journal *out, const char *path, const char *about,
                               aisle_error *err)
{
    aisle_status status = AISLE_OK;
    *out = (tune_journal){.path = path};
    if (!path)
        return AISLE_OK;
    TRY(read_journal(out, about, err));
    out->stream = fopen(path, "ae");
    if (!out->stream)
        TRY(fail(err, AISLE_ERROR_IO, "cannot write '%s': %s", path, strerror(errno)));
    if (ftell(out->stream) == 0 && fseek(out->stream, 0, SEEK_END) == 0 && ftell(out->stream) == 0)
        fprintf(out->stream, "%s\t%s\n", title, about);
    TRY(flush(out, err));
done:
    if (status != AISLE_OK)
        tune_journal_fini(out);
    return status;
}

void tune_journal_fini(tune_journal *j)
{
    if (j->stream)
        fclose(j->stream);
    mem_free(j->result);
    *j = (tune_journal){.stream = NULL};
}

const metric_value *tune_journal_find(const tune_journal *j, uint32_t rung, uint32_t trial,
                                      uint32_t window)
{
    for (size_t i = 0; i < j->n; i++) {
        const tune_result *r = &j->result[i];
        if (r->rung == rung && r->trial == trial && r->window == window)
            return &r->value;
    }
    return NULL;
}

aisle_status tune_journal_add(tune_journal *j, const tune_result *r, aisle_error *err)
{
    aisle_status status = append(j, r, err);
    if (status != AISLE_OK || !j->stream)
        return status;
    fprintf(j->stream, "%" PRIu32 "\t%" PRIu32 "\t%" PRIu32 "\t%.17g\t%.17g\n", r->rung, r->trial,
            r->window, r->value.sum, r->value.weight);
    return flush(j, err);
}
