#include "data/reader/init/receipt_roles.h"

#include <math.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "data/reader/values/numbers.h"

enum { VALUE_BYTES = 64, BY_VALUES = 4 };

/* ---- What values can be ---- */

static bool is_number(const column_profile *c)
{
    return c->values.count > 0 && column_profile_share(c, c->number + c->comma) > 0.98;
}

static bool has_decimals(const column_profile *c)
{
    size_t whole = c->whole + c->point_zero;
    return is_number(c) &&
           column_profile_share(c, c->number + c->comma - (whole < c->number ? whole : c->number)) >
               0.05;
}

/* Ids come back, and are no times and no amounts. */
static bool may_be_id(const column_profile *c, size_t least)
{
    size_t there = c->rows - c->missing;
    return c->values.count >= least && !has_decimals(c) &&
           column_profile_share(c, c->clock) < 0.5 && (there < 50 || c->values.count < there);
}

static bool is_day_number(const column_profile *c)
{
    return is_number(c) && c->whole == c->values.count && c->least >= 0 && c->most < 20000;
}

static bool may_be(column_role role, const column_profile *c)
{
    switch (role) {
    case ROLE_USER:
    case ROLE_ITEM:
        return may_be_id(c, 2);
    case ROLE_BASKET:
        return c->values.count > 1 && !has_decimals(c) && !c->pattern[0];
    case ROLE_STORE:
        return may_be_id(c, 1);
    case ROLE_DAY:
        return c->time_format || is_day_number(c);
    case ROLE_WEEK:
        return is_number(c) && c->whole == c->values.count;
    case ROLE_QUANTITY:
    case ROLE_VALUE:
    case ROLE_PRICE:
    case ROLE_DISCOUNT:
        return is_number(c);
    case ROLE_EVENT:
        return c->values.count > 1 && c->values.count <= 20 && c->letters == c->values.count;
    default:
        return true;
    }
}

/* A column of a file without header. */
static bool is_whole_name(const char *name)
{
    return *name && strspn(name, "0123456789") == strlen(name);
}

/* 0: it is not. A time that is one by its values counts, whatever its name. */
static int score_of(column_role role, const column_profile *c)
{
    if (!may_be(role, c))
        return 0;
    int score = role_name_score(role, c->name);
    if (role != ROLE_DAY)
        return score;
    if (!c->time_format)
        return score == 10 ? score - 1 : 0;
    /* A number of seconds may be an id, where it has a name that says nothing of time. */
    bool is_number = strncmp(c->time_format, "epoch", 5) == 0, named = !is_whole_name(c->name);
    return is_number && named ? score : score + BY_VALUES;
}

bool columns_depend(const column_profile *b, const column_profile *a)
{
    bool holds = true;
    uint32_t *seen = NEW_ARRAY(uint32_t, a->values.count);
    if (!seen)
        return false;
    memset(seen, 0xff, a->values.count * sizeof *seen);
    for (size_t r = 0; r < a->rows && holds; r++) {
        if (a->code[r] == AISLE_MISSING || b->code[r] == AISLE_MISSING)
            continue;
        uint32_t *of = &seen[a->code[r]];
        holds = *of == UINT32_MAX || *of == b->code[r];
        *of = b->code[r];
    }
    mem_free(seen);
    return holds;
}

/* ---- Choosing ---- */

static const column_role in_order[] = {ROLE_USER,  ROLE_ITEM,     ROLE_DAY,   ROLE_BASKET,
                                       ROLE_STORE, ROLE_QUANTITY, ROLE_VALUE, ROLE_PRICE,
                                       ROLE_WEEK,  ROLE_EVENT};
enum { ROLES = sizeof in_order / sizeof *in_order };

/* The whole basket's sum stands in each of its lines: it is no line's value. */
static bool is_of_basket(const table_profile *t, int basket, const column_profile *c)
{
    if (basket < 0)
        return false;
    const column_profile *b = &t->columns[basket];
    return b->values.count * 10 < (b->rows - b->missing) * 9 && c->values.count > 1 &&
           columns_depend(c, b);
}

static bool is_taken(const receipt_roles *r, int column)
{
    for (int i = 0; i < ROLE_COUNT; i++)
        if (r->role[i].column == column)
            return true;
    return false;
}

static void note_other(role_choice *choice, int column)
{
    if (choice->n_others < OTHERS_MOST)
        choice->others[choice->n_others++] = column;
}

/* The best pair of a role and a column that are both free. */
static bool choose_next(receipt_roles *r, const table_profile *t)
{
    int best = 0, role = -1, column = -1;
    for (int i = 0; i < ROLES; i++) {
        if (r->role[in_order[i]].column >= 0)
            continue;
        for (int c = 0; c < (int)t->n_columns; c++) {
            int score = is_taken(r, c) ? 0 : score_of(in_order[i], &t->columns[c]);
            bool sum = in_order[i] == ROLE_VALUE || in_order[i] == ROLE_PRICE;
            if (score > best && sum && is_of_basket(t, r->role[ROLE_BASKET].column, &t->columns[c]))
                score = 0;
            if (score <= best)
                continue;
            best = score;
            role = in_order[i];
            column = c;
        }
    }
    if (role < 0)
        return false;
    r->role[role].column = column;
    r->role[role].score = best;
    return true;
}

static void find_others(receipt_roles *r, const table_profile *t)
{
    for (int i = 0; i < ROLES; i++) {
        role_choice *choice = &r->role[in_order[i]];
        for (int c = 0; c < (int)t->n_columns; c++)
            if (!is_taken(r, c) && score_of(in_order[i], &t->columns[c]) > 0)
                note_other(choice, c);
    }
}

