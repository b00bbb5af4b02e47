/* The file of a model: the same bytes each time, the same answers from it, the old or the new one
 * whatever happens while it is written. */
#include "base/mem.h"
#include "base/rng.h"
#include "model_fixture.h"
#include "same.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

enum { SEED = 71 };

static const char *const shapes[] = {
    RECEIPTS_SMALL,
    RECEIPTS_SMALL "features: {category_levels: 0}\nsplit: {horizon: 2}\n"
                   "catalogue: c\ncatalogues: {c: {share_from: 0.05}, other: {top: 3}}\n",
    RECEIPTS_ROLES
    "candidates: {popular: {quota: 12, weeks: 0, by: quantity}, own_count: {quota: 9}, "
    "own_decay: {quota: 0}, als: {quota: 0}}\n"
    "ranker: {trees: 9, leaves: 4, min_data_in_leaf: 5, objective: lambdarank, "
    "early_stopping: 4}\n",
    RECEIPTS_SMALL "features: {planned_promotions: true}\n",
};

/* Texts as ids, and promotions, for some shapes. */
static void vary_receipts(receipts *r, size_t shape)
{
    r->ids = shape == 1 ? IDS_TEXTS : IDS_INTS;
    if (shape == 1 || shape == 3)
        receipts_init_promotions(r, SEED);
    r->chain_wide = shape == 3;
}

/* Saved, opened, asked: as before saving, to the bit. Text ids and int64 ids. */
static void answers_as_before(void **state)
{
    (void)state;
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
        char path[256], buffer[32];
        receipts r;
        receipts_init(&r, SEED);
        vary_receipts(&r, s);
        aisle_model *m = model_of_receipts(&r, shapes[s], 2), *opened;
        temporary_path(path, "shop.model");
        save(m, path);
        opened = open_model(path);
        same_answers(m, opened, 12);
        assert_int_equal(aisle_model_as_of(m), aisle_model_as_of(opened));
        for (uint32_t i = 0; i < aisle_model_items(m); i++) {
            const char *name = aisle_model_item_name(m, (aisle_item){i});
            const char *other = aisle_model_item_name(opened, (aisle_item){i});
            assert_true(name ? other && strcmp(name, other) == 0 : !other);
        }
        assert_int_equal(
            aisle_model_find_user(opened, aisle_model_user_id(m, (aisle_user){7}, buffer)).index,
            7);
        aisle_model_free(opened);
        aisle_model_free(m);
        temporary_remove(path);
        receipts_fini(&r);
    }
}

/* An opened model writes the file that it came from. */
static void saves_what_it_opened(void **state)
{
    (void)state;
    char path[256];
    size_t a, b;
    aisle_model *m = model_of(SEED, shapes[1], 2);
    temporary_path(path, "shop.model");
    save(m, path);
    char *first = bytes_of(path, &a);
    aisle_model *opened = open_model(path);
    save(opened, path);
    char *second = bytes_of(path, &b);
    same_bytes(first, a, second, b, "file");
    mem_free(first);
    mem_free(second);
    aisle_model_free(opened);
    aisle_model_free(m);
    temporary_remove(path);
}

/* Cases 12 and 24. */
static void threads_and_order_change_no_byte(void **state)
{
    (void)state;
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
        char path[256];
        size_t length = 0, other_length;
        char *first = NULL;
        receipts r;
        receipts_init(&r, SEED);
        vary_receipts(&r, s);
        temporary_path(path, "shop.model");
        for (int threads = 1; threads <= 8; threads = threads == 2 ? 8 : threads + 1) {
            aisle_model *m = model_of_receipts(&r, shapes[s], threads);
            save(m, path);
            char *other = bytes_of(path, &other_length);
            if (first)
                same_bytes(first, length, other, other_length, "file");
            else
                length = other_length;
            mem_free(first);
            first = other;
            aisle_model_free(m);
            receipts_shuffle(&r, (uint64_t)threads);
        }
        mem_free(first);
        receipts_fini(&r);
        temporary_remove(path);
    }
}

static void pause_for(long microseconds)
{
    struct timespec t = {0, microseconds * 1000};
    nanosleep(&t, NULL);
}

