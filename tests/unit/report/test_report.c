/* The page of an evaluation that was made up: figures, escapes, balanced tags, what is missing. */
#include "aisle/report.h"

#include "base/mem.h"
#include "made_evaluation.h"
#include "page_checks.h"
#include "report/json_text.h"
#include "report/markup.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static made m;

static aisle_status write_made(const char *path, const void *input, aisle_error *err)
{
    return aisle_report_evaluation(path, input, err);
}

static char *page_of(const aisle_report_input *input)
{
    return page_read(write_made, input);
}

static void test_words(void **state)
{
    (void)state;
    assert_string_equal(count_word(0).s, "0");
    assert_string_equal(count_word(1437618).s, "1,437,618");
    assert_string_equal(day_word(17534).s, "3 Jan 2018");
    assert_string_equal(day_word(17508).s, "8 Dec 2017");
    assert_string_equal(day_word(17531).s, "31 Dec 2017");
    assert_string_equal(real_word(0.41094, 4).s, "0.4109");
    assert_string_equal(real_word(-2, 1).s, "−2.0");
    assert_string_equal(real_word(0.0 / 0.0, 4).s, "–");
    assert_string_equal(signed_word(0.0236, 4).s, "+0.0236");
    assert_string_equal(signed_word(-0.01, 2).s, "−0.01");
    assert_string_equal(percent_word(0.4109).s, "41.1 %");
}

static void test_json(void **state)
{
    (void)state;
    text t = {0};
    json_open(&t, '{');
    json_named_string(&t, "a{", "<&\"\\\n");
    json_named_number(&t, "b", 0.5);
    json_key(&t, "c");
    json_open(&t, '[');
    json_number(&t, 1.0 / 0.0);
    json_add_string(&t, NULL);
    json_close(&t, ']');
    json_close(&t, '}');
    assert_false(t.failed);
    assert_string_equal(t.bytes, "{\"a{\":\"\\u003c\\u0026\\u0022\\u005c\\u000a\",\"b\":0.5,"
                                 "\"c\":[null,null]}");
    text_fini(&t);
}

static void test_figures(void **state)
{
    (void)state;
    made_init(&m);
    char *page = page_of(&m.input);
    page_find(page, "2,230 households bought something that counts");
    page_find(page, "2.05 <small>of 5</small>");
    /* Against own_decay, the best of the others: .0236 of 500 places. */
    page_find(page, "<div class=\"figure\">+12</div>");
    page_find(page, "<code>own_decay</code>, has a precision@5 of 0.3873; this is 6.1 % more. "
                    "The figure above has the 95&nbsp;% interval +7.8 to +15.8: not by the chance");
    page_find(page, "43.2 %</div><div class=\"name\">of what a perfect list would reach");
    page_find(page, "<td class=\"n\">0.4109</td><td class=\"n\">0.3959 to 0.4259</td>");
    page_find(page, "<th scope=\"row\"><code>two_level</code> against <code>own_decay</code></th>"
                    "<td class=\"n\">+0.0236</td><td class=\"n\">+0.0156 to +0.0316</td>"
                    "<td>better</td>");
    page_find(page,
              "<code>blend</code> against <code>own_decay</code></th><td class=\"n\">−0.0171</td>"
              "<td class=\"n\">−0.0251 to −0.0091</td><td>worse</td>");
    page_find(page,
              "<code>blend</code> against <code>own_count</code></th><td class=\"n\">−0.0011</td>"
              "<td class=\"n\">−0.0091 to +0.0069</td><td>may be chance</td>");
    page_find(page, "42.0 %</strong> of which the household had bought before");
    page_find(page, "could not be read");
    page_find(page, "<td class=\"n\">31,000</td><td class=\"n\">2.1 %</td>");
    page_find(page, "<th scope=\"row\">standard deviation</th>");
    page_find(page, "Times bought, each weighted .95 a week of age.");
    page_find(page, "How many times the household bought the product, in the last 26 weeks.");
    page_find(page, "<code>als_score</code></th><td class=\"t\">The source&#39;s score.");
    page_find(page, "<code>pair_lines</code></th><td class=\"t\">How many times the household "
                    "bought the product.");
    page_find(page, "<td class=\"n\">50.0 %</td>");
    page_find(page, "−0.0803 to −0.0621</td><td>helps</td>");
    page_find(page, "−0.0042 to +0.0021</td><td>may be chance</td>");
    page_find(page, "13.4 seconds");
    page_find(page, "and 29 more, new to the shop");
    assert_null(strstr(page, "Not measured"));
    mem_free(page);
}

