#include "truth_reasons.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static double usual_price(int64_t item)
{
    double price = truth_price(item, aisle_model_as_of(truth.model) - 91);
    return isnan(price) ? truth_price(item, 0) : price;
}

typedef struct spent {
    double value, quantity, usual, last;
    uint32_t lines, discounted;
} spent;

/* Of the household: all, in the item's level (level), or on the item. */
static spent sum_spent(int64_t user, int64_t item, const char *(*level)(int64_t), bool of_item)
{
    spent s = {0};
    for (size_t l = 0; l < truth.lines.n; l++) {
        const receipt *r = &truth.lines.lines[l];
        if (r->user != user || (of_item && r->item != item) ||
            (level && (!level(r->item) || strcmp(level(r->item), level(item)) != 0)))
            continue;
        s.value += r->value;
        s.quantity += r->quantity;
        s.usual += r->quantity * usual_price(r->item);
        s.last = r->value / r->quantity;
        s.lines++;
        s.discounted += receipts_discount(r) > 0;
    }
    return s;
}

static const char *against_usual(char out[64], const char *otherwise, const spent *s)
{
    double off = round(100 * (s->value / s->usual - 1));
    if (off == 0)
        snprintf(out, 64, "%susual prices", otherwise);
    else
        snprintf(out, 64, "%.0f %% %s usual prices", fabs(off), off < 0 ? "below" : "above");
    return out;
}

/* The level function of "department_price"; where the column's name ends. */
static const char *(*level_of(char column[16], const char *feature))(int64_t)
{
    bool department = strncmp(feature, "department", 10) == 0;
    snprintf(column, 16, "%s", department ? "department" : "category");
    return department ? receipts_department : receipts_category;
}

static void say_spend_there(char *out, size_t size, int64_t user, int64_t item, const char *feature)
{
    char column[16], against[64];
    const char *(*level)(int64_t) = level_of(column, feature);
    if (!level(item)) {
        snprintf(out, size, "its %s is not known", column);
        return;
    }
    spent s = sum_spent(user, item, level, false);
    if (s.lines == 0)
        snprintf(out, size, "%s %s: nothing spent there", column, level(item));
    else
        snprintf(out, size, "%s %s: spent %.2f there, %s", column, level(item), s.value,
                 against_usual(against, "at ", &s));
}

void truth_spend(char *out, size_t size, int64_t user, int64_t item, const char *feature)
{
    char against[64];
    spent own = sum_spent(user, item, NULL, true), all = sum_spent(user, item, NULL, false);
    if (strcmp(feature, "household_price") == 0)
        snprintf(out, size, "pays %s", against_usual(against, "", &all));
    else if (strncmp(feature, "department", 10) == 0 || strncmp(feature, "category", 8) == 0)
        say_spend_there(out, size, user, item, feature);
    else if (own.lines)
        snprintf(out, size, "spent %.2f on it, last %.2f a piece, usually %.2f", own.value,
                 own.last, usual_price(item));
    else
        snprintf(out, size, "costs %.2f a piece usually, what the household buys %.2f",
                 usual_price(item), all.value / all.quantity);
}

void truth_rank(char *out, size_t size, int64_t user, int64_t item, const char *feature)
{
    char column[16], rest[64] = "";
    const char *(*level)(int64_t) = level_of(column, feature);
    int32_t since = aisle_model_as_of(truth.model) - 91;
    uint32_t place = 1;
    if (!level(item)) {
        snprintf(out, size, "its %s is not known", column);
        return;
    }
    for (int64_t other = 1000; other < 1000 + 5 * RECEIPTS_ITEMS; other += 5)
        if (level(other) && strcmp(level(other), level(item)) == 0)
            place += truth_buyers(other, since) > truth_buyers(item, since);
    spent own = sum_spent(user, item, NULL, true), there = sum_spent(user, item, level, false);
    if (own.lines)
        snprintf(rest, sizeof rest, ", %.0f %% of the household's purchases there",
                 100.0 * own.lines / there.lines);
    else if (there.lines)
        snprintf(rest, sizeof rest, ", the household bought others there");
    snprintf(out, size, "no. %u in %s %s by households of the last 13 weeks%s", place, column,
             level(item), rest);
}

static double weekday_lift(const double own[7], int64_t item)
{
    double all[7] = {0}, of[7] = {0}, n = 0, lift = 0;
    for (size_t l = 0; l < truth.lines.n; l++) {
        all[truth.lines.lines[l].day % 7] += 1.0 / (double)truth.lines.n;
        of[truth.lines.lines[l].day % 7] += truth.lines.lines[l].item == item;
        n += truth.lines.lines[l].item == item;
    }
    for (int d = 0; d < 7; d++)
        if (own[d] > 0)
            lift += own[d] * (of[d] + 20 * all[d]) / (n + 20) / all[d];
    return lift;
}

