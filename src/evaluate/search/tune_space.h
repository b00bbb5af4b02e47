/* evaluate/search/tune_space.h: what aisle_tune draws from. */
#ifndef EVALUATE_SEARCH_TUNE_SPACE_H
#define EVALUATE_SEARCH_TUNE_SPACE_H

#include "aisle/tune.h"
#include "history/windows.h"

enum { TUNE_SETTINGS_MOST = 48 };

/* Settings of a trial. Trials of one group share what rows depend on: level 1, label windows,
 * negatives. */
typedef struct tune_settings {
    size_t n, n_rows; /* the first n_rows are those of the rows */
    aisle_setting one[TUNE_SETTINGS_MOST];
} tune_settings;

/* Trials of a group. */
enum { TUNE_GROUP = 4 };

/* The settings of trial number, always the same for a seed and a configuration. Trial 0 has none;
 * group 0 has the configuration's rows. */
void tune_space_draw(tune_settings *out, const aisle_dataset *dataset, const aisle_config *config,
                     uint32_t number);

/* A copy of the configuration with the first n of the settings. */
aisle_status tune_settings_apply(aisle_config **out, const aisle_config *config,
                                 const tune_settings *settings, size_t n, aisle_error *err);

#endif
