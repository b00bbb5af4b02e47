/* base/threads.h: OpenMP's few calls, also where it is not compiled in. */
#ifndef BASE_THREADS_H
#define BASE_THREADS_H

#ifdef _OPENMP
#include <omp.h>
#endif

/* Of the calling thread in its parallel region: 0, 1, … */
static inline int thread_number(void)
{
#ifdef _OPENMP
    return omp_get_thread_num();
#else
    return 0;
#endif
}

/* wanted, or all cores where it is 0. */
static inline int thread_count(int wanted)
{
#ifdef _OPENMP
    return wanted > 0 ? wanted : omp_get_num_procs();
#else
    return 1;
#endif
}

#endif
