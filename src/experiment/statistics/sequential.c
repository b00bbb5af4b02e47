#include "aisle/abtest_sequential.h"

#include <math.h>
#include <stdbool.h>

#include "base/fail.h"
#include "base/mem.h"
#include "experiment/statistics/special.h"

static const char *const names[] = {"obrien-fleming", "pocock", "obrien-fleming-spending",
                                    "pocock-spending"};
enum { BOUNDARIES = sizeof names / sizeof names[0] };

/* Gauss and Legendre's rule of ten places in panels of 1.5 standard deviations of a step, and how
 * far out a density is none. */
enum { NODES = 10, PANELS_MOST = 200 };
static const double FAR = 9, PANEL = 1.5;
static const double node[] = {0.14887433898163122, 0.4333953941292472, 0.6794095682990244,
                              0.8650633666889845, 0.9739065285171717};
static const double weight[] = {0.29552422471475287, 0.26926671930999635, 0.219086362515982,
                                0.14945134915058059, 0.06667134430868814};

/* The density of b = z sqrt(t), a Brownian motion, over those that have crossed no boundary yet. */
typedef struct walk {
    double t, drift;
    double step;          /* the smallest standard deviation between two looks */
    int n;                /* places */
    double *at, *density; /* [n] of NODES * PANELS_MOST; the density times the rule's weight */
    double *next, *next_density;
} walk;

const char *aisle_abtest_boundary_name(size_t index)
{
    return index < BOUNDARIES ? names[index] : NULL;
}

aisle_status aisle_abtest_looks_check(const aisle_abtest_looks *l, aisle_error *err)
{
    double before = 0;
    if ((size_t)l->boundary >= BOUNDARIES)
        return fail(err, AISLE_ERROR_ARGUMENT, "boundary: found %d, expected 0 to 3",
                    (int)l->boundary);
    if (l->n < 1 || l->n > AISLE_ABTEST_LOOKS_MOST)
        return fail(err, AISLE_ERROR_ARGUMENT, "looks: found %u, expected 1 to %d", l->n,
                    AISLE_ABTEST_LOOKS_MOST);
    if (l->look < 1 || l->look > l->n)
        return fail(err, AISLE_ERROR_ARGUMENT, "look: found %u, expected 1 to %u", l->look, l->n);
    bool equal = l->information[0] == 0;
    uint32_t needed = l->boundary < AISLE_ABTEST_OBRIEN_FLEMING_SPENDING ? l->n : l->look;
    for (uint32_t k = 0; k < needed && !equal; k++) {
        if (!(l->information[k] > before) || !(l->information[k] <= 1))
            return fail(err, AISLE_ERROR_ARGUMENT,
                        "information of look %u: found %g, expected more than %g, at most 1", k + 1,
                        l->information[k], before);
        before = l->information[k];
    }
    if (!equal && needed == l->n && before != 1)
        return fail(err, AISLE_ERROR_ARGUMENT, "information of the last look: found %g, expected 1",
                    before);
    return AISLE_OK;
}

static double time_of(const aisle_abtest_looks *l, uint32_t k)
{
    return l->information[0] == 0 ? (double)(k + 1) / l->n : l->information[k];
}

static double normal_density(double x)
{
    return 0.3989422804014327 * exp(-x * x / 2);
}

static aisle_status walk_init(walk *w, const aisle_abtest_looks *l, uint32_t looks, double drift,
                              aisle_error *err)
{
    aisle_status status = AISLE_OK;
    *w = (walk){.drift = drift, .step = 1};
    for (uint32_t k = 0; k < looks; k++)
        w->step = fmin(w->step, sqrt(time_of(l, k) - (k ? time_of(l, k - 1) : 0)));
    TRY_ALLOC(w->at = NEW_ARRAY(double, NODES *PANELS_MOST));
    TRY_ALLOC(w->density = NEW_ARRAY(double, NODES *PANELS_MOST));
    TRY_ALLOC(w->next = NEW_ARRAY(double, NODES *PANELS_MOST));
    TRY_ALLOC(w->next_density = NEW_ARRAY(double, NODES *PANELS_MOST));
done:
    return status;
}

static void walk_fini(walk *w)
{
    mem_free(w->at);
    mem_free(w->density);
    mem_free(w->next);
    mem_free(w->next_density);
}

/* The chance that it goes on until now, and is beyond ±z sqrt(t) at t. */
static double walk_beyond(const walk *w, double t, double z)
{
    double edge = z * sqrt(t), sd = sqrt(t - w->t), mean = w->drift * (t - w->t), sum = 0;
    if (w->t == 0)
        return special_normal_above((edge - mean) / sd) + special_normal_below((-edge - mean) / sd);
    for (int i = 0; i < w->n; i++)
        sum += w->density[i] * (special_normal_above((edge - w->at[i] - mean) / sd) +
                                special_normal_below((-edge - w->at[i] - mean) / sd));
    return sum;
}

