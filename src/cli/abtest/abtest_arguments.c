#include "cli/abtest/abtest_arguments.h"

#include <jansson.h>
#include <string.h>

static const char *const column_names[ABTEST_COLUMNS] = {
    "household", "variant", "orders", "visitors", "revenue", "pre_orders", "pre_revenue"};

const char *abtest_column_name(size_t index)
{
    return index < ABTEST_COLUMNS ? column_names[index] : NULL;
}

void abtest_arguments_init(abtest_arguments *out)
{
    *out = (abtest_arguments){.design = AISLE_ABTEST_DESIGN_OPTIONS_INIT,
                              .analysis = AISLE_ABTEST_ANALYSIS_OPTIONS_INIT,
                              .panel = AISLE_ABTEST_PANEL_OPTIONS_INIT,
                              .simulation = AISLE_ABTEST_SIMULATION_OPTIONS_INIT};
    memcpy(out->column, column_names, sizeof column_names);
}

bool abtest_is_utf8(const char *text, size_t length)
{
    json_t *whole = json_stringn(text, length);
    json_decref(whole);
    return whole != NULL;
}
