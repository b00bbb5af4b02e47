#include "page_checks.h"

#include "base/file.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

char *page_read(aisle_status (*write)(const char *path, const void *of, aisle_error *err),
                const void *of)
{
    char path[] = "/tmp/aisle_report_XXXXXX", *page;
    size_t length;
    aisle_error err = AISLE_ERROR_INIT;
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    if (write(path, of, &err))
        fail_msg("%s", err.message);
    assert_int_equal(file_read(&page, &length, path, &err), AISLE_OK);
    assert_int_equal(strlen(page), length);
    unlink(path);
    return page;
}

const char *page_find(const char *page, const char *wanted)
{
    const char *found = strstr(page, wanted);
    if (!found)
        fail_msg("the page has not: %s", wanted);
    return found;
}

static bool is_void(const char *name)
{
    static const char *const names[] = {"meta", "link", "br", "!DOCTYPE"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

void page_check_balance(const char *page)
{
    char open[64][16];
    int depth = 0;
    for (const char *p = page; (p = strchr(p, '<'));) {
        char name[16] = "";
        bool closes = p[1] == '/';
        p += closes ? 2 : 1;
        size_t n = strcspn(p, " >");
        assert_true(n > 0 && n < sizeof name);
        memcpy(name, p, n);
        p = strchr(p, '>') + 1;
        if (is_void(name))
            continue;
        if (!closes) {
            assert_true(depth < 64);
            memcpy(open[depth++], name, sizeof name);
        } else {
            assert_true(depth > 0);
            assert_string_equal(open[--depth], name);
        }
        /* What stands in these is no markup. */
        if (!closes && (strcmp(name, "script") == 0 || strcmp(name, "style") == 0)) {
            p = strstr(p, name[1] == 'c' ? "</script" : "</style");
            assert_non_null(p);
        }
    }
    assert_int_equal(depth, 0);
}
