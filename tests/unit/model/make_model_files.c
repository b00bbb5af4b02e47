/* make_model_files GOLDEN CORPUS: writes the model files that tests/golden/v<N> and the fuzzer's
 * corpus keep. To be run once a version of the format: what is there is not written anew. */
#include "base/mem.h"
#include "model/file/sections.h"
#include "model_fixture.h"

#include <stdio.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static const char small_shape[] =
    RECEIPTS_ROLES "candidates: {popular: {quota: 10}, own_decay: {quota: 15}, als: {quota: 10, "
                   "factors: 8, iterations: 3}}\n"
                   "ranker: {trees: 6, leaves: 4, min_data_in_leaf: 5}\n";

static const char tiny_shape[] =
    RECEIPTS_ROLES "candidates: {popular: {quota: 8}, own_decay: {quota: 5}, als: {quota: 5, "
                   "factors: 2, iterations: 2}}\n"
                   "ranker: {trees: 1, leaves: 2, min_data_in_leaf: 1}\nsplit: {horizon: 1}\n";

static aisle_model *model_of_few(int64_t before_user, int32_t from_day, int ids, const char *yaml)
{
    receipts r;
    size_t kept = 0;
    receipts_init(&r, 101);
    for (size_t l = 0; l < r.n; l++)
        if (r.lines[l].user < before_user && r.lines[l].day >= from_day)
            r.lines[kept++] = r.lines[l];
    r.n = kept;
    r.ids = ids;
    aisle_model *m = model_of_receipts(&r, yaml, 1);
    receipts_fini(&r);
    return m;
}

static void write_lists(const aisle_model *m, const char *path)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    for (uint32_t u = 0; u <= aisle_model_users(m); u++) {
        aisle_recommendation list[6];
        aisle_user user = {u < aisle_model_users(m) ? u : AISLE_MISSING};
        char a[32], b[32];
        size_t n = ask_model(list, 6, m, user.index, NULL);
        for (size_t i = 0; i < n; i++)
            fprintf(f, "%s %s %.9g %s\n",
                    user.index == AISLE_MISSING ? "nobody" : aisle_model_user_id(m, user, a),
                    aisle_model_item_id(m, list[i].item, b), (double)list[i].score, list[i].source);
    }
    fclose(f);
}

static void write_good(const char *folder, const char *name, const aisle_model *m)
{
    char path[512];
    snprintf(path, sizeof path, "%s/good/%s.model", folder, name);
    save(m, path);
    snprintf(path, sizeof path, "%s/good/%s.lists", folder, name);
    write_lists(m, path);
}

static void write_bad(const char *folder)
{
    char path[512];
    size_t length;
    snprintf(path, sizeof path, "%s/good/ints.model", folder);
    char *bytes = bytes_of(path, &length);
    sections *s = NEW_ZEROED(sections, 1), *less = NEW_ZEROED(sections, 1);
    assert_int_equal(sections_parse(s, bytes, length, path, NULL), AISLE_OK);
    for (size_t i = 0; i < s->count; i++)
        if (strcmp(s->section[i].name, "pairs.item") != 0)
            less->section[less->count++] = s->section[i];
    assert_int_equal(less->count + 1, s->count);
    snprintf(path, sizeof path, "%s/bad/no_pairs.model", folder);
    assert_int_equal(sections_write(less, path, NULL), AISLE_OK);
    assert_int_equal(sections_add(s, "unheard.of", "?", 1, true, NULL), AISLE_OK);
    snprintf(path, sizeof path, "%s/bad/unknown_section.model", folder);
    assert_int_equal(sections_write(s, path, NULL), AISLE_OK);
    snprintf(path, sizeof path, "%s/bad/cut.model", folder);
    write_bytes(path, bytes, 4096);
    bytes[length - 100] ^= 1;
    snprintf(path, sizeof path, "%s/bad/flipped.model", folder);
    write_bytes(path, bytes, length);
    bytes[8] = SECTIONS_VERSION + 1;
    snprintf(path, sizeof path, "%s/bad/newer.model", folder);
    write_bytes(path, bytes, 64);
    mem_free(s);
    mem_free(less);
    mem_free(bytes);
}

int main(int argc, char **argv)
{
    char path[512];
    if (argc != 3)
        return 2;
    aisle_model *ints = model_of_few(150, 0, IDS_INTS, small_shape);
    write_good(argv[1], "ints", ints);
    assert_int_equal(aisle_model_forget_households(ints, NULL), AISLE_OK);
    write_good(argv[1], "forgotten", ints);
    aisle_model *texts =
        model_of_few(170, 0, IDS_TEXTS,
                     RECEIPTS_ROLES
                     "candidates: {popular: {quota: 12}, own_count: {quota: 9}, own_decay: {quota: "
                     "0}, als: {quota: 0}}\nranker: {trees: 5, leaves: 4, min_data_in_leaf: 5, "
                     "objective: lambdarank}\n"
                     "catalogue: most\ncatalogues: {most: {top: 60}, all: {}}\n");
    write_good(argv[1], "texts", texts);
    write_bad(argv[1]);
    aisle_model_free(ints);
    aisle_model_free(texts);
    for (int ids = IDS_INTS; ids <= IDS_TEXTS; ids++) {
        snprintf(path, sizeof path, "%s/%s_v%d.model", argv[2], ids == IDS_INTS ? "ints" : "texts",
                 SECTIONS_VERSION);
        aisle_model *m = model_of_few(121, RECEIPTS_END - 42, ids, tiny_shape);
        save(m, path);
        aisle_model_free(m);
    }
    return 0;
}
