/* What explains a score adds up to it, and what is said is true of the receipts. */
#include "aisle/candidates.h"
#include "aisle/explain.h"

#include "base/mem.h"
#include "features/families.h"
#include "model/reasons.h"
#include "model_fixture.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

enum { K = 30, SEED = 67, FALLBACK_DAYS = 56, HOUSEHOLDS = RECEIPTS_HOUSEHOLDS + 1 };

static const char shape[] = RECEIPTS_ROLES
    "candidates: {popular: {quota: 6}, own_decay: {quota: 9}, als: {quota: 4, factors: 4, "
    "iterations: 2}, item_cosine: {quota: 4}, co_basket: {quota: 5, baskets: 3}, similar_users: "
    "{quota: 5, neighbours: 6}}\n"
    "ranker: {trees: 40, leaves: 7, min_data_in_leaf: 5, negatives: 20, feature_fraction: 0.3}\n"
    "features: {planned_promotions: true}\n";

static aisle_model *model;
static receipts lines;
static bool open[64]; /* stores that somebody bought in */

static int set_up(void **state)
{
    (void)state;
    receipts_init(&lines, SEED);
    /* Something sells cheaper at the end. */
    for (size_t l = 0; l < lines.n; l++)
        if (lines.lines[l].item % 3 == 0 && lines.lines[l].day >= RECEIPTS_END - 14)
            lines.lines[l].value *= 0.7;
    /* Somebody knows little of the shop. */
    for (int b = 0; b < 4; b++)
        receipts_add(
            &lines, (receipt){105, 1000 + 5 * (b % 3), 90000 + b, RECEIPTS_END - 30 + 7 * b, 1, 2});
    receipts_init_promotions(&lines, SEED);
    for (size_t l = 0; l < lines.n; l++)
        open[receipts_store(lines.lines[l].user, lines.lines[l].basket)] = true;
    model = model_of_receipts(&lines, shape, 2);
    assert_int_equal(aisle_model_users(model), HOUSEHOLDS);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    aisle_model_free(model);
    receipts_fini(&lines);
    return 0;
}

static aisle_explanations *explain(const aisle_user *users, size_t n,
                                   const aisle_explain_options *o, int threads)
{
    aisle_error err = AISLE_ERROR_INIT;
    aisle_explanations *x = NULL;
    aisle_run run = {.threads = threads};
    if (aisle_model_explain(&x, model, users, n, o, &run, &err))
        fail_msg("%s", err.message);
    assert_int_equal(x->n, n);
    return x;
}

static aisle_explanations *explain_all(const aisle_explain_options *o, int threads)
{
    aisle_user users[HOUSEHOLDS + 1];
    for (uint32_t u = 0; u < HOUSEHOLDS; u++)
        users[u].index = u;
    users[HOUSEHOLDS].index = AISLE_MISSING;
    return explain(users, HOUSEHOLDS + 1, o, threads);
}

static const aisle_explain_options everything = {.k = K, .item = {AISLE_MISSING}};

/* ---- Numbers ---- */

static void check_sums(const aisle_explanation *one)
{
    double sum = one->base, sizes = 0, shares = 0;
    assert_true(one->n_causes > 0 && isfinite(one->score) && isfinite(one->base));
    for (size_t c = 0; c < one->n_causes; c++) {
        const aisle_cause *cause = &one->cause[c];
        sum += cause->contribution;
        sizes += fabs(cause->contribution);
        shares += fabs(cause->share);
        assert_true(c == 0 || fabs(cause->share) <= fabs(cause[-1].share));
        assert_true(strlen(cause->text) > 0 && strlen(cause->feature) > 0);
    }
    assert_true(fabs(sum - one->score) < 1e-6);
    assert_true(sizes == 0 || fabs(shares - 1) < 1e-9);
    for (size_t c = 0; sizes > 0 && c < one->n_causes; c++)
        assert_true(fabs(one->cause[c].share - one->cause[c].contribution / sizes) < 1e-9);
}

