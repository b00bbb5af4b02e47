#include "data_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "data/reader/sql/session.h"

int fixture_setup(void **state)
{
    const char *parent = getenv("TMPDIR");
    char name[512];
    snprintf(name, sizeof name, "%s/aisle-test-XXXXXX", parent ? parent : "/tmp");
    if (!mkdtemp(name))
        return -1;
    *state = mem_text(name);
    return *state ? 0 : -1;
}

int fixture_teardown(void **state)
{
    char command[600];
    snprintf(command, sizeof command, "rm -rf '%s'", (const char *)*state);
    int failed = system(command);
    mem_free(*state);
    return failed ? -1 : 0;
}

const char *fixture_path(void **state, const char *name)
{
    static char paths[8][700];
    static int next;
    char *path = paths[next++ % 8];
    snprintf(path, sizeof paths[0], "%s/%s", (const char *)*state, name);
    return path;
}

void fixture_write_n(void **state, const char *name, const char *bytes, size_t length)
{
    FILE *stream = fopen(fixture_path(state, name), "wb");
    assert_non_null(stream);
    assert_int_equal(fwrite(bytes, 1, length, stream), length);
    assert_int_equal(fclose(stream), 0);
}

void fixture_write(void **state, const char *name, const char *bytes)
{
    fixture_write_n(state, name, bytes, strlen(bytes));
}

char *fixture_slurp(void **state, const char *name)
{
    char *bytes;
    size_t length;
    assert_int_equal(file_read(&bytes, &length, fixture_path(state, name), NULL), AISLE_OK);
    return bytes;
}

void fixture_sql(void **state, const char *sql)
{
    static const char mark[] = "${folder}";
    session s = {.threads = 1};
    aisle_error err = AISLE_ERROR_INIT;
    text filled = {0};
    for (const char *at; (at = strstr(sql, mark)); sql = at + sizeof mark - 1) {
        text_add_bytes(&filled, sql, (size_t)(at - sql));
        text_add(&filled, "%s", (const char *)*state);
    }
    text_add(&filled, "%s", sql);
    if (session_query(NULL, &s, filled.bytes, NULL, NULL, &err))
        fail_msg("%s", err.message);
    text_fini(&filled);
    session_fini(&s);
}

aisle_config *fixture_config(void **state, const char *yaml)
{
    aisle_config *config = NULL;
    aisle_error err = AISLE_ERROR_INIT;
    if (aisle_config_parse(&config, yaml, strlen(yaml), "test.yaml", *state, &err))
        fail_msg("%s (line %u)", err.message, err.line);
    return config;
}

aisle_dataset *fixture_read(void **state, const char *yaml)
{
    aisle_dataset *dataset = NULL;
    aisle_error err = AISLE_ERROR_INIT;
    aisle_config *config = fixture_config(state, yaml);
    if (aisle_dataset_read(&dataset, config, 1, &err))
        fail_msg("%s", err.message);
    aisle_config_free(config);
    if (dataset_check(dataset, &err))
        fail_msg("%s", err.message);
    return dataset;
}

void fixture_read_fails(void **state, const char *yaml, aisle_status code, aisle_error *err)
{
    aisle_dataset *dataset = NULL;
    aisle_config *config = fixture_config(state, yaml);
    aisle_status status = aisle_dataset_read(&dataset, config, 1, err);
    aisle_config_free(config);
    assert_null(dataset);
    if (status != code)
        fail_msg("found %d, expected %d: %s", status, code, err->message);
    assert_int_equal(err->code, code);
}

static void assert_ids_equal(const id_table *a, const id_table *b)
{
    assert_int_equal(a->count, b->count);
    assert_int_equal(a->is_int, b->is_int);
    if (a->count == 0)
        return;
    if (a->is_int) {
        assert_memory_equal(a->ints, b->ints, a->count * sizeof *a->ints);
        return;
    }
    assert_memory_equal(a->offsets, b->offsets, (a->count + 1) * sizeof *a->offsets);
    assert_memory_equal(a->bytes, b->bytes, a->offsets[a->count]);
}

static void assert_attributes_equal(const attribute_table *a, const attribute_table *b)
{
    assert_int_equal(a->rows, b->rows);
    assert_int_equal(a->columns, b->columns);
    assert_int_equal(a->department, b->department);
    assert_int_equal(a->category, b->category);
    for (size_t c = 0; c < a->columns; c++) {
        assert_memory_equal(a->code[c], b->code[c], a->rows * sizeof(uint32_t));
        assert_ids_equal(&a->levels[c], &b->levels[c]);
    }
    assert_int_equal(!a->label, !b->label);
    for (size_t r = 0; a->label && r < a->rows; r++) {
        assert_int_equal(!a->label[r], !b->label[r]);
        if (a->label[r])
            assert_string_equal(a->label[r], b->label[r]);
    }
}

void assert_datasets_equal(const aisle_dataset *a, const aisle_dataset *b)
{
    assert_int_equal(a->line.n, b->line.n);
    assert_ids_equal(&a->users, &b->users);
    assert_ids_equal(&a->items, &b->items);
    assert_memory_equal(a->user_offset, b->user_offset,
                        (a->users.count + 1) * sizeof *a->user_offset);
    assert_memory_equal(a->line.item, b->line.item, a->line.n * sizeof *a->line.item);
    assert_memory_equal(a->line.day, b->line.day, a->line.n * sizeof *a->line.day);
    assert_memory_equal(a->line.basket, b->line.basket, a->line.n * sizeof *a->line.basket);
    assert_memory_equal(a->line.quantity, b->line.quantity, a->line.n * sizeof *a->line.quantity);
    assert_memory_equal(a->line.value, b->line.value, a->line.n * sizeof *a->line.value);
    assert_int_equal(!a->line.discount, !b->line.discount);
    if (a->line.discount)
        assert_memory_equal(a->line.discount, b->line.discount,
                            a->line.n * sizeof *a->line.discount);
    assert_int_equal(a->baskets, b->baskets);
    assert_int_equal(!a->store, !b->store);
    assert_ids_equal(&a->stores, &b->stores);
    if (a->store)
        assert_memory_equal(a->store, b->store, a->baskets * sizeof *a->store);
    assert_int_equal(a->weeks.first, b->weeks.first);
    assert_int_equal(a->weeks.count, b->weeks.count);
    assert_memory_equal(a->weeks.start, b->weeks.start,
                        (a->weeks.count + 1) * sizeof *a->weeks.start);
    assert_attributes_equal(&a->products, &b->products);
    assert_attributes_equal(&a->households, &b->households);
}

void assert_mentions(const char *message, const char *part)
{
    if (!strstr(message, part))
        fail_msg("expected '%s' in: %s", part, message);
}

void fixture_assert_rejected(void **state, const char *name, const char *of, const char *lines)
{
    text expected = {0};
    text_add(&expected, "line,reason,column,value,table,file\n");
    for (const char *end; (end = strchr(lines, '\n')); lines = end + 1)
        text_add(&expected, "%.*s,%s\n", (int)(end - lines), lines, fixture_path(state, of));
    char *rejected = fixture_slurp(state, name);
    assert_string_equal(rejected, expected.bytes);
    mem_free(rejected);
    text_fini(&expected);
}
