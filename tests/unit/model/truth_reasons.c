#include "truth_reasons.h"

#include "aisle/candidates.h"
#include "model/answer/reasons.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

int64_t truth_user_id(uint32_t user)
{
    char buffer[32];
    return atoll(aisle_model_user_id(truth.model, (aisle_user){user}, buffer));
}

int64_t truth_item_id(uint32_t item)
{
    char buffer[32];
    return atoll(aisle_model_item_id(truth.model, (aisle_item){item}, buffer));
}

static bool bought(int64_t user, int64_t item)
{
    for (size_t l = 0; l < truth.lines.n; l++)
        if (truth.lines.lines[l].user == user && truth.lines.lines[l].item == item)
            return true;
    return false;
}

static const char *days(char out[32], double n)
{
    snprintf(out, 32, "%.0f day%s", round(n), round(n) == 1 ? "" : "s");
    return out;
}

static const char *every(char out[32], double n)
{
    if (round(n) == 1)
        snprintf(out, 32, "day");
    else
        days(out, n);
    return out;
}

static void say_pair(char *out, size_t size, int64_t user, int64_t item)
{
    int32_t first = INT32_MAX, last = 0;
    uint32_t times = 0;
    bool seen[7 * RECEIPTS_WEEKS] = {false};
    char a[32], b[32], often[64] = "", count[32];
    for (size_t l = 0; l < truth.lines.n; l++) {
        const receipt *r = &truth.lines.lines[l];
        if (r->user != user || r->item != item)
            continue;
        times++;
        seen[r->day - RECEIPTS_FIRST_DAY] = true;
        first = r->day < first ? r->day : first;
        last = r->day > last ? r->day : last;
    }
    if (times == 0) {
        snprintf(out, size, "never bought before");
        return;
    }
    int distinct = 0;
    for (int d = 0; d < 7 * RECEIPTS_WEEKS; d++)
        distinct += seen[d];
    if (distinct > 1)
        snprintf(often, sizeof often, "about every %s, ",
                 every(a, (last - first) / (double)(distinct - 1)));
    snprintf(count, sizeof count, times > 1 ? "%u times" : "once", times);
    snprintf(out, size, "bought %s, %s%s%s ago", count, often, times > 1 ? "last " : "",
             days(b, aisle_model_as_of(truth.model) - last));
}

uint32_t truth_buyers(int64_t item, int32_t from)
{
    bool seen[1000] = {false};
    uint32_t n = 0;
    for (size_t l = 0; l < truth.lines.n; l++) {
        const receipt *r = &truth.lines.lines[l];
        if (r->item != item || r->day < from || seen[r->user])
            continue;
        seen[r->user] = true;
        n++;
    }
    return n;
}

double truth_price(int64_t item, int32_t from)
{
    double value = 0, quantity = 0;
    for (size_t l = 0; l < truth.lines.n; l++) {
        const receipt *r = &truth.lines.lines[l];
        if (r->item == item && r->day >= from) {
            value += r->value;
            quantity += r->quantity;
        }
    }
    return value / quantity;
}

static void say_item(char *out, size_t size, int64_t item)
{
    int32_t as_of = aisle_model_as_of(truth.model);
    uint32_t buyers = truth_buyers(item, as_of - 28);
    double now = truth_price(item, as_of - 14), usual = truth_price(item, as_of - 91);
    double off = round(100 * fabs(now / usual - 1));
    char who[32] = "nobody", price[64] = "";
    if (buyers)
        snprintf(who, sizeof who, "%u household%s", buyers, buyers == 1 ? "" : "s");
    if (off >= 5)
        snprintf(price, sizeof price, ", price %.0f %% %s usual in the last 2 weeks", off,
                 now < usual ? "below" : "above");
    snprintf(out, size, "%s bought it in the last 4 weeks%s", who, price);
}

/* Share of the stores with a promotion in a week that have the item on a kind. */
static double share_of_stores(int64_t item, int kind, int32_t week)
{
    bool tells[64] = {false}, has[64] = {false};
    int stores = 0, hits = 0;
    for (size_t p = 0; p < truth.lines.n_promotions; p++) {
        const promotion *one = &truth.lines.promotions[p];
        bool sold = one->item < 1000 + 5 * RECEIPTS_ITEMS;
        if (one->week != week || !one->kind || !truth.open[one->store] || !sold)
            continue;
        tells[one->store] = true;
        has[one->store] |= one->item == item && (one->kind & kind);
    }
    for (int s = 0; s < 64; s++) {
        stores += tells[s];
        hits += has[s];
    }
    return (double)hits / stores;
}