/* The list is the one that is recommended; contributions add up to its scores. */
static void contributions_add_up(void **state)
{
    (void)state;
    aisle_recommendation list[K];
    aisle_explanations *x = explain_all(&everything, 2);
    size_t ranked_ones = 0, filled_up = 0;
    for (size_t i = 0; i < x->n; i++) {
        aisle_user user = {i < HOUSEHOLDS ? (uint32_t)i : AISLE_MISSING};
        size_t n;
        assert_int_equal(aisle_model_recommend(&n, list, K, model, user, NULL, NULL), AISLE_OK);
        assert_int_equal(n, x->offset[i + 1] - x->offset[i]);
        for (size_t p = 0; p < n; p++) {
            const aisle_explanation *one = &x->list[x->offset[i] + p];
            assert_int_equal(one->item.index, list[p].item.index);
            assert_int_equal(one->place, p + 1);
            assert_ptr_equal(one->source, list[p].source);
            assert_non_null(one->reason);
            filled_up += one->standing == AISLE_STANDING_FALLBACK;
            if (one->standing != AISLE_STANDING_RANKED)
                continue;
            ranked_ones++;
            assert_true((float)one->score == list[p].score);
            check_sums(one);
        }
    }
    assert_true(ranked_ones > 500 && filled_up > 100);
    aisle_explanations_free(x);
}

/* The main reason is what adds most of what differs between products. */
static void main_reason_is_the_largest(void **state)
{
    (void)state;
    aisle_explanations *x = explain_all(&everything, 1);
    for (size_t i = 0; i < x->offset[x->n]; i++) {
        const aisle_explanation *one = &x->list[i];
        const aisle_cause *main = NULL;
        for (size_t c = 0; c < one->n_causes; c++) {
            const aisle_cause *cause = &one->cause[c];
            bool same = strcmp(cause->family, "household") == 0 ||
                        strncmp(cause->feature, "household_", 10) == 0;
            if (!same && (!main || cause->contribution > main->contribution))
                main = cause;
        }
        if (main)
            assert_string_equal(one->reason, main->text);
    }
    aisle_explanations_free(x);
}

static void threads_and_batches_change_nothing(void **state)
{
    (void)state;
    aisle_explain_options brief = everything;
    brief.brief = true;
    aisle_explanations *all = explain_all(&everything, 1), *more = explain_all(&everything, 8);
    aisle_explanations *shorter = explain_all(&brief, 2);
    assert_int_equal(all->offset[all->n], more->offset[more->n]);
    assert_int_equal(all->n_texts, more->n_texts);
    for (size_t t = 0; t < all->n_texts; t++)
        assert_string_equal(all->texts[t], more->texts[t]);
    for (size_t i = 0; i < all->offset[all->n]; i++) {
        assert_memory_equal(&all->list[i].score, &more->list[i].score, sizeof(double));
        assert_memory_equal(&all->list[i].base, &more->list[i].base, sizeof(double));
        assert_int_equal(shorter->list[i].n_causes, 0);
        assert_string_equal(all->list[i].reason, shorter->list[i].reason);
    }
    for (size_t u = 0; u < HOUSEHOLDS; u += 11) {
        aisle_user user = {(uint32_t)u};
        aisle_explanations *one = explain(&user, 1, &everything, 1);
        for (size_t i = 0; i < one->offset[1]; i++)
            assert_string_equal(one->list[i].reason, all->list[all->offset[u] + i].reason);
        aisle_explanations_free(one);
    }
    aisle_explanations_free(all);
    aisle_explanations_free(more);
    aisle_explanations_free(shorter);
}

/* Any product of the catalogue, on the list or not: its place among all candidates. */
static void any_product_can_be_asked_about(void **state)
{
    (void)state;
    aisle_recommendation list[RECEIPTS_ITEMS];
    size_t none = 0, n;
    for (uint32_t u = 0; u < HOUSEHOLDS; u += 7) {
        aisle_candidates *c;
        aisle_user user = {u};
        assert_int_equal(aisle_model_candidates(&c, model, user, false, NULL), AISLE_OK);
        assert_int_equal(aisle_model_recommend(&n, list, RECEIPTS_ITEMS, model, user, NULL, NULL),
                         AISLE_OK);
        assert_int_equal(n, RECEIPTS_ITEMS);
        for (size_t p = 0; p < n; p++) {
            aisle_explain_options o = {.k = 1, .item = list[p].item};
            aisle_explanations *x = explain(&user, 1, &o, 1);
            assert_int_equal(x->offset[1], 1);
            assert_int_equal(x->list[0].item.index, list[p].item.index);
            bool ranked_one = p < c->count;
            assert_int_equal(x->list[0].standing,
                             ranked_one ? AISLE_STANDING_RANKED : AISLE_STANDING_NO_CANDIDATE);
            assert_int_equal(x->list[0].place, ranked_one ? p + 1 : 0);
            if (ranked_one)
                check_sums(&x->list[0]);
            none += !ranked_one;
            aisle_explanations_free(x);
        }
        aisle_candidates_free(c);
    }
    assert_true(none > 100);
}

