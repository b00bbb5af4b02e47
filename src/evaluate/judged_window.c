#include "evaluate/judged_window.h"

#include <string.h>

#include "base/fail.h"
#include "base/mem.h"

/* Those who are judged, by their own receipts. */
static aisle_status init_own(judged_window *w, const aisle_dataset *dataset, int32_t as_of,
                             const uint8_t *only, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    uint8_t *rest = only ? NEW_ARRAY(uint8_t, dataset->users.count) : NULL;
    if (only && !rest)
        return fail_memory(err);
    for (size_t u = 0; only && u < dataset->users.count; u++)
        rest[u] = !only[u];
    status = households_init(&w->own, &w->s.a, dataset, as_of, rest, err);
    mem_free(rest);
    return status;
}

aisle_status judged_window_init(judged_window *out, const snapshot_source *source, window days,
                                const judged_who *who, stages *clock, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const catalogue_options *chosen;
    bool new_only = source->config->evaluate.new_only;
    memset(out, 0, sizeof *out);
    TRY(config_catalogue(&chosen, source->config, err));
    TRY(snapshot_init(&out->s, source, clock, err));
    stages_begin(clock, "truth");
    if (who->own)
        TRY(init_own(out, source->dataset, days.from, who->only, err));
    const households *h = who->own ? &out->own : &out->s.h;
    truth_rules rules = {h, &out->s.c, who->only, catalogue_is_everything(chosen), new_only};
    TRY(labels_init(&out->bought, source->dataset, days, err));
    TRY(truth_init(&out->t, &out->bought, &rules, err));
    out->query = (retriever_query){h, out->t.user, out->t.n, new_only, 0};
done:
    if (status != AISLE_OK)
        judged_window_fini(out);
    return status;
}

void judged_window_fini(judged_window *w)
{
    truth_fini(&w->t);
    labels_fini(&w->bought);
    households_fini(&w->own);
    snapshot_fini(&w->s);
    memset(w, 0, sizeof *w);
}
