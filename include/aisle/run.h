/* aisle/run.h: how a long call runs: threads, and who wants to hear how far it is. */
#ifndef AISLE_RUN_H
#define AISLE_RUN_H

#ifdef __cplusplus
extern "C" {
#endif

/* NULL stands for all cores and no progress. Results never depend on it. */
typedef struct aisle_run {
    int threads; /* 0: all cores */
    /* Called from the calling thread when a stage begins, with its name ("als", "training") and
     * the share of the whole that is done, 0 to 1. May be NULL. */
    void (*progress)(void *data, const char *stage, double done);
    void *data;
} aisle_run;

/* clang-format off */
#define AISLE_RUN_INIT {0, 0, 0}
/* clang-format on */

/* Seconds that a stage took. */
typedef struct aisle_stage {
    const char *name;
    double seconds;
} aisle_stage;

#ifdef __cplusplus
}
#endif

#endif