/* The density at a place at time t. */
static double arrive(const walk *w, double t, double place)
{
    double sd = sqrt(t - w->t), from = place - w->drift * (t - w->t), sum = 0;
    if (w->t == 0)
        return normal_density(from / sd) / sd;
    for (int j = 0; j < w->n; j++)
        sum += w->density[j] * normal_density((from - w->at[j]) / sd);
    return sum / sd;
}

/* Goes to t, and stops what is beyond ±z sqrt(t) there. */
static void walk_on(walk *w, double t, double z)
{
    double high = fmin(z * sqrt(t), w->drift * t + FAR * sqrt(t));
    double low = fmax(-z * sqrt(t), w->drift * t - FAR * sqrt(t));
    double wanted = ceil((high - low) / (PANEL * w->step));
    int panels = wanted < 1 ? 1 : wanted < PANELS_MOST ? (int)wanted : PANELS_MOST;
    double half = (high - low) / panels / 2;
    for (int i = 0; i < panels * NODES; i++) {
        int j = i % NODES / 2;
        double centre = low + (2 * (i / NODES) + 1) * half;
        w->next[i] = centre + (i % 2 ? node[j] : -node[j]) * half;
        w->next_density[i] = weight[j] * half * arrive(w, t, w->next[i]);
    }
    double *at = w->at, *density = w->density;
    w->at = w->next;
    w->density = w->next_density;
    w->next = at;
    w->next_density = density;
    w->n = panels * NODES;
    w->t = t;
}

static double shape(aisle_abtest_boundary b, double t)
{
    return b == AISLE_ABTEST_POCOCK ? 1 : 1 / sqrt(t);
}

/* The chance to cross c * shape at any look. */
static double crossing(walk *w, const aisle_abtest_looks *l, double c)
{
    double sum = 0;
    w->t = 0;
    for (uint32_t k = 0; k < l->n; k++) {
        double t = time_of(l, k), z = c * shape(l->boundary, t);
        sum += walk_beyond(w, t, z);
        if (k + 1 < l->n)
            walk_on(w, t, z);
    }
    return sum;
}

/* The c of which the chance is alpha, by the secant method on the quantile's scale, where it is
 * nearly a line. */
static double find_constant(walk *w, const aisle_abtest_looks *l, double alpha)
{
    double wanted = -special_normal_quantile(alpha / 2);
    double a = wanted, fa = -special_normal_quantile(crossing(w, l, a) / 2) - wanted;
    double b = wanted * 1.2, fb = -special_normal_quantile(crossing(w, l, b) / 2) - wanted;
    for (int i = 0; i < 30 && fabs(fb) > 1e-11 && fa != fb; i++) {
        double next = b - fb * (b - a) / (fb - fa);
        a = b;
        fa = fb;
        b = next;
        fb = -special_normal_quantile(crossing(w, l, b) / 2) - wanted;
    }
    return b;
}

static double spent(aisle_abtest_boundary b, double t, double alpha)
{
    if (b == AISLE_ABTEST_POCOCK_SPENDING)
        return alpha * log1p((exp(1) - 1) * t);
    return 4 * special_normal_above(-special_normal_quantile(alpha / 4) / sqrt(t));
}

/* The z of look k of which the chance is what may be spent since the look before. */
static double find_spending(const walk *w, double t, double chance)
{
    double low = 0, high = 40;
    for (int i = 0; i < 60; i++) {
        double z = low + (high - low) / 2;
        if (walk_beyond(w, t, z) > chance)
            low = z;
        else
            high = z;
    }
    return high;
}

aisle_status aisle_abtest_boundary_make(double *critical, const aisle_abtest_looks *l, double alpha,
                                        aisle_error *err)
{
    aisle_status status = AISLE_OK;
    walk w = {0};
    bool spending = l->boundary >= AISLE_ABTEST_OBRIEN_FLEMING_SPENDING;
    TRY(aisle_abtest_looks_check(l, err));
    if (!(alpha > 0 && alpha < 1))
        return fail(err, AISLE_ERROR_ARGUMENT, "alpha: found %g, expected more than 0, less than 1",
                    alpha);
    TRY(walk_init(&w, l, spending ? l->look : l->n, 0, err));
    double c = spending ? 0 : find_constant(&w, l, alpha), before = 0;
    w.t = 0;
    for (uint32_t k = 0; k < l->look; k++) {
        double t = time_of(l, k);
        if (!spending) {
            critical[k] = c * shape(l->boundary, t);
            continue;
        }
        critical[k] = find_spending(&w, t, spent(l->boundary, t, alpha) - before);
        before = spent(l->boundary, t, alpha);
        walk_on(&w, t, critical[k]);
    }
done:
    walk_fini(&w);
    return status;
}

aisle_status aisle_abtest_boundary_power(double *power, const aisle_abtest_looks *l,
                                         const double *critical, double drift, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    walk w = {0};
    TRY(aisle_abtest_looks_check(l, err));
    TRY(walk_init(&w, l, l->n, drift, err));
    *power = 0;
    for (uint32_t k = 0; k < l->n; k++) {
        double t = time_of(l, k);
        *power += walk_beyond(&w, t, critical[k]);
        if (k + 1 < l->n)
            walk_on(&w, t, critical[k]);
    }
done:
    walk_fini(&w);
    return status;
}
