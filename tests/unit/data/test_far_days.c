/* Days far from all others: found where they would decide, and nowhere else. */
#include "data_fixture.h"

#include "base/date.h"
#include "data/far_days.h"

#include <stdlib.h>
#include <string.h>

enum { MOST = 4000 };

/* Lines by day; receipts of a shop are put together day by day. */
typedef struct shop {
    size_t n;
    int32_t day[MOST];
    uint64_t lines[MOST];
} shop;

static void sell(shop *s, int32_t from, int32_t to, int32_t step, uint64_t lines)
{
    for (int32_t d = from; d < to; d += step) {
        s->day[s->n] = d;
        s->lines[s->n++] = lines;
    }
}

static void find(aisle_far_days out[2], shop *s, bool few)
{
    aisle_receipts r = {.n_days = s->n, .days = s->day, .day_lines = s->lines};
    day_counts c;
    assert_int_equal(day_counts_init(&c, &r, NULL), AISLE_OK);
    far_days_find(&out[0], &out[1], &c, few);
    day_counts_fini(&c);
}

static void none(shop *s)
{
    aisle_far_days far[2];
    find(far, s, false);
    assert_int_equal(far[0].lines, 0);
    assert_int_equal(far[1].lines, 0);
}

/* `lines` on `days` days from `day` on, at the end or the beginning of a shop of a year. */
static void found(int32_t day, uint64_t lines, uint64_t usual)
{
    shop s = {0};
    aisle_far_days far[2];
    sell(&s, day, day + 1, 1, lines);
    sell(&s, 1000, 1365, 1, usual);
    find(far, &s, false);
    bool last = day > 1000;
    assert_int_equal(far[!last].lines, 0);
    assert_int_equal(far[last].lines, lines);
    assert_int_equal(far[last].days, 1);
    assert_int_equal(far[last].from, day);
    assert_int_equal(far[last].to, day);
    assert_int_equal(far[last].beside, last ? 1364 : 1000);
}

static void mistyped_years_are_found(void **state)
{
    (void)state;
    found(1364 + 6500, 1, 3);   /* 2042 for 2024, a small shop */
    found(1364 + 365, 2, 3);    /* the next year */
    found(1000 - 365, 1, 3);    /* the year before */
    found(1000 - 19000, 30, 3); /* a column's default, on some lines */
    found(1364 + 70, 1, 3);     /* two months on */
    found(1364 + 40, 3, 5000);  /* a month on, in a large shop */
    found(1000 - 40, 3, 5000);
    found(1364 + 900000, 1, 50); /* the year 4400 */
}

/* A few receipts, and a tenth of them a column's default: years of nothing are odd by themselves.
 */
static void a_small_shop_with_old_dates(void **state)
{
    (void)state;
    shop s = {0};
    aisle_far_days far[2];
    sell(&s, 0, 1, 1, 2);
    sell(&s, 19700, 19960, 13, 1);
    find(far, &s, false);
    assert_int_equal(far[0].lines, 2);
    assert_int_equal(far[0].beside, 19700);
    assert_int_equal(far[1].lines, 0);
}

/* Several of them, at both ends; what lies between two of them is far as well. */
static void several_are_found(void **state)
{
    (void)state;
    shop s = {0};
    aisle_far_days far[2];
    sell(&s, 1000, 1365, 1, 3);
    sell(&s, 3000, 9000, 2500, 1);
    sell(&s, -5000, -4998, 1, 1);
    find(far, &s, false);
    assert_int_equal(far[0].lines, 2);
    assert_int_equal(far[0].days, 2);
    assert_int_equal(far[0].from, -5000);
    assert_int_equal(far[0].to, -4999);
    assert_int_equal(far[1].lines, 3);
    assert_int_equal(far[1].from, 3000);
    assert_int_equal(far[1].to, 8000);
    assert_int_equal(far[1].beside, 1364);
}

/* Shops as they are. */
static void real_pauses_are_none(void **state)
{
    (void)state;
    shop s = {0};
    sell(&s, 1000, 1365, 1, 40); /* closed in the summer, open again for a day */
    sell(&s, 1425, 1426, 1, 38);
    none(&s);
    memset(&s, 0, sizeof s);
    sell(&s, 1000, 1365, 1, 4000); /* half a year's pause, and a day of usual trade */
    sell(&s, 1550, 1551, 1, 3100);
    none(&s);
    memset(&s, 0, sizeof s);
    sell(&s, 1000, 1010, 1, 3); /* opened, and closed at once for a month */
    sell(&s, 1040, 1400, 1, 3);
    none(&s);
    memset(&s, 0, sizeof s);
    sell(&s, 1000, 1365, 1, 500); /* a quiet Sunday, and one after a week of holidays */
    sell(&s, 1365, 1366, 1, 1);
    sell(&s, 1373, 1374, 1, 2);
    none(&s);
    memset(&s, 0, sizeof s);
    sell(&s, 1000, 1400, 45, 1); /* few receipts, weeks apart */
    sell(&s, 1500, 1501, 1, 1);
    none(&s);
    memset(&s, 0, sizeof s);
    for (int season = 0; season < 3; season++) /* open in winter alone; the first day of the next */
        sell(&s, 1000 + 365 * season, 1100 + 365 * season, 1, 5);
    sell(&s, 1000 + 365 * 3, 1001 + 365 * 3, 1, 2);
    none(&s);
    memset(&s, 0, sizeof s);
    for (int32_t d = 1, day = 5000; d < 300;
         d += d / 2 + 1) { /* a shop that grew, looked back at */
        sell(&s, day, day + 1, 1, 1);
        day -= d;
    }
    sell(&s, 5001, 6000, 1, 20);
    none(&s);
}

