#include "candidates/kernels/dense.h"

#if defined(__x86_64__)

#include <immintrin.h>

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512vl,avx2,fma"))),                 \
                             apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx512f,avx512vl,avx2,fma")
#endif

#define LANES 16
#include "candidates/kernels/dense_body.h"

#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

static const dense_kernels kernels = DENSE_BODY_KERNELS("avx512");
const dense_kernels *const dense_kernels_avx512 = &kernels;

#else
const dense_kernels *const dense_kernels_avx512 = NULL;
#endif
