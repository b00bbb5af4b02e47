#include "evaluate/reliability.h"

#include <math.h>

#include "base/fail.h"
#include "base/mem.h"

/* Most candidates are improbable: there the bins are narrow. */
static const double edges[] = {0, .01, .02, .05, .1, .15, .2, .3, .4, .5, .6, .7, .8, .9, 1};
enum { BINS = sizeof edges / sizeof edges[0] - 1 };

static size_t bin_of(double probability)
{
    size_t b = 0;
    while (b + 1 < BINS && probability >= edges[b + 1])
        b++;
    return b;
}

aisle_status reliability_measure(aisle_evaluation *out, const calibration *calibrated,
                                 const scored_window *scored, aisle_error *err)
{
    aisle_reliability *bins = NEW_ZEROED(aisle_reliability, BINS);
    double error = 0;
    size_t n = 0;
    if (!bins)
        return fail_memory(err);
    for (size_t row = 0; row < scored->rows; row++) {
        double p = calibration_probability(calibrated, scored->score[row]);
        aisle_reliability *bin = &bins[bin_of(p)];
        bin->predicted += p;
        bin->observed += scored->bought[row];
        bin->count++;
    }
    for (size_t b = 0; b < BINS; b++) {
        aisle_reliability bin = bins[b];
        if (bin.count == 0)
            continue;
        error += fabs(bin.predicted - bin.observed) / (double)scored->rows;
        bin.from = edges[b];
        bin.to = edges[b + 1];
        bin.predicted /= (double)bin.count;
        bin.observed /= (double)bin.count;
        bins[n++] = bin;
    }
    out->reliability = bins;
    out->n_reliability = n;
    out->calibration_error = error;
    return AISLE_OK;
}
