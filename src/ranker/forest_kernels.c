#include "ranker/forest.h"

size_t forest_kernels_all(const forest_kernels *out[3])
{
    size_t n = 0;
    out[n++] = forest_kernels_plain;
#if defined(__x86_64__)
    if (forest_kernels_avx2 && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        out[n++] = forest_kernels_avx2;
    if (forest_kernels_avx512 && __builtin_cpu_supports("avx512f") &&
        __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512cd"))
        out[n++] = forest_kernels_avx512;
#endif
    return n;
}

const forest_kernels *forest_kernels_best(void)
{
    const forest_kernels *all[3];
    return all[forest_kernels_all(all) - 1];
}