static void say_shares(char *out, size_t size, const char *when, double display, double mailer)
{
    char a[64] = "", b[64] = "";
    *out = '\0';
    if (display > 0)
        snprintf(a, sizeof a, "on display in %.0f %% of stores", 100 * display);
    if (mailer > 0)
        snprintf(b, sizeof b, "in the mailer of %.0f %% of stores", 100 * mailer);
    if (*a || *b)
        snprintf(out, size, "%s%s%s%s", when, a, *a && *b ? ", " : "", b);
}

static void say_promotion(char *out, size_t size, int64_t item)
{
    enum { DISPLAY = AISLE_PROMOTION_DISPLAY, MAILER = AISLE_PROMOTION_MAILER, NOW = 31 };
    char last[256], next[256];
    double display = 0, mailer = 0;
    say_shares(last, sizeof last, "last week ", share_of_stores(item, DISPLAY, NOW - 1),
               share_of_stores(item, MAILER, NOW - 1));
    for (int32_t w = NOW; w < NOW + 3; w++) {
        display += share_of_stores(item, DISPLAY, w) / 3;
        mailer += share_of_stores(item, MAILER, w) / 3;
    }
    say_shares(next, sizeof next, "; planned: ", display, mailer);
    int weeks = 1;
    while (weeks <= 13 && !(share_of_stores(item, DISPLAY | MAILER, NOW - weeks) > 0))
        weeks++;
    if (!*last && weeks <= 13)
        snprintf(last, sizeof last, "last promoted %d weeks ago", weeks);
    else if (!*last)
        snprintf(last, sizeof last, "not promoted in the last 13 weeks");
    snprintf(out, size, "%s%s", last, next);
}

static void say_category(char *out, size_t size, int64_t user, int64_t item, const char *column)
{
    const char *(*level)(int64_t) =
        strcmp(column, "department") == 0 ? receipts_department : receipts_category;
    uint32_t there = 0, all = 0;
    int32_t last = 0;
    char part[32], ago[32];
    if (!level(item)) {
        snprintf(out, size, "its %s is not known", column);
        return;
    }
    for (size_t l = 0; l < truth.lines.n; l++) {
        const receipt *r = &truth.lines.lines[l];
        if (r->user != user)
            continue;
        all++;
        if (!level(r->item) || strcmp(level(r->item), level(item)) != 0)
            continue;
        there++;
        last = r->day > last ? r->day : last;
    }
    snprintf(part, sizeof part, 100 * there < all ? "under 1 %%" : "%.0f %%", 100.0 * there / all);
    if (there)
        snprintf(out, size, "%s %s: %s of the purchases, last %s ago", column, level(item), part,
                 days(ago, aisle_model_as_of(truth.model) - last));
    else
        snprintf(out, size, "%s %s: never bought there", column, level(item));
}

static void say_household(char *out, size_t size, int64_t user)
{
    int32_t first = INT32_MAX, last = 0;
    int64_t basket = -1;
    uint32_t n = 0, baskets = 0, visits = 0;
    char a[32], b[32];
    for (size_t l = 0; l < truth.lines.n; l++) { /* each visit is a day and a basket of its own */
        const receipt *r = &truth.lines.lines[l];
        if (r->user != user)
            continue;
        n++;
        baskets += r->basket != basket;
        visits += r->basket != basket;
        basket = r->basket;
        first = r->day < first ? r->day : first;
        last = r->day > last ? r->day : last;
    }
    snprintf(out, size, "shops about every %s, %.1f products a basket, last %s ago",
             every(a, (last - first) / (double)(visits - 1)), n / (double)baskets,
             days(b, aisle_model_as_of(truth.model) - last));
}

/* Each day of the household's is a visit; lines of a day stand together. */
static void say_visits(char *out, size_t size, int64_t user, int64_t item)
{
    uint8_t day[7 * RECEIPTS_WEEKS] = {0};
    int visits = 0, with = 0;
    for (size_t l = 0; l < truth.lines.n; l++)
        if (truth.lines.lines[l].user == user)
            day[truth.lines.lines[l].day - RECEIPTS_FIRST_DAY] |=
                truth.lines.lines[l].item == item ? 3 : 1;
    for (int d = 7 * RECEIPTS_WEEKS - 1; d >= 0 && visits < 12; d--) {
        visits += day[d] & 1;
        with += day[d] >> 1;
    }
    snprintf(out, size, "bought on %d of the last %d visit%s", with, visits,
             visits == 1 ? "" : "s");
}

