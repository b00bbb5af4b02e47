#include "base/date.h"

#include <stdio.h>
#include <string.h>

static int32_t days_from_civil(int y, int m, int d)
{
    y -= m <= 2;
    int era = (y >= 0 ? y : y - 399) / 400;
    int year_of_era = y - era * 400;
    int day_of_year = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
    int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

static void civil_from_days(int32_t day, int *y, int *m, int *d)
{
    int64_t z = (int64_t)day + 719468;
    int era = (int)((z >= 0 ? z : z - 146096) / 146097);
    int doe = (int)(z - (int64_t)era * 146097);
    int yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int mp = (5 * doy + 2) / 153;
    *d = doy - (153 * mp + 2) / 5 + 1;
    *m = mp < 10 ? mp + 3 : mp - 9;
    *y = yoe + era * 400 + (*m <= 2);
}

bool date_parse(int32_t *day, const char *text)
{
    if (strlen(text) != 10 || text[4] != '-' || text[7] != '-')
        return false;
    int part[3] = {0, 0, 0};
    for (int i = 0, p = 0; i < 10; i++) {
        if (i == 4 || i == 7) {
            p++;
            continue;
        }
        if (text[i] < '0' || text[i] > '9')
            return false;
        part[p] = part[p] * 10 + (text[i] - '0');
    }
    if (part[1] < 1 || part[1] > 12 || part[2] < 1)
        return false;
    int32_t parsed = days_from_civil(part[0], part[1], part[2]);
    int y, m, d;
    civil_from_days(parsed, &y, &m, &d);
    if (m != part[1] || d != part[2])
        return false;
    *day = parsed;
    return true;
}

void date_format(char out[16], int32_t day)
{
    int y, m, d;
    civil_from_days(day, &y, &m, &d);
    snprintf(out, 16, "%04d-%02d-%02d", y % 10000, m % 100, d % 100);
}