/* Saves both in turn until it is killed. */
static void save_for_ever(const aisle_model *a, const aisle_model *b, const char *path)
{
    for (;;) {
        if (aisle_model_save(a, path, NULL) || aisle_model_save(b, path, NULL))
            _exit(1);
    }
}

static void kill_at_random(const char *path, const aisle_model *a, const aisle_model *b,
                           long microseconds)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        save_for_ever(a, b, path);
    pause_for(microseconds);
    assert_int_equal(kill(child, SIGKILL), 0);
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static void a_kill_leaves_the_old_or_the_new(void **state)
{
    (void)state;
    char path[256];
    size_t lengths[2], length, seen[2] = {0, 0};
    rng r = rng_init((uint64_t)getpid(), 0);
    aisle_model *m[2] = {model_of(SEED, shapes[0], 1), model_of(SEED + 1, shapes[0], 1)};
    char *bytes[2];
    temporary_path(path, "shop.model");
    for (int i = 1; i >= 0; i--) {
        save(m[i], path);
        bytes[i] = bytes_of(path, &lengths[i]);
    }
    for (int round = 0; round < 60; round++) {
        kill_at_random(path, m[0], m[1], rng_below(&r, 6000));
        char *now = bytes_of(path, &length);
        int which = length == lengths[0] && memcmp(now, bytes[0], length) == 0 ? 0 : 1;
        same_bytes(now, length, bytes[which], lengths[which], "neither the old nor the new");
        seen[which]++;
        mem_free(now);
        aisle_model_free(open_model(path));
    }
    assert_int_equal(seen[0] + seen[1], 60);
    for (int i = 0; i < 2; i++) {
        mem_free(bytes[i]);
        aisle_model_free(m[i]);
    }
    temporary_remove(path);
}

/* What cannot be written says so, leaves the old file and no other. */
static void failure_leaves_the_old(void **state)
{
    (void)state;
    char path[256], part[300];
    aisle_error err = AISLE_ERROR_INIT;
    aisle_model *m = model_of(SEED, shapes[0], 2);
    temporary_path(path, "shop.model");
    save(m, path);
    assert_int_equal(aisle_model_save(m, "/nowhere/shop.model", &err), AISLE_ERROR_IO);
    assert_non_null(strstr(err.message, "/nowhere/shop.model"));
    for (long n = 0;; n++) {
        mem_fail_after(n);
        aisle_status status = aisle_model_save(m, path, NULL);
        mem_fail_after(-1);
        if (status == AISLE_OK)
            break;
        assert_int_equal(status, AISLE_ERROR_MEMORY);
        aisle_model_free(open_model(path));
    }
    snprintf(part, sizeof part, "%s.%ld.part", path, (long)getpid());
    assert_int_equal(access(part, F_OK), -1);
    aisle_model_free(m);
    temporary_remove(path);
}

/* A full disk, as a limit on the size of files. */
static void a_full_disk_is_said(void **state)
{
    (void)state;
    char path[256];
    aisle_model *m = model_of(SEED, shapes[0], 1);
    temporary_path(path, "shop.model");
    save(m, path);
    pid_t child = fork();
    if (child == 0) {
        aisle_error err = AISLE_ERROR_INIT;
        signal(SIGXFSZ, SIG_IGN);
        const struct rlimit limit = {4096, 4096};
        if (setrlimit(RLIMIT_FSIZE, &limit))
            _exit(3);
        _exit(aisle_model_save(m, path, &err) == AISLE_ERROR_IO && err.message[0] ? 0 : 4);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    aisle_model *opened = open_model(path);
    same_answers(m, opened, 3);
    aisle_model_free(opened);
    aisle_model_free(m);
    temporary_remove(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_as_before),
        cmocka_unit_test(saves_what_it_opened),
        cmocka_unit_test(threads_and_order_change_no_byte),
        cmocka_unit_test(a_kill_leaves_the_old_or_the_new),
        cmocka_unit_test(failure_leaves_the_old),
        cmocka_unit_test(a_full_disk_is_said),
    };
    return cmocka_run_group_tests_name("model bytes", tests, NULL, NULL);
}