static void test_missing_parts(void **state)
{
    (void)state;
    made_init_bare(&m);
    char *page = page_of(&m.input);
    page_find(page, "<code>--set evaluate.curve=20</code>");
    page_find(page, "Not measured: there is one model only");
    page_find(page, "<code>evaluate.segments</code>");
    page_find(page, "<code>--folds 3</code>");
    page_find(page, "--ablate");
    page_find(page, "ranker.calibrated: true");
    page_find(page, "<strong>No intervals.</strong>");
    page_find(page, "No line was set aside.");
    assert_null(strstr(page, "% interval"));
    mem_free(page);
}

static void test_escapes(void **state)
{
    (void)state;
    made_init(&m);
    m.input.title = MADE_NASTY;
    m.segments[3].level = MADE_NASTY;
    m.models[0].name = MADE_NASTY;
    char *page = page_of(&m.input);
    page_find(page,
              "<title>Ben &#38; Jerry&#39;s &#60;b&#62;&#34;Half&#34;&#60;/b&#62;&#60;/script");
    page_find(page, "a shop &#38; sons");
    page_find(page, "\"name\":\"Ben \\u0026 Jerry's \\u003cb\\u003e\\u0022Half");
    assert_null(strstr(page, "Jerry's <b>"));
    assert_null(strstr(page, "<!--<script>"));
    mem_free(page);
}

/* Levels of a column by the number in them, whatever their order was. */
static void test_order_of_levels(void **state)
{
    (void)state;
    static const char *const level[MADE_SEGMENTS] = {"none",   "5 to 9", "100 or more", "100-124K",
                                                     "15-24K", "(none)", "Under 15K"};
    static const size_t order[MADE_SEGMENTS] = {0, 1, 2, 6, 4, 3, 5};
    char row[64];
    made_init(&m);
    for (int i = 0; i < MADE_SEGMENTS; i++)
        m.segments[i].level = level[i];
    char *page = page_of(&m.input);
    const char *at = page, *chart = page;
    for (int i = 0; i < MADE_SEGMENTS; i++) {
        snprintf(row, sizeof row, "<th scope=\"row\">%s</th>", level[order[i]]);
        at = page_find(at + 1, row);
        snprintf(row, sizeof row, "\"name\":\"%s\"", level[order[i]]);
        chart = page_find(chart + 1, row);
    }
    mem_free(page);
}

static void test_balance(void **state)
{
    (void)state;
    made_init(&m);
    char *page = page_of(&m.input);
    page_check_balance(page);
    mem_free(page);
    made_init_bare(&m);
    page = page_of(&m.input);
    page_check_balance(page);
    mem_free(page);
}

/* Every link within the page leads to a part of it, and no id is there twice. */
static void test_links(void **state)
{
    (void)state;
    made_init(&m);
    char *page = page_of(&m.input), id[64];
    int links = 0;
    for (const char *p = page; (p = strstr(p, "href=\"#")); links++) {
        p += strlen("href=\"#");
        snprintf(id, sizeof id, "id=\"%.*s\"", (int)strcspn(p, "\""), p);
        const char *first = page_find(page, id);
        assert_null(strstr(first + 1, id));
    }
    assert_true(links > 25);
    mem_free(page);
}

static void test_same_bytes(void **state)
{
    (void)state;
    made_init(&m);
    char *a = page_of(&m.input), *b = page_of(&m.input);
    assert_string_equal(a, b);
    mem_free(a);
    mem_free(b);
}

static void test_refused(void **state)
{
    (void)state;
    aisle_error err = AISLE_ERROR_INIT;
    made_init(&m);
    assert_int_equal(aisle_report_evaluation("/nowhere/at/all.html", &m.input, &err),
                     AISLE_ERROR_IO);
    m.e.n_models = 0;
    assert_int_equal(aisle_report_evaluation("/tmp/never.html", &m.input, &err),
                     AISLE_ERROR_ARGUMENT);
    assert_int_not_equal(access("/tmp/never.html", F_OK), 0);
}

static void test_out_of_memory(void **state)
{
    (void)state;
    made_init(&m);
    for (long n = 0; n < 40; n++) {
        mem_fail_after(n);
        aisle_status status = aisle_report_evaluation("/tmp/never.html", &m.input, NULL);
        mem_fail_after(-1);
        assert_int_equal(status, AISLE_ERROR_MEMORY);
        assert_int_not_equal(access("/tmp/never.html", F_OK), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words),           cmocka_unit_test(test_json),
        cmocka_unit_test(test_figures),         cmocka_unit_test(test_missing_parts),
        cmocka_unit_test(test_escapes),         cmocka_unit_test(test_balance),
        cmocka_unit_test(test_order_of_levels), cmocka_unit_test(test_links),
        cmocka_unit_test(test_same_bytes),      cmocka_unit_test(test_refused),
        cmocka_unit_test(test_out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
