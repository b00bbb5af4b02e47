/* Search and ablation on validation windows: they agree with evaluate there, go on where they were
 * stopped, and don't look at the test window. */
#include "aisle/ablate.h"
#include "aisle/tune.h"
#include "base/file.h"
#include "base/mem.h"
#include "evaluate/search/tune_space.h"
#include "receipts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

enum { SEED = 83, TEST = RECEIPTS_END - 21 };

#define SMALL                                                                                      \
    RECEIPTS_ROLES                                                                                 \
    "candidates: {popular: {quota: 10}, own_decay: {quota: 12}, own_due: {quota: 5}}\n"            \
    "ranker: {trees: 6, leaves: 5, min_data_in_leaf: 5, negatives: 12, fallback: false}\n"         \
    "evaluate: {k: [5], bootstrap: 200}\n"

static aisle_ablation *ablate(const receipts *r, const char *yaml,
                              const aisle_ablate_options *options, int threads)
{
    aisle_error err = AISLE_ERROR_INIT;
    aisle_ablation *a = NULL;
    aisle_config *config = receipts_config(yaml);
    aisle_dataset *d = receipts_build(r, config);
    aisle_run run = {.threads = threads};
    if (aisle_ablate(&a, d, options, &run, &err))
        fail_msg("%s", err.message);
    aisle_dataset_free(d);
    aisle_config_free(config);
    return a;
}

static aisle_status tune(aisle_search **out, const receipts *r, const char *yaml,
                         const aisle_search_options *options, aisle_error *err)
{
    aisle_config *config = receipts_config(yaml);
    aisle_dataset *d = receipts_build(r, config);
    aisle_status status = aisle_tune(out, d, options, NULL, err);
    aisle_dataset_free(d);
    aisle_config_free(config);
    return status;
}

static aisle_search *tuned(const receipts *r, const char *yaml, const aisle_search_options *options)
{
    aisle_error err = AISLE_ERROR_INIT;
    aisle_search *s = NULL;
    if (tune(&s, r, yaml, options, &err))
        fail_msg("%s", err.message);
    return s;
}

/* The lines of another shop, without those from `end` on. */
static void copy_before(receipts *out, const receipts *r, int32_t end)
{
    receipts_copy(out, r);
    receipts_cut(out, end);
}

/* precision@5 of the two levels on the last weeks that are there. */
static double evaluated(const receipts *r, const char *yaml)
{
    aisle_error err = AISLE_ERROR_INIT;
    aisle_config *config = receipts_config(yaml);
    aisle_evaluation *e = NULL;
    assert_int_equal(aisle_config_set(config, "evaluate.models", "[two_level]", NULL), AISLE_OK);
    assert_int_equal(aisle_config_set(config, "evaluate.metrics", "[precision]", NULL), AISLE_OK);
    aisle_dataset *d = receipts_build(r, config);
    if (aisle_evaluate(&e, d, false, NULL, &err))
        fail_msg("%s", err.message);
    double value = e->models[0].metric[0].value;
    aisle_evaluation_free(e);
    aisle_dataset_free(d);
    aisle_config_free(config);
    return value;
}

static void ablation_agrees_with_evaluate(void **state)
{
    (void)state;
    receipts r, before;
    receipts_init(&r, SEED);
    copy_before(&before, &r, TEST);
    aisle_ablation *a = ablate(&r, SMALL, NULL, 2);
    assert_int_equal(a->window.to, TEST);
    assert_int_equal(a->window.from, TEST - 21);
    assert_true(fabs(a->value.value - evaluated(&before, SMALL)) < 1e-12);
    assert_true(a->value.low < a->value.value && a->value.value < a->value.high);
    assert_true(a->n_families >= 5);
    for (size_t f = 0; f < a->n_families; f++) {
        const aisle_ablated *one = &a->families[f];
        assert_true(one->columns > 0);
        assert_true(f == 0 || one->value >= a->families[f - 1].value);
        assert_true(fabs(one->value - a->value.value - one->difference.value) < 1e-12);
        assert_true(one->difference.low <= one->difference.value &&
                    one->difference.value <= one->difference.high);
    }
    assert_true(a->families[0].value != a->families[a->n_families - 1].value);
    aisle_ablation_free(a);
    receipts_fini(&before);
    receipts_fini(&r);
}

