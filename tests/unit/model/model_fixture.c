#include "model_fixture.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

aisle_status try_model(size_t *n, aisle_recommendation *list, size_t k, const aisle_model *m,
                       uint32_t user, const aisle_recommend_options *options, aisle_error *err)
{
    aisle_session *session = NULL;
    aisle_status status = aisle_session_new(&session, m, err);
    if (status == AISLE_OK)
        status = aisle_model_recommend(n, list, k, session, NULL, (aisle_user){user}, options, err);
    aisle_session_free(session);
    return status;
}

size_t ask_model(aisle_recommendation *list, size_t k, const aisle_model *m, uint32_t user,
                 const aisle_recommend_options *options)
{
    aisle_error err = AISLE_ERROR_INIT;
    size_t n = SIZE_MAX;
    if (try_model(&n, list, k, m, user, options, &err))
        fail_msg("%s", err.message);
    return n;
}

aisle_model *model_of_receipts(const receipts *r, const char *yaml, int threads)
{
    aisle_error err = AISLE_ERROR_INIT;
    aisle_model *m = NULL;
    aisle_config *config = receipts_config(yaml);
    aisle_dataset *d = receipts_build(r, config);
    aisle_run run = {.threads = threads};
    if (aisle_model_fit(&m, d, &run, &err))
        fail_msg("%s", err.message);
    aisle_dataset_free(d);
    aisle_config_free(config);
    return m;
}

aisle_model *model_of(uint64_t seed, const char *yaml, int threads)
{
    receipts r;
    receipts_init(&r, seed);
    aisle_model *m = model_of_receipts(&r, yaml, threads);
    receipts_fini(&r);
    return m;
}

void temporary_path(char out[256], const char *name)
{
    char folder[] = "/tmp/aisle-model-XXXXXX";
    assert_non_null(mkdtemp(folder));
    snprintf(out, 256, "%s/%s", folder, name);
}

void temporary_remove(const char *path)
{
    char folder[256], file[600];
    snprintf(folder, sizeof folder, "%.*s", (int)(strrchr(path, '/') - path), path);
    DIR *d = opendir(folder);
    for (struct dirent *e; d && (e = readdir(d));) {
        snprintf(file, sizeof file, "%s/%s", folder, e->d_name);
        unlink(file);
    }
    if (d)
        closedir(d);
    rmdir(folder);
}

void save(const aisle_model *m, const char *path)
{
    aisle_error err = AISLE_ERROR_INIT;
    if (aisle_model_save(m, path, &err))
        fail_msg("%s", err.message);
}

aisle_model *open_model(const char *path)
{
    aisle_error err = AISLE_ERROR_INIT;
    aisle_model *m = NULL;
    if (aisle_model_open(&m, path, &err))
        fail_msg("%s", err.message);
    return m;
}

char *bytes_of(const char *path, size_t *length)
{
    char *bytes = NULL;
    assert_int_equal(file_read(&bytes, length, path, NULL), AISLE_OK);
    return bytes;
}

void write_bytes(const char *path, const char *bytes, size_t length)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, length, f), length);
    assert_int_equal(fclose(f), 0);
}

void refused_file(const char *path, const char *text)
{
    aisle_error err = AISLE_ERROR_INIT;
    aisle_model *m = NULL;
    assert_int_equal(aisle_model_open(&m, path, &err), AISLE_ERROR_FORMAT);
    assert_null(m);
    assert_int_equal(err.code, AISLE_ERROR_FORMAT);
    assert_non_null(strstr(err.message, path));
    if (!strstr(err.message, text))
        fail_msg("'%s' is not in '%s'", text, err.message);
    assert_int_equal(aisle_model_open(&m, path, NULL), AISLE_ERROR_FORMAT);
}

static void same_list(aisle_session *a, aisle_session *b, aisle_user user, size_t k, bool exclude)
{
    aisle_recommendation x[256], y[256];
    aisle_recommend_options o = {.exclude_bought = exclude};
    size_t n, m;
    assert_true(k <= 256);
    assert_int_equal(aisle_model_recommend(&n, x, k, a, NULL, user, &o, NULL), AISLE_OK);
    assert_int_equal(aisle_model_recommend(&m, y, k, b, NULL, user, &o, NULL), AISLE_OK);
    assert_int_equal(n, m);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(x[i].item.index, y[i].item.index);
        assert_memory_equal(&x[i].score, &y[i].score, sizeof x[i].score);
        assert_string_equal(x[i].source, y[i].source);
    }
}

void same_answers(const aisle_model *a, const aisle_model *b, size_t k)
{
    uint32_t n = aisle_model_users(a);
    aisle_session *x = NULL, *y = NULL;
    assert_int_equal(n, aisle_model_users(b));
    assert_int_equal(aisle_session_new(&x, a, NULL), AISLE_OK);
    assert_int_equal(aisle_session_new(&y, b, NULL), AISLE_OK);
    for (uint32_t u = 0; u <= n; u++) {
        same_list(x, y, (aisle_user){u < n ? u : AISLE_MISSING}, k, false);
        same_list(x, y, (aisle_user){u < n ? u : AISLE_MISSING}, k, true);
    }
    aisle_session_free(x);
    aisle_session_free(y);
}
