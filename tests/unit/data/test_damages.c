/* Random damages of random files: each is refused, or every line is accounted for. */
#include "shapes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/rng.h"
#include "base/utf8.h"

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

enum { DAMAGES = 200, COLUMNS = 5 };

/* ---- Files ---- */

/* A file while it is made. */
typedef struct making {
    rng r;
    char delimiter;
    int order[COLUMNS];
    text bytes;
    bool known; /* its lines */
    size_t lines;
    char log[200]; /* what was done to it */
} making;

static void say(making *m, const char *what)
{
    size_t n = strlen(m->log);
    snprintf(m->log + n, sizeof m->log - n, " %s", what);
}

static void shuffle(making *m)
{
    for (uint32_t c = COLUMNS; c > 1; c--) {
        uint32_t other = rng_below(&m->r, c);
        int kept = m->order[c - 1];
        m->order[c - 1] = m->order[other];
        m->order[other] = kept;
    }
}

static void add_row(making *m)
{
    char cells[COLUMNS][32];
    snprintf(cells[0], 32, "U%u", rng_below(&m->r, 40));
    snprintf(cells[1], 32, rng_below(&m->r, 3) ? "P%u" : "\"K\xc3\xa4se, %u\"",
             rng_below(&m->r, 20));
    snprintf(cells[2], 32, "2024-%02u-%02u", 1 + rng_below(&m->r, 12), 1 + rng_below(&m->r, 28));
    snprintf(cells[3], 32, "%u", 1 + rng_below(&m->r, 9));
    snprintf(cells[4], 32, rng_below(&m->r, 50) ? "%u.5" : "\"%u.5\"", rng_below(&m->r, 99));
    for (int c = 0; c < COLUMNS; c++)
        text_add(&m->bytes, "%s%.1s", cells[m->order[c]], c + 1 < COLUMNS ? &m->delimiter : "");
    text_add(&m->bytes, "\n");
}

static void make_rows(making *m, uint64_t seed)
{
    static const char *const names[] = {"card", "sku", "day", "pieces", "amount"};
    *m = (making){.r = rng_init(seed, 5), .delimiter = ",;\t|"[seed % 4], .known = true};
    for (int c = 0; c < COLUMNS; c++)
        m->order[c] = c;
    shuffle(m);
    for (int c = 0; c < COLUMNS; c++)
        text_add(&m->bytes, "%s%.1s", names[m->order[c]], c + 1 < COLUMNS ? &m->delimiter : "");
    text_add(&m->bytes, "\n");
    uint32_t rows = seed % 5 ? 1 + rng_below(&m->r, 300) : 4000 + rng_below(&m->r, 9000);
    uint32_t turn = rng_below(&m->r, 6) ? rows : rng_below(&m->r, rows);
    for (uint32_t i = 0; i < rows; i++) {
        if (i == turn) {
            say(m, "shuffled");
            shuffle(m);
        }
        add_row(m);
    }
}

/* ---- Damages of its text ---- */

static size_t place(making *m)
{
    return m->bytes.length ? rng_below(&m->r, (uint32_t)m->bytes.length) : 0;
}

/* Bytes put in, length 0 for a text. */
static void insert(making *m, size_t at, const char *bytes, size_t length)
{
    text t = {0};
    text_add_bytes(&t, m->bytes.bytes, at);
    text_add_bytes(&t, bytes, length);
    text_add_bytes(&t, m->bytes.bytes + at, m->bytes.length - at);
    text_fini(&m->bytes);
    m->bytes = t;
}

static void cut(making *m)
{
    m->bytes.length = place(m);
}

static void double_part(making *m)
{
    size_t from = rng_below(&m->r, 2) ? 0 : place(m), to = m->bytes.length;
    if (rng_below(&m->r, 2))
        to = from + rng_below(&m->r, (uint32_t)(to - from + 1));
    char *copy = mem_copy(m->bytes.bytes + from, to - from, 1);
    assert_non_null(copy);
    insert(m, rng_below(&m->r, 2) ? m->bytes.length : place(m), copy, to - from);
    mem_free(copy);
}

static void mix_line_ends(making *m)
{
    text t = {0};
    static const char *const ends[] = {"\n", "\r\n", "\r", "\n\n", "\n\r", " \n"};
    for (size_t i = 0; i < m->bytes.length; i++)
        if (m->bytes.bytes[i] == '\n')
            text_add(&t, "%s", ends[rng_below(&m->r, 6)]);
        else
            text_add_bytes(&t, m->bytes.bytes + i, 1);
    text_fini(&m->bytes);
    m->bytes = t;
}

static void turn_bytes(making *m)
{
    for (uint32_t n = 1 + rng_below(&m->r, 20); n > 0 && m->bytes.length; n--)
        m->bytes.bytes[place(m)] ^= (char)(1 + rng_below(&m->r, 255));
}

static void insert_some(making *m)
{
    static const char *const some[] = {"\"",           "\"\"", ",",      ";",  "\n", "\r",
                                       "\xef\xbb\xbf", "\xff", "\"\n\"", "\\", " ",  "\t"};
    const char *one = some[rng_below(&m->r, 12)];
    for (uint32_t n = 1 + rng_below(&m->r, 12); n > 0; n--)
        insert(m, place(m), one, strlen(one));
}

static void insert_zeros(making *m)
{
    static const char zeros[3000] = {0};
    size_t at = place(m);
    while (at > 0 && m->bytes.bytes[at - 1] != '\n')
        at--;
    insert(m, at, "\n", 1);
    insert(m, at, zeros, 1 + rng_below(&m->r, sizeof zeros));
}

