#include "data/returns.h"

size_t returns_cancel(const return_lines *lines, size_t n, size_t *cancelled)
{
    *cancelled = 0;
    for (size_t r = 0; r < n; r++) {
        float left = -lines->quantity[r];
        if (!(left > 0))
            continue;
        for (size_t l = r; l-- > 0 && left > 0;) {
            float bought = lines->quantity[l];
            if (lines->item[l] != lines->item[r] || !(bought > 0))
                continue;
            if (bought <= left) {
                lines->quantity[l] = 0;
                left -= bought;
                ++*cancelled;
            } else {
                lines->quantity[l] = bought - left;
                lines->value[l] *= (double)(bought - left) / (double)bought;
                left = 0;
            }
        }
    }
    size_t kept = 0;
    for (size_t l = 0; l < n; l++) {
        if (!(lines->quantity[l] > 0))
            continue;
        lines->item[kept] = lines->item[l];
        lines->day[kept] = lines->day[l];
        lines->basket[kept] = lines->basket[l];
        lines->quantity[kept] = lines->quantity[l];
        lines->value[kept] = lines->value[l];
        kept++;
    }
    return kept;
}
