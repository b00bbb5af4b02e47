/* base/rng.h: a small seeded generator (splitmix64, Steele et al. 2014), the same everywhere. */
#ifndef BASE_RNG_H
#define BASE_RNG_H

#include <stdint.h>

typedef struct rng {
    uint64_t state;
} rng;

static inline uint64_t rng_mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* A stream of its own for each (seed, stream): what runs in parallel takes one an element. */
static inline rng rng_init(uint64_t seed, uint64_t stream)
{
    rng r = {rng_mix(rng_mix(seed + UINT64_C(0x9e3779b97f4a7c15)) ^ (stream * 2 + 1))};
    return r;
}

static inline uint64_t rng_next(rng *r)
{
    return rng_mix(r->state += UINT64_C(0x9e3779b97f4a7c15));
}

/* Uniform in [0, n), n > 0 (Lemire's multiply-shift; the bias is below 2^-32 for n < 2^32). */
static inline uint32_t rng_below(rng *r, uint32_t n)
{
    return (uint32_t)(((rng_next(r) >> 32) * (uint64_t)n) >> 32);
}

/* Uniform in [0, 1). */
static inline double rng_unit(rng *r)
{
    return (double)(rng_next(r) >> 11) * 0x1p-53;
}

#endif
