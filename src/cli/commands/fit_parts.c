#include "cli/commands/fit_parts.h"

#include "cli/log.h"

aisle_status fit_parts_count(uint32_t *parts, bool *sampled, const command_options *options,
                             aisle_error *err)
{
    char most[32];
    aisle_config *config;
    *parts = 1;
    *sampled = false;
    if (!options->memory)
        return AISLE_OK;
    aisle_status status = open_config(&config, options, err);
    if (status)
        return status;
    aisle_config_get(most, sizeof most, config, "fit.households_most");
    *sampled = most[0] != '0';
    status = aisle_dataset_count_parts(parts, config, options->memory, (int)options->threads, err);
    aisle_config_free(config);
    if (!status && *parts > 1)
        log_note("--memory: the receipts are read in %u parts, then those of a sample", *parts);
    return status;
}

/* Adds the sums of a part to those before it. */
static aisle_status add_part(aisle_sums **to, uint32_t part, uint32_t parts,
                             const command_options *options, aisle_error *err)
{
    aisle_household_choice which = {part, parts, 0, 0, NULL};
    aisle_dataset *dataset;
    aisle_sums *more;
    aisle_run run = log_run((int)options->threads);
    aisle_status status = open_some(&dataset, NULL, options, &which, NULL, err);
    if (status)
        return status;
    status = aisle_sums_new(&more, dataset, part, parts, &run, err);
    aisle_dataset_free(dataset);
    if (status)
        return status;
    if (!*to) {
        *to = more;
        return AISLE_OK;
    }
    status = aisle_sums_add(*to, more, err);
    aisle_sums_free(more);
    return status;
}

aisle_status fit_parts_sum(aisle_sums **out, uint32_t parts, const command_options *options,
                           aisle_error *err)
{
    aisle_status status = AISLE_OK;
    aisle_sums *all = NULL;
    for (uint32_t part = 1; part <= parts && !status; part++)
        status = add_part(&all, part, parts, options, err);
    if (status)
        aisle_sums_free(all);
    else
        *out = all;
    return status;
}
