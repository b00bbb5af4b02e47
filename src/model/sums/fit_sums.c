#include "model/sums/fit_sums.h"

#include <string.h>

#include "base/date.h"
#include "base/fail.h"
#include "base/mem.h"
#include "catalogue/catalogue.h"
#include "history/label_count.h"
#include "model/sums/sums_options.h"

void aisle_sums_free(aisle_sums *s)
{
    if (!s)
        return;
    for (size_t i = 0; s->at && i < s->n; i++)
        sums_fini(&s->at[i]);
    id_table_fini(&s->left_out);
    mem_free(s->at);
    mem_free(s->options);
    mem_free(s->has);
    mem_free(s);
}

const day_sums *fit_sums_at(const aisle_sums *s, int32_t as_of)
{
    for (size_t i = 0; i < s->n; i++)
        if (s->at[i].as_of == as_of)
            return &s->at[i];
    return NULL;
}

static size_t add_day(int32_t *days, size_t n, int32_t day)
{
    size_t at = 0;
    while (at < n && days[at] < day)
        at++;
    if (at < n && days[at] == day)
        return n;
    memmove(days + at + 1, days + at, (n - at) * sizeof *days);
    days[at] = day;
    return n + 1;
}

/* The days that the windows are looked at from, ascending and once each. */
static size_t list_days(int32_t days[FIT_SUMS_MOST], const split *windows)
{
    size_t n = 0;
    for (size_t w = 0; w < windows->n_labels; w++)
        n = add_day(days, n, windows->labels_as_of[w]);
    n = add_day(days, n, windows->test_as_of);
    return add_day(days, n, windows->catalogue_as_of);
}

static aisle_status sum_day(day_sums *out, const aisle_dataset *d, const aisle_config *config,
                            int32_t as_of, const uint8_t *left_out, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const tally_part *parts[SUMS_PARTS_MOST];
    size_t n = fit_sums_parts(parts, config);
    assortment a;
    households h;
    TRY(history_init(&a, &h, d, as_of, left_out, err));
    status = sums_init(out, &h, parts, n, &config->candidates, err);
    households_fini(&h);
    assortment_fini(&a);
done:
    return status;
}

aisle_status fit_sums_init(aisle_sums **out, const aisle_dataset *d, const aisle_config *config,
                           const split *windows, const uint8_t *left_out, stages *clock,
                           aisle_error *err)
{
    aisle_status status = AISLE_OK;
    int32_t days[FIT_SUMS_MOST];
    size_t n = list_days(days, windows);
    aisle_sums *s = NEW_ZEROED(aisle_sums, 1);
    TRY_ALLOC(s);
    s->parts = 1;
    TRY_ALLOC(s->has = NEW_ZEROED(uint8_t, 1));
    s->has[0] = 1;
    TRY_ALLOC(s->at = NEW_ZEROED(day_sums, n));
    TRY(sums_options_list(&s->options, config, d, err));
    TRY(id_table_copy(&s->left_out, &d->left_out, err));
    stages_begin(clock, "sums");
    for (size_t i = 0; i < n; i++) {
        TRY(sum_day(&s->at[i], d, config, days[i], left_out, err));
        s->n++;
    }
    stages_end(clock);
    *out = s;
    s = NULL;
done:
    aisle_sums_free(s);
    return status;
}

/* As of no day: they go with any others. */
static aisle_status sums_of_nobody(aisle_sums **out, aisle_error *err)
{
    static const aisle_values none;
    aisle_status status = AISLE_OK;
    aisle_sums *s = NEW_ZEROED(aisle_sums, 1);
    TRY_ALLOC(s);
    TRY_ALLOC(s->options = mem_text(""));
    TRY(id_table_init(&s->left_out, NULL, &none, err));
    *out = s;
    s = NULL;
done:
    aisle_sums_free(s);
    return status;
}

aisle_status aisle_sums_new(aisle_sums **out, const aisle_dataset *dataset, uint32_t part,
                            uint32_t parts, const aisle_run *run, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    stages clock = {.run = run};
    split windows;
    uint8_t *has = NULL;
    aisle_sums *s = NULL;
    if (part < 1 || part > parts || parts > AISLE_SUMS_MOST)
        TRY(fail(err, AISLE_ERROR_ARGUMENT, "sums: part %u of %u, expected 1 of 1 up to %d of %d",
                 part, parts, AISLE_SUMS_MOST, AISLE_SUMS_MOST));
    TRY_ALLOC(has = NEW_ZEROED(uint8_t, parts));
    if (dataset) {
        aisle_config config = *dataset->config; /* a copy of nothing but its numbers */
        if (config.ranker.windows == 0)
            config.ranker.windows = LABEL_COUNT_LEAST;
        TRY(split_init_serving(&windows, dataset, &config, err));
        TRY(fit_sums_init(&s, dataset, dataset->config, &windows, NULL, &clock, err));
    } else {
        TRY(sums_of_nobody(&s, err));
    }
    has[part - 1] = 1;
    mem_free(s->has);
    s->has = has;
    s->parts = parts;
    has = NULL;
    *out = s;
done:
    mem_free(has);
    return status;
}

/* ---- What is asked of them ---- */

uint32_t aisle_sums_parts(const aisle_sums *s)
{
    return s->parts;
}

uint32_t aisle_sums_missing(const aisle_sums *s)
{
    for (uint32_t p = 0; p < s->parts; p++)
        if (!s->has[p])
            return p + 1;
    return 0;
}

uint64_t aisle_sums_households(const aisle_sums *s)
{
    if (s->n == 0)
        return 0;
    return (uint64_t)*tally_counts(sums_find(&s->at[s->n - 1], &catalogue_part),
                                   CATALOGUE_HOUSEHOLDS);
}

