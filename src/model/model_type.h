/* model/model_type.h: what an aisle_model is. */
#ifndef MODEL_MODEL_TYPE_H
#define MODEL_MODEL_TYPE_H

#include "aisle/model.h"
#include "base/file.h"
#include "model/calibration.h"
#include "model/rules.h"

struct aisle_model {
    aisle_config *config; /* what it was fitted with, without where the data came from */
    snapshot s;
    ranker *level2;
    rule_set rules;         /* of config */
    calibration calibrated; /* n 0: not */
    void **extra; /* [retriever_count] fitted on demand, beside s.l.state; NULL: none yet */
    file_map map; /* where the arrays of s lie, when it was opened from a file */
};

#endif
