#include "model/file/sections.h"

#include <stdio.h>
#include <string.h>
#include <xxhash.h>

#include "base/fail.h"
#include "base/file.h"

#define ENDIAN_TAG UINT32_C(0x01020304)
#define ALIGNMENT UINT64_C(64)

static const char magic[8] = {'A', 'I', 'S', 'L', 'E', 'M', 'D', 'L'};

/* On disk, little-endian by the tag; docs/model-format.md. */
typedef struct file_header {
    char magic[8];
    uint32_t version, endian;
    uint64_t length; /* of the whole file */
    uint32_t count;  /* sections */
    uint32_t zero;
    uint64_t table_hash;  /* XXH64 of the section table */
    uint64_t header_hash; /* XXH64 of the bytes before */
} file_header;

typedef struct file_section {
    char name[SECTION_NAME_MOST];
    uint64_t offset, length, hash;
    uint32_t required, zero;
} file_section;

_Static_assert(sizeof(file_header) == 48, "no padding");
_Static_assert(sizeof(file_section) == 64, "no padding");

aisle_status sections_add(sections *s, const char *name, const void *bytes, uint64_t length,
                          bool required, aisle_error *err)
{
    if (s->count == SECTIONS_MOST || strlen(name) >= SECTION_NAME_MOST || sections_find(s, name))
        return fail(err, AISLE_ERROR_ARGUMENT, "model file: cannot add section '%s'", name);
    section *added = &s->section[s->count++];
    memset(added, 0, sizeof *added);
    memcpy(added->name, name, strlen(name));
    added->bytes = bytes;
    added->length = length;
    added->required = required;
    return AISLE_OK;
}

const section *sections_find(const sections *s, const char *name)
{
    for (size_t i = 0; i < s->count; i++)
        if (strcmp(s->section[i].name, name) == 0)
            return &s->section[i];
    return NULL;
}

const section *sections_take(sections *s, const char *name)
{
    for (size_t i = 0; i < s->count; i++) {
        if (strcmp(s->section[i].name, name) != 0)
            continue;
        s->section[i].taken = true;
        return &s->section[i];
    }
    return NULL;
}

const section *sections_unknown(const sections *s)
{
    for (size_t i = 0; i < s->count; i++)
        if (s->section[i].required && !s->section[i].taken)
            return &s->section[i];
    return NULL;
}