/* Two windows, two seeds: the means of what evaluate says of each. */
static void windows_and_seeds_are_pooled(void **state)
{
    (void)state;
    receipts r, one, two;
    receipts_init(&r, SEED);
    copy_before(&one, &r, TEST);
    copy_before(&two, &r, TEST - 21);
    aisle_ablate_options options = AISLE_ABLATE_OPTIONS_INIT;
    options.windows = 2;
    aisle_ablation *a = ablate(&r, SMALL, &options, 1);
    options.seeds = 2;
    aisle_ablation *b = ablate(&r, SMALL, &options, 2);
    double x = evaluated(&one, SMALL), y = evaluated(&two, SMALL);
    assert_true(x != y);
    assert_true(a->value.value > fmin(x, y) && a->value.value < fmax(x, y));
    double x2 = evaluated(&one, "seed: 2\n" SMALL), y2 = evaluated(&two, "seed: 2\n" SMALL);
    double low = fmin(fmin(x, y), fmin(x2, y2)), high = fmax(fmax(x, y), fmax(x2, y2));
    assert_true(b->value.value > low && b->value.value < high);
    assert_int_equal(a->window.from, TEST - 42);
    aisle_ablation_free(a);
    aisle_ablation_free(b);
    receipts_fini(&one);
    receipts_fini(&two);
    receipts_fini(&r);
}

static void same_trials(const aisle_search *a, const aisle_search *b)
{
    assert_int_equal(a->n_trials, b->n_trials);
    for (size_t i = 0; i < a->n_trials; i++) {
        assert_int_equal(a->trials[i].number, b->trials[i].number);
        assert_int_equal(a->trials[i].rung, b->trials[i].rung);
        assert_memory_equal(&a->trials[i].value, &b->trials[i].value, sizeof(double));
    }
    assert_memory_equal(&a->difference, &b->difference, sizeof a->difference);
}

static void search_halves_and_is_repeatable(void **state)
{
    (void)state;
    receipts r, other;
    receipts_init(&r, SEED);
    receipts_copy(&other, &r);
    for (size_t l = 0; l < other.n; l++)
        if (other.lines[l].day >= TEST)
            other.lines[l].item = 1000 + other.lines[l].item % 7 * 5;
    aisle_search_options options = {.trials = 5, .windows = 1, .metric = "ndcg"};
    aisle_search *a = tuned(&r, SMALL, &options), *b = tuned(&other, SMALL, &options);
    same_trials(a, b);
    assert_int_equal(a->n_rungs, 3);
    assert_int_equal(a->rungs[0].trials, 5);
    assert_in_range(a->rungs[1].trials, 3, 4);
    assert_in_range(a->rungs[2].trials, 2, 3);
    bool own = false;
    for (size_t i = 0; i < a->n_trials; i++) {
        const aisle_trial *t = &a->trials[i];
        own |= t->number == 0 && t->rung == 2 && t->n_settings == 0;
        assert_true(t->number == 0 || t->n_settings > 0);
        assert_true(i == 0 || t->rung <= a->trials[i - 1].rung);
    }
    assert_true(own);
    assert_true(fabs(a->best - a->configured - a->difference.value) < 1e-12);
    aisle_search_free(a);
    aisle_search_free(b);
    receipts_fini(&other);
    receipts_fini(&r);
}

/* The best trial's settings, set by hand, give its value: a trial is what evaluate would do. */
static void trials_agree_with_evaluate(void **state)
{
    (void)state;
    receipts r, before;
    aisle_error err = AISLE_ERROR_INIT;
    receipts_init(&r, SEED);
    copy_before(&before, &r, TEST);
    aisle_search_options options = {.trials = 5, .windows = 1, .metric = "precision"};
    aisle_search *s = tuned(&r, SMALL, &options);
    for (size_t i = 0; i < s->n_trials && s->trials[i].rung == 2; i++) {
        const aisle_trial *t = &s->trials[i];
        aisle_config *config = receipts_config(SMALL "split: {labels_last: null}");
        for (size_t j = 0; j < t->n_settings; j++)
            if (strncmp(t->settings[j].key, "split.", 6) != 0)
                assert_int_equal(
                    aisle_config_set(config, t->settings[j].key, t->settings[j].value, &err),
                    AISLE_OK);
            else
                goto next; /* of the test's split, not of the validation's */
        assert_int_equal(aisle_config_set(config, "evaluate.models", "[two_level]", NULL),
                         AISLE_OK);
        aisle_dataset *d = receipts_build(&before, config);
        aisle_evaluation *e = NULL;
        assert_int_equal(aisle_evaluate(&e, d, false, NULL, &err), AISLE_OK);
        assert_true(fabs(e->models[0].metric[0].value - t->value) < 1e-12);
        aisle_evaluation_free(e);
        aisle_dataset_free(d);
    next:
        aisle_config_free(config);
    }
    aisle_search_free(s);
    receipts_fini(&before);
    receipts_fini(&r);
}

