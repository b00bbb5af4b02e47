#include "ranker/shap.h"

#define LANES 4
#include "ranker/forest_body.h"
#include "ranker/shap_body.h"

static const forest_kernels kernels = {"plain", load, score, explain};
const forest_kernels *const forest_kernels_plain = &kernels;
