/* A user's program that has functions of its own called train, error, hash and csr: it links
 * against libaisle, and neither calls the other's. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "aisle/config.h"
#include "aisle/dataset.h"
#include "aisle/error.h"

static int calls;

int train(int x);
int error(int x);
int hash(int x);
int csr(int x);

int train(int x)
{
    calls++;
    return x + 1;
}

int error(int x)
{
    calls++;
    return x + 2;
}

int hash(int x)
{
    calls++;
    return x + 3;
}

int csr(int x)
{
    calls++;
    return x + 4;
}

/* Two households, three products, four lines. */
static aisle_status build(aisle_dataset **out, const aisle_config *config, aisle_error *err)
{
    static const int64_t users[] = {7, 3};
    static const int64_t items[] = {30, 10, 20};
    static const uint32_t user[] = {0, 0, 1, 1};
    static const uint32_t item[] = {0, 1, 1, 2};
    static const int32_t day[] = {20000, 20001, 20001, 20008};
    aisle_receipts receipts;
    memset(&receipts, 0, sizeof receipts);
    receipts.lines = 4;
    receipts.user.code = user;
    receipts.user.values.count = 2;
    receipts.user.values.ints = users;
    receipts.item.code = item;
    receipts.item.values.count = 3;
    receipts.item.values.ints = items;
    receipts.day = day;
    return aisle_dataset_build(out, &receipts, NULL, NULL, config, err);
}

static int use_library(void)
{
    aisle_error err = AISLE_ERROR_INIT;
    aisle_config *config = NULL;
    aisle_dataset *dataset = NULL;
    aisle_dataset_summary summary = {0};
    if (aisle_config_new(&config, &err) == AISLE_OK && build(&dataset, config, &err) == AISLE_OK)
        aisle_dataset_summarise(&summary, dataset);
    else
        fprintf(stderr, "%s\n", err.message);
    aisle_dataset_free(dataset);
    aisle_config_free(config);
    return summary.households == 2 && summary.items == 3 && summary.lines == 4;
}

int main(void)
{
    if (!use_library()) {
        fprintf(stderr, "the library did not count two households, three products, four lines\n");
        return 1;
    }
    if (calls != 0) {
        fprintf(stderr, "the library called the program's functions %d times\n", calls);
        return 1;
    }
    if (train(0) + error(0) + hash(0) + csr(0) != 10 || calls != 4) {
        fprintf(stderr, "the program's calls went to the library's functions\n");
        return 1;
    }
    return 0;
}
