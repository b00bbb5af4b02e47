/* Any bytes as LightGBM's text of trees: refused, or trees that score every row, with the same
 * bits by every instruction set. */
#include "fuzz_target.h"

#include "base/mem.h"
#include "ranker/forest.h"

#include <math.h>
#include <string.h>

enum { ROWS = 18, MOST_COLUMNS = 64 };

static void score(const forest *f, size_t columns)
{
    static const float some[] = {0, NAN, 1, -INFINITY, 2.5f, INFINITY, -0.5f, 33, 1e-36f, -7};
    static float values[ROWS * MOST_COLUMNS];
    double first[ROWS], scores[ROWS];
    size_t place[MOST_COLUMNS];
    const forest_kernels *all[3];
    size_t n = forest_kernels_all(all);
    for (size_t c = 0; c < columns; c++)
        place[c] = c;
    for (size_t i = 0; i < ROWS * columns; i++)
        values[i] = some[i * 7 / 3 % (sizeof some / sizeof *some)];
    forest_input in = {values, ROWS, columns, place};
    for (size_t k = 0; k < n; k++) {
        if (forest_score(scores, f, &in, all[k], 1, NULL) != AISLE_OK)
            return;
        if (k == 0)
            memcpy(first, scores, sizeof first);
        HOLDS(memcmp(first, scores, sizeof first) == 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    aisle_error err = AISLE_ERROR_INIT;
    char *text = mem_text_n((const char *)data, size);
    forest f = {0};
    size_t columns = 0;
    if (!text)
        return 0;
    aisle_status status = forest_init(&f, &columns, text, &err);
    HOLDS(status == err.code);
    HOLDS(status == AISLE_OK || status == AISLE_ERROR_FORMAT || status == AISLE_ERROR_MEMORY);
    if (status == AISLE_OK && !f.linear && columns <= MOST_COLUMNS)
        score(&f, columns);
    forest_fini(&f);
    mem_free(text);
    return 0;
}
