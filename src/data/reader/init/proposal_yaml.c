#include "data/reader/init/proposal_yaml.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/quoted.h"
#include "data/reader/values/numbers.h"

enum { CATEGORIES_MOST = 8, NONE_MOST = 8, VALUE_BYTES = 64 };

/* ---- Pieces ---- */

void proposal_name(text *out, const char *name)
{
    bool plain = (*name >= 'A' && *name <= 'Z') || (*name >= 'a' && *name <= 'z');
    for (const char *p = name; *p; p++)
        plain &= (*p >= 'A' && *p <= 'Z') || (*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9') ||
                 *p == '_' || *p == '-' || *p == '.' || *p == '/';
    static const char *const words[] = {"null", "true", "false", "yes", "no", "on", "off"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        plain &= strcasecmp(name, words[i]) != 0;
    if (plain)
        text_add(out, "%s", name);
    else
        quoted_text(out, name);
}

void proposal_path(text *out, const char *path, const char *folder)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    char *copy = slash ? strndup(path, slash == path ? 1 : (size_t)(slash - path)) : strdup(".");
    char *real = copy ? realpath(copy, NULL) : NULL;
    size_t n = strlen(folder);
    text full = {0};
    text_add(&full, "%s/%s", real && strcmp(real, "/") != 0 ? real : "", name);
    const char *shown = full.bytes ? full.bytes : path;
    if (real && strncmp(shown, folder, n) == 0 && shown[n] == '/')
        shown += n + 1;
    proposal_name(out, shown);
    out->failed |= full.failed;
    text_fini(&full);
    free(real);
    free(copy);
}

static void add_column(text *out, const table_profile *t, const char *key, int column,
                       const char *why)
{
    if (column < 0)
        return;
    text_add(out, "    %s: ", key);
    proposal_name(out, t->columns[column].name);
    text_add(out, "%s%s\n", *why ? "  # " : "", why);
}

/* "1234 lines, UTF-8, commas". */
static void add_about(text *out, const table_profile *t)
{
    text_add(out, "    # %s%zu rows looked at", t->whole ? "" : "the first ", t->rows);
    if (t->files.n > 1)
        text_add(out, ", %zu files of the same columns", t->files.n);
    text_add(out, "\n");
}

static bool has_comma(const table_profile *t, const int *columns, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (columns[i] >= 0 && t->columns[columns[i]].comma > 0)
            return true;
    return false;
}

static void add_source(text *out, const table_profile *t, const char *folder, const int *numbers,
                       size_t n)
{
    const dialect_guess *d = &t->dialect;
    text_add(out, "    path: ");
    proposal_path(out, t->path, folder);
    text_add(out, "\n");
    add_about(out, t);
    if (!t->is_csv)
        return;
    if (d->encoding)
        text_add(out, "    encoding: %s  # by its bytes; look at names with accents\n",
                 d->encoding);
    if (d->delimiter != ',')
        text_add(out, d->delimiter == '\t' ? "    delimiter: tab\n" : "    delimiter: \"%c\"\n",
                 d->delimiter);
    if (d->skip)
        text_add(out, "    skip: %d  # lines before the header\n", d->skip);
    if (!d->header)
        text_add(out, "    header: false  # columns are 1, 2, …; names: [...] names them\n");
    if (has_comma(t, numbers, n))
        text_add(out, "    decimal: \",\"\n");
}

/* Other columns that could be it. */
static void add_others(text *out, const table_profile *t, const role_choice *choice,
                       const char *why)
{
    text_add(out, "%s", why);
    for (size_t i = 0; i < choice->n_others; i++)
        text_add(out, "%s%s", i ? ", " : "; or ", t->columns[choice->others[i]].name);
}

static void add_role(text *out, const shop_tables *shop, const char *key, column_role role)
{
    const role_choice *choice = &shop->roles.role[role];
    text why = {0};
    if (choice->column < 0)
        return;
    const char *by = choice->score >= 10 ? "" : choice->score > 0 ? "by its name and values" : "";
    add_others(&why, shop->receipts, choice, by);
    add_column(out, shop->receipts, key, choice->column,
               why.bytes ? why.bytes + (*by                                ? 0
                                        : strncmp(why.bytes, "; ", 2) == 0 ? 2
                                                                           : 0)
                         : "");
    text_fini(&why);
}

/* ---- Receipts ---- */

static void add_time(text *out, const shop_tables *shop)
{
    const receipt_roles *r = &shop->roles;
    const column_profile *day = &shop->receipts->columns[r->role[ROLE_DAY].column];
    add_role(out, shop, "time", ROLE_DAY);
    if (strcmp(r->time_format, "auto") == 0)
        return;
    if (day->time_other) {
        text_add(out, "    time_format: CHANGE_ME  # \"%s\" or \"%s\": both read all of it\n",
                 r->time_format, day->time_other);
        return;
    }
    text_add(out, "    time_format: ");
    proposal_name(out, r->time_format);
    text_add(out, "\n");
}

static void add_item(text *out, const shop_tables *shop)
{
    const known_set *known = shop->roles.known;
    if (known && known->item)
        text_add(out, "    item: [%s]\n", known->item);
    else
        add_role(out, shop, "item", ROLE_ITEM);
}

static void add_discounts(text *out, const shop_tables *shop)
{
    const table_profile *t = shop->receipts;
    size_t n = 0;
    for (size_t c = 0; c < t->n_columns; c++) {
        const column_profile *column = &t->columns[c];
        /* Two values are a yes and a no. */
        bool numbers =
            column->values.count > 2 && column->number + column->comma == column->values.count;
        if (!numbers || role_name_score(ROLE_DISCOUNT, column->name) < 6)
            continue;
        text_add(out, n++ ? ", " : "    discount: [");
        proposal_name(out, column->name);
    }
    text_add(out, n ? "]  # by their names\n" : "");
}

static void add_where(text *out, const shop_tables *shop)
{
    const receipt_roles *r = &shop->roles;
    if (r->known && r->known->where) {
        text_add(out, "    where: \"%s\"  # %s\n", r->known->where, r->known->why);
        return;
    }
    if (!*r->event)
        return;
    text_add(out, "    where: \"");
    const char *name = shop->receipts->columns[r->role[ROLE_EVENT].column].name;
    text_add(out, "\\\"%s\\\" = '%s'\"  # purchases alone\n", name, r->event);
}

static void add_receipts(text *out, const shop_tables *shop, const proposal_style *style)
{
    const receipt_roles *r = &shop->roles;
    const int numbers[] = {r->role[ROLE_QUANTITY].column, r->role[ROLE_VALUE].column,
                           r->role[ROLE_PRICE].column};
    text_add(out, "  receipts:\n");
    if (r->known)
        text_add(out, "    # %s, by its columns\n", r->known->name);
    add_source(out, shop->receipts, style->folder, numbers, 3);
    add_where(out, shop);
    add_role(out, shop, "user", ROLE_USER);
    add_item(out, shop);
    add_role(out, shop, "basket", ROLE_BASKET);
    add_role(out, shop, "store", ROLE_STORE);
    add_time(out, shop);
    if (!style->without_week)
        add_role(out, shop, "week", ROLE_WEEK);
    add_role(out, shop, "quantity", ROLE_QUANTITY);
    add_role(out, shop, "value", ROLE_VALUE);
    add_role(out, shop, "price", ROLE_PRICE);
    add_discounts(out, shop);
}

/* ---- Products and households ---- */

/* Values that come back, and are no amounts. */
static bool is_category(const column_profile *c, size_t most)
{
    return c->values.count > 1 && c->values.count <= most && !c->time_format &&
           column_profile_share(c, c->clock) < 0.5 && c->missing * 20 < c->rows * 19;
}

static bool is_decimal(const column_profile *c)
{
    return c->number == c->values.count && c->number > c->whole + c->point_zero;
}

/* A number for what another column says in words. */
static bool has_words(const table_profile *t, int column)
{
    const column_profile *c = &t->columns[column];
    if (c->letters)
        return false;
    for (size_t o = 0; o < t->n_columns; o++)
        if ((int)o != column && t->columns[o].letters &&
            t->columns[o].values.count == c->values.count && columns_depend(&t->columns[o], c))
            return true;
    return false;
}

static size_t add_categories(text *out, const joined_table *j, size_t most, int label, int *chosen)
{
    size_t n = 0;
    for (int c = 0; c < (int)j->table->n_columns && n < CATEGORIES_MOST; c++) {
        const column_profile *column = &j->table->columns[c];
        if (c == j->key || c == label || !is_category(column, most) || is_decimal(column) ||
            has_words(j->table, c))
            continue;
        text_add(out, n ? ", " : "    categories: [");
        proposal_name(out, column->name);
        chosen[n++] = c;
    }
    text_add(out, n ? "]\n" : "");
    return n;
}

static int best_of(const table_profile *t, column_role role, const int *columns, size_t n)
{
    int best = -1, most = 0;
    for (size_t i = 0; i < n; i++) {
        int score = role_name_score(role, t->columns[columns[i]].name);
        if (score > most) {
            most = score;
            best = columns[i];
        }
    }
    return best;
}

static int find_label(const joined_table *j)
{
    int best = -1, most = 0;
    for (int c = 0; c < (int)j->table->n_columns; c++) {
        const column_profile *column = &j->table->columns[c];
        int score = c == j->key || !column->letters ? 0 : role_name_score(ROLE_LABEL, column->name);
        if (score > most) {
            most = score;
            best = c;
        }
    }
    return best;
}

static void add_overlap(text *out, const joined_table *j, const char *of)
{
    double share = j->overlap > 1 ? 1 : j->overlap;
    text_add(out, "    # has %.0f %% of the receipts' %s\n", 100 * share, of);
}

static void add_products(text *out, const shop_tables *shop, const proposal_style *style)
{
    const joined_table *j = &shop->products;
    int chosen[CATEGORIES_MOST];
    if (!j->table)
        return;
    text_add(out, "  products:\n");
    add_source(out, j->table, style->folder, NULL, 0);
    add_overlap(out, j, "products");
    add_column(out, j->table, "item", j->key, "");
    int label = find_label(j);
    bool label_is_category =
        label >= 0 && j->table->columns[label].values.count * 2 < j->table->rows;
    size_t n =
        add_categories(out, j, j->table->rows / 2 + 1, label_is_category ? -1 : label, chosen);
    int department = best_of(j->table, ROLE_DEPARTMENT, chosen, n);
    int category = best_of(j->table, ROLE_CATEGORY, chosen, n);
    add_column(out, j->table, "department", department, "by its name");
    if (category != department)
        add_column(out, j->table, "category", category, "by its name");
    if (label >= 0) {
        text_add(out, "    label: [");
        proposal_name(out, j->table->columns[label].name);
        text_add(out, "]\n");
    }
}

static void add_households(text *out, const shop_tables *shop, const proposal_style *style)
{
    const joined_table *j = &shop->households;
    int chosen[CATEGORIES_MOST];
    if (!j->table)
        return;
    text_add(out, "  households:\n");
    add_source(out, j->table, style->folder, NULL, 0);
    add_overlap(out, j, "households");
    add_column(out, j->table, "user", j->key, "");
    size_t most = j->table->rows / 2 + 1;
    add_categories(out, j, most < 150 ? most : 150, -1, chosen);
}

static bool has_value(const column_profile *c, const char *value)
{
    char other[VALUE_BYTES];
    for (size_t v = 0; c && v < c->values.count; v++)
        if (strcmp(column_profile_value(other, sizeof other, c, v), value) == 0)
            return true;
    return false;
}

/* Values that say that there was no promotion, but for those of another column. */
static size_t add_none(text *out, const column_profile *c, const column_profile *but, size_t n)
{
    static const char *const begins[] = {"not ", "no ", "none", "false"};
    for (size_t v = 0; v < c->values.count && n < NONE_MOST; v++) {
        char value[VALUE_BYTES];
        column_profile_value(value, sizeof value, c, v);
        bool none = strcmp(value, "0") == 0 || strcasecmp(value, "no") == 0;
        for (size_t b = 0; b < sizeof begins / sizeof *begins; b++)
            none |= strncasecmp(value, begins[b], strlen(begins[b])) == 0;
        if (!none || has_value(but, value))
            continue;
        text_add(out, n++ ? ", " : "    none: [");
        quoted_text(out, value);
    }
    return n;
}

static void add_promotions(text *out, const shop_tables *shop, const proposal_style *style)
{
    const joined_table *j = &shop->promotions;
    size_t n = 0;
    if (!j->table || shop->roles.role[ROLE_WEEK].column < 0 || style->without_week)
        return;
    text_add(out, "  promotions:\n");
    add_source(out, j->table, style->folder, NULL, 0);
    add_column(out, j->table, "item", j->key, "");
    if (shop->roles.role[ROLE_STORE].column >= 0)
        add_column(out, j->table, "store", shop->promotion_store, "");
    add_column(out, j->table, "week", shop->promotion_week, "");
    add_column(out, j->table, "display", shop->promotion_display, "");
    add_column(out, j->table, "mailer", shop->promotion_mailer, "");
    const column_profile *columns = j->table->columns;
    const column_profile *display =
        shop->promotion_display >= 0 ? &columns[shop->promotion_display] : NULL;
    if (display)
        n = add_none(out, display, NULL, n);
    if (shop->promotion_mailer >= 0 && &columns[shop->promotion_mailer] != display)
        n = add_none(out, &columns[shop->promotion_mailer], display, n);
    text_add(out, n ? "]  # values that mean that there was none\n" : "");
}

void proposal_yaml(text *out, const shop_tables *shop, const proposal_style *style)
{
    text_add(out,
             "# Written by `aisle init` from what the files look like: read each line, and what\n"
             "# `aisle check` finds.\ndata:\n");
    add_receipts(out, shop, style);
    add_products(out, shop, style);
    add_households(out, shop, style);
    add_promotions(out, shop, style);
    if (style->horizon)
        text_add(out, "split: {horizon: %d}  # weeks; the receipts have too few for the default\n",
                 style->horizon);
}