void truth_store(char *out, size_t size, int64_t user, int64_t item)
{
    double weight[64] = {0};
    int64_t home = 0;
    int sold = 0, as_of = aisle_model_as_of(truth.model);
    for (size_t l = 0; l < truth.lines.n; l++) {
        const receipt *r = &truth.lines.lines[l];
        if (r->user == user && (l == 0 || truth.lines.lines[l - 1].basket != r->basket))
            weight[receipts_store(user, r->basket)] += pow(0.95, (as_of - r->day) / 7.0);
    }
    for (int64_t s = 1; s < 64; s++)
        home = weight[s] > 0 && (home == 0 || weight[s] > weight[home]) ? s : home;
    for (size_t l = 0; l < truth.lines.n; l++) {
        const receipt *r = &truth.lines.lines[l];
        sold +=
            r->item == item && r->day >= as_of - 91 && receipts_store(r->user, r->basket) == home;
    }
    if (home == 0)
        snprintf(out, size, "where the household shops is not known");
    else if (sold == 0)
        snprintf(out, size, "not sold in 13 weeks in the store that it visits most");
    else
        snprintf(out, size, "sold %d time%s in 13 weeks in the store that it visits most", sold,
                 sold == 1 ? "" : "s");
}

/* Baskets with item, and of these with other. */
static uint32_t count_both(uint32_t *baskets, int64_t item, int64_t other)
{
    uint32_t both = 0;
    *baskets = 0;
    for (size_t a = 0; a < truth.lines.n; a++) {
        if (truth.lines.lines[a].item != item)
            continue;
        ++*baskets;
        for (size_t b = 0; b < truth.lines.n; b++)
            both += truth.lines.lines[b].item == other &&
                    truth.lines.lines[b].basket == truth.lines.lines[a].basket;
    }
    return both;
}

/* The last three baskets' product that is in most baskets with the item. */
static bool say_together(char *out, size_t size, int64_t user, int64_t item)
{
    int64_t last[3] = {-1, -1, -1}, best = -1; /* baskets are numbered in the order of time */
    uint32_t most = 0, baskets = 0;
    char number[32];
    for (size_t l = 0; l < truth.lines.n; l++) {
        int64_t basket = truth.lines.lines[l].basket;
        if (truth.lines.lines[l].user != user || basket == last[2])
            continue;
        last[0] = last[1];
        last[1] = last[2];
        last[2] = basket;
    }
    for (size_t l = 0; l < truth.lines.n; l++) {
        const receipt *r = &truth.lines.lines[l];
        if (r->item == item ||
            (r->basket != last[0] && r->basket != last[1] && r->basket != last[2]))
            continue;
        uint32_t both = count_both(&baskets, item, r->item);
        if (both > most || (both == most && both > 0 && r->item < best)) {
            most = both;
            best = r->item;
        }
    }
    const char *name =
        most ? aisle_model_item_name(
                   truth.model,
                   aisle_model_find_item(
                       truth.model, (snprintf(number, sizeof number, "%d", (int)best), number)))
             : NULL;
    snprintf(out, size,
             "often with %s, which was in the last baskets: together in %u of %u basket%s",
             name ? name : number, most, baskets, baskets == 1 ? "" : "s");
    return most > 0;
}

static bool say_near(char *out, size_t size, uint32_t user, int64_t item, const char *source)
{
    aisle_similar_user near[REASONS_NEAR];
    size_t n, buyers = 0;
    assert_int_equal(aisle_model_similar_users(&n, near, REASONS_NEAR, truth.model, NULL,
                                               (aisle_user){user}, source, NULL),
                     AISLE_OK);
    for (size_t i = 0; i < n; i++)
        buyers += bought(truth_user_id(near[i].user.index), item);
    snprintf(out, size, "households like yours buy it: %zu of the nearest %zu", buyers, n);
    return buyers > 0;
}

