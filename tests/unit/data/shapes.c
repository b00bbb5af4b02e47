#include "shapes.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/rng.h"

enum { FILES_MOST = 64, FIRST_DAY = 19723 };

const char shape_keys[] = "user: card, item: sku, basket: receipt, time: day, quantity: pieces, "
                          "value: amount, store: shop";

/* Lines by an independent count. */
static struct {
    char name[64];
    size_t lines;
} written[FILES_MOST];
static size_t n_written;

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

void shape_note(const char *path, size_t lines)
{
    const char *name = base_name(path);
    size_t i = 0;
    while (i < n_written && strcmp(written[i].name, name) != 0)
        i++;
    assert_true(i < FILES_MOST);
    n_written += i == n_written;
    snprintf(written[i].name, sizeof written[i].name, "%s", name);
    written[i].lines = lines;
}

/* ---- Writing ---- */

static shape_row row_at(int i)
{
    rng r = rng_init((uint64_t)i, 9), basket = rng_init((uint64_t)i / 3, 10);
    shape_row row = {.card = (int)rng_below(&basket, 12),
                     .receipt = i / 3,
                     .day = FIRST_DAY + i / 3,
                     .sku = (int)rng_below(&r, 20),
                     .pieces = 1 + (int)rng_below(&r, 3),
                     .shop = (int)rng_below(&basket, 4)};
    row.cents = row.pieces * (row.sku == 7 ? 123450 : 99 + row.sku * 10);
    if (i % 50 == 49) {
        row.pieces = -row.pieces;
        row.cents = -row.cents;
    }
    return row;
}

