#include "model/file/households_file.h"

#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "model/file/columns_file.h"

enum { ARRAYS = 7 };

/* The arrays beside the columns of lines, levels and stores. */
static void list_arrays(state_array out[ARRAYS], households *h)
{
    size_t users = (size_t)h->n_users + 1;
    const state_array rows[ARRAYS] = {
        {"lines.offset", 8, users, (void **)&h->user_offset, NULL},
        {"baskets.offset", 8, users, (void **)&h->basket_offset, NULL},
        {"baskets.day", 4, h->baskets, (void **)&h->basket_day, NULL},
        {"pairs.offset", 8, users, (void **)&h->pair_offset, NULL},
        {"pairs.item", 4, h->pairs, (void **)&h->pair_item, NULL},
        {"pairs.line_offset", 8, h->pairs + 1, (void **)&h->pair_line_offset, NULL},
        {"pairs.line", 4, h->line.n, (void **)&h->pair_line, NULL},
    };
    memcpy(out, rows, sizeof rows);
}

static aisle_status add_lines(sections *s, const households *h, aisle_error *err)
{
    char name[SECTION_NAME_ROOM];
    line_columns line = h->line;
    aisle_status status = AISLE_OK;
    for (size_t c = 0; c < line_column_count && status == AISLE_OK; c++) {
        const line_column *column = &line_column_table[c];
        const void *array = *line_columns_at(&line, column);
        snprintf(name, sizeof name, "lines.%s", column->name);
        if (array)
            status = sections_add(s, name, array, line.n * column->size, true, err);
    }
    return status;
}

aisle_status households_to_sections(sections *s, households_meta *meta, const households *h,
                                    aisle_error *err)
{
    aisle_status status = AISLE_OK;
    char name[SECTION_NAME_ROOM];
    state_array rows[ARRAYS];
    households view = *h;
    *meta = (households_meta){.as_of = h->as_of,
                              .users = h->n_users,
                              .lines = (int64_t)h->line.n,
                              .baskets = (int64_t)h->baskets,
                              .pairs = (int64_t)h->pairs,
                              .options = line_columns_options(&h->line)};
    TRY(sections_add(s, "households", meta, sizeof *meta, true, err));
    TRY(ids_to_sections(s, "users", &h->users, true, err));
    TRY(add_lines(s, h, err));
    list_arrays(rows, &view);
    for (int i = 0; i < ARRAYS; i++)
        TRY(sections_add(s, rows[i].name, *rows[i].data, rows[i].size * rows[i].count, true, err));
    if (h->store)
        TRY(sections_add(s, "baskets.store", h->store, h->baskets * sizeof *h->store, true, err));
    for (size_t c = 0; c < h->a->segments.columns; c++) {
        snprintf(name, sizeof name, "users.%zu.level", c);
        TRY(sections_add(s, name, h->level[c], h->n_users * sizeof **h->level, true, err));
    }
done:
    return status;
}

#define REFUSE(...) return fail_at(err, AISLE_ERROR_FORMAT, name, 0, 0, __VA_ARGS__)

static aisle_status read_meta(households_meta *m, sections *s, const char *name, aisle_error *err)
{
    void *bytes = NULL;
    aisle_status status = section_bind(&bytes, s, "households", sizeof *m, 1, name, err);
    if (status != AISLE_OK)
        return status;
    memcpy(m, bytes, sizeof *m);
    const int64_t most = UINT32_MAX - 1;
    if (m->as_of < INT32_MIN || m->as_of > INT32_MAX || m->users < 0 || m->users > most ||
        m->lines < 0 || m->lines > most || m->baskets < 0 || m->baskets > most || m->pairs < 0 ||
        m->pairs > m->lines || m->options < 0 || m->options > (LINE_DISCOUNT | LINE_PROMOTION))
        REFUSE("'%s' is damaged: section 'households'", name);
    for (size_t i = 0; i < sizeof m->reserved / sizeof *m->reserved; i++)
        if (m->reserved[i] != 0)
            REFUSE("'%s' is newer: section 'households' has numbers that this program does not "
                   "know",
                   name);
    return AISLE_OK;
}

static aisle_status bind_lines(households *h, sections *s, unsigned options, const char *name,
                               aisle_error *err)
{
    char section_name[SECTION_NAME_ROOM];
    aisle_status status = AISLE_OK;
    for (size_t c = 0; c < line_column_count && status == AISLE_OK; c++) {
        const line_column *column = &line_column_table[c];
        snprintf(section_name, sizeof section_name, "lines.%s", column->name);
        if (!column->option || (column->option & options))
            status = section_bind(line_columns_at(&h->line, column), s, section_name, column->size,
                                  h->line.n, name, err);
    }
    return status;
}

static aisle_status bind_levels(households *h, sections *s, const char *name, aisle_error *err)
{
    char section_name[SECTION_NAME_ROOM];
    aisle_status status = AISLE_OK;
    h->level = NEW_ZEROED(uint32_t *, h->a->segments.columns);
    if (!h->level)
        return fail_memory(err);
    for (size_t c = 0; c < h->a->segments.columns && status == AISLE_OK; c++) {
        snprintf(section_name, sizeof section_name, "users.%zu.level", c);
        status = section_bind((void **)&h->level[c], s, section_name, sizeof **h->level, h->n_users,
                              name, err);
    }
    return status;
}

aisle_status households_from_sections(households *out, bool *there, const assortment *a,
                                      sections *s, const char *name, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    households_meta m;
    households h = {.a = a, .mapped = true};
    state_array rows[ARRAYS];
    *there = sections_find(s, "households") != NULL;
    if (!*there)
        return households_init_none(out, a, err);
    TRY(read_meta(&m, s, name, err));
    h.as_of = (int32_t)m.as_of;
    h.n_users = (uint32_t)m.users;
    h.line.n = (size_t)m.lines;
    h.baskets = (size_t)m.baskets;
    h.pairs = (size_t)m.pairs;
    TRY(ids_from_sections(&h.users, s, "users", h.n_users, name, err));
    TRY(bind_lines(&h, s, (unsigned)m.options, name, err));
    list_arrays(rows, &h);
    for (int i = 0; i < ARRAYS; i++)
        TRY(section_bind(rows[i].data, s, rows[i].name, rows[i].size, rows[i].count, name, err));
    if (a->has_stores)
        TRY(section_bind((void **)&h.store, s, "baskets.store", sizeof *h.store, h.baskets, name,
                         err));
    TRY(bind_levels(&h, s, name, err));
    TRY(households_check(&h, err));
    TRY(households_init_visits(&h, err));
    *out = h;
    memset(&h, 0, sizeof h);
done:
    households_fini(&h);
    return status;
}
