#include "evaluate/judged_window.h"

#include <string.h>

#include "base/fail.h"

aisle_status judged_window_init(judged_window *out, const snapshot_source *source, window days,
                                stages *clock, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const catalogue_options *chosen;
    bool new_only = source->config->evaluate.new_only;
    memset(out, 0, sizeof *out);
    TRY(config_catalogue(&chosen, source->config, err));
    TRY(snapshot_init(&out->s, source, clock, err));
    stages_begin(clock, "truth");
    TRY(labels_init(&out->bought, source->dataset, days, err));
    TRY(truth_init(&out->t, &out->bought, &out->s.h, &out->s.c, catalogue_is_everything(chosen),
                   new_only, err));
    out->query = (retriever_query){out->t.user, out->t.n, new_only, 0};
done:
    if (status != AISLE_OK)
        judged_window_fini(out);
    return status;
}

void judged_window_fini(judged_window *w)
{
    truth_fini(&w->t);
    labels_fini(&w->bought);
    snapshot_fini(&w->s);
    memset(w, 0, sizeof *w);
}