static const struct {
    const char *name;
    void (*apply)(making *m);
} damages[] = {{"cut", cut},           {"doubled", double_part},  {"line ends", mix_line_ends},
               {"turned", turn_bytes}, {"inserted", insert_some}, {"zeros", insert_zeros}};

/* ---- How it is written and read ---- */

static void encode(making *m, const char **encoding)
{
    static const char *const names[] = {"ISO-8859-1", "UTF-16LE", "UTF-16BE", "GB18030"};
    *encoding = NULL;
    if (rng_below(&m->r, 3) || !utf8_is_clean(m->bytes.bytes, m->bytes.length))
        return;
    const char *name = names[rng_below(&m->r, 4)];
    if (strstr(m->bytes.bytes, "\xef\xbb\xbf") && name[0] == 'I')
        return;
    text t = {0};
    say(m, name);
    encode_text(&t, m->bytes.bytes, m->bytes.length, name);
    *encoding = rng_below(&m->r, 4) ? name : NULL;
    if (!*encoding) {
        say(m, "undeclared");
        m->lines = count_lines(t.bytes, t.length);
    }
    text_fini(&m->bytes);
    m->bytes = t;
}

/* Packed, and then perhaps damaged anew. */
static void pack(making *m)
{
    packing_kind kind = (packing_kind)rng_below(&m->r, PACKINGS);
    text t = {0};
    if (kind == PLAIN || rng_below(&m->r, 2))
        return;
    say(m, kind == GZIP ? "gzip" : "zstd");
    pack_bytes(&t, m->bytes.bytes, m->bytes.length, kind, 1 + rng_below(&m->r, 3));
    text_fini(&m->bytes);
    m->bytes = t;
    if (rng_below(&m->r, 2))
        return;
    size_t d = rng_below(&m->r, 2) ? 0 : 3;
    say(m, damages[d].name);
    damages[d].apply(m);
    m->known = false;
}

static aisle_status read_file(aisle_dataset **out, void **state, const char *more, int threads,
                              aisle_error *err)
{
    text yaml = {0};
    text_add(
        &yaml,
        "data: {receipts: {path: 'r*.csv', user: card, item: sku, time: day, quantity: pieces, "
        "value: amount%s}, rejected_share: 1, rejected_path: aside.csv}",
        more);
    aisle_config *config = fixture_config(state, yaml.bytes);
    aisle_status status = aisle_dataset_read(out, config, threads, err);
    aisle_config_free(config);
    text_fini(&yaml);
    return status;
}

/* Refused in words, or read: the same under any condition that holds, and by any threads. */
static bool assert_file(void **state, const char *encoding)
{
    char more[2][96];
    aisle_dataset *d[3] = {NULL, NULL, NULL};
    aisle_status status[3];
    aisle_error err[3] = {AISLE_ERROR_INIT, AISLE_ERROR_INIT, AISLE_ERROR_INIT};
    snprintf(more[0], 32, "%s%s", encoding ? ", encoding: " : "", encoding ? encoding : "");
    snprintf(more[1], sizeof more[1], "%.31s, where: 'true'", more[0]);
    for (int i = 0; i < 3; i++) {
        status[i] = read_file(&d[i], state, more[i == 2], 1 + i % 2, &err[i]);
        assert_int_equal(status[i] == AISLE_OK, d[i] != NULL);
        if (d[i])
            assert_accounts(d[i]);
        else if (status[i] != AISLE_ERROR_DATA && status[i] != AISLE_ERROR_CONFIG)
            fail_msg("found %d: %s", status[i], err[i].message);
        else if (!strstr(err[i].message, "r.csv") && !strstr(err[i].message, "receipts") &&
                 !strstr(err[i].message, "cleaning left none"))
            fail_msg("found no file and no table: %s", err[i].message);
    }
    for (int i = 1; i < 3; i++)
        if (status[i] != status[0])
            fail_msg("%d: %s; %d: %s", status[0], err[0].message, status[i], err[i].message);
    for (int i = 1; i < 3 && d[0]; i++)
        assert_datasets_equal(d[0], d[i]);
    bool read = d[0];
    for (int i = 0; i < 3; i++)
        aisle_dataset_free(d[i]);
    return read;
}

static bool damage_one(void **state, uint64_t seed)
{
    making m;
    const char *encoding;
    make_rows(&m, seed);
    for (uint32_t n = rng_below(&m.r, 4); n > 0; n--) {
        size_t d = rng_below(&m.r, sizeof damages / sizeof *damages);
        say(&m, damages[d].name);
        damages[d].apply(&m);
    }
    m.lines = count_lines(m.bytes.bytes, m.bytes.length);
    encode(&m, &encoding);
    pack(&m);
    if (getenv("SHOW"))
        print_message("%d:%s\n", (int)seed, m.log);
    shape_note("r.csv", m.known ? m.lines : SIZE_MAX);
    fixture_write_n(state, "r.csv", m.bytes.bytes, m.bytes.length);
    text_fini(&m.bytes);
    return assert_file(state, encoding);
}

static void test_damages(void **state)
{
    int read = 0;
    for (uint64_t seed = 0; seed < DAMAGES; seed++)
        read += damage_one(state, seed);
    /* Neither all of them nor none. */
    assert_in_range(read, DAMAGES / 3, DAMAGES * 9 / 10);
}

/* Beside a file that is whole. */
static void test_damages_of_one_of_two(void **state)
{
    making m;
    make_rows(&m, 2);
    fixture_write_n(state, "r0.csv", m.bytes.bytes, m.bytes.length);
    shape_note("r0.csv", count_lines(m.bytes.bytes, m.bytes.length));
    text_fini(&m.bytes);
    for (uint64_t seed = DAMAGES; seed < DAMAGES + 40; seed++)
        damage_one(state, seed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(test_damages), TEST(test_damages_of_one_of_two)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
