/* Any bytes as a file of sums: refused with a message that names it, or sums that can be asked, and
 * that are not added to themselves. */
#include "fuzz_target.h"

#include "base/mem.h"
#include "model/sums/sums_file.h"

#include <string.h>

static void use(aisle_sums *s)
{
    aisle_error err = AISLE_ERROR_INIT;
    HOLDS(fit_sums_check(s, &err) == AISLE_OK);
    HOLDS(aisle_sums_missing(s) <= aisle_sums_parts(s));
    aisle_sums_households(s);
    HOLDS(aisle_sums_items(s) < AISLE_MISSING);
    HOLDS(aisle_sums_add(s, s, &err) == AISLE_ERROR_DATA);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    aisle_error err = AISLE_ERROR_INIT;
    char *bytes = mem_copy(data, size, 1);
    sections *s = NEW_ZEROED(sections, 1);
    aisle_sums *read = NULL;
    if (!bytes || !s)
        goto done;
    aisle_status status = sections_parse(s, bytes, size, "fuzzed.sums", &err);
    if (status == AISLE_OK)
        status = sums_from_sections(&read, s, "fuzzed.sums", &err);
    HOLDS(status == err.code);
    if (status == AISLE_OK)
        use(read);
    else
        HOLDS(status == AISLE_ERROR_MEMORY ||
              (status == AISLE_ERROR_FORMAT && strstr(err.message, "fuzzed.sums")));
done:
    aisle_sums_free(read);
    mem_free(s);
    mem_free(bytes);
    return 0;
}
