#include "cli/output/spool.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"

/* What stands before a list in its file; the recommendations, then texts, each with a zero byte:
 * the id and the reasons. */
typedef struct spool_head {
    size_t place, count, reasons, bytes;
} spool_head;

static aisle_status fail_io(aisle_error *err, const char *beside)
{
    return refuse(err, AISLE_ERROR_IO, "cannot keep lists beside '%s': %s", beside,
                  strerror(errno));
}

aisle_status spool_init(spool *out, const char *beside, size_t parts, aisle_error *err)
{
    *out = (spool){.beside = beside, .most = parts};
    out->part = calloc(parts + 1, sizeof *out->part);
    return out->part ? AISLE_OK : (err->code = AISLE_ERROR_MEMORY);
}

void spool_fini(spool *s)
{
    for (size_t p = 0; p < s->n; p++) {
        free(s->part[p].head);
        if (s->part[p].file)
            fclose(s->part[p].file);
    }
    free(s->part);
    *s = (spool){0};
}

aisle_status spool_begin_part(spool *s, aisle_error *err)
{
    static const char ending[] = ".XXXXXX";
    size_t length = strlen(s->beside);
    char *path = malloc(length + sizeof ending);
    if (!path)
        return err->code = AISLE_ERROR_MEMORY;
    memcpy(path, s->beside, length);
    memcpy(path + length, ending, sizeof ending);
    int fd = mkstemp(path);
    if (fd >= 0)
        unlink(path);
    free(path);
    s->part[s->n].file = fd < 0 ? NULL : fdopen(fd, "w+b");
    if (!s->part[s->n].file) {
        aisle_status status = fail_io(err, s->beside);
        if (fd >= 0)
            close(fd);
        return status;
    }
    s->n++;
    return AISLE_OK;
}

aisle_status spool_add(spool *s, const spooled *list, aisle_error *err)
{
    FILE *to = s->part[s->n - 1].file;
    size_t n = list->reason ? list->count : 0;
    spool_head head = {list->place, list->count, n, strlen(list->id) + 1};
    for (size_t r = 0; r < n; r++)
        head.bytes += strlen(list->reason[r]) + 1;
    bool written = fwrite(&head, sizeof head, 1, to) == 1 &&
                   fwrite(list->list, sizeof *list->list, list->count, to) == list->count &&
                   fwrite(list->id, strlen(list->id) + 1, 1, to) == 1;
    for (size_t r = 0; written && r < n; r++)
        written = fwrite(list->reason[r], strlen(list->reason[r]) + 1, 1, to) == 1;
    return written ? AISLE_OK : fail_io(err, s->beside);
}

/* Points at what a list's memory holds: its recommendations, where its reasons are, its texts. */
static void lay_out(spooled *out, char *memory, const spool_head *head)
{
    size_t lists = head->count * sizeof(aisle_recommendation);
    const char **reason = (const char **)(void *)(memory + lists);
    const char *text = memory + lists + head->reasons * sizeof *reason;
    *out = (spooled){head->place, text, head->count, (const aisle_recommendation *)(void *)memory,
                     head->reasons ? reason : NULL};
    for (size_t r = 0; r < head->reasons; r++) {
        text += strlen(text) + 1;
        reason[r] = text;
    }
}

static aisle_status read_head(spool_part *p, const spool *s, aisle_error *err)
{
    spool_head head;
    p->head = NULL;
    if (fread(&head, sizeof head, 1, p->file) != 1)
        return ferror(p->file) ? fail_io(err, s->beside) : AISLE_OK;
    size_t lists = head.count * sizeof(aisle_recommendation);
    size_t before = lists + head.reasons * sizeof(char *);
    p->head = malloc(before + head.bytes);
    if (!p->head)
        return err->code = AISLE_ERROR_MEMORY;
    if ((lists && fread(p->head, lists, 1, p->file) != 1) ||
        fread(p->head + before, head.bytes, 1, p->file) != 1)
        return fail_io(err, s->beside);
    lay_out(&p->next, p->head, &head);
    return AISLE_OK;
}

aisle_status spool_rewind(spool *s, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    for (size_t p = 0; !status && p < s->n; p++) {
        if (fflush(s->part[p].file) || fseek(s->part[p].file, 0, SEEK_SET))
            return fail_io(err, s->beside);
        status = read_head(&s->part[p], s, err);
    }
    return status;
}

static bool comes_before(const spooled *a, const spooled *b)
{
    return a->place != b->place ? a->place < b->place : aisle_id_compare(a->id, b->id) < 0;
}

aisle_status spool_next(spooled *out, char **memory, spool *s, aisle_error *err)
{
    spool_part *first = NULL;
    for (size_t p = 0; p < s->n; p++)
        if (s->part[p].head && (!first || comes_before(&s->part[p].next, &first->next)))
            first = &s->part[p];
    *memory = NULL;
    if (!first)
        return AISLE_OK;
    *out = first->next;
    *memory = first->head;
    return read_head(first, s, err);
}
