#include "report/page.h"

#include "base/file.h"
#include "report/embedded.h"
#include "report/markup.h"

static void add_embedded(text *t, const char *from, const char *to)
{
    text_add_bytes(t, from, (size_t)(to - from));
}

/* The policy lets nothing be loaded: what a page shows is in it. */
static void add_head(text *t, const page *p)
{
    text_add(t, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                "script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:\">\n"
                "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                "<meta name=\"color-scheme\" content=\"light dark\">\n"
                "<link rel=\"icon\" href=\"data:,\">\n<title>");
    markup_text(t, p->title);
    text_add(t, "</title>\n<style>\n");
    add_embedded(t, embedded_css, embedded_css_end);
    text_add(t, "</style>\n</head>\n<body>\n");
}

static void add_contents(text *t, const page *p)
{
    text_add(t, "<nav aria-label=\"Contents\"><h2>Contents</h2><ol>\n");
    for (size_t i = 0; i < p->n_sections; i++)
        text_add(t, "<li><a href=\"#%s\">%s</a></li>\n", p->sections[i].id, p->sections[i].heading);
    text_add(t, "</ol></nav>\n");
}

static void add_sections(text *t, const page *p)
{
    for (size_t i = 0; i < p->n_sections; i++) {
        const page_section *s = &p->sections[i];
        text_add(t,
                 "<section aria-labelledby=\"%s\">\n<h2 id=\"%s\">%s <a class=\"anchor\" "
                 "href=\"#%s\" aria-label=\"Link to this part\">#</a></h2>\n",
                 s->id, s->id, s->heading, s->id);
        s->write(t, p->of);
        text_add(t, "</section>\n");
    }
}

static void add_license(text *t, const char *name, const char *from, const char *to)
{
    text_add(t, "<h3>%s</h3>\n<pre>", name);
    add_embedded(t, from, to);
    text_add(t, "</pre>\n");
}

static void add_foot(text *t)
{
    text_add(t, "<footer>\n<p>Made by Aisle. The page is whole: it loads nothing, and may be kept, "
                "printed and sent as it is. Its charts are drawn by <a "
                "href=\"https://observablehq.com/plot/\">Observable Plot</a> and <a "
                "href=\"https://d3js.org/\">D3</a>, both under the ISC licence.</p>\n"
                "<details><summary>Their licences</summary>\n");
    add_license(t, "Observable Plot", embedded_plot_license, embedded_plot_license_end);
    add_license(t, "D3", embedded_d3_license, embedded_d3_license_end);
    text_add(t, "</details>\n</footer>\n");
}

static void add_scripts(text *t, const page *p)
{
    text_add(t, "<script type=\"application/json\" id=\"figures\">");
    p->data(t, p->of);
    text_add(t, "</script>\n<script>\n");
    add_embedded(t, embedded_d3, embedded_d3_end);
    text_add(t, "\n</script>\n<script>\n");
    add_embedded(t, embedded_plot, embedded_plot_end);
    text_add(t, "\n</script>\n<script>\n");
    add_embedded(t, embedded_chart_tools, embedded_chart_tools_end);
    add_embedded(t, embedded_charts_evaluation, embedded_charts_evaluation_end);
    add_embedded(t, embedded_charts_abtest, embedded_charts_abtest_end);
    add_embedded(t, embedded_draw_charts, embedded_draw_charts_end);
    text_add(t, "</script>\n");
}

static void add_page(text *t, const page *p)
{
    add_head(t, p);
    text_add(t, "<header><h1>");
    markup_text(t, p->title);
    text_add(t, "</h1>\n");
    p->lead(t, p->of);
    text_add(t, "</header>\n<div class=\"page\">\n");
    add_contents(t, p);
    text_add(t, "<main>\n<noscript><p class=\"note\">The charts are drawn by a script, which may "
                "not run here. All their figures stand in the tables.</p></noscript>\n");
    add_sections(t, p);
    text_add(t, "</main>\n</div>\n");
    add_foot(t);
    add_scripts(t, p);
    text_add(t, "</body>\n</html>\n");
}

aisle_status page_write(const char *path, const page *p, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    text t = {0};
    file_writer w = {0};
    add_page(&t, p);
    if (t.failed)
        TRY(fail_memory(err));
    TRY(file_writer_init(&w, path, err));
    fwrite(t.bytes, 1, t.length, w.stream);
    TRY(file_writer_commit(&w, err));
done:
    file_writer_fini(&w);
    text_fini(&t);
    return status;
}
