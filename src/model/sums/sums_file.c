/* Sums as sections of a file and back: docs/model-format.md. */
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/file.h"
#include "base/mem.h"
#include "model/file/columns_file.h"
#include "model/sums/sums_file.h"

/* Section "sums". */
typedef struct sums_meta {
    int64_t days, parts;
    int64_t reserved[6]; /* 0 */
} sums_meta;

/* Section "N.day". */
typedef struct day_meta {
    int64_t as_of, first_day;
    int64_t reserved[2]; /* 0 */
} day_meta;

static void name_section(char out[SECTION_NAME_ROOM], size_t day, const char *what)
{
    snprintf(out, SECTION_NAME_ROOM, "%zu.%s", day, what);
}

/* ---- Writing ---- */

/* What the sections borrow beside the sums. */
typedef struct sums_parts {
    sums_meta meta;
    day_meta day[FIT_SUMS_MOST];
    char *bytes[FIT_SUMS_MOST][SUMS_PARTS_MOST];
} sums_parts;

static void sums_parts_free(sums_parts *p)
{
    for (size_t d = 0; p && d < FIT_SUMS_MOST; d++)
        for (size_t i = 0; i < SUMS_PARTS_MOST; i++)
            mem_free(p->bytes[d][i]);
    mem_free(p);
}

static size_t count_bytes(const tally *t)
{
    size_t bytes = sizeof(uint64_t) * (1 + t->count[TALLY_CELL]);
    for (size_t c = 0; c < t->part->n_columns; c++)
        bytes += tally_values(t, c) * tally_size(&t->part->column[c]);
    return bytes;
}

/* The number of cells, their keys, the columns. */
static void write_tally(char *to, const tally *t)
{
    uint64_t cells = t->count[TALLY_CELL];
    memcpy(to, &cells, sizeof cells);
    to += sizeof cells;
    if (cells)
        memcpy(to, t->key, cells * sizeof *t->key);
    to += cells * sizeof *t->key;
    for (size_t c = 0; c < t->part->n_columns; c++) {
        size_t n = tally_values(t, c) * tally_size(&t->part->column[c]);
        if (n)
            memcpy(to, t->data[c], n);
        to += n;
    }
}

static aisle_status add_day(sections *s, sums_parts *p, size_t d, const day_sums *at,
                            aisle_error *err)
{
    aisle_status status = AISLE_OK;
    char name[SECTION_NAME_ROOM];
    p->day[d] = (day_meta){.as_of = at->as_of, .first_day = at->first_day};
    name_section(name, d, "day");
    TRY(sections_add(s, name, &p->day[d], sizeof p->day[d], true, err));
    name_section(name, d, "items");
    TRY(ids_to_sections(s, name, &at->items, true, err));
    name_section(name, d, "stores");
    TRY(ids_to_sections(s, name, &at->stores, true, err));
    name_section(name, d, "segments");
    TRY(ids_to_sections(s, name, &at->segments, true, err));
    for (size_t i = 0; i < at->n_parts; i++) {
        size_t bytes = count_bytes(&at->part[i]);
        TRY_ALLOC(p->bytes[d][i] = NEW_ARRAY(char, bytes));
        write_tally(p->bytes[d][i], &at->part[i]);
        name_section(name, d, at->part[i].part->name);
        TRY(sections_add(s, name, p->bytes[d][i], bytes, true, err));
    }
done:
    return status;
}

/* Sums of all parts are those of the whole. */
aisle_status aisle_sums_save(const aisle_sums *sums, const char *path, aisle_error *err)
{
    static const uint8_t whole = 1;
    aisle_status status = AISLE_OK;
    bool all = aisle_sums_missing(sums) == 0;
    sections *s = NEW_ZEROED(sections, 1);
    sums_parts *p = NEW_ZEROED(sums_parts, 1);
    TRY_ALLOC(s);
    TRY_ALLOC(p);
    p->meta = (sums_meta){.days = (int64_t)sums->n, .parts = all ? 1 : sums->parts};
    TRY(sections_add(s, "sums", &p->meta, sizeof p->meta, true, err));
    TRY(sections_add(s, "parts", all ? &whole : sums->has, (uint64_t)p->meta.parts, true, err));
    TRY(sections_add(s, "options", sums->options, strlen(sums->options), true, err));
    TRY(ids_to_sections(s, "left_out", &sums->left_out, true, err));
    for (size_t d = 0; d < sums->n; d++)
        TRY(add_day(s, p, d, &sums->at[d], err));
    TRY(sections_write(s, path, err));
done:
    mem_free(s);
    sums_parts_free(p);
    return status;
}

/* ---- Reading ---- */

#define REFUSE(...) return fail_at(err, AISLE_ERROR_FORMAT, name, 0, 0, __VA_ARGS__)

static aisle_status take_ids(id_table *out, sections *s, const char *prefix, const char *name,
                             aisle_error *err)
{
    id_table mapped;
    aisle_status status = ids_from_sections(&mapped, s, prefix, SIZE_MAX, name, err);
    if (status == AISLE_OK)
        status = id_table_check(&mapped, err);
    return status == AISLE_OK ? id_table_copy(out, &mapped, err) : status;
}