/* What a handful of households buy may pause for months, not for years. */
static void few_households_may_pause(void **state)
{
    (void)state;
    shop s = {0};
    aisle_far_days far[2];
    sell(&s, 1000, 1365, 3, 2);
    sell(&s, 1460, 1461, 1, 1);
    find(far, &s, true);
    assert_int_equal(far[1].lines, 0);
    find(far, &s, false);
    assert_int_equal(far[1].lines, 1);
    sell(&s, 2000, 2001, 1, 1);
    find(far, &s, true);
    assert_int_equal(far[1].from, 2000);
}

static void messages_name_days_lines_and_keys(void **state)
{
    (void)state;
    aisle_error err;
    aisle_dataset_summary s = {.first_day = 0, .last_day = 19723};
    date_parse(&s.last_day, "2042-01-01");
    s.own_days[1] = s.last_day;
    s.far_last = (aisle_far_days){3, 2, s.last_day - 1, s.last_day, 0};
    date_parse(&s.far_last.beside, "2024-03-24");
    assert_int_equal(far_days_check(&s, &err), AISLE_ERROR_DATA);
    assert_mentions(err.message, "3 lines lie on 2041-12-31 to 2042-01-01 (2 days)");
    assert_mentions(err.message,
                    "'data.receipts.until: 2024-03-24' cuts them, '2042-01-01' keeps them");
    s.far_first = (aisle_far_days){1, 1, 0, 0, 19000};
    assert_int_equal(far_days_check(&s, &err), AISLE_ERROR_DATA);
    assert_mentions(err.message, "1 line lies on 1970-01-01, 19000 days before any other");
    assert_mentions(err.message, "'data.receipts.from: 2022-01-08'");
    assert_int_equal(far_days_check_end(&s, &err), AISLE_ERROR_DATA);
    /* Cleaning left none of these lines. */
    s.first_day = 19000;
    s.last_day = s.own_days[1] = s.far_last.beside;
    assert_int_equal(far_days_check(&s, &err), AISLE_OK);
    assert_int_equal(far_days_check_end(&s, &err), AISLE_OK);
}

/* Parts of the households count all rows, and the days of all. */
static void all_parts_find_the_same(void **state)
{
    aisle_error err;
    aisle_config *config;
    char *csv = malloc(1 << 16);
    size_t length = (size_t)sprintf(csv, "user_id,item_id,time\n");
    for (int i = 0; i < 300; i++)
        length += (size_t)sprintf(csv + length, "%d,%d,2024-0%d-%02d\n", i % 30, i % 7, 1 + i / 100,
                                  1 + i % 28);
    sprintf(csv + length, "5,1,2042-01-01\n");
    fixture_write(state, "r.csv", csv);
    fixture_write(state, "shop.yaml", "data: {receipts: {path: r.csv}}\n");
    assert_int_equal(aisle_config_open(&config, fixture_path(state, "shop.yaml"), NULL), AISLE_OK);
    for (uint32_t part = 1; part <= 5; part++) {
        aisle_household_choice which = {part, 5, 0, 0, NULL};
        aisle_dataset *d;
        if (aisle_dataset_read_some(&d, config, &which, 1, &err))
            fail_msg("%s", err.message);
        assert_int_equal(d->summary.far_last.lines, 1);
        assert_int_equal(far_days_check(&d->summary, NULL), AISLE_ERROR_DATA);
        aisle_dataset_free(d);
    }
    aisle_config_free(config);
    free(csv);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mistyped_years_are_found),
        cmocka_unit_test(a_small_shop_with_old_dates),
        cmocka_unit_test(several_are_found),
        cmocka_unit_test(real_pauses_are_none),
        cmocka_unit_test(few_households_may_pause),
        cmocka_unit_test(messages_name_days_lines_and_keys),
        cmocka_unit_test_setup_teardown(all_parts_find_the_same, fixture_setup, fixture_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
