/* Sums over households: those of parts add up to the bytes of the whole, whatever parts and order;
 * a fit by them is the fit of all; what does not go together is refused by name. */
#include "aisle/sums.h"
#include "base/mem.h"
#include "model/file/sections.h"
#include "model/sums/fit_sample.h"
#include "model_fixture.h"

#include <stdio.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

enum { SEED = 29 };

static const char shape[] = RECEIPTS_ROLES
    "candidates: {popular: {quota: 6, by: quantity}, popular_all: {quota: 2}, popular_store: "
    "{quota: "
    "4}, popular_segment: {quota: 4}, popular_category: {quota: 4}, own_decay: {quota: 9}, als: "
    "{quota: 5, factors: 4, iterations: 2}, co_basket: {quota: 5}, tifu_knn: {quota: 4}}\n"
    "ranker: {trees: 8, leaves: 5, min_data_in_leaf: 5, negatives: 15}\n"
    "features: {without: []}\n";

static receipts all;
static aisle_config *config;
static char path[256];

static int set_up(void **state)
{
    (void)state;
    receipts_init(&all, SEED);
    receipts_init_promotions(&all, SEED);
    config = receipts_config(shape);
    temporary_path(path, "sums");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    temporary_remove(path);
    aisle_config_free(config);
    receipts_fini(&all);
    return 0;
}

/* The receipts of households whose number leaves `rest` modulo n; everybody's where n is 1. */
static void some_receipts(receipts *out, int64_t n, int64_t rest)
{
    receipts_copy(out, &all);
    out->partial = n > 1;
    for (size_t l = 0; l < out->n;)
        if (out->lines[l].user / 7 % n != rest)
            out->lines[l] = out->lines[--out->n];
        else
            l++;
}

static aisle_sums *sums_of_dataset(const aisle_dataset *d, uint32_t part, uint32_t parts)
{
    aisle_error err = AISLE_ERROR_INIT;
    aisle_sums *s = NULL;
    if (aisle_sums_new(&s, d, part, parts, NULL, &err))
        fail_msg("%s", err.message);
    return s;
}

static aisle_sums *sums_of_part(uint32_t part, uint32_t parts)
{
    receipts some;
    aisle_dataset *d = NULL;
    some_receipts(&some, parts, part - 1);
    if (some.n)
        d = receipts_build(&some, config);
    aisle_sums *s = sums_of_dataset(d, part, parts);
    aisle_dataset_free(d);
    receipts_fini(&some);
    return s;
}

static char *file_of(const aisle_sums *s, size_t *length)
{
    assert_int_equal(aisle_sums_save(s, path, NULL), AISLE_OK);
    return bytes_of(path, length);
}

static void same_file(const aisle_sums *a, const aisle_sums *b)
{
    size_t n, m;
    char *x = file_of(a, &n), *y = file_of(b, &m);
    assert_int_equal(n, m);
    assert_memory_equal(x, y, n);
    mem_free(x);
    mem_free(y);
}

/* Parts 1 … parts, from the last on where backwards. */
static aisle_sums *merged(uint32_t parts, bool backwards)
{
    aisle_sums *s = NULL;
    for (uint32_t i = 1; i <= parts; i++) {
        aisle_sums *part = sums_of_part(backwards ? parts + 1 - i : i, parts);
        if (!s) {
            s = part;
            continue;
        }
        assert_int_equal(aisle_sums_add(s, part, NULL), AISLE_OK);
        aisle_sums_free(part);
    }
    return s;
}

static void parts_are_the_whole(void **state)
{
    (void)state;
    static const uint32_t parts[] = {1, 3, 16, 97};
    static const int ids[] = {IDS_INTS, IDS_TEXTS, IDS_MIXED};
    for (size_t i = 0; i < 3; i++) {
        all.ids = ids[i];
        aisle_sums *whole = sums_of_part(1, 1);
        assert_int_equal(aisle_sums_households(whole), RECEIPTS_HOUSEHOLDS);
        for (size_t p = 0; p < sizeof parts / sizeof *parts; p++)
            for (int backwards = 0; backwards < 2; backwards++) {
                aisle_sums *s = merged(parts[p], backwards);
                assert_int_equal(aisle_sums_missing(s), 0);
                same_file(whole, s);
                aisle_sums_free(s);
            }
        aisle_sums_free(whole);
    }
    all.ids = IDS_INTS;
}

