/* Ids that a spreadsheet or a program has changed, and households that are none. */
#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "data/findings/findings.h"

/* ---- How ids are written ---- */

/* 4.01E+12: the digits that are not shown are lost. */
static bool is_scientific(const char *id)
{
    size_t digits = strspn(id, "0123456789.,");
    const char *e = id + digits;
    if (digits == 0 || (*e != 'E' && *e != 'e') || !strpbrk(id, ".,"))
        return false;
    e += 1 + (e[1] == '+');
    return *e && strspn(e, "0123456789") == strlen(e);
}

static bool ends_in_point_zero(const char *id)
{
    size_t n = strlen(id), digits = strspn(id, "0123456789");
    return digits > 0 && digits + 2 == n && strcmp(id + digits, ".0") == 0;
}

static const struct odd_kind {
    bool (*is)(const char *id);
    const char *code, *what, *step;
} odd_kinds[] = {
    {is_scientific, "ids_in_scientific_notation",
     "are numbers in scientific notation, whose last digits are lost",
     "export the column as text (a spreadsheet has rounded it)"},
    {ends_in_point_zero, "ids_with_point_zero",
     "are whole numbers with .0 behind them, as a program writes numbers of which some are missing",
     "export them as whole numbers, or data.receipts.sql: SELECT * REPLACE (regexp_replace(…, "
     "'[.]0$', '') AS …) FROM …"},
};

static aisle_status look_at_ids(finding_list *l, const id_table *ids, const char *of,
                                aisle_error *err)
{
    for (size_t k = 0; k < sizeof odd_kinds / sizeof *odd_kinds && !ids->is_int; k++) {
        char buffer[32];
        uint32_t found = 0, first = 0;
        for (uint32_t i = 0; i < ids->count; i++)
            if (odd_kinds[k].is(id_table_text(ids, i, buffer)))
                first = found++ ? first : i;
        if (found == 0)
            continue;
        text what = {0}, step = {0};
        text_add(&what, "%u of %zu %s (such as '%s') %s", found, ids->count, of,
                 id_table_text(ids, first, buffer), odd_kinds[k].what);
        text_add(&step, "%s", odd_kinds[k].step);
        aisle_status status =
            finding_add(l, odd_kinds[k].code, found, ids->count, &what, &step, err);
        if (status != AISLE_OK)
            return status;
    }
    return AISLE_OK;
}

aisle_status find_odd_ids(finding_list *l, const finding_inputs *in, aisle_error *err)
{
    aisle_status status = look_at_ids(l, in->users, "ids of households", err);
    return status ? status : look_at_ids(l, in->items, "ids of products", err);
}

/* ---- Receipts without a card ---- */

aisle_status find_no_cards(finding_list *l, const finding_inputs *in, aisle_error *err)
{
    const aisle_receipts *r = in->receipts;
    uint64_t all = r->lines + r->elsewhere + r->no_card;
    if (2 * r->no_card <= all)
        return AISLE_OK;
    text what = {0}, step = {0};
    text_add(&what, "%.0f %% of the lines have no card", 100 * (double)r->no_card / (double)all);
    text_add(&step, "look whether data.receipts.user names the column of the card, and no_card the "
                    "words for none");
    return finding_add(l, "most_lines_without_card", r->no_card, all, &what, &step, err);
}

/* ---- Households that are none ---- */

/* -1, 0, 99999, …: what stands where there was no card. */
static bool is_placeholder(const char *id)
{
    const char *p = id + (*id == '-');
    return *p && strspn(p, (char[]){*p, '\0'}) == strlen(p) &&
           (*id == '-' || *p == '0' || (*p == '9' && strlen(p) > 2));
}

/* Stores that a household's baskets were in; seen: [stores], marked by the household. */
static uint32_t count_stores(const aisle_dataset *d, size_t user, uint32_t *seen)
{
    uint32_t n = 0;
    for (uint64_t i = d->user_offset[user]; d->store && i < d->user_offset[user + 1]; i++) {
        uint32_t store = d->store[d->line.basket[i]];
        if (store == AISLE_MISSING || seen[store] == (uint32_t)user + 1)
            continue;
        seen[store] = (uint32_t)user + 1;
        n++;
    }
    return n;
}

enum { STORES_LEAST = 5 };

aisle_status find_large_households(finding_list *l, const finding_inputs *in, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const aisle_dataset *d = in->dataset;
    char buffer[32];
    uint32_t *seen = NEW_ZEROED(uint32_t, d->stores.count);
    TRY_ALLOC(seen);
    for (uint32_t u = 0; u < d->users.count; u++) {
        uint64_t from = d->user_offset[u], to = d->user_offset[u + 1];
        uint64_t baskets = d->line.basket[to - 1] - d->line.basket[from] + 1;
        const char *id = id_table_text(&d->users, u, buffer);
        double share = (double)baskets / (double)d->baskets;
        uint32_t stores = count_stores(d, u, seen);
        bool all_stores = d->stores.count >= STORES_LEAST && stores == d->stores.count &&
                          share * (double)d->users.count > 3;
        bool large = share > 0.05 && (share * (double)d->users.count > 5 || is_placeholder(id));
        if (!large && !all_stores)
            continue;
        text what = {0}, step = {0};
        text_add(&what, "household '%s' has %.1f %% of all baskets%s", id, 100 * share,
                 all_stores ? ", and shops in every store" : "");
        text_add(&step, "where it is a placeholder: data.receipts.no_card: [\"%s\", …]", id);
        TRY(finding_add(l, "large_household", baskets, d->baskets, &what, &step, err));
    }
done:
    mem_free(seen);
    return status;
}
