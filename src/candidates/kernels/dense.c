#include "candidates/kernels/dense.h"

size_t dense_kernels_all(const dense_kernels *out[3])
{
    size_t n = 0;
    out[n++] = dense_kernels_plain;
#if defined(__x86_64__)
    if (dense_kernels_avx2 && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        out[n++] = dense_kernels_avx2;
    if (dense_kernels_avx512 && __builtin_cpu_supports("avx512f") &&
        __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("fma"))
        out[n++] = dense_kernels_avx512;
#endif
    return n;
}

const dense_kernels *dense_kernels_best(void)
{
    const dense_kernels *all[3];
    return all[dense_kernels_all(all) - 1];
}
