#include "data/attributes.h"

#include <string.h>
#include <strings.h>

#include "base/fail.h"
#include "base/mem.h"

static bool value_is_blank(const aisle_values *values, size_t i)
{
    if (values->ints)
        return false;
    for (uint64_t b = values->offsets[i]; b < values->offsets[i + 1]; b++)
        if (values->bytes[b] != ' ' && values->bytes[b] != '\t')
            return false;
    return true;
}

/* Levels are what occurs in some row and is not blank; number: [values.count]. */
static aisle_status number_levels(id_table *levels, uint32_t *number, const aisle_coded *column,
                                  size_t rows, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const aisle_values *values = &column->values;
    id_table all = {0};
    uint32_t n = 0;
    uint8_t *used = NEW_ZEROED(uint8_t, values->count);
    uint32_t *kept = NEW_ARRAY(uint32_t, values->count);
    uint32_t *level = NEW_ARRAY(uint32_t, values->count);
    TRY_ALLOC(used);
    TRY_ALLOC(kept);
    TRY_ALLOC(level);
    TRY(id_table_init(&all, number, values, err));
    for (size_t r = 0; r < rows; r++)
        if (column->code[r] != AISLE_MISSING)
            used[number[column->code[r]]] = 1;
    for (size_t v = 0; v < values->count; v++)
        if (value_is_blank(values, v))
            used[number[v]] = 0;
    for (uint32_t i = 0; i < values->count; i++) {
        level[i] = used[i] ? n : AISLE_MISSING;
        if (used[i])
            kept[n++] = i;
    }
    for (size_t v = 0; v < values->count; v++)
        number[v] = level[number[v]];
    TRY(id_table_subset(levels, &all, kept, n, err));
done:
    id_table_fini(&all);
    mem_free(used);
    mem_free(kept);
    mem_free(level);
    return status;
}

static aisle_status code_column(id_table *levels, uint32_t **code, const aisle_coded *column,
                                size_t rows, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    uint32_t *number = NEW_ARRAY(uint32_t, column->values.count);
    TRY_ALLOC(number);
    TRY(number_levels(levels, number, column, rows, err));
    TRY_ALLOC(*code = NEW_ARRAY(uint32_t, rows));
    for (size_t r = 0; r < rows; r++) {
        uint32_t value = column->code[r];
        (*code)[r] = value == AISLE_MISSING ? AISLE_MISSING : number[value];
    }
done:
    mem_free(number);
    return status;
}

/* Whether row a comes before row b by categories (missing ones last), then label. */
static bool row_is_smaller(const attribute_source *s, uint32_t a, uint32_t b)
{
    for (size_t c = 0; c < s->columns; c++)
        if (s->code[c][a] != s->code[c][b])
            return s->code[c][a] < s->code[c][b];
    if (!s->label || !s->label[a] || !s->label[b])
        return s->label && s->label[a] && !s->label[b];
    return strcmp(s->label[a], s->label[b]) < 0;
}

/* Keys with rows of which one is smaller. */
static aisle_status count_disagreeing(attribute_source *s, const aisle_attributes *table,
                                      const uint32_t *number, aisle_error *err)
{
    uint8_t *differs = NEW_ZEROED(uint8_t, s->keys.count);
    if (!differs)
        return fail_memory(err);
    for (uint32_t r = 0; r < table->rows; r++) {
        if (table->key.code[r] == AISLE_MISSING)
            continue;
        uint32_t k = number[table->key.code[r]];
        differs[k] |= row_is_smaller(s, s->row[k], r);
    }
    for (uint32_t k = 0; k < s->keys.count; k++)
        if (differs[k])
            s->disagrees = s->disagreeing++ ? s->disagrees : k;
    mem_free(differs);
    return AISLE_OK;
}

static aisle_status choose_rows(attribute_source *s, const aisle_attributes *table,
                                aisle_error *err)
{
    aisle_status status = AISLE_OK;
    size_t n = table->key.values.count;
    uint32_t *number = NEW_ARRAY(uint32_t, n);
    TRY_ALLOC(number);
    TRY(id_table_init(&s->keys, number, &table->key.values, err));
    TRY_ALLOC(s->row = NEW_ARRAY(uint32_t, n));
    for (size_t k = 0; k < n; k++)
        s->row[k] = AISLE_MISSING;
    for (uint32_t r = 0; r < table->rows; r++) {
        if (table->key.code[r] == AISLE_MISSING)
            continue;
        uint32_t *chosen = &s->row[number[table->key.code[r]]];
        if (*chosen == AISLE_MISSING || row_is_smaller(s, r, *chosen))
            *chosen = r;
    }
    if (table->rows > n)
        TRY(count_disagreeing(s, table, number, err));
done:
    mem_free(number);
    return status;
}

