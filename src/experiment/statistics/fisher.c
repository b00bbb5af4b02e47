#include <float.h>
#include <math.h>

#include "experiment/statistics/proportions.h"

/* One row of the table, given all margins: w(x + 1) / w(x) of the hypergeometric weights. */
typedef struct margins {
    double n, row, column; /* all; the treatment's; those that converted */
} margins;

static double step_up(const margins *m, double x)
{
    return (m->row - x) * (m->column - x) / ((x + 1) * (m->n - m->row - m->column + x + 1));
}

typedef struct tail_sums {
    double all, tail;
} tail_sums;

/* Adds the weights from the mode in one direction; what is not likelier than `bound` is tail as
 * well. Weights of the mode are 1, so what is below 1e-40 adds nothing, unless the tail begins
 * there. */
static void add_side(tail_sums *s, const margins *m, double mode, double end, double bound)
{
    double weight = 1, by = end > mode ? 1 : -1;
    for (double x = mode; x != end; x += by) {
        weight *= by > 0 ? step_up(m, x) : 1 / step_up(m, x - 1);
        s->all += weight;
        if (weight <= bound)
            s->tail += weight;
        /* Below DBL_MIN a weight may round to itself for ever. */
        if (weight < DBL_MIN || (weight < 1e-40 && weight < 1e-20 * bound))
            break;
    }
}

static double weight_of(const margins *m, double mode, double at)
{
    double log_weight = 0;
    for (double x = mode; x < at && log_weight > -800; x++)
        log_weight += log(step_up(m, x));
    for (double x = mode; x > at && log_weight > -800; x--)
        log_weight -= log(step_up(m, x - 1));
    return exp(log_weight);
}

double shares_fisher(const two_shares *s)
{
    margins m = {s->control.n + s->treatment.n, s->treatment.n,
                 s->control.hits + s->treatment.hits};
    double low = fmax(0, m.row + m.column - m.n), high = fmin(m.row, m.column);
    double mode = floor((m.row + 1) * (m.column + 1) / (m.n + 2));
    mode = fmin(fmax(mode, low), high);
    /* Equal tables differ by rounding. */
    double bound = weight_of(&m, mode, s->treatment.hits) * (1 + 1e-7);
    if (bound < DBL_MIN)
        return 0;
    tail_sums sums = {1, bound >= 1 ? 1 : 0};
    add_side(&sums, &m, mode, high, bound);
    add_side(&sums, &m, mode, low, bound);
    return fmin(sums.tail / sums.all, 1);
}
