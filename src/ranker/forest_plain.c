#include "ranker/forest.h"

#define LANES 4
#include "ranker/forest_body.h"

static const forest_kernels kernels = {"plain", load, score};
const forest_kernels *const forest_kernels_plain = &kernels;