const char *shape_name(char column)
{
    static const char *const names[][2] = {{"c", "card"},   {"r", "receipt"}, {"d", "day"},
                                           {"s", "sku"},    {"p", "pieces"},  {"a", "amount"},
                                           {"h", "shop"},   {"t", "clock"},   {"x", "price"},
                                           {"e", "remark"}, {"k", "chain"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (*names[i][0] == column)
            return names[i][1];
    fail_msg("no column '%c'", column);
    return NULL;
}

static void add_money(text *t, int cents, bool comma)
{
    int whole = (cents < 0 ? -cents : cents) / 100, part = (cents < 0 ? -cents : cents) % 100;
    const char *minus = cents < 0 ? "-" : "";
    if (!comma)
        text_add(t, "%s%d.%02d", minus, whole, part);
    else if (whole >= 1000)
        text_add(t, "%d.%03d,%02d%s", whole / 1000, whole % 1000, part, minus);
    else
        text_add(t, "%d,%02d%s", whole, part, minus);
}

static void add_time(text *t, const shape_row *row, const char *format)
{
    char buffer[64];
    struct tm clock;
    time_t seconds = (time_t)row->day * 86400 + 9 * 3600 + row->receipt % 600 * 60;
    assert_non_null(gmtime_r(&seconds, &clock));
    assert_true(strftime(buffer, sizeof buffer, format, &clock) > 0);
    text_add(t, "%s", buffer);
}

static void add_cell(text *t, const shape_row *row, char column, const shape *how)
{
    const char *blank = how->blanks ? " " : "";
    switch (column) {
    case 'c':
        text_add(t, "%sU%d%s", blank, row->card, blank);
        return;
    case 'r':
        text_add(t, "%d%s", row->receipt, blank);
        return;
    case 's':
        text_add(t, "\"%s%s, no. %d\"", blank, how->prefix ? how->prefix : "Käse", row->sku);
        return;
    case 'p':
        text_add(t, how->comma && row->pieces < 0 ? "%d-" : "%d",
                 how->comma && row->pieces < 0 ? -row->pieces : row->pieces);
        return;
    case 'h':
        text_add(t, "%s%04d", blank, row->shop);
        return;
    case 'k':
        text_add(t, "chain:%d", row->shop % 2);
        return;
    case 'd':
        add_time(t, row, how->day ? how->day : "%Y-%m-%d");
        return;
    case 't':
        add_time(t, row, "%H:%M");
        return;
    case 'a':
        text_add(t, "\"");
        add_money(t, row->cents, how->comma);
        text_add(t, "\"");
        return;
    case 'x':
        text_add(t, "\"");
        add_money(t, row->cents / row->pieces, how->comma);
        text_add(t, "\"");
        return;
    default:
        return;
    }
}

static void add_lines(text *t, const shape *how, int from, int to)
{
    const char *columns = how->columns ? how->columns : "crdspah",
               *end = how->end ? how->end : "\n";
    char delimiter = how->delimiter ? how->delimiter : ',';
    text_add(t, "%s", how->before ? how->before : "");
    for (const char *c = columns; *c && !how->no_header; c++)
        text_add(t, "%s%.1s", shape_name(*c), c[1] ? &delimiter : "");
    text_add(t, "%s", how->no_header ? "" : end);
    for (int i = from; i < to; i++) {
        shape_row row = row_at(i);
        for (const char *c = columns; *c; c++) {
            add_cell(t, &row, *c, how);
            text_add(t, "%.1s", c[1] ? &delimiter : "");
        }
        text_add(t, "%s", i + 1 < to ? end : "");
    }
}

void shape_write(void **state, const char *name, const shape *how, int from, int to)
{
    text plain = {0}, encoded = {0}, packed = {0};
    text_add(&plain, "%s", how->mark ? "\xef\xbb\xbf" : "");
    add_lines(&plain, how, from, to);
    shape_note(name, count_lines(plain.bytes, plain.length));
    encode_text(&encoded, plain.bytes, plain.length, how->encoding ? how->encoding : "UTF-8");
    pack_bytes(&packed, encoded.bytes, encoded.length, how->packing,
               how->members ? how->members : 1);
    assert_false(plain.failed || encoded.failed || packed.failed);
    fixture_write_n(state, name, packed.bytes, packed.length);
    text_fini(&plain);
    text_fini(&encoded);
    text_fini(&packed);
}

void shape_write_text(void **state, const char *name, const char *bytes)
{
    shape_note(name, count_lines(bytes, strlen(bytes)));
    fixture_write(state, name, bytes);
}

/* ---- Reading ---- */

static void assert_file(const aisle_file_count *f)
{
    if (f->lines == 0)
        return;
    assert_int_equal(f->lines, f->before + f->header + f->blank + f->joined + f->broken +
                                   f->left_out + f->rows);
    for (size_t i = 0; i < n_written; i++)
        if (strcmp(written[i].name, base_name(f->file)) == 0) {
            if (written[i].lines != SIZE_MAX)
                assert_int_equal(f->lines, written[i].lines);
            return;
        }
    fail_msg("nobody wrote '%s'", f->file);
}

void assert_accounts(const aisle_dataset *d)
{
    const aisle_dataset_summary *s = &d->summary;
    const aisle_file_count *files;
    uint64_t rejected = 0, no_card = 0, outside = 0, left_out = 0, read = 0, aside = 0;
    size_t n = aisle_dataset_files(&files, d);
    assert_true(n > 0);
    for (size_t i = 0; i < n; i++) {
        assert_file(&files[i]);
        rejected += files[i].rejected + files[i].broken;
        no_card += files[i].no_card;
        outside += files[i].outside;
        left_out += files[i].left_out;
        read += files[i].rows + files[i].broken + files[i].left_out;
    }
    assert_int_equal(s->set_aside[AISLE_REASON_REJECTED], rejected);
    assert_int_equal(s->set_aside[AISLE_REASON_NO_CARD], no_card);
    assert_int_equal(s->set_aside[AISLE_REASON_DAYS], outside);
    assert_int_equal(s->set_aside[AISLE_REASON_WHERE], left_out);
    assert_int_equal(s->lines_read, read);
    for (int r = 0; r < AISLE_REASON_COUNT; r++)
        aside += s->set_aside[r];
    assert_int_equal(s->lines_read, s->lines + aside);
}

aisle_dataset *shape_read(void **state, const char *source, const char *keys, const char *more)
{
    text yaml = {0};
    text_add(&yaml, "data: {receipts: {%s, %s}%s%s}", source, keys, *more ? ", " : "", more);
    aisle_dataset *d = fixture_read(state, yaml.bytes);
    text_fini(&yaml);
    assert_accounts(d);
    return d;
}

aisle_dataset *shape_plain(void **state, const char *prefix)
{
    shape_write(state, "plain.csv", &(shape){.prefix = prefix}, 0, SHAPE_ROWS);
    return shape_read(state, "path: plain.csv", shape_keys, "");
}

void assert_shape(void **state, const char *source, const char *prefix)
{
    aisle_dataset *plain = shape_plain(state, prefix);
    aisle_dataset *d = shape_read(state, source, shape_keys, "");
    assert_datasets_equal(d, plain);
    assert_true(d->line.n > SHAPE_ROWS / 2 && d->users.count == 12 && d->stores.count == 4);
    aisle_dataset_free(plain);
    aisle_dataset_free(d);
}
