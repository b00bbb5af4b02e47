#include "model/file/columns_file.h"

#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "base/text.h"

#define REFUSE(...) return fail_at(err, AISLE_ERROR_FORMAT, name, 0, 0, __VA_ARGS__)

/* ---- Ids ---- */

aisle_status ids_to_sections(sections *s, const char *prefix, const id_table *t, bool required,
                             aisle_error *err)
{
    char name[SECTION_NAME_ROOM];
    if (t->is_int) {
        snprintf(name, sizeof name, "%.20s.ints", prefix);
        return sections_add(s, name, t->ints, t->count * sizeof *t->ints, required, err);
    }
    snprintf(name, sizeof name, "%.20s.offsets", prefix);
    aisle_status status =
        sections_add(s, name, t->offsets, (t->count + 1) * sizeof *t->offsets, required, err);
    if (status != AISLE_OK)
        return status;
    snprintf(name, sizeof name, "%.20s.bytes", prefix);
    return sections_add(s, name, t->bytes, t->offsets[t->count], required, err);
}

aisle_status ids_from_sections(id_table *t, sections *s, const char *prefix, size_t count,
                               const char *name, aisle_error *err)
{
    char section_name[SECTION_NAME_ROOM];
    memset(t, 0, sizeof *t);
    snprintf(section_name, sizeof section_name, "%.20s.ints", prefix);
    const section *ints = sections_find(s, section_name);
    if (ints) {
        t->is_int = true;
        t->count = count == SIZE_MAX ? ints->length / sizeof(int64_t) : count;
        return section_bind((void **)&t->ints, s, section_name, sizeof(int64_t), t->count, name,
                            err);
    }
    snprintf(section_name, sizeof section_name, "%.20s.offsets", prefix);
    const section *offsets = sections_find(s, section_name);
    if (count == SIZE_MAX)
        count = offsets && offsets->length >= 8 ? offsets->length / 8 - 1 : 0;
    aisle_status status =
        section_bind((void **)&t->offsets, s, section_name, 8, (uint64_t)count + 1, name, err);
    if (status != AISLE_OK)
        return status;
    t->count = count;
    snprintf(section_name, sizeof section_name, "%.20s.bytes", prefix);
    return section_bind((void **)&t->bytes, s, section_name, 1, t->offsets[count], name, err);
}

/* ---- Category columns ---- */

aisle_status attribute_names_join(char **out, uint64_t *bytes, const attribute_table *t,
                                  aisle_error *err)
{
    text joined = {0};
    for (size_t c = 0; c < t->columns; c++)
        text_add_bytes(&joined, t->names[c], strlen(t->names[c]) + 1);
    *out = joined.bytes;
    *bytes = joined.length;
    if (!joined.failed)
        return AISLE_OK;
    text_fini(&joined);
    *out = NULL;
    return fail_memory(err);
}

aisle_status attributes_to_sections(sections *s, const char *prefix, const attribute_table *t,
                                    const char *names, uint64_t bytes, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    char name[SECTION_NAME_ROOM];
    snprintf(name, sizeof name, "%s.names", prefix);
    TRY(sections_add(s, name, names, bytes, true, err));
    for (size_t c = 0; c < t->columns; c++) {
        snprintf(name, sizeof name, "%s.%zu.code", prefix, c);
        if (t->rows)
            TRY(sections_add(s, name, t->code[c], t->rows * sizeof **t->code, true, err));
        snprintf(name, sizeof name, "%s.%zu", prefix, c);
        TRY(ids_to_sections(s, name, &t->levels[c], true, err));
    }
done:
    return status;
}

static aisle_status bind_names(attribute_table *t, sections *s, const char *prefix,
                               const char *name, aisle_error *err)
{
    char section_name[SECTION_NAME_ROOM];
    snprintf(section_name, sizeof section_name, "%s.names", prefix);
    const section *names = sections_take(s, section_name);
    if (!names)
        REFUSE("'%s' is no whole model: section '%s' is missing", name, section_name);
    const char *at = names->bytes, *end = at + names->length;
    for (size_t c = 0; c < t->columns; c++) {
        const char *stop = at < end ? memchr(at, '\0', (size_t)(end - at)) : NULL;
        if (!stop)
            REFUSE("'%s' is damaged: section '%s'", name, section_name);
        t->names[c] = mem_text(at);
        if (!t->names[c])
            return fail_memory(err);
        at = stop + 1;
    }
    if (at != end)
        REFUSE("'%s' is damaged: section '%s'", name, section_name);
    return AISLE_OK;
}

aisle_status attributes_from_sections(attribute_table *t, sections *s, const char *prefix,
                                      size_t columns, size_t rows, const char *name,
                                      aisle_error *err)
{
    aisle_status status = AISLE_OK;
    char section_name[SECTION_NAME_ROOM];
    if (columns > SECTIONS_MOST)
        REFUSE("'%s' is damaged: %zu category columns", name, columns);
    TRY_ALLOC(t->names = NEW_ZEROED(char *, columns));
    TRY_ALLOC(t->code = NEW_ZEROED(uint32_t *, columns));
    TRY_ALLOC(t->levels = NEW_ZEROED(id_table, columns));
    t->columns = columns;
    t->rows = rows;
    for (size_t c = 0; c < columns; c++) {
        snprintf(section_name, sizeof section_name, "%s.%zu.code", prefix, c);
        if (rows)
            TRY(section_bind((void **)&t->code[c], s, section_name, 4, rows, name, err));
        snprintf(section_name, sizeof section_name, "%s.%zu", prefix, c);
        TRY(ids_from_sections(&t->levels[c], s, section_name, SIZE_MAX, name, err));
    }
    TRY(bind_names(t, s, prefix, name, err));
done:
    return status;
}

/* ---- Arrays of parts ---- */

static void name_array(char out[SECTION_NAME_MOST], const char *prefix, const state_array *a)
{
    snprintf(out, SECTION_NAME_MOST, "%.15s.%.15s", prefix, a->name);
}

aisle_status arrays_to_sections(sections *s, const char *prefix, const state_array *arrays,
                                size_t n, aisle_error *err)
{
    char name[SECTION_NAME_MOST];
    aisle_status status = AISLE_OK;
    for (size_t i = 0; i < n && status == AISLE_OK; i++) {
        name_array(name, prefix, &arrays[i]);
        status =
            sections_add(s, name, *arrays[i].data, arrays[i].size * arrays[i].count, true, err);
    }
    return status;
}

/* The first of several arrays that have as many elements as the file says gives their number. */
static bool is_first(const state_array *arrays, size_t i)
{
    for (size_t j = 0; j < i; j++)
        if (arrays[j].found && arrays[j].found == arrays[i].found)
            return false;
    return true;
}

aisle_status arrays_from_sections(const state_array *arrays, size_t n, sections *s,
                                  const char *prefix, const char *name, aisle_error *err)
{
    char section_name[SECTION_NAME_MOST];
    aisle_status status = AISLE_OK;
    for (size_t i = 0; i < n && status == AISLE_OK; i++) {
        const state_array *a = &arrays[i];
        uint64_t count = a->count;
        name_array(section_name, prefix, a);
        if (count == STATE_ANY) {
            const section *found = sections_find(s, section_name);
            if (is_first(arrays, i))
                *a->found = found ? found->length / a->size : 0;
            count = *a->found;
        }
        status = section_bind(a->data, s, section_name, a->size, count, name, err);
    }
    return status;
}
