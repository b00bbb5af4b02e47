#include "data/reader/source/tidy.h"

#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "base/fail.h"
#include "base/mem.h"
#include "base/text.h"

enum { WORDS = BATCH_ROWS / 64 };

aisle_status tidy_init(tidy *out, size_t n, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    tidy t = {.n = n};
    TRY_ALLOC(t.rules = NEW_ZEROED(tidy_rule, n));
    TRY_ALLOC(t.columns = NEW_ZEROED(cells, n));
    TRY_ALLOC(t.texts = NEW_ARRAY(slice, n * BATCH_ROWS));
    TRY_ALLOC(t.valid = NEW_ARRAY(uint64_t, n * WORDS));
    *out = t;
done:
    if (status)
        tidy_fini(&t);
    return status;
}

/* ---- Several columns as one ---- */

static bool needs_escape(const tidy_rule *rule, char c)
{
    return rule->escapes && (c == rule->between || c == '\\');
}

/* The values of a row, or missing where one of them is. */
static bool join_row(slice *out, tidy *t, const tidy_rule *rule, const batch *b, size_t row)
{
    size_t length = rule->n, n = 0;
    *out = (slice){NULL, 0};
    for (size_t c = 0; c < rule->n; c++) {
        slice s = b->columns[rule->first + c].texts[row];
        if (s.length == 0)
            return true;
        length += 2 * s.length;
    }
    char *bytes = csv_arena_take(&t->arena, length);
    if (!bytes)
        return false;
    for (size_t c = 0; c < rule->n; c++) {
        slice s = b->columns[rule->first + c].texts[row];
        if (c)
            bytes[n++] = rule->between;
        for (size_t i = 0; i < s.length; i++) {
            if (needs_escape(rule, s.bytes[i]))
                bytes[n++] = '\\';
            bytes[n++] = s.bytes[i];
        }
    }
    *out = (slice){bytes, n};
    return true;
}

static aisle_status join_columns(tidy *t, size_t c, const batch *b, aisle_error *err)
{
    slice *texts = t->texts + c * BATCH_ROWS;
    for (size_t row = 0; row < b->rows; row++)
        if (!join_row(&texts[row], t, &t->rules[c], b, row))
            return fail_memory(err);
    t->columns[c] = (cells){.kind = CELLS_TEXT, .texts = texts};
    return AISLE_OK;
}

/* ---- Words that stand for nothing ---- */

static bool is_word(const text_list *words, slice s)
{
    for (size_t w = 0; w < words->count; w++)
        if (strlen(words->items[w]) == s.length &&
            strncasecmp(words->items[w], s.bytes, s.length) == 0)
            return true;
    return false;
}

static void drop_texts(tidy *t, size_t c, size_t rows)
{
    const text_list *words = t->rules[c].missing;
    bool begins[256] = {false};
    slice *own = t->texts + c * BATCH_ROWS;
    for (size_t w = 0; w < words->count; w++) {
        char first = words->items[w][0];
        begins[(unsigned char)first] = true;
        if ((first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z'))
            begins[(unsigned char)(first ^ 0x20)] = true;
    }
    for (size_t row = 0; row < rows; row++) {
        slice s = t->columns[c].texts[row];
        if (s.length == 0 || !begins[(unsigned char)s.bytes[0]] || !is_word(words, s))
            continue;
        if (t->columns[c].texts != own) {
            memcpy(own, t->columns[c].texts, rows * sizeof *own);
            t->columns[c].texts = own;
        }
        own[row] = (slice){NULL, 0};
    }
}

static void drop_ints(tidy *t, size_t c, size_t rows)
{
    const text_list *words = t->rules[c].missing;
    cells *column = &t->columns[c];
    uint64_t *valid = t->valid + c * WORDS;
    bool copied = false;
    for (size_t w = 0; w < words->count; w++) {
        int64_t number;
        if (!text_parse_i64(&number, words->items[w], strlen(words->items[w])))
            continue;
        if (!copied && column->valid)
            memcpy(valid, column->valid, WORDS * sizeof *valid);
        else if (!copied)
            memset(valid, 0xff, WORDS * sizeof *valid);
        copied = true;
        column->valid = valid;
        for (size_t row = 0; row < rows; row++)
            if (column->ints[row] == number)
                valid[row / 64] &= ~(UINT64_C(1) << (row % 64));
    }
}

aisle_status tidy_batch(batch *b, tidy *t, aisle_error *err)
{
    csv_arena_reset(&t->arena);
    for (size_t c = 0; c < t->n; c++) {
        const tidy_rule *rule = &t->rules[c];
        if (rule->n > 1) {
            aisle_status status = join_columns(t, c, b, err);
            if (status != AISLE_OK)
                return status;
        } else {
            t->columns[c] = b->columns[rule->first];
        }
        if (rule->missing && t->columns[c].kind == CELLS_TEXT)
            drop_texts(t, c, b->rows);
        else if (rule->missing && t->columns[c].kind == CELLS_INT)
            drop_ints(t, c, b->rows);
    }
    b->columns = t->columns;
    return AISLE_OK;
}

void tidy_fini(tidy *t)
{
    mem_free(t->rules);
    mem_free(t->columns);
    mem_free(t->texts);
    mem_free(t->valid);
    csv_arena_fini(&t->arena);
    memset(t, 0, sizeof *t);
}
