#include "cli/output/ablation_out.h"

#include <stdio.h>

#include "cli/output/print.h"

void print_ablation(const aisle_ablation *a)
{
    char count[32];
    week_span weeks = {&a->window, a->first_week, a->last_week, a->whole_weeks};
    print_judged_on(&weeks, a->windows, a->new_only);
    printf("%s households bought something that counts", print_count(count, a->households));
    printf("; the test window is not looked at\n\n%-12s  %7s  %7s  %10s", "without", "columns",
           a->metric, "difference");
    if (a->confidence > 0)
        printf("  %20.4g %% interval", 100 * a->confidence);
    printf("\n%-12s  %7s  %7.4f", "(none)", "", a->value.value);
    if (a->confidence > 0)
        printf("  %10s  %14.4f to  %.4f", "", a->value.low, a->value.high);
    printf("\n");
    for (size_t f = 0; f < a->n_families; f++) {
        const aisle_ablated *one = &a->families[f];
        printf("%-12s  %7u  %7.4f  %+10.4f", one->family, one->columns, one->value,
               one->difference.value);
        if (a->confidence > 0)
            printf("  %+14.4f to %+.4f", one->difference.low, one->difference.high);
        printf("\n");
    }
    printf("%s@%u of level 2 trained without each family of features on the same rows; a family "
           "helps where\nthe difference is below 0 and its interval too.\n",
           a->metric, a->k);
}

json_t *ablation_json(const aisle_ablation *a, double reading)
{
    char from[16], to[16];
    json_t *families = json_object();
    for (size_t f = 0; f < a->n_families; f++) {
        const aisle_ablated *one = &a->families[f];
        json_object_set_new(families, one->family,
                            json_pack("{s:i, s:f, s:o}", "columns", (int)one->columns, "value",
                                      one->value, "difference", estimate_json(&one->difference)));
    }
    return json_pack("{s:[s, s], s:i, s:i, s:I, s:s, s:i, s:b, s:o, s:o, s:o}", "window",
                     print_day(from, a->window.from), print_day(to, a->window.to - 1), "windows",
                     (int)a->windows, "seeds", (int)a->seeds, "households",
                     (json_int_t)a->households, "metric", a->metric, "k", (int)a->k, "new_only",
                     a->new_only, "value", estimate_json(&a->value), "without", families, "seconds",
                     seconds_json(a->stages, a->n_stages, reading));
}
