/* model/sums/fit_sums.h: sums over all households as of every day that a fit looks from. */
#ifndef MODEL_SUMS_FIT_SUMS_H
#define MODEL_SUMS_FIT_SUMS_H

#include "aisle/sums.h"
#include "history/day_sums.h"
#include "history/windows.h"
#include "model/stages.h"

/* The label windows', the catalogue's and the fit's own. */
enum { FIT_SUMS_MOST = SPLIT_MOST_WINDOWS + 2 };

struct aisle_sums {
    uint32_t parts;    /* of the households */
    uint8_t *has;      /* [parts] which of them are in it */
    char *options;     /* those that the sums go by, as config/dump.h has lines */
    id_table left_out; /* products that the cleaning left out */
    size_t n;
    day_sums *at; /* [n] by as_of, ascending */
};

/* The parts of a model that look at all households, with a configuration; NULL: all that there are.
 */
size_t fit_sums_parts(const tally_part *parts[SUMS_PARTS_MOST], const aisle_config *config);

/* Over the households of a dataset that are not left out, as of the windows' days; part 1 of 1. */
aisle_status fit_sums_init(aisle_sums **out, const aisle_dataset *dataset,
                           const aisle_config *config, const split *windows,
                           const uint8_t *left_out, stages *clock, aisle_error *err);

/* As of a day; NULL: it is not among them. */
const day_sums *fit_sums_at(const aisle_sums *s, int32_t as_of);

/* Whether a fit on a sample, the dataset, in these windows can go by the sums. */
aisle_status fit_sums_check_fit(const aisle_sums *s, const aisle_dataset *dataset,
                                const split *windows, aisle_error *err);

/* Every invariant; AISLE_ERROR_FORMAT. */
aisle_status fit_sums_check(const aisle_sums *s, aisle_error *err);

#endif
