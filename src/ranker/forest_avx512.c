#include "ranker/shap.h"

#if defined(__x86_64__)

#include <immintrin.h>

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512vl,avx512dq,avx512cd,avx2"))),   \
                             apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx512f,avx512vl,avx512dq,avx512cd,avx2")
#endif

#define LANES 16
#include "ranker/forest_body.h"
#include "ranker/shap_body.h"

#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

static const forest_kernels kernels = {"avx512", load, score, explain};
const forest_kernels *const forest_kernels_avx512 = &kernels;

#else
const forest_kernels *const forest_kernels_avx512 = NULL;
#endif
