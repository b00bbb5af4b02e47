/* tests/conformance/fitted.h: a retriever fitted on a shop, and the lists that it fills. */
#ifndef CONFORMANCE_FITTED_H
#define CONFORMANCE_FITTED_H

#include "candidates/blend.h"
#include "shop.h"

/* Large enough that all that runs in parallel is in several parts. */
enum { LINES = 15000, USERS = 400, ITEMS = 1600 };

typedef struct fitted {
    const retriever *row;
    const households *h;
    list_context context;
    void *state;
} fitted;

void fit(fitted *f, const retriever *row, const shop *s, int threads);
void unfit(fitted *f);

void fill(item_lists *out, const fitted *f, const uint32_t *users, size_t n, uint32_t k,
          bool new_only);

/* Lists of all households of the fit. */
void fill_all(item_lists *out, const fitted *f, uint32_t k, bool new_only);

void assert_same_list(const item_lists *a, size_t i, const item_lists *b, size_t j);
void assert_same_lists(const item_lists *a, const item_lists *b);
void assert_same_arrays(const fitted *a, const fitted *b);

/* In the order of lists, in the catalogue, finite. */
void check_order(const list_context *context, const item_lists *lists, size_t i);

void random_lines(shop_line lines[LINES]);
void open_shop(shop *s, const shop_line *lines, size_t n, int32_t as_of);

/* The random lines, without a fifth of the items in the catalogue. */
void random_shop(shop *s);

/* A test that runs check_NAME for every row of the table. */
#define OVER_ALL(name)                                                                             \
    static void name(void **state)                                                                 \
    {                                                                                              \
        (void)state;                                                                               \
        for (size_t i = 0; i < retriever_count; i++)                                               \
            check_##name(&retriever_table[i]);                                                     \
    }

#endif
