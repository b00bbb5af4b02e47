#include "data/merge.h"

#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "base/sort.h"

/* The four columns that lines sort by, packed into one key where they fit, else into two. */
typedef struct key_layout {
    int day_bits, basket_bits, item_bits;
    bool one_key;
    int32_t first_day;
} key_layout;

typedef struct line_key {
    uint32_t user, day, basket, item; /* day from the first, basket 0 where missing */
} line_key;

typedef struct amount {
    double quantity, value, discount;
    uint8_t promotion;
} amount;

/* What merging one group after another carries along. */
typedef struct merger {
    const ranked_receipts *ranked;
    const cleaning_rules *rules;
    merged_lines *lines;
    amount *amounts; /* of the group at hand */
    size_t capacity;
    line_key last; /* of the last line that was kept */
} merger;

static int bits_for(uint64_t most)
{
    return most ? 64 - __builtin_clzll(most) : 0;
}

static key_layout lay_out_keys(const ranked_receipts *ranked)
{
    const aisle_receipts *r = ranked->receipts;
    int32_t first = r->day[0], last = r->day[0];
    for (size_t i = 1; i < r->lines; i++) {
        first = r->day[i] < first ? r->day[i] : first;
        last = r->day[i] > last ? r->day[i] : last;
    }
    key_layout k = {.first_day = first};
    k.day_bits = bits_for((uint64_t)((int64_t)last - first));
    k.basket_bits = bits_for(ranked->n_baskets);
    k.item_bits = bits_for(ranked->n_items);
    k.one_key = bits_for(ranked->n_users) + k.day_bits + k.basket_bits + k.item_bits <= 64;
    return k;
}

static line_key key_of_row(const ranked_receipts *ranked, const key_layout *layout, uint32_t row)
{
    const aisle_receipts *r = ranked->receipts;
    line_key key = {
        .user = ranked->user_rank[r->user.code[row]],
        .day = (uint32_t)((int64_t)r->day[row] - layout->first_day),
        .basket = 0,
        .item = ranked->item_rank[r->item.code[row]],
    };
    if (ranked->basket_rank && r->basket.code[row] != AISLE_MISSING)
        key.basket = ranked->basket_rank[r->basket.code[row]] + 1;
    return key;
}

static uint64_t pack_low(const key_layout *k, line_key key)
{
    return (uint64_t)key.basket << k->item_bits | key.item;
}

static uint64_t pack_high(const key_layout *k, line_key key)
{
    return (uint64_t)key.user << k->day_bits | key.day;
}

/* Sorts the pairs' rows by all four columns. With one key it is left in pairs. */
static void sort_rows(sort_pair *pairs, sort_pair *scratch, size_t n, const ranked_receipts *ranked,
                      const key_layout *k)
{
    int low_bits = k->basket_bits + k->item_bits;
    for (size_t i = 0; i < n; i++) {
        line_key key = key_of_row(ranked, k, pairs[i].value);
        pairs[i].key = pack_low(k, key);
        if (k->one_key && low_bits < 64)
            pairs[i].key |= pack_high(k, key) << low_bits;
    }
    sort_pairs(pairs, scratch, n);
    if (k->one_key)
        return;
    for (size_t i = 0; i < n; i++)
        pairs[i].key = pack_high(k, key_of_row(ranked, k, pairs[i].value));
    sort_pairs(pairs, scratch, n);
}

static uint32_t low_bits_of(uint64_t key, int bits)
{
    return (uint32_t)(key & ((UINT64_C(1) << bits) - 1));
}

static line_key key_of_pair(const ranked_receipts *ranked, const key_layout *k, sort_pair pair)
{
    if (!k->one_key)
        return key_of_row(ranked, k, pair.value);
    line_key key;
    uint64_t rest = pair.key;
    key.item = low_bits_of(rest, k->item_bits);
    rest >>= k->item_bits;
    key.basket = low_bits_of(rest, k->basket_bits);
    rest >>= k->basket_bits;
    key.day = low_bits_of(rest, k->day_bits);
    key.user = (uint32_t)(rest >> k->day_bits);
    return key;
}