static aisle_status read_tally(tally *t, const section *from, const char *name, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const char *at = from->bytes;
    uint64_t cells = 0;
    if (from->length >= sizeof cells)
        memcpy(&cells, at, sizeof cells);
    if (from->length < sizeof cells || cells > from->length / sizeof *t->key)
        REFUSE("'%s' is damaged: section '%s'", name, from->name);
    TRY(tally_init_cells(t, cells, err));
    if (count_bytes(t) != from->length)
        REFUSE("'%s' is damaged: section '%s' has %llu bytes, expected %zu", name, from->name,
               (unsigned long long)from->length, count_bytes(t));
    at += sizeof cells;
    memcpy(t->key, at, cells * sizeof *t->key);
    at += cells * sizeof *t->key;
    for (size_t c = 0; c < t->part->n_columns; c++) {
        size_t n = tally_values(t, c) * tally_size(&t->part->column[c]);
        memcpy(t->data[c], at, n);
        at += n;
    }
done:
    return status;
}

static aisle_status read_parts(day_sums *at, size_t d, sections *s, const char *name,
                               aisle_error *err)
{
    aisle_status status = AISLE_OK;
    char section_name[SECTION_NAME_ROOM];
    const tally_part *known[SUMS_PARTS_MOST];
    size_t n = fit_sums_parts(known, NULL);
    for (size_t i = 0; i < n; i++) {
        name_section(section_name, d, known[i]->name);
        const section *found = sections_take(s, section_name);
        if (!found)
            continue;
        tally *t = &at->part[at->n_parts++];
        size_t rows = tally_count_rows(known[i], at->stores.count, at->segments.count);
        TRY(tally_init(t, known[i], at->items.count, rows, err));
        TRY(read_tally(t, found, name, err));
    }
done:
    return status;
}

static aisle_status read_day(day_sums *at, size_t d, sections *s, const char *name,
                             aisle_error *err)
{
    aisle_status status = AISLE_OK;
    char section_name[SECTION_NAME_ROOM];
    void *day;
    name_section(section_name, d, "day");
    TRY(section_bind(&day, s, section_name, sizeof(day_meta), 1, name, err));
    const day_meta *meta = day;
    at->as_of = (int32_t)meta->as_of;
    at->first_day = (int32_t)meta->first_day;
    name_section(section_name, d, "items");
    TRY(take_ids(&at->items, s, section_name, name, err));
    name_section(section_name, d, "stores");
    TRY(take_ids(&at->stores, s, section_name, name, err));
    name_section(section_name, d, "segments");
    TRY(take_ids(&at->segments, s, section_name, name, err));
    TRY(read_parts(at, d, s, name, err));
done:
    return status;
}

static aisle_status read_head(aisle_sums *out, sections *s, const char *name, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    void *meta, *has;
    TRY(section_bind(&meta, s, "sums", sizeof(sums_meta), 1, name, err));
    const sums_meta *m = meta;
    if (m->days < 0 || m->days > FIT_SUMS_MOST || m->parts < 1 || m->parts > AISLE_SUMS_MOST)
        REFUSE("'%s' is damaged: section 'sums'", name);
    TRY(section_bind(&has, s, "parts", 1, (uint64_t)m->parts, name, err));
    out->parts = (uint32_t)m->parts;
    TRY_ALLOC(out->has = mem_copy(has, out->parts, 1));
    const section *options = sections_take(s, "options");
    if (!options || memchr(options->bytes, '\0', options->length))
        REFUSE("'%s' is damaged: section 'options'", name);
    TRY_ALLOC(out->options = mem_text_n(options->bytes, options->length));
    TRY(take_ids(&out->left_out, s, "left_out", name, err));
    TRY_ALLOC(out->at = NEW_ZEROED(day_sums, (size_t)m->days));
    out->n = (size_t)m->days;
done:
    return status;
}

aisle_status sums_from_sections(aisle_sums **out, sections *s, const char *name, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    aisle_sums *read = NULL;
    if (!sections_find(s, "sums"))
        REFUSE("'%s' holds no sums%s", name, sections_find(s, "config") ? ": it is a model" : "");
    TRY_ALLOC(read = NEW_ZEROED(aisle_sums, 1));
    TRY(read_head(read, s, name, err));
    for (size_t d = 0; d < read->n; d++)
        TRY(read_day(&read->at[d], d, s, name, err));
    const section *unknown = sections_unknown(s);
    if (unknown)
        TRY(fail_at(err, AISLE_ERROR_FORMAT, name, 0, 0,
                    "'%s' is newer: it needs section '%s', which this program does not know", name,
                    unknown->name));
    TRY(fit_sums_check(read, err));
    *out = read;
    read = NULL;
done:
    aisle_sums_free(read);
    return sections_blame(status, name, err);
}

aisle_status aisle_sums_open(aisle_sums **out, const char *path, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    file_map map = {0};
    sections *s = NEW_ZEROED(sections, 1);
    TRY_ALLOC(s);
    TRY(file_map_init(&map, path, err));
    TRY(sections_parse(s, map.bytes, map.length, path, err));
    TRY(sums_from_sections(out, s, path, err));
done:
    mem_free(s);
    file_map_fini(&map);
    return status;
}
