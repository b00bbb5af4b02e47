/* A ranker of one objective, or the mean of two: a forest of both's trees, their leaves scaled so
 * that the scores of both spread as far within a group. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "ranker/lightgbm.h"

/* The second's random numbers are others: of the same objective it is another model. */
enum { SEED_STEP = 1000003 };

/* The standard deviation of scores around their group's mean. */
static double spread_of(const double *score, const ranker_rows *rows)
{
    double sum = 0;
    const double *s = score;
    for (size_t g = 0; g < rows->groups; s += rows->group[g++]) {
        double mean = 0;
        for (int32_t r = 0; r < rows->group[g]; r++)
            mean += s[r] / rows->group[g];
        for (int32_t r = 0; r < rows->group[g]; r++)
            sum += (s[r] - mean) * (s[r] - mean);
    }
    return sqrt(sum / (double)rows->rows);
}

static aisle_status measure_spread(double *out, const ranker *r, const ranker_rows *rows,
                                   int threads, aisle_error *err)
{
    double *score = NEW_ARRAY(double, rows->rows);
    if (!score)
        return fail_memory(err);
    aisle_status status = ranker_predict(score, r, rows, threads, err);
    if (status == AISLE_OK)
        *out = spread_of(score, rows);
    mem_free(score);
    return status;
}

/* LightGBM's text says how many leaves each tree has; its calls don't. */
static aisle_status scale_leaves(const ranker *r, double factor, aisle_error *err)
{
    static const char mark[] = "\nnum_leaves=";
    char *model;
    size_t length;
    int number = 0;
    aisle_status status = ranker_write(&model, &length, r, err);
    if (status != AISLE_OK)
        return status;
    for (const char *at = model; (at = strstr(at, mark)) != NULL && status == AISLE_OK; number++) {
        at += sizeof mark - 1;
        int leaves = (int)strtol(at, NULL, 10);
        for (int leaf = 0; leaf < leaves && status == AISLE_OK; leaf++) {
            double value = 0;
            status = lightgbm(LGBM_BoosterGetLeafValue(r->booster, number, leaf, &value),
                              "averaging", err);
            if (status == AISLE_OK)
                status =
                    lightgbm(LGBM_BoosterSetLeafValue(r->booster, number, leaf, factor * value),
                             "averaging", err);
        }
    }
    mem_free(model);
    return status;
}

/* Puts both's trees into one; the scores spread as far as the first's do. */
static aisle_status average(ranker **out, ranker *const part[2], const ranker_rows *rows,
                            int threads, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    double spread[2];
    if (part[0]->trees.linear || part[1]->trees.linear)
        return fail(err, AISLE_ERROR_CONFIG,
                    "key 'ranker.averaged_with': found with linear_tree, expected plain trees");
    for (int i = 0; i < 2; i++)
        TRY(measure_spread(&spread[i], part[i], rows, threads, err));
    for (int i = 0; i < 2; i++)
        TRY(scale_leaves(part[i],
                         spread[0] > 0 && spread[i] > 0 ? 0.5 * spread[0] / spread[i] : 0.5, err));
    TRY(lightgbm(LGBM_BoosterMerge(part[0]->booster, part[1]->booster), "averaging", err));
    TRY(lightgbm_copy(out, part[0]->booster, err));
done:
    return status;
}

aisle_status ranker_train(ranker **out, const ranker_rows *rows, const ranker_rows *validation,
                          const ranker_options *options, const ranker *like, uint64_t seed,
                          int threads, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    ranker *part[2] = {NULL, NULL}, *made = NULL;
    int64_t trees[2] = {0, 0};
    int n = options->averaged_with == RANKER_ALONE ? 1 : 2;
    lightgbm_be_silent();
    for (int i = 0; i < n; i++) {
        ranker_options own = *options;
        int objective = i == 0 ? options->objective : options->averaged_with - 1;
        if (like && like->part[i] > 0)
            own.trees = like->part[i];
        TRY(lightgbm_train(&part[i], rows, validation, &own, objective,
                           seed + (uint64_t)i * SEED_STEP, threads, err));
        trees[i] = ranker_trees(part[i]);
    }
    if (n == 2) {
        TRY(average(&made, part, rows, threads, err));
    } else {
        made = part[0];
        part[0] = NULL;
    }
    made->part[0] = trees[0];
    made->part[1] = trees[1];
    *out = made;
done:
    ranker_free(part[0]);
    ranker_free(part[1]);
    return status;
}