static bool keys_equal(line_key a, line_key b)
{
    return a.user == b.user && a.day == b.day && a.basket == b.basket && a.item == b.item;
}

static amount amount_of_row(const aisle_receipts *r, uint32_t row)
{
    return (amount){r->quantity ? r->quantity[row] : 1, r->value ? r->value[row] : 0,
                    r->discount ? r->discount[row] : 0, r->promotion ? r->promotion[row] : 0};
}

static uint32_t store_of_row(const ranked_receipts *ranked, uint32_t row)
{
    uint32_t code = ranked->store_rank ? ranked->receipts->store.code[row] : AISLE_MISSING;
    return code == AISLE_MISSING ? AISLE_MISSING : ranked->store_rank[code];
}

/* The last line's basket is of this store, unless one that comes before it has been named. */
static void name_store(merged_lines *lines, bool new_basket, uint32_t store)
{
    if (!lines->store)
        return;
    uint32_t *named = &lines->store[lines->baskets - 1];
    if (new_basket || store < *named)
        *named = store;
}

/* Adds a line of the result, or counts why not. */
static void add_line(merger *m, const key_layout *k, line_key key, amount sum, uint32_t store)
{
    merged_lines *lines = m->lines;
    aisle_reason reason = clean_line(m->rules, sum.quantity, sum.value);
    if (reason != AISLE_REASON_COUNT) {
        lines->set_aside[reason]++;
        return;
    }
    bool new_basket = lines->line.n == 0 || key.user != m->last.user || key.day != m->last.day ||
                      key.basket != m->last.basket;
    lines->baskets += new_basket;
    name_store(lines, new_basket, store);
    m->last = key;
    size_t l = lines->line.n++;
    lines->user_lines[key.user]++;
    lines->line.item[l] = key.item;
    lines->line.basket[l] = (uint32_t)(lines->baskets - 1);
    lines->line.day[l] = (int32_t)(k->first_day + (int64_t)key.day);
    lines->line.quantity[l] = (float)sum.quantity;
    lines->line.value[l] = sum.value;
    if (lines->line.discount)
        lines->line.discount[l] = (float)sum.discount;
    if (lines->line.promotion)
        lines->line.promotion[l] = sum.promotion;
    lines->returns += sum.quantity < 0;
}

static int compare_amounts(const void *a, const void *b)
{
    const amount *x = a, *y = b;
    if (x->quantity != y->quantity)
        return x->quantity < y->quantity ? -1 : 1;
    if (x->value != y->value)
        return x->value < y->value ? -1 : 1;
    if (x->discount != y->discount)
        return x->discount < y->discount ? -1 : 1;
    return x->promotion - y->promotion;
}

/* Sorted, so that the sums do not depend on the order of the input. Gives how many are left. */
static size_t sort_amounts(merger *m, size_t n)
{
    qsort(m->amounts, n, sizeof *m->amounts, compare_amounts);
    if (!m->rules->drop_duplicates)
        return n;
    size_t kept = 1;
    for (size_t i = 1; i < n; i++)
        if (compare_amounts(&m->amounts[kept - 1], &m->amounts[i]) != 0)
            m->amounts[kept++] = m->amounts[i];
    m->lines->set_aside[AISLE_REASON_DUPLICATE] += n - kept;
    return kept;
}