static void say_weekday(char *out, size_t size, int64_t user, int64_t item, bool of_item)
{
    static const char *const names[] = {"Thursday", "Friday",  "Saturday", "Sunday",
                                        "Monday",   "Tuesday", "Wednesday"};
    bool seen[7 * RECEIPTS_WEEKS] = {false};
    double visits[7] = {0}, all = 0;
    int most = 3;
    for (size_t l = 0; l < truth.lines.n; l++)
        if (truth.lines.lines[l].user == user)
            seen[truth.lines.lines[l].day - RECEIPTS_FIRST_DAY] = true;
    for (int d = 0; d < 7 * RECEIPTS_WEEKS; d++) {
        visits[(d + RECEIPTS_FIRST_DAY) % 7] += seen[d];
        all += seen[d];
    }
    for (int d = 3; d < 10; d++) /* from Sunday on */
        most = visits[d % 7] > visits[most] ? d % 7 : most;
    if (!of_item) {
        snprintf(out, size, "%.0f %% of the visits are on a %s", 100 * visits[most] / all,
                 names[most]);
        return;
    }
    for (int d = 0; d < 7; d++)
        visits[d] /= all;
    double off = round(100 * (weekday_lift(visits, item) - 1));
    char often[64] = "as often as";
    if (off != 0)
        snprintf(often, sizeof often, "%.0f %% %s often than", fabs(off),
                 off < 0 ? "less" : "more");
    snprintf(out, size, "sells %s others on the household's days of the week", often);
}

static void say_main_store(char *out, size_t size, int64_t user)
{
    double weight[64] = {0}, all = 0, most = 0;
    for (size_t l = 0; l < truth.lines.n; l++) {
        const receipt *r = &truth.lines.lines[l];
        int64_t store = receipts_store(user, r->basket);
        if (r->user != user || store == 0 ||
            (l > 0 && truth.lines.lines[l - 1].basket == r->basket))
            continue;
        weight[store] += pow(0.95, (aisle_model_as_of(truth.model) - r->day) / 7.0);
        all += pow(0.95, (aisle_model_as_of(truth.model) - r->day) / 7.0);
        most = fmax(most, weight[store]);
    }
    if (all > 0)
        snprintf(out, size, "of late %.0f %% of the visits are to one store", 100 * most / all);
    else
        snprintf(out, size, "where the household shops is not known");
}

void truth_habit(char *out, size_t size, int64_t user, int64_t item, const char *feature)
{
    uint32_t n = sum_spent(user, item, NULL, true).lines;
    char count[32] = "not bought";
    if (strcmp(feature, "store_sold") == 0) {
        truth_store(out, size, user, item);
    } else if (strcmp(feature, "household_store") == 0) {
        say_main_store(out, size, user);
    } else if (strcmp(feature, "lines_52w") == 0) {
        if (n)
            snprintf(count, sizeof count, n > 1 ? "bought %u times" : "bought once", n);
        snprintf(out, size, "%s in the last 52 weeks", count);
    } else {
        say_weekday(out, size, user, item, strcmp(feature, "weekday") == 0);
    }
}

static const char *share_of(char out[32], uint32_t part, uint32_t all)
{
    if (part == 0)
        snprintf(out, 32, "none");
    else if (100 * part < all)
        snprintf(out, 32, "under 1 %%");
    else
        snprintf(out, 32, "%.0f %%", 100.0 * part / all);
    return out;
}

static void say_discount_of_item(char *out, size_t size, int64_t user, int64_t item)
{
    spent own = sum_spent(user, item, NULL, true);
    uint32_t sales = 0, discounted = 0;
    char share[32], before[64] = "";
    for (size_t l = 0; l < truth.lines.n; l++) {
        const receipt *r = &truth.lines.lines[l];
        if (r->item != item || r->day < aisle_model_as_of(truth.model) - 91)
            continue;
        sales++;
        discounted += receipts_discount(r) > 0;
    }
    if (own.lines)
        snprintf(before, sizeof before, "bought on discount %u of %u times; ", own.discounted,
                 own.lines);
    if (sales)
        snprintf(out, size, "%s%s of its sales in 13 weeks were on discount", before,
                 share_of(share, discounted, sales));
    else
        snprintf(out, size, "%snobody bought it in the last 13 weeks", before);
}

void truth_discount(char *out, size_t size, int64_t user, int64_t item, const char *feature)
{
    char column[16], share[32];
    if (strncmp(feature, "pair", 4) == 0 || strncmp(feature, "item", 4) == 0) {
        say_discount_of_item(out, size, user, item);
        return;
    }
    if (strcmp(feature, "household") == 0) {
        spent all = sum_spent(user, item, NULL, false);
        snprintf(out, size, "%s of the household's purchases were on discount",
                 share_of(share, all.discounted, all.lines));
        return;
    }
    const char *(*level)(int64_t) = level_of(column, feature);
    if (!level(item)) {
        snprintf(out, size, "its %s is not known", column);
        return;
    }
    spent there = sum_spent(user, item, level, false);
    if (there.lines)
        snprintf(out, size, "%s %s: %s of the purchases there were on discount", column,
                 level(item), share_of(share, there.discounted, there.lines));
    else
        snprintf(out, size, "%s %s: never bought there", column, level(item));
}
