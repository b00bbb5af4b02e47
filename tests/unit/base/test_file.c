#include "base/file.h"

#include "base/mem.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static char folder[] = "/tmp/aisle-file-XXXXXX";
static char path[64];

static int set_up(void **state)
{
    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/some.txt", folder);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    unlink(path);
    return rmdir(folder);
}

static void put(const char *bytes)
{
    file_writer w;
    assert_int_equal(file_writer_init(&w, path, NULL), AISLE_OK);
    fputs(bytes, w.stream);
    assert_int_equal(file_writer_commit(&w, NULL), AISLE_OK);
    file_writer_fini(&w);
}

static void expect(const char *bytes)
{
    char *read = NULL;
    size_t length;
    assert_int_equal(file_read(&read, &length, path, NULL), AISLE_OK);
    assert_int_equal(length, strlen(bytes));
    assert_string_equal(read, bytes);
    mem_free(read);
}

static size_t files(void)
{
    size_t n = 0;
    DIR *d = opendir(folder);
    while (readdir(d))
        n++;
    closedir(d);
    return n - 2;
}

static void writes_and_reads(void **state)
{
    (void)state;
    put("old");
    expect("old");
    put("");
    expect("");
    put("new and longer");
    expect("new and longer");
    assert_int_equal(files(), 1);
}

/* Without a commit the old file stays, and nothing beside it. */
static void what_is_not_committed_is_gone(void **state)
{
    (void)state;
    file_writer w;
    put("old");
    assert_int_equal(file_writer_init(&w, path, NULL), AISLE_OK);
    fputs("half", w.stream);
    expect("old");
    assert_int_equal(files(), 2);
    file_writer_fini(&w);
    expect("old");
    assert_int_equal(files(), 1);
}

static void maps(void **state)
{
    (void)state;
    file_map map;
    put("mapped");
    assert_int_equal(file_map_init(&map, path, NULL), AISLE_OK);
    assert_int_equal(map.length, 6);
    put("replaced");
    assert_memory_equal(map.bytes, "mapped", 6);
    file_map_fini(&map);
    put("");
    assert_int_equal(file_map_init(&map, path, NULL), AISLE_OK);
    assert_int_equal(map.length, 0);
    file_map_fini(&map);
}

static void says_what_cannot_be_done(void **state)
{
    (void)state;
    aisle_error err = AISLE_ERROR_INIT;
    char *bytes;
    size_t length;
    file_map map;
    file_writer w;
    assert_int_equal(file_read(&bytes, &length, "/nowhere/x", &err), AISLE_ERROR_IO);
    assert_string_equal(err.message, "cannot open '/nowhere/x': No such file or directory");
    assert_string_equal(err.file, "/nowhere/x");
    assert_int_equal(file_map_init(&map, folder, &err), AISLE_ERROR_IO);
    assert_non_null(strstr(err.message, "not a file"));
    assert_int_equal(file_writer_init(&w, "/nowhere/x", &err), AISLE_ERROR_IO);
    assert_non_null(strstr(err.message, "/nowhere/x"));
    char longest[5000];
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    assert_int_equal(file_writer_init(&w, longest, &err), AISLE_ERROR_IO);
    assert_non_null(strstr(err.message, "path too long"));
    /* A folder stands where the file should go. */
    char below[80];
    snprintf(below, sizeof below, "%s/sub", folder);
    mkdir(below, 0700);
    assert_int_equal(file_writer_init(&w, below, &err), AISLE_OK);
    assert_int_equal(file_writer_commit(&w, &err), AISLE_ERROR_IO);
    file_writer_fini(&w);
    rmdir(below);
    assert_int_equal(files(), 1);
}

/* A pipe that is replaced by a file would have lost its reader. */
static void what_is_no_file_is_written_through(void **state)
{
    (void)state;
    char read_back[16], temporary[80];
    struct stat about;
    assert_int_equal(mkfifo(path, 0600), 0);
    int reader = open(path, O_RDONLY | O_NONBLOCK);
    put("one");
    snprintf(temporary, sizeof temporary, "%s.part", path);
    FILE *stream = fopen(temporary, "w");
    fputs("two", stream);
    fclose(stream);
    assert_int_equal(file_put_in_place(temporary, path, NULL), AISLE_OK);
    assert_int_equal(read(reader, read_back, sizeof read_back), 6);
    assert_memory_equal(read_back, "onetwo", 6);
    assert_int_equal(stat(path, &about), 0);
    assert_true(S_ISFIFO(about.st_mode));
    assert_int_equal(files(), 1);
    close(reader);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_file_is_written_through), cmocka_unit_test(writes_and_reads),
        cmocka_unit_test(what_is_not_committed_is_gone),      cmocka_unit_test(maps),
        cmocka_unit_test(says_what_cannot_be_done),
    };
    return cmocka_run_group_tests_name("file", tests, set_up, tear_down);
}
