#include "model/sums/sums_options.h"

#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "config/dump.h"

static const char *const summed_by[] = {
    "candidates.fallback_weeks",
    "candidates.popular.weeks",
    "candidates.popular.by",
    "candidates.popular_all.by",
    "candidates.popular_store.weeks",
    "candidates.popular_segment.weeks",
    "candidates.popular_segment.column",
    "candidates.popular_category.decay",
    "candidates.popular_category.recency",
};

static bool counts(const char *line, size_t key)
{
    static const char cleaning[] = "data.cleaning.";
    if (strncmp(line, cleaning, sizeof cleaning - 1) == 0)
        return true;
    for (size_t i = 0; i < sizeof summed_by / sizeof *summed_by; i++)
        if (strlen(summed_by[i]) == key && strncmp(line, summed_by[i], key) == 0)
            return true;
    return false;
}

static void add_given(text *to, const char *what, bool given)
{
    text_add(to, "%s\t%s\n", what, given ? "given" : "not given");
}

aisle_status sums_options_list(char **out, const aisle_config *config, const aisle_dataset *d,
                               aisle_error *err)
{
    aisle_status status = AISLE_OK;
    text all = {0}, kept = {0};
    config_dump(&all, config, "data.");
    if (all.failed)
        TRY(fail_memory(err));
    for (const char *line = all.bytes; line && *line;) {
        size_t length = strcspn(line, "\n"), key = strcspn(line, "\t\n");
        length += line[length] == '\n';
        if (counts(line, key))
            text_add_bytes(&kept, line, length);
        line += length;
    }
    add_given(&kept, "data.receipts.store", d->store != NULL);
    add_given(&kept, "data.receipts.discount", d->line.discount != NULL);
    add_given(&kept, "data.households.categories", d->households.columns > 0);
    add_given(&kept, "data.promotions", d->promotions.weeks > 0 || d->line.promotion);
    if (kept.failed)
        TRY(fail_memory(err));
    *out = kept.bytes;
    kept.bytes = NULL;
done:
    text_fini(&all);
    text_fini(&kept);
    return status;
}

/* Of a line: its key, and what follows the tab. */
typedef struct parted {
    int key, value;
    const char *from; /* the value */
} parted;

static parted part_line(const char *line)
{
    int length = (int)strcspn(line, "\n"), key = (int)strcspn(line, "\t\n");
    int value = key < length ? key + 1 : length;
    return (parted){key, length - value, line + value};
}

aisle_status sums_options_compare(const char *a, const char *b, aisle_error *err)
{
    while (*a || *b) {
        size_t n = strcspn(a, "\n"), m = strcspn(b, "\n");
        parted x = part_line(a), y = part_line(b);
        if (n != m || strncmp(a, b, n) != 0)
            return fail(err, AISLE_ERROR_DATA, "sums: made with another %.*s: %.*s, and %.*s",
                        n ? x.key : y.key, n ? a : b, x.value, x.from, y.value, y.from);
        a += n + (a[n] == '\n');
        b += m + (b[m] == '\n');
    }
    return AISLE_OK;
}