static aisle_status find_role(int *out, const attribute_source *s, const char *key,
                              const char *name, aisle_error *err)
{
    *out = -1;
    if (!name)
        return AISLE_OK;
    char known[300] = "";
    for (size_t c = 0; c < s->columns; c++) {
        if (strcasecmp(s->names[c], name) == 0) {
            *out = (int)c;
            return AISLE_OK;
        }
        size_t used = strlen(known);
        snprintf(known + used, sizeof known - used, "%s%s", used ? ", " : "", s->names[c]);
    }
    return fail(err, AISLE_ERROR_CONFIG,
                "key '%s': found '%s', expected one of data.products.categories (%s)", key, name,
                known[0] ? known : "none are given");
}

aisle_status attribute_source_init(attribute_source *out, const aisle_attributes *table,
                                   const char *department, const char *category, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    attribute_source s = {.department = -1, .category = -1};
    if (table) {
        if (table->rows >= AISLE_MISSING)
            TRY(fail(err, AISLE_ERROR_DATA, "more than %u rows in a table", AISLE_MISSING - 1));
        s.names = table->names;
        s.label = table->label;
        TRY_ALLOC(s.levels = NEW_ZEROED(id_table, table->columns));
        TRY_ALLOC(s.code = NEW_ZEROED(uint32_t *, table->columns));
        s.columns = table->columns;
        for (size_t c = 0; c < s.columns; c++)
            TRY(code_column(&s.levels[c], &s.code[c], &table->category[c], table->rows, err));
        TRY(choose_rows(&s, table, err));
    }
    TRY(find_role(&s.department, &s, "data.products.department", department, err));
    TRY(find_role(&s.category, &s, "data.products.category", category, err));
    *out = s;
done:
    if (status)
        attribute_source_fini(&s);
    return status;
}

void attribute_source_fini(attribute_source *s)
{
    id_table_fini(&s->keys);
    mem_free(s->row);
    for (size_t c = 0; c < s->columns; c++) {
        id_table_fini(&s->levels[c]);
        mem_free(s->code[c]);
    }
    mem_free(s->levels);
    mem_free(s->code);
    memset(s, 0, sizeof *s);
}

aisle_status attribute_source_find(uint32_t *row, const attribute_source *s, const id_table *ids,
                                   aisle_error *err)
{
    aisle_status status = AISLE_OK;
    uint32_t *index = NEW_ARRAY(uint32_t, ids->count);
    TRY_ALLOC(index);
    id_table_match(index, ids, &s->keys);
    for (size_t i = 0; i < ids->count; i++)
        row[i] = index[i] == AISLE_MISSING ? AISLE_MISSING : s->row[index[i]];
done:
    mem_free(index);
    return status;
}

static aisle_status copy_labels(attribute_table *out, const attribute_source *source,
                                const uint32_t *rows, size_t n, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    if (!source->label)
        return AISLE_OK;
    TRY_ALLOC(out->label = NEW_ZEROED(char *, n));
    for (size_t i = 0; i < n; i++) {
        const char *label = rows[i] == AISLE_MISSING ? NULL : source->label[rows[i]];
        if (label)
            TRY_ALLOC(out->label[i] = mem_text(label));
    }
done:
    return status;
}

aisle_status attribute_table_init(attribute_table *out, const attribute_source *source,
                                  const uint32_t *rows, size_t n, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    size_t columns = source->columns;
    attribute_table t = {.rows = n, .department = source->department, .category = source->category};
    TRY_ALLOC(t.names = NEW_ZEROED(char *, columns));
    TRY_ALLOC(t.code = NEW_ZEROED(uint32_t *, columns));
    TRY_ALLOC(t.levels = NEW_ZEROED(id_table, columns));
    t.columns = columns;
    for (size_t c = 0; c < columns; c++) {
        TRY_ALLOC(t.names[c] = mem_text(source->names[c]));
        TRY(id_table_copy(&t.levels[c], &source->levels[c], err));
        TRY_ALLOC(t.code[c] = NEW_ARRAY(uint32_t, n));
        for (size_t i = 0; i < n; i++)
            t.code[c][i] = rows[i] == AISLE_MISSING ? AISLE_MISSING : source->code[c][rows[i]];
    }
    TRY(copy_labels(&t, source, rows, n, err));
    *out = t;
done:
    if (status)
        attribute_table_fini(&t);
    return status;
}

void attribute_table_fini(attribute_table *t)
{
    for (size_t c = 0; c < t->columns; c++) {
        mem_free(t->names[c]);
        mem_free(t->code[c]);
        id_table_fini(&t->levels[c]);
    }
    mem_free(t->names);
    mem_free(t->code);
    mem_free(t->levels);
    for (size_t i = 0; t->label && i < t->rows; i++)
        mem_free(t->label[i]);
    mem_free(t->label);
    memset(t, 0, sizeof *t);
}