/* ---- Prices ---- */

static double value_of(const column_profile *c, size_t row)
{
    char shown[VALUE_BYTES];
    double value = NAN;
    if (c->code[row] == AISLE_MISSING)
        return value;
    column_profile_value(shown, sizeof shown, c, c->code[row]);
    number_parse(&value, (slice){shown, strlen(shown)}, (number_style){c->comma ? ',' : 0});
    return value;
}

/* Whether a product's price grows with the quantity, and is the line's value: 1 yes, -1 no, 0 not
 * to be seen. Against the mean of its lines of quantity 1. */
static int grows_with_quantity(const table_profile *t, int item, int quantity, int price)
{
    const column_profile *i = &t->columns[item], *q = &t->columns[quantity],
                         *p = &t->columns[price];
    double *sum = NEW_ZEROED(double, i->values.count), *n = NEW_ZEROED(double, i->values.count);
    int line = 0, piece = 0;
    for (size_t r = 0; sum && n && r < t->rows; r++)
        if (i->code[r] != AISLE_MISSING && value_of(q, r) == 1 && value_of(p, r) > 0) {
            sum[i->code[r]] += value_of(p, r);
            n[i->code[r]]++;
        }
    for (size_t r = 0; sum && n && r < t->rows; r++) {
        double pieces = value_of(q, r), value = value_of(p, r);
        if (i->code[r] == AISLE_MISSING || !(pieces > 1) || !(value > 0) || n[i->code[r]] == 0)
            continue;
        double one = sum[i->code[r]] / n[i->code[r]];
        bool like_line = fabs(log(value / (one * pieces))) < fabs(log(value / one));
        line += like_line;
        piece += !like_line;
    }
    mem_free(sum);
    mem_free(n);
    return line + piece < 10 ? 0 : line > 2 * piece ? 1 : piece > 2 * line ? -1 : 0;
}

/* What is called price may be the line's value, and the other way round. */
static void settle_price(receipt_roles *r, const table_profile *t)
{
    role_choice *value = &r->role[ROLE_VALUE], *price = &r->role[ROLE_PRICE];
    int quantity = r->role[ROLE_QUANTITY].column, item = r->role[ROLE_ITEM].column;
    if (value->column >= 0 && price->column >= 0) {
        note_other(value, price->column);
        price->column = -1;
    }
    bool is_price = value->column < 0;
    int column = is_price ? price->column : value->column;
    if (column < 0)
        return;
    int grows = quantity < 0 || item < 0 ? 1 : grows_with_quantity(t, item, quantity, column);
    if (is_price && grows > 0) {
        *value = *price;
        price->column = -1;
    } else if (!is_price && grows < 0 && role_name_score(ROLE_PRICE, t->columns[column].name)) {
        *price = *value;
        value->column = -1;
    }
}

/* ---- Purchases among events ---- */

static void find_event(receipt_roles *r, const table_profile *t)
{
    static const char *const purchases[] = {"transaction", "purchase", "purchased", "buy",
                                            "bought",      "order",    "sale",      "kauf",
                                            "achat",       "compra"};
    char found[VALUE_BYTES];
    int column = r->role[ROLE_EVENT].column;
    for (size_t v = 0; column >= 0 && v < t->columns[column].values.count; v++) {
        column_profile_value(found, sizeof found, &t->columns[column], v);
        for (size_t p = 0; p < sizeof purchases / sizeof *purchases; p++)
            if (strcasecmp(found, purchases[p]) == 0) {
                memcpy(r->event, found, sizeof r->event);
                return;
            }
    }
    r->role[ROLE_EVENT].column = -1;
}

/* ---- All of it ---- */

/* The column of a name, of the first of several with commas. */
static int column_named(const table_profile *t, const char *name)
{
    size_t n = name ? strcspn(name, ",") : 0;
    for (int c = 0; name && c < (int)t->n_columns; c++)
        if (strlen(t->columns[c].name) == n && strncasecmp(t->columns[c].name, name, n) == 0)
            return c;
    return -1;
}

receipt_roles receipt_roles_of(const table_profile *t)
{
    receipt_roles r = {.known = known_set_of(t)};
    for (int i = 0; i < ROLE_COUNT; i++)
        r.role[i].column = -1;
    if (r.known) {
        r.role[ROLE_VALUE].column = column_named(t, r.known->value);
        r.role[ROLE_QUANTITY].column = column_named(t, r.known->quantity);
        r.role[ROLE_USER].column = column_named(t, r.known->user);
        r.role[ROLE_ITEM].column = column_named(t, r.known->item);
    }
    bool value_known = r.role[ROLE_VALUE].column >= 0;
    while (choose_next(&r, t))
        ;
    if (!value_known)
        settle_price(&r, t);
    else
        r.role[ROLE_PRICE].column = -1;
    find_event(&r, t);
    find_others(&r, t);
    int day = r.role[ROLE_DAY].column, week = r.role[ROLE_WEEK].column;
    if (day >= 0)
        r.time_format = t->columns[day].time_format ? t->columns[day].time_format : "day_number";
    if (week >= 0 && (day < 0 || !columns_depend(&t->columns[week], &t->columns[day])))
        r.role[ROLE_WEEK].column = -1;
    r.score = r.role[ROLE_USER].score + r.role[ROLE_ITEM].score + r.role[ROLE_DAY].score;
    return r;
}
