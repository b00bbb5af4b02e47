/* Files that programs before this one wrote: the good ones open and say what they said, the bad
 * ones are refused. test_golden FOLDER VERSION */
#include "base/mem.h"
#include "base/rng.h"
#include "model/file/sections.h"
#include "model_fixture.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static const char *folder;
static int version;

static const char *in_folder(char out[512], const char *kind, const char *name, const char *ending)
{
    snprintf(out, 512, "%s/%s/%s.%s", folder, kind, name, ending);
    return out;
}

/* Factors are fitted again from a file of format 1, in another order: who is ranked best by which
 * source may differ by them. */
static void same_source(const char *said, const char *source)
{
    bool factors = strcmp(said, "als") == 0 || strcmp(source, "als") == 0;
    if (!(version == 1 && factors))
        assert_string_equal(said, source);
}

static void compare_list(const aisle_model *m, FILE *f, uint32_t u)
{
    aisle_recommendation list[6];
    aisle_user user = {u < aisle_model_users(m) ? u : AISLE_MISSING};
    char id[64], item[64], source[64], buffer[32];
    double score;
    size_t n = ask_model(list, 6, m, user.index, NULL);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(fscanf(f, "%63s %63s %lf %63s", id, item, &score, source), 4);
        assert_int_equal(aisle_model_find_user(m, id).index, user.index);
        assert_string_equal(aisle_model_item_id(m, list[i].item, buffer), item);
        assert_true(fabs((double)list[i].score - score) < 1e-5 * fmax(1, fabs(score)));
        same_source(list[i].source, source);
    }
}

static void good_ones_say_what_they_said(void **state)
{
    static const char *const names[] = {"ints", "texts", "forgotten"};
    (void)state;
    for (int i = 0; i < (version == 1 ? 2 : 3); i++) {
        char path[512];
        aisle_model *m = open_model(in_folder(path, "good", names[i], "model"));
        FILE *f = fopen(in_folder(path, "good", names[i], "lists"), "r");
        assert_non_null(f);
        for (uint32_t u = 0; u <= aisle_model_users(m); u++)
            compare_list(m, f, u);
        assert_int_equal(fscanf(f, " %*s"), EOF);
        fclose(f);
        aisle_model_free(m);
    }
}

/* What is written of them is of today's format, and says the same. */
static void they_are_written_anew(void **state)
{
    (void)state;
    char path[512], written[256];
    size_t length;
    temporary_path(written, "again.model");
    for (int i = 0; i < 2; i++) {
        aisle_model *m = open_model(in_folder(path, "good", i ? "texts" : "ints", "model"));
        save(m, written);
        aisle_model *again = open_model(written);
        same_answers(m, again, 6);
        aisle_model_free(again);
        aisle_model_free(m);
        char *bytes = bytes_of(written, &length);
        assert_int_equal(bytes[8], SECTIONS_VERSION);
        mem_free(bytes);
    }
    temporary_remove(written);
}

/* Changes some bytes of a section, with its checksum and those of table and header; but not of the
 * trees, which are LightGBM's to read. */
static void damage(char *bytes, const sections *s, rng *r)
{
    enum { HEADER = 48, ENTRY = 64 };
    size_t i = rng_below(r, (uint32_t)s->count);
    const section *at = &s->section[i];
    char *entry = bytes + HEADER + i * ENTRY;
    if (at->length == 0 || strcmp(at->name, "level2.trees") == 0)
        return;
    for (uint32_t n = 1 + rng_below(r, 4); n > 0; n--)
        bytes[(const char *)at->bytes - bytes + rng_below(r, (uint32_t)at->length)] ^=
            (char)(1 + rng_below(r, 255));
    uint64_t hash = XXH64(at->bytes, at->length, 0);
    memcpy(entry + 48, &hash, sizeof hash);
    hash = XXH64(bytes + HEADER, s->count * ENTRY, 0);
    memcpy(bytes + 32, &hash, sizeof hash);
    hash = XXH64(bytes, 40, 0);
    memcpy(bytes + 40, &hash, sizeof hash);
}

/* Damage that no checksum shows: refused, or a model that answers. */
static void damaged_ones_do_no_harm(void **state)
{
    (void)state;
    char path[512], damaged[256];
    size_t length, refused = 0;
    rng r = rng_init(5, (uint64_t)version);
    sections *s = NEW_ZEROED(sections, 1);
    temporary_path(damaged, "damaged.model");
    for (int round = 0; round < 400; round++) {
        aisle_error err = AISLE_ERROR_INIT;
        aisle_recommendation list[6];
        aisle_model *m = NULL;
        char *bytes =
            bytes_of(in_folder(path, "good", round % 2 ? "ints" : "texts", "model"), &length);
        assert_int_equal(sections_parse(s, bytes, length, path, NULL), AISLE_OK);
        damage(bytes, s, &r);
        write_bytes(damaged, bytes, length);
        if (aisle_model_open(&m, damaged, &err) != AISLE_OK) {
            assert_int_equal(err.code, AISLE_ERROR_FORMAT);
            assert_non_null(strstr(err.message, damaged));
            refused++;
        }
        for (uint32_t u = 0; m && u <= aisle_model_users(m); u += 3)
            ask_model(list, 6, m, u, NULL);
        aisle_model_free(m);
        mem_free(bytes);
    }
    assert_true(refused > 150 && refused < 400);
    mem_free(s);
    temporary_remove(damaged);
}

static void bad_ones_are_refused(void **state)
{
    const char *const names[][2] = {
        {"cut", "damaged"},
        {"flipped", "does not match its checksum"},
        {"newer", version == 1 ? "damaged" : "format version 3"},
        {"unknown_section", "needs section 'unheard.of'"},
        {"no_pairs", "section 'pairs.item' is missing"},
    };
    (void)state;
    for (int i = 0; i < (version == 1 ? 4 : 5); i++) {
        char path[512];
        aisle_error err = AISLE_ERROR_INIT;
        aisle_model *m = NULL;
        assert_int_equal(aisle_model_open(&m, in_folder(path, "bad", names[i][0], "model"), &err),
                         AISLE_ERROR_FORMAT);
        if (!strstr(err.message, names[i][1]) || !strstr(err.message, path))
            fail_msg("'%s' is not in '%s'", names[i][1], err.message);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_ones_say_what_they_said),
        cmocka_unit_test(damaged_ones_do_no_harm),
        cmocka_unit_test(they_are_written_anew),
        cmocka_unit_test(bad_ones_are_refused),
    };
    if (argc != 3)
        return 2;
    folder = argv[1];
    version = atoi(argv[2]);
    return cmocka_run_group_tests_name("golden", tests, NULL, NULL);
}