static void merge_amounts(merger *m, const key_layout *k, line_key key, size_t n, uint32_t store)
{
    n = sort_amounts(m, n);
    amount sums[2] = {{0, 0, 0, 0}, {0, 0, 0, 0}};
    size_t count[2] = {0, 0};
    for (size_t i = 0; i < n; i++) {
        int is_return = m->amounts[i].quantity < 0;
        if (is_return && m->rules->drop_returns) {
            m->lines->set_aside[AISLE_REASON_QUANTITY]++;
            continue;
        }
        sums[is_return].quantity += m->amounts[i].quantity;
        sums[is_return].value += m->amounts[i].value;
        sums[is_return].discount += m->amounts[i].discount;
        sums[is_return].promotion |= m->amounts[i].promotion;
        count[is_return]++;
    }
    for (int is_return = 0; is_return < 2; is_return++) {
        if (!count[is_return])
            continue;
        m->lines->set_aside[AISLE_REASON_MERGED] += count[is_return] - 1;
        add_line(m, k, key, sums[is_return], store);
    }
}

static aisle_status merge_sorted(merger *m, const key_layout *k, const sort_pair *pairs, size_t n,
                                 aisle_error *err)
{
    const aisle_receipts *r = m->ranked->receipts;
    for (size_t from = 0, to; from < n; from = to) {
        line_key key = key_of_pair(m->ranked, k, pairs[from]);
        for (to = from + 1; to < n; to++)
            if (!keys_equal(key, key_of_pair(m->ranked, k, pairs[to])))
                break;
        if (to == from + 1) {
            add_line(m, k, key, amount_of_row(r, pairs[from].value),
                     store_of_row(m->ranked, pairs[from].value));
            continue;
        }
        if (mem_grow(&m->amounts, &m->capacity, to - from, sizeof *m->amounts))
            return fail_memory(err);
        uint32_t store = AISLE_MISSING;
        for (size_t i = from; i < to; i++) {
            uint32_t other = store_of_row(m->ranked, pairs[i].value);
            m->amounts[i - from] = amount_of_row(r, pairs[i].value);
            store = other < store ? other : store;
        }
        merge_amounts(m, k, key, to - from, store);
    }
    return AISLE_OK;
}

/* ---- By blocks of users: what is sorted at a time stays in the cache, and takes little room ----
 */

enum { BLOCK_ROWS = 1 << 19 };

/* The rows that stay, in blocks of users who follow each other; in input order within a block. */
typedef struct user_blocks {
    size_t n;
    size_t largest;     /* rows */
    uint32_t *of_user;  /* [n_users] by rank */
    size_t *start;      /* [n + 1] into row */
    uint32_t *row;      /* rows of the receipts */
    uint32_t *user_row; /* [n_users] how many rows it has */
} user_blocks;

static void user_blocks_fini(user_blocks *b)
{
    mem_free(b->of_user);
    mem_free(b->start);
    mem_free(b->row);
    mem_free(b->user_row);
}

static uint8_t item_reason(const ranked_receipts *ranked, size_t row)
{
    return ranked->item_out[ranked->item_rank[ranked->receipts->item.code[row]]];
}

/* Counts the rows of items that stay by user, the others by their reason. */
static void count_rows(user_blocks *b, merged_lines *lines, const ranked_receipts *ranked)
{
    const aisle_receipts *r = ranked->receipts;
    for (size_t i = 0; i < r->lines; i++) {
        uint8_t reason = item_reason(ranked, i);
        if (reason == AISLE_REASON_COUNT)
            b->user_row[ranked->user_rank[r->user.code[i]]]++;
        else
            lines->set_aside[reason]++;
    }
}

/* A block ends where the next user would make it too large. */
static aisle_status lay_out_blocks(user_blocks *b, size_t n_users, aisle_error *err)
{
    size_t rows = 0, capacity = 0;
    if (mem_grow(&b->start, &capacity, 1, sizeof *b->start))
        return fail_memory(err);
    b->start[0] = 0;
    for (size_t u = 0; u < n_users; u++) {
        if (b->n == 0 || rows + b->user_row[u] - b->start[b->n - 1] > BLOCK_ROWS) {
            if (mem_grow(&b->start, &capacity, ++b->n + 1, sizeof *b->start))
                return fail_memory(err);
            b->start[b->n - 1] = rows;
        }
        b->of_user[u] = (uint32_t)(b->n - 1);
        rows += b->user_row[u];
        b->start[b->n] = rows;
        size_t block = rows - b->start[b->n - 1];
        b->largest = block > b->largest ? block : b->largest;
    }
    return AISLE_OK;
}

