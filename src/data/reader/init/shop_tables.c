#include "data/reader/init/shop_tables.h"

#include <string.h>
#include <strings.h>

#include "base/fail.h"

/* Share of a's values that b has. */
static aisle_status overlap(double *out, const column_profile *a, const column_profile *b,
                            aisle_error *err)
{
    coder all = {0};
    size_t found = 0;
    bool full = false;
    for (size_t v = 0; v < b->values.count && !full; v++)
        full = coder_code_text(&all, column_profile_slice(b, v)) == CODER_FULL;
    for (size_t v = 0; v < a->values.count && !full; v++) {
        uint32_t code = coder_code_text(&all, column_profile_slice(a, v));
        found += code < b->values.count;
        full = code == CODER_FULL;
    }
    *out = column_profile_share(a, found);
    coder_fini(&all);
    return full ? fail_memory(err) : AISLE_OK;
}

/* ---- The receipts ---- */

static bool has_all(const receipt_roles *r)
{
    return r->role[ROLE_USER].column >= 0 && r->role[ROLE_ITEM].column >= 0 &&
           r->role[ROLE_DAY].column >= 0;
}

static void find_receipts(shop_tables *out, const table_profile *tables, size_t n)
{
    for (size_t t = 0; t < n; t++) {
        receipt_roles r = receipt_roles_of(&tables[t]);
        bool first = !out->receipts && has_all(&r);
        bool better = out->receipts && has_all(&r) &&
                      (r.score > out->roles.score ||
                       (r.score == out->roles.score && tables[t].rows > out->receipts->rows));
        if (!first && !better)
            continue;
        out->receipts = &tables[t];
        out->roles = r;
    }
}

/* ---- What goes with them ---- */

static bool is_key(const column_profile *c)
{
    size_t there = c->rows - c->missing;
    return there > 0 && c->values.count * 100 >= there * 98;
}

/* The column of a table that has the most of the receipts' ids; one of the same name before others.
 */
static aisle_status find_key(joined_table *out, const table_profile *t, const column_profile *ids,
                             column_role role, bool unique, aisle_error *err)
{
    *out = (joined_table){t, -1, 0};
    for (size_t c = 0; c < t->n_columns; c++) {
        const column_profile *column = &t->columns[c];
        double share;
        if (column->values.count == 0 || is_key(column) != unique)
            continue;
        aisle_status status = overlap(&share, ids, column, err);
        if (status != AISLE_OK)
            return status;
        bool named =
            strcasecmp(column->name, ids->name) == 0 || role_name_score(role, column->name) == 10;
        share += named ? 0.001 : 0;
        if (share <= out->overlap)
            continue;
        out->overlap = share;
        out->key = (int)c;
    }
    return AISLE_OK;
}

static int best_column(const table_profile *t, column_role role, int key)
{
    int best = -1, most = 0;
    for (int c = 0; c < (int)t->n_columns; c++) {
        int score = c == key ? 0 : role_name_score(role, t->columns[c].name);
        if (score > most) {
            most = score;
            best = c;
        }
    }
    return best;
}

static aisle_status try_promotions(shop_tables *out, const table_profile *t,
                                   const column_profile *items, aisle_error *err)
{
    joined_table found;
    aisle_status status = find_key(&found, t, items, ROLE_ITEM, false, err);
    if (status != AISLE_OK || found.key < 0 || found.overlap < 0.05)
        return status;
    int week = best_column(t, ROLE_WEEK, found.key);
    int display = best_column(t, ROLE_DISPLAY, found.key),
        mailer = best_column(t, ROLE_MAILER, found.key);
    if (week < 0 || (display < 0 && mailer < 0) || out->promotions.table)
        return status;
    out->promotions = found;
    out->promotion_week = week;
    out->promotion_display = display;
    out->promotion_mailer = mailer;
    out->promotion_store = best_column(t, ROLE_STORE, found.key);
    return status;
}

static aisle_status try_table(shop_tables *out, const table_profile *t, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const column_profile *items = &out->receipts->columns[out->roles.role[ROLE_ITEM].column];
    const column_profile *users = &out->receipts->columns[out->roles.role[ROLE_USER].column];
    joined_table products, households;
    TRY(find_key(&products, t, items, ROLE_ITEM, true, err));
    TRY(find_key(&households, t, users, ROLE_USER, true, err));
    /* A household's number may be a product's, too: the column's name decides then. */
    bool both = products.overlap > 0.3 && households.overlap > 0.3;
    bool is_item =
        products.key >= 0 && role_name_score(ROLE_ITEM, t->columns[products.key].name) > 0;
    if (products.overlap > 0.3 && (!both || is_item) && products.overlap > out->products.overlap)
        out->products = products;
    else if (households.overlap > 0.1 && households.overlap > out->households.overlap)
        out->households = households;
    else
        TRY(try_promotions(out, t, items, err));
done:
    return status;
}

aisle_status shop_tables_find(shop_tables *out, const table_profile *tables, size_t n,
                              aisle_error *err)
{
    shop_tables found = {0};
    find_receipts(&found, tables, n);
    for (size_t t = 0; found.receipts && t < n; t++) {
        aisle_status status =
            &tables[t] == found.receipts ? AISLE_OK : try_table(&found, &tables[t], err);
        if (status != AISLE_OK)
            return status;
    }
    *out = found;
    return AISLE_OK;
}