static void order_does_not_matter(void **state)
{
    (void)state;
    aisle_sums *a = sums_of_part(1, 1);
    receipts_shuffle(&all, 5);
    aisle_sums *b = sums_of_part(1, 1);
    same_file(a, b);
    aisle_sums_free(a);
    aisle_sums_free(b);
}

static void comes_back_from_its_file(void **state)
{
    (void)state;
    size_t n, m;
    aisle_sums *part = sums_of_part(2, 3), *back = NULL, *first = sums_of_part(1, 3);
    char *bytes = file_of(part, &n);
    assert_int_equal(aisle_sums_open(&back, path, NULL), AISLE_OK);
    assert_int_equal(aisle_sums_parts(back), 3);
    assert_int_equal(aisle_sums_missing(back), 1);
    assert_int_equal(aisle_sums_add(back, first, NULL), AISLE_OK);
    assert_int_equal(aisle_sums_missing(back), 3);
    aisle_sums_free(back);
    assert_int_equal(aisle_sums_save(part, path, NULL), AISLE_OK);
    assert_int_equal(aisle_sums_open(&back, path, NULL), AISLE_OK);
    char *again = file_of(back, &m);
    assert_int_equal(n, m);
    assert_memory_equal(bytes, again, n);
    aisle_sums_free(first);
    aisle_sums_free(part);
    aisle_sums_free(back);
    mem_free(bytes);
    mem_free(again);
}

/* ---- Fits ---- */

static void save_products(aisle_model *m, const char *to)
{
    assert_int_equal(aisle_model_forget_households(m, NULL), AISLE_OK);
    assert_int_equal(aisle_model_save(m, to, NULL), AISLE_OK);
    aisle_model_free(m);
}

/* Both models without households; they are freed. */
static void same_models(aisle_model *a, aisle_model *b)
{
    size_t n, m;
    save_products(a, path);
    char *x = bytes_of(path, &n);
    save_products(b, path);
    char *y = bytes_of(path, &m);
    assert_int_equal(n, m);
    assert_memory_equal(x, y, n);
    mem_free(x);
    mem_free(y);
}

static aisle_model *fit_by(const receipts *r, const aisle_sums *sums)
{
    aisle_error err = AISLE_ERROR_INIT;
    aisle_model *m = NULL;
    aisle_dataset *d = receipts_build(r, config);
    if (sums ? aisle_model_fit_summed(&m, d, sums, NULL, &err) : aisle_model_fit(&m, d, NULL, &err))
        fail_msg("%s", err.message);
    aisle_dataset_free(d);
    return m;
}

static void fit_by_sums_is_the_fit(void **state)
{
    (void)state;
    aisle_sums *s = merged(3, true);
    same_models(fit_by(&all, NULL), fit_by(&all, s));
    aisle_sums_free(s);
}

/* Leaves the receipts of households that the draw of the fit leaves out. */
static void sample_receipts(receipts *out)
{
    aisle_dataset *d = receipts_build(&all, config);
    stages clock = {.run = NULL};
    split windows;
    fit_sample who;
    char id[32];
    assert_int_equal(split_init_serving(&windows, d, config, NULL), AISLE_OK);
    assert_int_equal(fit_sample_init(&who, d, config, &windows, NULL, &clock, NULL), AISLE_OK);
    receipts_copy(out, &all);
    out->partial = true;
    for (size_t l = 0; l < out->n;) {
        snprintf(id, sizeof id, "%lld", (long long)out->lines[l].user);
        if (who.left_out[id_table_find(&d->users, id)])
            out->lines[l] = out->lines[--out->n];
        else
            l++;
    }
    fit_sample_fini(&who);
    aisle_dataset_free(d);
}

