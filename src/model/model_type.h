/* model/model_type.h: what an aisle_model and its like are. */
#ifndef MODEL_MODEL_TYPE_H
#define MODEL_MODEL_TYPE_H

#include "aisle/asking.h"
#include "aisle/model.h"
#include "base/file.h"
#include "model/answer/companions.h"
#include "model/answer/rules.h"
#include "model/calibration.h"

struct aisle_model {
    aisle_config *config; /* what it was fitted with, without where the data came from */
    snapshot s;           /* its households are none where they were left out */
    companions together;
    ranker *level2;
    ordering order;         /* what lists go by */
    rule_set rules;         /* of config */
    calibration calibrated; /* n 0: not */
    void **extra; /* [retriever_count] fitted on demand, beside s.l.state; NULL: none yet */
    file_map map; /* where the arrays of s lie, when it was opened from a file */
};

struct aisle_households {
    aisle_dataset_summary receipts;
    households h; /* in the numbers of the model that they are for */
};

/* NULL: the model's own. */
static inline const households *households_of(const aisle_model *model, const aisle_households *h)
{
    return h ? &h->h : &model->s.h;
}

#endif