/* A catalogue that depends on when it is decided: what counts is the same for every trial. */
static void label_windows_do_not_move_the_catalogue(void **state)
{
    (void)state;
    receipts r;
    aisle_error err = AISLE_ERROR_INIT;
    receipts_init(&r, SEED);
    /* The most bought of all, but only after the first of the labels of the validation window. */
    receipts_add(&r, (receipt){107, 1400, 95000, TEST - 50, 100000, 1});
    for (int64_t u = 100; u < 240; u += 7)
        for (int w = 1; w <= 7; w++)
            receipts_add(&r, (receipt){u, 1400, 95001 + 10 * u + w, TEST - 7 * w, 1, 1});
    aisle_config *config = receipts_config(SMALL "catalogue: top\ncatalogues: {top: {top: 3}}\n");
    aisle_dataset *d = receipts_build(&r, config);
    aisle_search *s = NULL;
    char *bytes;
    size_t length;
    char path[] = "/tmp/aisle-journal-XXXXXX";
    close(mkstemp(path));
    aisle_search_options options = {.trials = 9, .windows = 1, .metric = "recall", .journal = path};
    assert_int_equal(aisle_tune(&s, d, &options, NULL, &err), AISLE_OK);
    bool moved = false;
    for (size_t i = 0; i < s->n_trials; i++) {
        bool first = false, as_of = false;
        for (size_t j = 0; j < s->trials[i].n_settings; j++) {
            first |= strcmp(s->trials[i].settings[j].key, "split.labels_first") == 0;
            as_of |= strcmp(s->trials[i].settings[j].key, "catalogue_as_of") == 0;
        }
        assert_true(first == as_of);
        moved |= first;
    }
    assert_true(moved);
    assert_int_equal(file_read(&bytes, &length, path, NULL), AISLE_OK);
    const char *judged = NULL; /* of the first result: all have as many */
    size_t results = 0;
    for (char *line = strtok(strchr(bytes, '\n') + 1, "\n"); line; line = strtok(NULL, "\n")) {
        const char *own = strrchr(line, '\t') + 1;
        judged = judged ? judged : own;
        assert_string_equal(own, judged);
        results++;
    }
    assert_true(results > 9);
    mem_free(bytes);
    unlink(path);
    aisle_search_free(s);
    aisle_dataset_free(d);
    aisle_config_free(config);
    receipts_fini(&r);
}

static char journal[] = "/tmp/aisle-journal-XXXXXX";

/* Cuts the journal to its first n lines and some bytes of the next. */
static void cut_journal(int n)
{
    char *bytes, *at;
    size_t length;
    assert_int_equal(file_read(&bytes, &length, journal, NULL), AISLE_OK);
    for (at = bytes; n > 0; n--)
        at = strchr(at, '\n') + 1;
    assert_int_equal(truncate(journal, at - bytes + 5), 0);
    mem_free(bytes);
}

