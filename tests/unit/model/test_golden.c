/* Files that programs before this one wrote: the good ones open and say what they said, the bad
 * ones are refused. test_golden FOLDER */
#include "model_fixture.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static const char *folder;

static const char *in_folder(char out[512], const char *kind, const char *name, const char *ending)
{
    snprintf(out, 512, "%s/%s/%s.%s", folder, kind, name, ending);
    return out;
}

static void compare_list(const aisle_model *m, FILE *f, uint32_t u)
{
    aisle_recommendation list[6];
    aisle_user user = {u < aisle_model_users(m) ? u : AISLE_MISSING};
    char id[64], item[64], source[64], buffer[32];
    double score;
    size_t n;
    assert_int_equal(aisle_model_recommend(&n, list, 6, m, user, NULL, NULL), AISLE_OK);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(fscanf(f, "%63s %63s %lf %63s", id, item, &score, source), 4);
        assert_int_equal(aisle_model_find_user(m, id).index, user.index);
        assert_string_equal(aisle_model_item_id(m, list[i].item, buffer), item);
        assert_true(fabs((double)list[i].score - score) < 1e-5 * fmax(1, fabs(score)));
        assert_string_equal(list[i].source, source);
    }
}

static void good_ones_say_what_they_said(void **state)
{
    static const char *const names[] = {"ints", "texts"};
    (void)state;
    for (int i = 0; i < 2; i++) {
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

static void bad_ones_are_refused(void **state)
{
    static const char *const names[][2] = {
        {"cut", "damaged"},
        {"flipped", "does not match its checksum"},
        {"newer", "format version 2"},
        {"unknown_section", "needs section 'unheard.of'"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
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
        cmocka_unit_test(bad_ones_are_refused),
    };
    if (argc != 2)
        return 2;
    folder = argv[1];
    return cmocka_run_group_tests_name("golden", tests, NULL, NULL);
}