/* ---- Words ---- */

static int64_t id_of_user(uint32_t user)
{
    char buffer[32];
    return atoll(aisle_model_user_id(model, (aisle_user){user}, buffer));
}

static int64_t id_of_item(uint32_t item)
{
    char buffer[32];
    return atoll(aisle_model_item_id(model, (aisle_item){item}, buffer));
}

static bool bought(int64_t user, int64_t item)
{
    for (size_t l = 0; l < lines.n; l++)
        if (lines.lines[l].user == user && lines.lines[l].item == item)
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
    for (size_t l = 0; l < lines.n; l++) {
        const receipt *r = &lines.lines[l];
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
             days(b, aisle_model_as_of(model) - last));
}

static uint32_t count_buyers(int64_t item, int32_t from)
{
    bool seen[1000] = {false};
    uint32_t n = 0;
    for (size_t l = 0; l < lines.n; l++) {
        const receipt *r = &lines.lines[l];
        if (r->item != item || r->day < from || seen[r->user])
            continue;
        seen[r->user] = true;
        n++;
    }
    return n;
}

static double mean_price(int64_t item, int32_t from)
{
    double value = 0, quantity = 0;
    for (size_t l = 0; l < lines.n; l++) {
        const receipt *r = &lines.lines[l];
        if (r->item == item && r->day >= from) {
            value += r->value;
            quantity += r->quantity;
        }
    }
    return value / quantity;
}