static void sample_beside_sums_is_the_sampled_fit(void **state)
{
    (void)state;
    receipts sample;
    assert_int_equal(aisle_config_set(config, "fit.households_most", "25", NULL), AISLE_OK);
    aisle_sums *s = merged(3, false);
    sample_receipts(&sample);
    sample.sums = s;
    assert_in_range(sample.n, all.n / 5, all.n * 3 / 5);
    aisle_model *whole = fit_by(&all, NULL);
    assert_int_equal(aisle_model_users(whole), RECEIPTS_HOUSEHOLDS);
    same_models(whole, fit_by(&sample, s));
    assert_int_equal(aisle_config_set(config, "fit.households_most", "0", NULL), AISLE_OK);
    receipts_fini(&sample);
    aisle_sums_free(s);
}

static void more_than_there_are_is_all(void **state)
{
    (void)state;
    aisle_model *a = fit_by(&all, NULL);
    assert_int_equal(aisle_config_set(config, "fit.households_most", "60", NULL), AISLE_OK);
    aisle_model *b = fit_by(&all, NULL);
    assert_int_equal(aisle_config_set(config, "fit.households_most", "0", NULL), AISLE_OK);
    same_answers(a, b, 10);
    aisle_model_free(a);
    aisle_model_free(b);
}

/* ---- What is refused ---- */

static void refused(aisle_status status, const aisle_error *err, const char *text)
{
    assert_int_equal(status, AISLE_ERROR_DATA);
    if (!strstr(err->message, text))
        fail_msg("'%s' does not say '%s'", err->message, text);
}

static void refused_sum(const aisle_sums *a, const aisle_sums *b, const char *text)
{
    aisle_error err = AISLE_ERROR_INIT;
    aisle_sums *own = NULL;
    assert_int_equal(aisle_sums_save(a, path, NULL), AISLE_OK);
    assert_int_equal(aisle_sums_open(&own, path, NULL), AISLE_OK);
    refused(aisle_sums_add(own, b, &err), &err, text);
    same_file(own, a);
    aisle_sums_free(own);
}

static void refused_fit(const aisle_sums *s, const char *text)
{
    aisle_error err = AISLE_ERROR_INIT;
    aisle_model *m = NULL;
    aisle_dataset *d = receipts_build(&all, config);
    refused(aisle_model_fit_summed(&m, d, s, NULL, &err), &err, text);
    assert_null(m);
    aisle_dataset_free(d);
}

static void parts_that_do_not_go_together(void **state)
{
    (void)state;
    aisle_sums *a = sums_of_part(1, 3), *b = sums_of_part(2, 3), *other = sums_of_part(2, 4);
    refused_sum(a, a, "part 1 of 3 is there twice");
    refused_sum(a, other, "parts of 3 and of 4");
    refused_fit(a, "part 2 of 3 is missing");
    assert_int_equal(aisle_sums_add(a, b, NULL), AISLE_OK);
    refused_fit(a, "part 3 of 3 is missing");
    aisle_sums_free(other);
    aisle_sums_free(b);
    aisle_sums_free(a);
}

static void other_options_and_days(void **state)
{
    (void)state;
    aisle_sums *a = sums_of_part(1, 3), *whole = sums_of_part(1, 1);
    assert_int_equal(aisle_config_set(config, "candidates.popular.weeks", "3", NULL), AISLE_OK);
    aisle_sums *b = sums_of_part(2, 3);
    refused_sum(a, b, "candidates.popular.weeks: 4, and 3");
    refused_fit(whole, "candidates.popular.weeks: 4, and 3");
    aisle_sums_free(b);
    assert_int_equal(aisle_config_set(config, "candidates.popular.weeks", "4", NULL), AISLE_OK);
    assert_int_equal(aisle_config_set(config, "split.horizon", "2", NULL), AISLE_OK);
    b = sums_of_part(2, 3);
    refused_sum(a, b, "as of other days");
    refused_fit(whole, "there are none as of");
    aisle_sums_free(b);
    assert_int_equal(aisle_config_set(config, "split.horizon", "3", NULL), AISLE_OK);
    aisle_sums_free(whole);
    aisle_sums_free(a);
}