static aisle_status place_rows(user_blocks *b, const ranked_receipts *ranked, aisle_error *err)
{
    const aisle_receipts *r = ranked->receipts;
    size_t *next = mem_copy(b->start, b->n + 1, sizeof *next);
    b->row = NEW_ARRAY(uint32_t, b->start[b->n]);
    if (!next || !b->row) {
        mem_free(next);
        return fail_memory(err);
    }
    for (size_t i = 0; i < r->lines; i++)
        if (item_reason(ranked, i) == AISLE_REASON_COUNT)
            b->row[next[b->of_user[ranked->user_rank[r->user.code[i]]]]++] = (uint32_t)i;
    mem_free(next);
    return AISLE_OK;
}

static aisle_status user_blocks_init(user_blocks *b, merged_lines *lines,
                                     const ranked_receipts *ranked, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    TRY_ALLOC(b->user_row = NEW_ZEROED(uint32_t, ranked->n_users));
    TRY_ALLOC(b->of_user = NEW_ARRAY(uint32_t, ranked->n_users));
    count_rows(b, lines, ranked);
    TRY(lay_out_blocks(b, ranked->n_users, err));
    TRY(place_rows(b, ranked, err));
done:
    return status;
}

static aisle_status allocate_lines(merged_lines *lines, size_t n, const ranked_receipts *ranked,
                                   aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const aisle_receipts *r = ranked->receipts;
    unsigned options = (r->discount ? LINE_DISCOUNT : 0u) | (r->promotion ? LINE_PROMOTION : 0u);
    TRY(line_columns_init(&lines->line, n, options, err));
    TRY_ALLOC(lines->user_lines = NEW_ZEROED(uint32_t, ranked->n_users));
    if (ranked->store_rank)
        TRY_ALLOC(lines->store = NEW_ARRAY(uint32_t, n));
done:
    return status;
}

static aisle_status merge_blocks(merger *m, const user_blocks *b, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    key_layout layout = lay_out_keys(m->ranked);
    sort_pair *pairs = NEW_ARRAY(sort_pair, b->largest),
              *scratch = NEW_ARRAY(sort_pair, b->largest);
    TRY_ALLOC(pairs);
    TRY_ALLOC(scratch);
    for (size_t block = 0; block < b->n; block++) {
        size_t n = b->start[block + 1] - b->start[block];
        for (size_t i = 0; i < n; i++)
            pairs[i].value = b->row[b->start[block] + i];
        sort_rows(pairs, scratch, n, m->ranked, &layout);
        TRY(merge_sorted(m, &layout, pairs, n, err));
    }
done:
    mem_free(pairs);
    mem_free(scratch);
    return status;
}

aisle_status merge_lines(merged_lines *out, const ranked_receipts *ranked,
                         const cleaning_rules *rules, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    merged_lines lines = {0};
    user_blocks blocks = {0};
    merger m = {.ranked = ranked, .rules = rules, .lines = &lines};
    TRY(user_blocks_init(&blocks, &lines, ranked, err));
    TRY(allocate_lines(&lines, blocks.start[blocks.n], ranked, err));
    TRY(merge_blocks(&m, &blocks, err));
    *out = lines;
done:
    user_blocks_fini(&blocks);
    mem_free(m.amounts);
    if (status)
        merged_lines_fini(&lines);
    return status;
}

void merged_lines_fini(merged_lines *lines)
{
    line_columns_fini(&lines->line);
    mem_free(lines->user_lines);
    mem_free(lines->store);
    memset(lines, 0, sizeof *lines);
}