uint64_t aisle_sums_items(const aisle_sums *s)
{
    return s->n == 0 ? 0 : s->at[s->n - 1].items.count;
}

bool aisle_sums_span(int32_t span[2], const aisle_sums *s)
{
    if (s->n == 0)
        return false;
    span[0] = s->at[s->n - 1].first_day;
    span[1] = s->at[s->n - 1].as_of - 1;
    return true;
}

/* ---- Adding ---- */

static aisle_status refuse_days(const aisle_sums *a, const aisle_sums *b, aisle_error *err)
{
    char x[16], y[16];
    date_format(x, a->at[a->n - 1].as_of);
    date_format(y, b->at[b->n - 1].as_of);
    return fail(err, AISLE_ERROR_DATA,
                "sums: as of other days (%zu, the last %s, and %zu, the last %s): the receipts of "
                "each part must end on the same day",
                a->n, x, b->n, y);
}

static aisle_status check_together(const aisle_sums *a, const aisle_sums *b, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    if (a->parts != b->parts)
        TRY(fail(err, AISLE_ERROR_DATA, "sums: parts of %u and of %u", a->parts, b->parts));
    for (uint32_t p = 0; p < a->parts; p++)
        if (a->has[p] && b->has[p])
            TRY(fail(err, AISLE_ERROR_DATA, "sums: part %u of %u is there twice", p + 1, a->parts));
    if (a->n == 0 || b->n == 0)
        return AISLE_OK;
    TRY(sums_options_compare(a->options, b->options, err));
    if (a->n != b->n)
        TRY(refuse_days(a, b, err));
    for (size_t i = 0; i < a->n; i++) {
        if (a->at[i].as_of != b->at[i].as_of)
            TRY(refuse_days(a, b, err));
        for (size_t p = 0; p < a->at[i].n_parts; p++)
            if (a->at[i].n_parts != b->at[i].n_parts ||
                a->at[i].part[p].part != b->at[i].part[p].part)
                TRY(fail(err, AISLE_ERROR_DATA, "sums: one has '%s', the other has not",
                         a->at[i].part[p].part->name));
    }
done:
    return status;
}

/* Sums of nobody become those of nobody as of b's days. */
static aisle_status take_days(aisle_sums *a, const aisle_sums *b, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    char *options = mem_text(b->options);
    TRY_ALLOC(options);
    mem_free(a->at);
    TRY_ALLOC(a->at = NEW_ZEROED(day_sums, b->n));
    for (size_t i = 0; i < b->n; i++)
        TRY(sums_init_empty(&a->at[i], &b->at[i], err));
    a->n = b->n;
    mem_free(a->options);
    a->options = options;
    options = NULL;
done:
    mem_free(options);
    return status;
}

aisle_status aisle_sums_add(aisle_sums *a, const aisle_sums *b, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    id_table left_out = {0};
    TRY(check_together(a, b, err));
    if (a->n == 0 && b->n > 0)
        TRY(take_days(a, b, err));
    TRY(id_table_union(&left_out, &a->left_out, &b->left_out, err));
    for (size_t i = 0; i < b->n; i++)
        TRY(sums_add(&a->at[i], &b->at[i], err));
    id_table_fini(&a->left_out);
    a->left_out = left_out;
    memset(&left_out, 0, sizeof left_out);
    for (uint32_t p = 0; p < a->parts; p++)
        a->has[p] |= b->has[p];
done:
    id_table_fini(&left_out);
    return status;
}

/* ---- Fitting by them ---- */

aisle_status fit_sums_check_fit(const aisle_sums *s, const aisle_dataset *dataset,
                                const split *windows, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    char day[16], last[16], *options = NULL;
    int32_t days[FIT_SUMS_MOST];
    size_t n = list_days(days, windows);
    uint32_t missing = aisle_sums_missing(s);
    if (missing)
        TRY(fail(err, AISLE_ERROR_DATA, "sums: part %u of %u is missing", missing, s->parts));
    if (s->n == 0)
        TRY(fail(err, AISLE_ERROR_DATA, "sums: of no household"));
    TRY(sums_options_list(&options, dataset->config, dataset, err));
    TRY(sums_options_compare(s->options, options, err));
    date_format(last, s->at[s->n - 1].as_of);
    for (size_t i = 0; i < n; i++) {
        date_format(day, days[i]);
        if (!fit_sums_at(s, days[i]))
            TRY(fail(err, AISLE_ERROR_DATA,
                     "sums: there are none as of %s, which the fit looks from (the last are as of "
                     "%s): sum again with this configuration and all receipts",
                     day, last));
    }
done:
    mem_free(options);
    return status;
}

aisle_status fit_sums_check(const aisle_sums *s, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    bool some = false;
    for (uint32_t p = 0; p < s->parts; p++) {
        if (s->has[p] > 1)
            TRY(fail(err, AISLE_ERROR_FORMAT, "sums: a mark of a part that is neither 0 nor 1"));
        some |= s->has[p];
    }
    if (!some)
        TRY(fail(err, AISLE_ERROR_FORMAT, "sums: of no part"));
    TRY(id_table_check(&s->left_out, err));
    for (size_t i = 0; i < s->n; i++) {
        if (i && s->at[i - 1].as_of >= s->at[i].as_of)
            TRY(fail(err, AISLE_ERROR_FORMAT, "sums: days out of order"));
        if (!sums_find(&s->at[i], &catalogue_part))
            TRY(fail(err, AISLE_ERROR_FORMAT, "sums: without their households"));
        TRY(sums_check(&s->at[i], err));
    }
done:
    return status;
}
