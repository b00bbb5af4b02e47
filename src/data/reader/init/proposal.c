#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "aisle/propose.h"
#include "base/fail.h"
#include "base/mem.h"
#include "data/reader/init/proposal_yaml.h"
#include "data/reader/init/questions.h"

struct aisle_proposal {
    char folder[PATH_MAX];
    table_profile *tables;
    size_t n_tables, table_capacity;
    shop_tables shop;
    proposal_style style;
    questions asked;
    text yaml;
};

/* ---- Tables ---- */

static bool is_folder(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

/* "week_*.csv" for files that a pattern with one star matches, and only they are matched; else
 * NULL.
 */
static char *common_pattern(const file_list *files)
{
    const char *first = files->paths[0], *last = files->paths[files->n - 1];
    size_t front = 0, back = 0, a = strlen(first), b = strlen(last);
    while (front < a && front < b && first[front] == last[front])
        front++;
    while (back < a - front && back < b - front && first[a - 1 - back] == last[b - 1 - back])
        back++;
    text pattern = {0};
    file_list matched = {0};
    text_add(&pattern, "%.*s*%s", (int)front, first, first + a - back);
    bool same = !pattern.failed && !strchr(first + front, '/') &&
                file_list_init(&matched, pattern.bytes, NULL, NULL) == AISLE_OK &&
                matched.n == files->n;
    for (size_t i = 0; same && i < matched.n; i++)
        same = strcmp(matched.paths[i], files->paths[i]) == 0;
    char *out = same ? mem_text(pattern.bytes) : NULL;
    file_list_fini(&matched);
    text_fini(&pattern);
    return out;
}

/* Adds a file to a table of the same columns whose pattern takes it in, too. */
static bool join_table(table_profile *t, const table_profile *one)
{
    file_list *files = &t->files;
    char *was = t->path;
    if (!table_profile_fits(t, one) ||
        mem_grow(&files->paths, &files->capacity, files->n + 1, sizeof *files->paths))
        return false;
    files->paths[files->n] = mem_text(one->files.paths[0]);
    if (!files->paths[files->n])
        return false;
    files->n++;
    t->path = common_pattern(files);
    if (t->path) {
        /* It is found in each file, then. */
        if (one->dialect.delimiter != t->dialect.delimiter)
            t->dialect.delimiter = ',';
        mem_free(was);
        return true;
    }
    t->path = was;
    mem_free(files->paths[--files->n]);
    return false;
}

static aisle_status add_file(aisle_proposal *p, const char *path, session *s, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    table_profile one = {0};
    file_list file = {0};
    TRY(file_list_init(&file, path, NULL, err));
    TRY(table_profile_read(&one, &file, s, err));
    for (size_t t = 0; t < p->n_tables; t++)
        if (join_table(&p->tables[t], &one))
            goto done;
    if (mem_grow(&p->tables, &p->table_capacity, p->n_tables + 1, sizeof *p->tables))
        TRY(fail_memory(err));
    p->tables[p->n_tables++] = one;
    one = (table_profile){0};
done:
    table_profile_fini(&one);
    file_list_fini(&file);
    return status;
}

/* Of a folder's files, by the name: there lie others, too. */
static bool is_table(const char *path)
{
    static const char *const endings[] = {".csv", ".tsv", ".txt", ".tab",     ".dat",
                                          ".psv", ".gz",  ".zst", ".parquet", ".pq"};
    struct stat about;
    size_t n = strlen(path);
    if (stat(path, &about) != 0 || about.st_size == 0)
        return false;
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t m = strlen(endings[i]);
        if (n > m && strcasecmp(path + n - m, endings[i]) == 0)
            return true;
    }
    return false;
}

static aisle_status add_path(aisle_proposal *p, const char *path, session *s, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    file_list files = {0};
    bool folder = is_folder(path);
    TRY(file_list_init(&files, path, NULL, err));
    for (size_t f = 0; f < files.n; f++)
        if (!folder || is_table(files.paths[f]))
            TRY(add_file(p, files.paths[f], s, err));
done:
    file_list_fini(&files);
    return status;
}

/* ---- The proposal ---- */

static aisle_status find_folder(aisle_proposal *p, const char *path, aisle_error *err)
{
    const char *slash = strrchr(path, '/');
    char *folder =
        slash ? mem_text_n(path, slash == path ? 1 : (size_t)(slash - path)) : mem_text(".");
    if (!folder)
        return fail_memory(err);
    aisle_status status = AISLE_OK;
    if (!realpath(folder, p->folder))
        status =
            fail_at(err, AISLE_ERROR_IO, path, 0, 0, "cannot write '%s': no such folder", path);
    mem_free(folder);
    p->style.folder = p->folder;
    return status;
}

static aisle_status write_yaml(aisle_proposal *p, aisle_error *err)
{
    p->yaml.length = 0;
    if (p->shop.receipts)
        proposal_yaml(&p->yaml, &p->shop, &p->style);
    else
        questions_yaml(&p->yaml, p->tables, p->n_tables, p->folder);
    return p->yaml.failed ? fail_memory(err) : AISLE_OK;
}

aisle_status aisle_proposal_new(aisle_proposal **out, const char *const *files, size_t n,
                                const char *path, int threads, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    session s = {.threads = threads};
    aisle_proposal *p = NEW_ZEROED(aisle_proposal, 1);
    TRY_ALLOC(p);
    TRY(find_folder(p, path, err));
    for (size_t f = 0; f < n; f++)
        TRY(add_path(p, files[f], &s, err));
    if (p->n_tables == 0)
        TRY(fail(err, AISLE_ERROR_ARGUMENT, "no tables: expected CSV or Parquet files"));
    TRY(shop_tables_find(&p->shop, p->tables, p->n_tables, err));
    TRY(questions_ask(&p->asked, &p->shop, p->tables, p->n_tables, err));
    TRY(write_yaml(p, err));
    *out = p;
    p = NULL;
done:
    aisle_proposal_free(p);
    session_fini(&s);
    return status;
}

const char *aisle_proposal_yaml(const aisle_proposal *p)
{
    return p->yaml.bytes;
}

aisle_status aisle_proposal_drop_week(aisle_proposal *p, aisle_error *err)
{
    p->style.without_week = true;
    return write_yaml(p, err);
}

aisle_status aisle_proposal_set_horizon(aisle_proposal *p, int weeks, aisle_error *err)
{
    p->style.horizon = weeks;
    return write_yaml(p, err);
}

size_t aisle_proposal_questions(const aisle_proposal *p)
{
    return p->asked.n;
}

const char *aisle_proposal_question(const aisle_proposal *p, size_t i)
{
    return p->asked.list[i];
}

void aisle_proposal_free(aisle_proposal *p)
{
    if (!p)
        return;
    for (size_t t = 0; t < p->n_tables; t++)
        table_profile_fini(&p->tables[t]);
    mem_free(p->tables);
    questions_fini(&p->asked);
    text_fini(&p->yaml);
    mem_free(p);
}
