#include "candidates/kernels/dense.h"

#if defined(__x86_64__)

#include <immintrin.h>

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,fma")
#endif

#define LANES 8
#include "candidates/kernels/dense_body.h"

#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

static const dense_kernels kernels = DENSE_BODY_KERNELS("avx2");
const dense_kernels *const dense_kernels_avx2 = &kernels;

#else
const dense_kernels *const dense_kernels_avx2 = NULL;
#endif