static uint64_t aligned(uint64_t offset)
{
    return (offset + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

#define REFUSE(...) return fail_at(err, AISLE_ERROR_FORMAT, name, 0, 0, __VA_ARGS__)

static aisle_status check_header(const file_header *h, size_t length, const char *name,
                                 aisle_error *err)
{
    if (length < sizeof h->magic || memcmp(h->magic, magic, sizeof magic) != 0)
        REFUSE("'%s' is not a model file: it does not begin with AISLEMDL", name);
    if (length < sizeof *h)
        REFUSE("'%s' is damaged: cut within its header", name);
    if (h->endian != ENDIAN_TAG)
        REFUSE("'%s' was written on a machine of another byte order, or is damaged", name);
    if (h->version > SECTIONS_VERSION)
        REFUSE("'%s' has format version %u; this program reads up to %u: it is newer, or damaged",
               name, h->version, SECTIONS_VERSION);
    if (h->version == 0 || h->zero != 0 ||
        XXH64(h, offsetof(file_header, header_hash), 0) != h->header_hash)
        REFUSE("'%s' is damaged: its header does not match its checksum", name);
    if (h->length != length)
        REFUSE("'%s' is damaged: it has %zu bytes, its header says %llu", name, length,
               (unsigned long long)h->length);
    if (h->count > SECTIONS_MOST || sizeof *h + h->count * sizeof(file_section) > length)
        REFUSE("'%s' is damaged: a table of %u sections", name, h->count);
    return AISLE_OK;
}

static aisle_status check_section(const file_section *f, uint64_t *end, const char *bytes,
                                  size_t length, const char *name, aisle_error *err)
{
    if (memchr(f->name, '\0', sizeof f->name) == NULL || f->required > 1 || f->zero != 0)
        REFUSE("'%s' is damaged: its section table", name);
    if (f->offset % ALIGNMENT != 0 || f->offset < *end || f->offset > length ||
        f->length > length - f->offset)
        REFUSE("'%s' is damaged: section '%s' lies outside of it", name, f->name);
    for (uint64_t gap = *end; gap < f->offset; gap++)
        if (bytes[gap] != 0)
            REFUSE("'%s' is damaged: bytes before section '%s'", name, f->name);
    if (XXH64(bytes + f->offset, f->length, 0) != f->hash)
        REFUSE("'%s' is damaged: section '%s' does not match its checksum", name, f->name);
    *end = f->offset + f->length;
    return AISLE_OK;
}

aisle_status sections_parse(sections *out, const char *bytes, size_t length, const char *name,
                            aisle_error *err)
{
    file_header h;
    memset(&h, 0, sizeof h);
    if (length)
        memcpy(&h, bytes, length < sizeof h ? length : sizeof h);
    aisle_status status = check_header(&h, length, name, err);
    if (status != AISLE_OK)
        return status;
    const file_section *table = (const file_section *)(const void *)(bytes + sizeof h);
    uint64_t end = sizeof h + h.count * sizeof *table;
    if (XXH64(table, h.count * sizeof *table, 0) != h.table_hash)
        REFUSE("'%s' is damaged: its section table does not match its checksum", name);
    out->count = 0;
    out->version = h.version;
    for (uint32_t i = 0; i < h.count; i++) {
        const file_section *f = &table[i];
        status = check_section(f, &end, bytes, length, name, err);
        if (status != AISLE_OK)
            return status;
        if (sections_find(out, f->name))
            REFUSE("'%s' is damaged: section '%s' stands twice", name, f->name);
        section *s = &out->section[out->count++];
        memcpy(s->name, f->name, sizeof s->name);
        s->bytes = bytes + f->offset;
        s->length = f->length;
        s->required = f->required;
        s->taken = false;
    }
    if (end != length)
        REFUSE("'%s' is damaged: bytes behind its last section", name);
    return AISLE_OK;
}

aisle_status section_bind(void **data, sections *s, const char *section_name, size_t size,
                          uint64_t count, const char *name, aisle_error *err)
{
    const section *found = sections_take(s, section_name);
    if (!found)
        REFUSE("'%s' is no whole model: section '%s' is missing", name, section_name);
    if (count > UINT64_MAX / size || found->length != count * size)
        REFUSE("'%s' is damaged: section '%s' has %llu bytes, expected %llu of %zu", name,
               section_name, (unsigned long long)found->length, (unsigned long long)count, size);
    *data = (void *)found->bytes;
    return AISLE_OK;
}

aisle_status sections_blame(aisle_status status, const char *name, aisle_error *err)
{
    char what[512];
    if (status == AISLE_OK || status == AISLE_ERROR_MEMORY || !err)
        return status == AISLE_OK || status == AISLE_ERROR_MEMORY ? status : AISLE_ERROR_FORMAT;
    if (status == AISLE_ERROR_FORMAT && strstr(err->message, name))
        return status;
    snprintf(what, sizeof what, "%.500s", err->message);
    return fail_at(err, AISLE_ERROR_FORMAT, name, 0, 0,
                   "'%s' is damaged, or newer than this program: %s", name, what);
}

/* The section table, and where the last section ends. */
static uint64_t lay_out(file_section *table, const sections *s)
{
    uint64_t end = sizeof(file_header) + s->count * sizeof *table;
    for (size_t i = 0; i < s->count; i++) {
        const section *from = &s->section[i];
        memcpy(table[i].name, from->name, sizeof table[i].name);
        table[i].offset = aligned(end);
        table[i].length = from->length;
        table[i].hash = XXH64(from->bytes, from->length, 0);
        table[i].required = from->required;
        end = table[i].offset + from->length;
    }
    return end;
}

aisle_status sections_write(const sections *s, const char *path, aisle_error *err)
{
    static const char zeros[ALIGNMENT];
    file_section table[SECTIONS_MOST];
    file_header h = {.version = SECTIONS_VERSION, .endian = ENDIAN_TAG};
    memcpy(h.magic, magic, sizeof magic);
    memset(table, 0, sizeof table);
    h.length = lay_out(table, s);
    h.count = (uint32_t)s->count;
    h.table_hash = XXH64(table, s->count * sizeof *table, 0);
    h.header_hash = XXH64(&h, offsetof(file_header, header_hash), 0);
    file_writer w;
    aisle_status status = file_writer_init(&w, path, err);
    if (status != AISLE_OK)
        return status;
    fwrite(&h, sizeof h, 1, w.stream);
    fwrite(table, sizeof *table, s->count, w.stream);
    uint64_t at = sizeof h + s->count * sizeof *table;
    for (size_t i = 0; i < s->count; i++) {
        fwrite(zeros, 1, table[i].offset - at, w.stream);
        if (s->section[i].length > 0)
            fwrite(s->section[i].bytes, 1, s->section[i].length, w.stream);
        at = table[i].offset + table[i].length;
    }
    status = file_writer_commit(&w, err);
    file_writer_fini(&w);
    return status;
}
