#include "candidates/kernels/dense.h"

#define LANES 4
#include "candidates/kernels/dense_body.h"

static const dense_kernels kernels = DENSE_BODY_KERNELS("plain");
const dense_kernels *const dense_kernels_plain = &kernels;
