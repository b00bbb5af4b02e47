#include "ranker/forest.h"

#if defined(__x86_64__)

#include <immintrin.h>

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2")
#endif

#define LANES 8
#include "ranker/forest_body.h"

#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

static const forest_kernels kernels = {"avx2", load, score};
const forest_kernels *const forest_kernels_avx2 = &kernels;

#else
const forest_kernels *const forest_kernels_avx2 = NULL;
#endif
