#include "evaluate/search/tune_space.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/rng.h"
#include "model/snapshot.h"

enum { LABEL_WINDOWS_MOST = 5 };

/* Around what is usual for some hundred thousand rows; drawn evenly in the logarithm, but shares.
 */
typedef struct range {
    const char *key;
    bool whole, even;
    double least, most;
} range;

static const range rows_ranges[] = {{"ranker.negatives", true, false, 15, 200}};

static const range ranker_ranges[] = {
    {"ranker.trees", true, false, 100, 800},
    {"ranker.learning_rate", false, false, 0.015, 0.15},
    {"ranker.leaves", true, false, 7, 95},
    {"ranker.min_data_in_leaf", true, false, 20, 1000},
    {"ranker.feature_fraction", false, true, 0.1, 1},
    {"ranker.bagging_fraction", false, true, 0.5, 1},
    {"ranker.lambda_l2", false, false, 0.1, 100},
};

static aisle_setting *add(tune_settings *s, const char *key)
{
    aisle_setting *one = &s->one[s->n++];
    snprintf(one->key, sizeof one->key, "%s", key);
    return one;
}

static void draw_range(tune_settings *s, const range *from, rng *r)
{
    double u = rng_unit(r);
    double value = from->even ? from->least + u * (from->most - from->least)
                              : from->least * pow(from->most / from->least, u);
    aisle_setting *one = add(s, from->key);
    snprintf(one->value, sizeof one->value, from->whole ? "%.0f" : "%.3g", value);
}

/* Sources that the configuration takes from: half as much to twice; now and then one is left out.
 */
static void draw_quotas(tune_settings *s, const aisle_config *config, rng *r)
{
    static const double factors[] = {0, 0.5, 0.75, 1, 1, 1.5, 2};
    bool any = false;
    for (size_t i = 0; i < retriever_count; i++) {
        int64_t quota = retriever_table[i].quota(&config->candidates);
        if (quota == 0 || s->n >= TUNE_SETTINGS_MOST / 2)
            continue;
        char key[64];
        double factor = factors[rng_below(r, sizeof factors / sizeof *factors)];
        snprintf(key, sizeof key, "candidates.%s.quota", retriever_table[i].name);
        aisle_setting *one = add(s, key);
        snprintf(one->value, sizeof one->value, "%.0f", ceil((double)quota * factor));
        any |= factor > 0;
    }
    if (!any)
        s->n = 0; /* as they are */
}

/* The configuration's label windows end where they end, and begin 1 to 5 horizons before. */
static void draw_labels(tune_settings *s, const aisle_dataset *d, const aisle_config *config,
                        rng *r)
{
    split planned;
    uint32_t horizons = 1 + rng_below(r, LABEL_WINDOWS_MOST);
    if (config->split.protocol != SPLIT_REFIT || split_init(&planned, d, config, NULL) != AISLE_OK)
        return;
    int32_t end = planned.labels[planned.n_labels - 1].to;
    int32_t from = window_weeks_before(&d->weeks, end, (int32_t)(horizons * config->split.horizon));
    if (from <= d->summary.first_day + (d->summary.last_day - d->summary.first_day) / 2)
        return;
    aisle_setting *one = add(s, "split.labels_first");
    if (config->split.labels_first.kind == MOMENT_WEEK)
        snprintf(one->value, sizeof one->value, "%d",
                 week_label(&d->weeks, week_of_day(&d->weeks, from)));
    else
        date_format(one->value, from);
    if (config->catalogue && config->catalogue_as_of.kind == MOMENT_NONE) {
        one = add(s, "catalogue_as_of"); /* it would move with the labels */
        date_format(one->value, planned.catalogue_as_of);
    }
}

static void draw_objective(tune_settings *s, rng *r)
{
    static const char *const objectives[] = {"binary", "lambdarank", "rank_xendcg"};
    aisle_setting *one = add(s, "ranker.objective");
    uint32_t first = rng_below(r, 3), second = rng_below(r, 3);
    snprintf(one->value, sizeof one->value, "%s", objectives[first]);
    one = add(s, "ranker.averaged_with");
    snprintf(one->value, sizeof one->value, "%s", second == first ? "none" : objectives[second]);
}

void tune_space_draw(tune_settings *out, const aisle_dataset *dataset, const aisle_config *config,
                     uint32_t number)
{
    uint64_t seed = (uint64_t)config->seed;
    rng rows = rng_init(seed, 2 * (uint64_t)(number / TUNE_GROUP));
    rng own = rng_init(seed, 2 * (uint64_t)number + 1);
    memset(out, 0, sizeof *out);
    if (number / TUNE_GROUP > 0) {
        draw_quotas(out, config, &rows);
        draw_labels(out, dataset, config, &rows);
        for (size_t i = 0; i < sizeof rows_ranges / sizeof *rows_ranges; i++)
            draw_range(out, &rows_ranges[i], &rows);
    }
    out->n_rows = out->n;
    if (number % TUNE_GROUP == 0)
        return; /* the configuration's ranker, on these rows */
    draw_objective(out, &own);
    for (size_t i = 0; i < sizeof ranker_ranges / sizeof *ranker_ranges; i++)
        draw_range(out, &ranker_ranges[i], &own);
}

aisle_status tune_settings_apply(aisle_config **out, const aisle_config *config,
                                 const tune_settings *settings, size_t n, aisle_error *err)
{
    aisle_config *copy;
    aisle_status status = aisle_config_copy(&copy, config, err);
    for (size_t i = 0; i < n && status == AISLE_OK; i++)
        status = aisle_config_set(copy, settings->one[i].key, settings->one[i].value, err);
    if (status != AISLE_OK)
        aisle_config_free(copy);
    else
        *out = copy;
    return status;
}