static void say_place(char *out, size_t size, uint32_t user, uint32_t item, const char *source)
{
    static const char *const texts[][2] = {
        {"popular", "what most households bought in the last weeks"},
        {"own_decay", "what the household bought before, a purchase counting less by the week"},
        {"als", "factors of households and products by alternating least squares (implicit "
                "feedback)"},
        {"item_cosine", "items like the household's items, by cosine of who bought them how often"},
        {"co_basket",
         "what is bought in one basket with the items of the household's last baskets"},
        {"similar_users", "what similar households buy"},
    };
    aisle_candidates *c;
    uint32_t rank = 0;
    assert_int_equal(aisle_model_candidates(&c, truth.model, NULL, (aisle_user){user}, false, NULL),
                     AISLE_OK);
    for (size_t i = 0; i < c->count; i++)
        for (size_t s = 0; s < c->n_sources; s++)
            if (c->list[i].item.index == item && strcmp(c->sources[s], source) == 0)
                rank = c->list[i].source[s].rank;
    aisle_candidates_free(c);
    const char *meaning = "";
    for (size_t t = 0; t < sizeof texts / sizeof *texts; t++)
        if (strcmp(texts[t][0], source) == 0)
            meaning = texts[t][1];
    if (rank)
        snprintf(out, size, "no. %u of %s: %s", rank, source, meaning);
    else
        snprintf(out, size, "not among the first of %s: %s", source, meaning);
    bool listed = rank > 0;
    if (listed && strcmp(source, "similar_users") == 0) {
        char near[256];
        if (say_near(near, sizeof near, user, truth_item_id(item), source))
            snprintf(out, size, "%s", near);
    } else if (listed && (strcmp(source, "als") == 0 || strcmp(source, "item_cosine") == 0 ||
                          strcmp(source, "co_basket") == 0)) {
        char with[256];
        if (say_together(with, sizeof with, truth_user_id(user), truth_item_id(item)))
            snprintf(out, size, "%s", with);
    }
}

static void say_sources(char *out, size_t size, uint32_t user, uint32_t item)
{
    aisle_candidates *c;
    size_t found = 0;
    assert_int_equal(aisle_model_candidates(&c, truth.model, NULL, (aisle_user){user}, false, NULL),
                     AISLE_OK);
    for (size_t i = 0; i < c->count; i++)
        for (size_t s = 0; s < c->n_sources; s++)
            found += c->list[i].item.index == item && c->list[i].source[s].rank > 0;
    snprintf(out, size, "found by %zu of %zu sources", found, c->n_sources);
    aisle_candidates_free(c);
}

static void say_attribute(char *out, size_t size, int64_t user, int64_t item, const char *feature)
{
    bool product = strncmp(feature, "product_", 8) == 0;
    const char *level = !product                                     ? receipts_income(user)
                        : strcmp(feature, "product_department") == 0 ? receipts_department(item)
                                                                     : receipts_category(item);
    snprintf(out, size, "the %s's %s is %s", product ? "product" : "household",
             strchr(feature, '_') + 1, level ? level : "not known");
}

/* What should be said of the family's strongest column, by the receipts. */
void truth_say(char *out, size_t size, uint32_t user, uint32_t item, const aisle_cause *cause)
{
    int64_t u = truth_user_id(user), i = truth_item_id(item);
    char part[64];
    snprintf(part, sizeof part, "%s", cause->feature);
    if (strcmp(cause->family, "pair") == 0)
        say_pair(out, size, u, i);
    else if (strcmp(cause->family, "household") == 0)
        say_household(out, size, u);
    else if (strcmp(cause->family, "item") == 0)
        say_item(out, size, i);
    else if (strcmp(cause->family, "visit") == 0)
        say_visits(out, size, u, i);
    else if (strcmp(cause->family, "store") == 0)
        truth_store(out, size, u, i);
    else if (strcmp(cause->family, "spend") == 0)
        truth_spend(out, size, u, i, strchr(cause->feature, '_') + 1);
    else if (strcmp(cause->family, "discount") == 0)
        truth_discount(out, size, u, i, strchr(cause->feature, '_') + 1);
    else if (strcmp(cause->family, "rank") == 0)
        truth_rank(out, size, u, i, strchr(cause->feature, '_') + 1);
    else if (strcmp(cause->family, "habit") == 0)
        truth_habit(out, size, u, i, strchr(cause->feature, '_') + 1);
    else if (strcmp(cause->family, "promotion") == 0)
        say_promotion(out, size, i);
    else if (strcmp(cause->family, "attribute") == 0)
        say_attribute(out, size, u, i, cause->feature);
    else if (strcmp(cause->family, "category") == 0)
        say_category(out, size, u, i, (*strchr(part, '_') = '\0', part));
    else if (strcmp(cause->feature, "sources") == 0)
        say_sources(out, size, user, item);
    else
        say_place(out, size, user, item, (*strrchr(part, '_') = '\0', part));
}
