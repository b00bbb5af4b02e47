/* model/snapshot.h: all that is built as of one T, the same for training, testing and serving. */
#ifndef MODEL_SNAPSHOT_H
#define MODEL_SNAPSHOT_H

#include "candidates/blend.h"
#include "features/matrix.h"
#include "model/ordering.h"
#include "model/sums/fit_sample.h"

/* Its parts point at each other: it does not move once initialised. */
typedef struct snapshot {
    assortment a;
    households h; /* the fit's */
    catalogue c;
    level1 l;
    feature_facts facts;
} snapshot;

/* What a snapshot is taken of, and when. */
typedef struct snapshot_source {
    const aisle_dataset *dataset;
    const aisle_config *config;
    int32_t as_of;           /* T */
    int32_t catalogue_as_of; /* when the catalogue is decided, where that is earlier */
    const bool *wanted;      /* retrievers, as for level1_init */
    const fit_sample *who;   /* the households that it goes by; NULL: all */
} snapshot_source;

aisle_status snapshot_init(snapshot *s, const snapshot_source *from, stages *clock,
                           aisle_error *err);
void snapshot_fini(snapshot *s);

/* Features of candidates as rows for the ranker; they borrow from m. Freed by ranker_view_fini. */
typedef struct ranker_view {
    ranker_rows rows;
    const char **names;
    bool *categorical;
} ranker_view;

aisle_status ranker_view_init(ranker_view *out, const feature_matrix *m, aisle_error *err);
void ranker_view_fini(ranker_view *v);

/* Candidates with their scores, and their features where these come of the trees. */
typedef struct scored_rows {
    feature_matrix m;
    ranker_view view;
    double *score; /* [rows of the lists] */
} scored_rows;

/* query: who the lists are of. */
aisle_status snapshot_score(scored_rows *out, const snapshot *s, const level2_scorer *by,
                            const candidate_lists *lists, const retriever_query *query, int threads,
                            aisle_error *err);
void scored_rows_fini(scored_rows *rows);

/* Orders the candidates of lists by scores, a row each: out has lists->n lists of k places. */
aisle_status snapshot_order(item_lists *out, const snapshot *s, const candidate_lists *lists,
                            const double *scores, aisle_error *err);

/* Both, without the features. */
aisle_status snapshot_rank(item_lists *out, const snapshot *s, const level2_scorer *by,
                           const candidate_lists *lists, const retriever_query *query, int threads,
                           aisle_error *err);

#endif
