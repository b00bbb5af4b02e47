/* What every page must be: read back, searched, its tags in balance. */
#ifndef PAGE_CHECKS_H
#define PAGE_CHECKS_H

#include "aisle/error.h"

/* The page that write makes, to be freed with mem_free. */
char *page_read(aisle_status (*write)(const char *path, const void *of, aisle_error *err),
                const void *of);

/* Where the text is; the test fails where it is not. */
const char *page_find(const char *page, const char *wanted);

/* Each tag that is opened is closed in turn. */
void page_check_balance(const char *page);

#endif
