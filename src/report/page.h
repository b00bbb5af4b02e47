/* report/page.h: a page of sections: its head, table of contents, style, charts and licences. */
#ifndef REPORT_PAGE_H
#define REPORT_PAGE_H

#include "base/fail.h"
#include "base/text.h"

typedef struct page_section {
    const char *id, *heading;
    void (*write)(text *t, const void *of); /* what stands under the heading, as HTML */
} page_section;

typedef struct page {
    const char *title;
    void (*lead)(text *t, const void *of); /* what stands under the title, as HTML */
    const page_section *sections;
    size_t n_sections;
    void (*data)(text *t, const void *of); /* JSON of what the charts show */
    const void *of;
} page;

/* Under a temporary name first. */
aisle_status page_write(const char *path, const page *p, aisle_error *err);

#endif
