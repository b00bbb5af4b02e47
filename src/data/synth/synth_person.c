#include <math.h>
#include <string.h>

#include "data/synth/synth_type.h"
#include "data/synth/synth_fit.h"

void synth_person_draw(synth_person *out, const aisle_synth *synth, rng *r)
{
    double scale = synth->options.lines / FIT_LINES;
    for (int k = 0; k < SYNTH_STYLES; k++)
        out->style[k] = (float)draw_normal(r);
    double visits = CURVE_AT(fit_visits, rng_unit(r));
    out->again = FIT_AGAIN_VISITS * log(visits / FIT_VISITS_MEDIAN);
    out->basket = FIT_BASKET + FIT_BASKET_HOUSEHOLD * (.4 * out->style[1] + .92 * draw_normal(r));
    /* Fewer lines: fewer visits; more lines: larger baskets, since there are only so many days. */
    if (scale < 1)
        visits *= scale;
    else
        out->basket += log(scale);
    out->gap = log(364 / visits) - FIT_GAP * FIT_GAP / 2;
    out->second = fmin(FIT_SECOND_BASKET_MOST, FIT_SECOND_BASKET * sqrt(visits));
    /* The first day falls into a gap, a long one the more likely for its length. */
    out->first = rng_unit(r) * exp(out->gap + FIT_GAP * (FIT_GAP + draw_normal(r)));
    out->main_store = CURVE_AT(fit_main_store, rng_unit(r));
    for (size_t i = 0; i < sizeof out->store / sizeof *out->store; i++)
        out->store[i] = 1 + alias_draw(&synth->store, r);
}

/* A value, and the share of households up to it. */
typedef struct level {
    const char *value;
    double until;
} level;

static const level ages[] = {{"19-24", .06}, {"25-34", .24}, {"35-44", .48},
                             {"45-54", .84}, {"55-64", .91}, {"65+", 1}};
static const level incomes[] = {{"Under 15K", .08}, {"15-24K", .17}, {"25-34K", .27},
                                {"35-49K", .48},    {"50-74K", .72}, {"75-99K", .84},
                                {"100-149K", .93},  {"150K+", 1}};
static const level sizes[] = {{"1", .32}, {"2", .72}, {"3", .85}, {"4", .92}, {"5+", 1}};
static const level children[] = {{"0", .64}, {"1", .84}, {"2", .91}, {"3+", 1}};
static const level homes[] = {{"Renter", .1}, {NULL, .35}, {"Homeowner", 1}};

static const char *value_at(const level *levels, double share)
{
    while (share >= levels->until && levels->until < 1)
        levels++;
    return levels->value;
}

const char *aisle_synth_column_name(size_t column)
{
    static const char *const names[AISLE_SYNTH_COLUMNS] = {"age", "income", "size", "children",
                                                           "home"};
    return column < AISLE_SYNTH_COLUMNS ? names[column] : NULL;
}

bool aisle_synth_columns_at(const char *value[AISLE_SYNTH_COLUMNS], const aisle_synth *synth,
                            uint32_t household)
{
    synth_person person;
    uint64_t stream = SYNTH_HOUSEHOLD + 2 * (uint64_t)household;
    rng r = rng_init(synth->options.seed, stream);
    rng own = rng_init(synth->options.seed, stream + 1);
    memset(value, 0, AISLE_SYNTH_COLUMNS * sizeof *value);
    if (rng_unit(&own) >= synth->options.known)
        return false;
    synth_person_draw(&person, synth, &r);
    double income = person.style[0], family = person.style[1], age = person.style[2];
    value[0] = value_at(ages, normal_share(age));
    value[1] = value_at(incomes, normal_share(income));
    value[2] = value_at(sizes, normal_share(family));
    value[3] = value_at(children, normal_share(.9 * family + .44 * draw_normal(&own)));
    value[4] = value_at(homes, normal_share(.6 * income + .8 * draw_normal(&own)));
    return true;
}