/* Sums of receipts without a column that the fit has would say that nothing was ever discounted. */
static void other_tables(void **state)
{
    (void)state;
    aisle_sums *whole = sums_of_part(1, 1), *a = sums_of_part(1, 3);
    all.no_discounts = true;
    aisle_sums *b = sums_of_part(2, 3);
    refused_sum(a, b, "data.receipts.discount: given, and not given");
    refused_fit(whole, "data.receipts.discount: given, and not given");
    all.no_discounts = false;
    aisle_sums_free(b);
    size_t promotions = all.n_promotions;
    all.n_promotions = 0;
    refused_fit(whole, "data.promotions: given, and not given");
    all.n_promotions = promotions;
    aisle_sums_free(a);
    aisle_sums_free(whole);
}

static void refused_sums(const char *text)
{
    aisle_error err = AISLE_ERROR_INIT;
    aisle_sums *s = NULL;
    assert_int_equal(aisle_sums_open(&s, path, &err), AISLE_ERROR_FORMAT);
    if (!strstr(err.message, text) || !strstr(err.message, path))
        fail_msg("'%s' does not say '%s' of '%s'", err.message, text, path);
}

static void damaged_files(void **state)
{
    (void)state;
    size_t length;
    aisle_sums *s = sums_of_part(1, 1);
    char *bytes = file_of(s, &length);
    sections *parts = NEW_ZEROED(sections, 1);
    assert_int_equal(sections_parse(parts, bytes, length, path, NULL), AISLE_OK);
    assert_true(parts->count > 50);
    for (size_t i = 0; i < parts->count; i++) {
        const section *one = &parts->section[i];
        size_t from = (size_t)((const char *)one->bytes - bytes);
        if (one->length == 0)
            continue;
        write_bytes(path, bytes, from + one->length / 2);
        refused_sums("damaged");
        bytes[from + one->length / 2] ^= 4;
        write_bytes(path, bytes, length);
        refused_sums("checksum");
        bytes[from + one->length / 2] ^= 4;
    }
    mem_free(parts);
    mem_free(bytes);
    aisle_sums_free(s);
}

/* Right checksums, wrong bytes: each section by turns shorter, empty, missing, or not what it was.
 */
static void forged_files(void **state)
{
    (void)state;
    size_t length;
    aisle_sums *s = sums_of_part(1, 1);
    char *bytes = file_of(s, &length);
    sections *parts = NEW_ZEROED(sections, 1);
    assert_int_equal(sections_parse(parts, bytes, length, path, NULL), AISLE_OK);
    for (size_t i = 0; i < parts->count; i++) {
        section *one = &parts->section[i], was = *one;
        if (was.length == 0 || strcmp(was.name, "options") == 0)
            continue;
        one->length -= 1;
        assert_int_equal(sections_write(parts, path, NULL), AISLE_OK);
        refused_sums("");
        one->length = 0;
        assert_int_equal(sections_write(parts, path, NULL), AISLE_OK);
        refused_sums("");
        *one = was;
    }
    mem_free(parts);
    mem_free(bytes);
    aisle_sums_free(s);
}

static void models_are_no_sums(void **state)
{
    (void)state;
    aisle_model *m = fit_by(&all, NULL);
    aisle_sums *s = sums_of_part(1, 1);
    save(m, path);
    refused_sums("it is a model");
    assert_int_equal(aisle_sums_save(s, path, NULL), AISLE_OK);
    refused_file(path, "it holds sums");
    aisle_sums_free(s);
    aisle_model_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_are_the_whole),
        cmocka_unit_test(order_does_not_matter),
        cmocka_unit_test(comes_back_from_its_file),
        cmocka_unit_test(fit_by_sums_is_the_fit),
        cmocka_unit_test(sample_beside_sums_is_the_sampled_fit),
        cmocka_unit_test(more_than_there_are_is_all),
        cmocka_unit_test(parts_that_do_not_go_together),
        cmocka_unit_test(other_options_and_days),
        cmocka_unit_test(other_tables),
        cmocka_unit_test(damaged_files),
        cmocka_unit_test(forged_files),
        cmocka_unit_test(models_are_no_sums),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
