#include "data/reader/init/questions.h"

#include <string.h>
#include <strings.h>

#include "base/fail.h"
#include "base/mem.h"
#include "data/reader/init/proposal_yaml.h"

static aisle_status ask(questions *q, text *what, aisle_error *err)
{
    char *copy = what->failed ? NULL : mem_text(what->bytes);
    text_fini(what);
    if (!copy || mem_grow(&q->list, &q->capacity, q->n + 1, sizeof *q->list)) {
        mem_free(copy);
        return fail_memory(err);
    }
    q->list[q->n++] = copy;
    return AISLE_OK;
}

/* ---- What is missing ---- */

static const struct needed {
    column_role role;
    const char *key, *what;
} needed[] = {
    {ROLE_USER, "user", "household (the card's number)"},
    {ROLE_ITEM, "item", "product"},
    {ROLE_DAY, "time", "time of purchase"},
};
enum { NEEDED = sizeof needed / sizeof *needed };

/* The table that lacks the least of a receipt; of several the longest. */
static const table_profile *nearest(receipt_roles *roles, const table_profile *tables, size_t n)
{
    const table_profile *best = NULL;
    int most = -1;
    for (size_t t = 0; t < n; t++) {
        receipt_roles r = receipt_roles_of(&tables[t]);
        int has = 0;
        for (int i = 0; i < NEEDED; i++)
            has += r.role[needed[i].role].column >= 0;
        if (has < most || (has == most && best && tables[t].rows <= best->rows))
            continue;
        most = has;
        best = &tables[t];
        *roles = r;
    }
    return best;
}

static void add_columns(text *out, const table_profile *t)
{
    for (size_t c = 0; c < t->n_columns; c++) {
        char value[40];
        const column_profile *column = &t->columns[c];
        text_add(out, "%s%s", c ? ", " : "", column->name);
        if (!t->dialect.header && column->values.count)
            text_add(out, " (such as '%s')", column_profile_value(value, sizeof value, column, 0));
    }
}

static const char *name_of(const table_profile *t)
{
    const char *slash = strrchr(t->path, '/');
    return slash ? slash + 1 : t->path;
}

/* Another table that has what is missing, and a column of the same name: the two are to be joined.
 */
static bool find_other(text *out, const table_profile *t, column_role role,
                       const table_profile *tables, size_t n)
{
    for (size_t o = 0; o < n; o++) {
        receipt_roles r = receipt_roles_of(&tables[o]);
        if (&tables[o] == t || r.role[role].column < 0)
            continue;
        for (size_t c = 0; c < t->n_columns; c++)
            for (size_t d = 0; d < tables[o].n_columns; d++)
                if (strcasecmp(t->columns[c].name, tables[o].columns[d].name) == 0) {
                    text_add(
                        out,
                        "; %s has column %s, and both have %s: data.receipts.sql can join them",
                        name_of(&tables[o]), tables[o].columns[r.role[role].column].name,
                        t->columns[c].name);
                    return true;
                }
    }
    return false;
}

static aisle_status ask_missing(questions *q, const table_profile *tables, size_t n,
                                aisle_error *err)
{
    receipt_roles roles;
    const table_profile *t = nearest(&roles, tables, n);
    for (int i = 0; i < NEEDED; i++) {
        text what = {0};
        if (roles.role[needed[i].role].column >= 0)
            continue;
        text_add(&what, "data.receipts.%s: which column of %s is the %s? It has ", needed[i].key,
                 name_of(t), needed[i].what);
        add_columns(&what, t);
        find_other(&what, t, needed[i].role, tables, n);
        aisle_status status = ask(q, &what, err);
        if (status != AISLE_OK)
            return status;
    }
    return AISLE_OK;
}

void questions_yaml(text *out, const table_profile *tables, size_t n, const char *folder)
{
    receipt_roles roles;
    const table_profile *t = nearest(&roles, tables, n);
    text_add(out, "# Written by `aisle init`: CHANGE_ME stands where it did not find a column.\n"
                  "data:\n  receipts:\n");
    proposal_source(out, t, folder, NULL, 0);
    text_add(out, "    # columns: ");
    add_columns(out, t);
    text_add(out, "\n");
    for (int i = 0; i < NEEDED; i++) {
        int column = roles.role[needed[i].role].column;
        text_add(out, "    %s: ", needed[i].key);
        if (column < 0)
            text_add(out, "CHANGE_ME  # the %s", needed[i].what);
        else
            proposal_name(out, t->columns[column].name);
        text_add(out, "\n");
    }
    if (roles.time_format && strcmp(roles.time_format, "auto") != 0) {
        text_add(out, "    time_format: ");
        proposal_name(out, roles.time_format);
        text_add(out, "\n");
    }
}

/* ---- What has two answers ---- */

aisle_status questions_ask(questions *out, const shop_tables *shop, const table_profile *tables,
                           size_t n, aisle_error *err)
{
    questions q = {0};
    aisle_status status = AISLE_OK;
    if (!shop->receipts) {
        TRY(ask_missing(&q, tables, n, err));
    } else {
        const column_profile *day = &shop->receipts->columns[shop->roles.role[ROLE_DAY].column];
        text what = {0};
        if (day->time_other && day->time_format) {
            text_add(
                &what,
                "data.receipts.time_format: is '%s' or '%s' how column %s is written? Both read "
                "all of it",
                day->time_format, day->time_other, day->name);
            TRY(ask(&q, &what, err));
        }
    }
    *out = q;
done:
    if (status)
        questions_fini(&q);
    return status;
}

void questions_fini(questions *q)
{
    for (size_t i = 0; i < q->n; i++)
        mem_free(q->list[i]);
    mem_free(q->list);
    *q = (questions){0};
}