static void say_item(char *out, size_t size, int64_t item)
{
    int32_t as_of = aisle_model_as_of(model);
    uint32_t buyers = count_buyers(item, as_of - 28);
    double now = mean_price(item, as_of - 14), usual = mean_price(item, as_of - 91);
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
    for (size_t p = 0; p < lines.n_promotions; p++) {
        const promotion *one = &lines.promotions[p];
        bool sold = one->item < 1000 + 5 * RECEIPTS_ITEMS;
        if (one->week != week || !one->kind || !open[one->store] || !sold)
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
    for (size_t l = 0; l < lines.n; l++) {
        const receipt *r = &lines.lines[l];
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
                 days(ago, aisle_model_as_of(model) - last));
    else
        snprintf(out, size, "%s %s: never bought there", column, level(item));
}

static void say_household(char *out, size_t size, int64_t user)
{
    int32_t first = INT32_MAX, last = 0;
    int64_t basket = -1;
    uint32_t n = 0, baskets = 0, visits = 0;
    char a[32], b[32];
    for (size_t l = 0; l < lines.n; l++) { /* each visit is a day and a basket of its own */
        const receipt *r = &lines.lines[l];
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
             days(b, aisle_model_as_of(model) - last));
}

/* Each day of the household's is a visit; lines of a day stand together. */
static void say_visits(char *out, size_t size, int64_t user, int64_t item)
{
    uint8_t day[7 * RECEIPTS_WEEKS] = {0};
    int visits = 0, with = 0;
    for (size_t l = 0; l < lines.n; l++)
        if (lines.lines[l].user == user)
            day[lines.lines[l].day - RECEIPTS_FIRST_DAY] |= lines.lines[l].item == item ? 3 : 1;
    for (int d = 7 * RECEIPTS_WEEKS - 1; d >= 0 && visits < 12; d--) {
        visits += day[d] & 1;
        with += day[d] >> 1;
    }
    snprintf(out, size, "bought on %d of the last %d visit%s", with, visits,
             visits == 1 ? "" : "s");
}

static void say_store(char *out, size_t size, int64_t user, int64_t item)
{
    double weight[64] = {0};
    int64_t home = 0;
    int sold = 0, as_of = aisle_model_as_of(model);
    for (size_t l = 0; l < lines.n; l++) {
        const receipt *r = &lines.lines[l];
        if (r->user == user && (l == 0 || lines.lines[l - 1].basket != r->basket))
            weight[receipts_store(user, r->basket)] += pow(0.95, (as_of - r->day) / 7.0);
    }
    for (int64_t s = 1; s < 64; s++)
        home = weight[s] > 0 && (home == 0 || weight[s] > weight[home]) ? s : home;
    for (size_t l = 0; l < lines.n; l++) {
        const receipt *r = &lines.lines[l];
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
    for (size_t a = 0; a < lines.n; a++) {
        if (lines.lines[a].item != item)
            continue;
        ++*baskets;
        for (size_t b = 0; b < lines.n; b++)
            both += lines.lines[b].item == other && lines.lines[b].basket == lines.lines[a].basket;
    }
    return both;
}

/* The last three baskets' product that is in most baskets with the item. */
static bool say_together(char *out, size_t size, int64_t user, int64_t item)
{
    int64_t last[3] = {-1, -1, -1}, best = -1; /* baskets are numbered in the order of time */
    uint32_t most = 0, baskets = 0;
    char number[32];
    for (size_t l = 0; l < lines.n; l++) {
        int64_t basket = lines.lines[l].basket;
        if (lines.lines[l].user != user || basket == last[2])
            continue;
        last[0] = last[1];
        last[1] = last[2];
        last[2] = basket;
    }
    for (size_t l = 0; l < lines.n; l++) {
        const receipt *r = &lines.lines[l];
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
                   model, aisle_model_find_item(
                              model, (snprintf(number, sizeof number, "%d", (int)best), number)))
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
    assert_int_equal(
        aisle_model_similar_users(&n, near, REASONS_NEAR, model, (aisle_user){user}, source, NULL),
        AISLE_OK);
    for (size_t i = 0; i < n; i++)
        buyers += bought(id_of_user(near[i].user.index), item);
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
    assert_int_equal(aisle_model_candidates(&c, model, (aisle_user){user}, false, NULL), AISLE_OK);
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
    if (listed && (strcmp(source, "als") == 0 || strcmp(source, "similar_users") == 0)) {
        char near[256];
        if (say_near(near, sizeof near, user, id_of_item(item), source))
            snprintf(out, size, "%s", near);
    } else if (listed && (strcmp(source, "item_cosine") == 0 || strcmp(source, "co_basket") == 0)) {
        char with[256];
        if (say_together(with, sizeof with, id_of_user(user), id_of_item(item)))
            snprintf(out, size, "%s", with);
    }
}

static void say_sources(char *out, size_t size, uint32_t user, uint32_t item)
{
    aisle_candidates *c;
    size_t found = 0;
    assert_int_equal(aisle_model_candidates(&c, model, (aisle_user){user}, false, NULL), AISLE_OK);
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
static void say(char *out, size_t size, uint32_t user, uint32_t item, const aisle_cause *cause)
{
    int64_t u = id_of_user(user), i = id_of_item(item);
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
        say_store(out, size, u, i);
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

static void statements_are_true(void **state)
{
    (void)state;
    static const char *const kinds[] = {"never bought before",
                                        "about every",
                                        "once",
                                        "households like",
                                        "often with",
                                        "no. ",
                                        "not among",
                                        "found by",
                                        "% below usual",
                                        "never bought there",
                                        "of the purchases",
                                        "shops about",
                                        "the product's",
                                        "the household's",
                                        "last week on display",
                                        "in the mailer of",
                                        "last promoted",
                                        "; planned: on display in",
                                        "of the last 12 visits",
                                        "in the store that"};
    bool seen[sizeof kinds / sizeof *kinds] = {false};
    aisle_explain_options o = everything;
    aisle_explanations *x = explain_all(&o, 2);
    for (uint32_t u = 0; u < HOUSEHOLDS; u += u < 5 ? 1 : 4) {
        for (size_t i = x->offset[u]; i < x->offset[u + 1]; i++) {
            const aisle_explanation *one = &x->list[i];
            for (size_t c = 0; c < one->n_causes; c++) {
                char said[512];
                const aisle_cause *cause = &one->cause[c];
                for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
                    seen[k] |= strstr(cause->text, kinds[k]) != NULL;
                say(said, sizeof said, u, one->item.index, cause);
                assert_string_equal(cause->text, said);
            }
        }
    }
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
        if (!seen[k])
            fail_msg("nothing was said of the kind '%s'", kinds[k]);
    aisle_explanations_free(x);
}

static void what_fills_up_is_popular(void **state)
{
    (void)state;
    aisle_explanations *x = explain_all(&everything, 2);
    for (size_t i = x->offset[HOUSEHOLDS - 8]; i < x->offset[x->n]; i++) {
        const aisle_explanation *one = &x->list[i];
        char said[128];
        if (one->standing != AISLE_STANDING_FALLBACK)
            continue;
        uint32_t n =
            count_buyers(id_of_item(one->item.index), aisle_model_as_of(model) - FALLBACK_DAYS);
        snprintf(said, sizeof said, "popular: %u household%s bought it in the last 8 weeks", n,
                 n == 1 ? "" : "s");
        assert_string_equal(one->reason, said);
        assert_int_equal(one->n_causes, 0);
        assert_true(isnan(one->score));
    }
    aisle_explanations_free(x);
}

/* A family that nobody has written sentences for: its meaning, and the column that counts. */
static void any_family_has_a_sentence(void **state)
{
    (void)state;
    size_t family = 0;
    reasons r = {0};
    text words = {0};
    float values[3] = {0.25f, NAN, 3};
    feature_column column[3] = {{.name = "some_share", .meaning = "The same of something."},
                                {.name = "other", .meaning = "Share of what is other."},
                                {.name = "none"}};
    while (feature_family_table[family] != &category_family)
        family++;
    column[0].family = column[1].family = column[2].family = (uint16_t)family;
    feature_matrix m = {1, 3, column, values};
    reason_row row = {.m = &m};
    snapshot none = {0};
    r.s = &none;
    assert_int_equal(reasons_tell(&words, &r, &row, 0, NULL), AISLE_OK);
    assert_string_equal(words.bytes, "the household and the product's levels of each category "
                                     "column: some_share 0.25");
    words.length = 0;
    assert_int_equal(reasons_tell(&words, &r, &row, 1, NULL), AISLE_OK);
    assert_string_equal(words.bytes, "share of what is other: not known");
    words.length = 0;
    assert_int_equal(reasons_tell(&words, &r, &row, 2, NULL), AISLE_OK);
    assert_non_null(strstr(words.bytes, "column: none 3"));
    text_fini(&words);
}

static void refuses_what_makes_no_sense(void **state)
{
    (void)state;
    aisle_error err = AISLE_ERROR_INIT;
    aisle_explanations *x = NULL;
    aisle_user user = {0};
    aisle_explain_options o = {.k = 0, .item = {AISLE_MISSING}};
    assert_int_equal(aisle_model_explain(&x, model, &user, 1, &o, NULL, &err),
                     AISLE_ERROR_ARGUMENT);
    o = (aisle_explain_options){.k = 5, .item = {aisle_model_items(model)}};
    assert_int_equal(aisle_model_explain(&x, model, &user, 1, &o, NULL, &err),
                     AISLE_ERROR_ARGUMENT);
    assert_non_null(strstr(err.message, "product"));
    assert_null(x);
    aisle_explanations_free(NULL);
}

static void memory_runs_out(void **state)
{
    (void)state;
    aisle_status status = AISLE_ERROR_MEMORY;
    aisle_run run = {.threads = 1};
    aisle_user users[2] = {{3}, {AISLE_MISSING}};
    aisle_explain_options o = {.k = 4, .item = {AISLE_MISSING}};
    for (long n = 0; status != AISLE_OK; n++) {
        aisle_explanations *x = NULL;
        mem_fail_after(n);
        status = aisle_model_explain(&x, model, users, 2, &o, &run, NULL);
        mem_fail_after(-1);
        assert_true(status == AISLE_OK || status == AISLE_ERROR_MEMORY);
        assert_true((x != NULL) == (status == AISLE_OK));
        aisle_explanations_free(x);
        assert_true(n < 20000);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(contributions_add_up),
        cmocka_unit_test(main_reason_is_the_largest),
        cmocka_unit_test(threads_and_batches_change_nothing),
        cmocka_unit_test(any_product_can_be_asked_about),
        cmocka_unit_test(statements_are_true),
        cmocka_unit_test(what_fills_up_is_popular),
        cmocka_unit_test(any_family_has_a_sentence),
        cmocka_unit_test(refuses_what_makes_no_sense),
        cmocka_unit_test(memory_runs_out),
    };
    return cmocka_run_group_tests_name("explain", tests, set_up, tear_down);
}