static void stopped_search_goes_on(void **state)
{
    (void)state;
    receipts r;
    receipts_init(&r, SEED);
    aisle_search_options options = {.trials = 3, .windows = 2, .metric = "precision"};
    aisle_search *whole = tuned(&r, SMALL, &options), *s;
    options.journal = journal;
    close(mkstemp(journal));
    s = tuned(&r, SMALL, &options);
    same_trials(whole, s);
    assert_int_equal(s->resumed, 0);
    aisle_search_free(s);
    cut_journal(5);
    s = tuned(&r, SMALL, &options);
    same_trials(whole, s);
    assert_int_equal(s->resumed, 4);
    aisle_search_free(s);
    s = tuned(&r, SMALL, &options);
    same_trials(whole, s);
    assert_true(s->resumed >= 12);
    aisle_search_free(s);
    aisle_error err = AISLE_ERROR_INIT;
    assert_int_equal(tune(&s, &r, "seed: 5\n" SMALL, &options, &err), AISLE_ERROR_CONFIG);
    assert_non_null(strstr(err.message, "other data or settings"));
    FILE *file = fopen(journal, "a");
    fputs("0\t1\tx\n", file);
    fclose(file);
    assert_int_equal(tune(&s, &r, SMALL, &options, &err), AISLE_ERROR_CONFIG);
    assert_non_null(strstr(err.message, "no result"));
    file = fopen(journal, "w");
    fputs("household_id,product_id\n", file);
    fclose(file);
    assert_int_equal(tune(&s, &r, SMALL, &options, &err), AISLE_ERROR_CONFIG);
    assert_non_null(strstr(err.message, "no journal"));
    options.journal = "/nowhere/journal";
    assert_int_equal(tune(&s, &r, SMALL, &options, &err), AISLE_ERROR_IO);
    unlink(journal);
    aisle_search_free(whole);
    receipts_fini(&r);
}

/* Every setting is one that the configuration takes; groups share their rows. */
static void space_is_sound(void **state)
{
    (void)state;
    receipts r;
    aisle_error err = AISLE_ERROR_INIT;
    receipts_init(&r, SEED);
    aisle_config *config = receipts_config(SMALL), *with;
    aisle_dataset *d = receipts_build(&r, config);
    tune_settings *s = mem_zeroed(200, sizeof *s);
    bool label_windows = false, no_source = false;
    for (uint32_t t = 0; t < 200; t++) {
        tune_space_draw(&s[t], d, config, t);
        if (tune_settings_apply(&with, config, &s[t], s[t].n, &err))
            fail_msg("%s", err.message);
        assert_true(with->candidates.popular.quota + with->candidates.own_decay.quota +
                        with->candidates.own_due.quota >
                    0);
        label_windows |= with->split.labels_first.kind == MOMENT_DAY;
        no_source |= with->candidates.own_due.quota == 0;
        aisle_config_free(with);
        const tune_settings *first = &s[t / TUNE_GROUP * TUNE_GROUP];
        assert_int_equal(s[t].n_rows, first->n_rows);
        assert_memory_equal(s[t].one, first->one, first->n_rows * sizeof *first->one);
        assert_true(t == 0 || s[t].n > 0);
    }
    assert_true(label_windows && no_source);
    mem_free(s);
    aisle_dataset_free(d);
    aisle_config_free(config);
    receipts_fini(&r);
}

static void wrong_options_are_refused(void **state)
{
    (void)state;
    receipts r;
    receipts_init(&r, SEED);
    static const aisle_search_options wrong[] = {{1, 1, "precision", 0, NULL},
                                                 {20000, 1, "precision", 0, NULL},
                                                 {8, 0, "precision", 0, NULL},
                                                 {8, 1, "precison", 0, NULL}};
    aisle_search *s;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(tune(&s, &r, SMALL, &wrong[i], NULL), AISLE_ERROR_ARGUMENT);
    static const aisle_search_options early = {8, 20, "precision", 0, NULL};
    assert_int_equal(tune(&s, &r, SMALL, &early, NULL), AISLE_ERROR_CONFIG);
    static const aisle_ablate_options bad[] = {
        {"precision", 5, 0, 1}, {"precision", 5, 1, 0}, {"preciion", 5, 1, 1}};
    aisle_config *config = receipts_config(SMALL);
    aisle_dataset *d = receipts_build(&r, config);
    aisle_ablation *a;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(aisle_ablate(&a, d, &bad[i], NULL, NULL), AISLE_ERROR_ARGUMENT);
    aisle_dataset_free(d);
    aisle_config_free(config);
    receipts_fini(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ablation_agrees_with_evaluate),
        cmocka_unit_test(windows_and_seeds_are_pooled),
        cmocka_unit_test(search_halves_and_is_repeatable),
        cmocka_unit_test(trials_agree_with_evaluate),
        cmocka_unit_test(label_windows_do_not_move_the_catalogue),
        cmocka_unit_test(stopped_search_goes_on),
        cmocka_unit_test(space_is_sound),
        cmocka_unit_test(wrong_options_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
