/* Level 1 under a stopwatch, on request: what script/bench level1 talks to.
 *
 *     bench_level1 THREADS CONFIG
 *     bench_level1 THREADS made USERS ITEMS PAIRS      receipts of made_history.h
 *
 * Reads a command a line on standard input and answers each with a line of JSON. As of the start
 * of the test window of CONFIG:
 *
 *     set KEY VALUE    any key of the configuration
 *     counts FILE      the matrix of lines, households × places of the catalogue
 *     weights FILE     the same weighted as ALS is told to
 *     lines FILE       baskets: household, product, day, basket of every line
 *     fit NAME         {"seconds": …} of a retriever
 *     fill K N         {"seconds": …} of lists of K for the first N households
 *     lists FILE       those lists
 *     similar FILE K   the K products nearest to each of the catalogue
 *     factors FILE     of households and products
 *     judge FILE       precision@5 and recall@200 of lists of all households, whoever made them
 *     names            {"names": […]} of all retrievers
 *     reset, memory    {"base_mb": …, "peak_mb": …} since the last reset
 *
 * Files are little-endian arrays behind a header of int64 (bench_files.h). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "base/timer.h"
#include "bench_files.h"
#include "bench_serve.h"
#include "evaluate/metrics/judge.h"
#include "made_history.h"

typedef struct bench {
    aisle_config *config;
    aisle_dataset *dataset; /* NULL: made receipts */
    snapshot s;             /* of the dataset */
    labels bought;
    truth t;
    made_history made;
    list_facts facts;
    const households *h; /* of either */
    catalogue c;
    list_context context;
    const retriever *row; /* fitted last */
    void *state;
    item_lists lists; /* filled last */
    size_t base;
} bench;

static void stop(const aisle_error *err)
{
    fprintf(stderr, "bench_level1: %s\n", err->message);
    exit(1);
}

/* ---- The data ---- */

static void open_data(bench *b, const char *path, int threads)
{
    aisle_error err = AISLE_ERROR_INIT;
    aisle_run run = {.threads = threads};
    stages clock = {.run = &run};
    split planned;
    bool *none = NEW_ZEROED(bool, retriever_count);
    if (!none || aisle_config_open(&b->config, path, &err) ||
        aisle_dataset_read(&b->dataset, b->config, threads, &err) ||
        split_init(&planned, b->dataset, b->config, &err))
        stop(&err);
    snapshot_source source = {b->dataset, b->config, planned.test_as_of, planned.catalogue_as_of,
                              none,       NULL};
    const catalogue_options *chosen;
    if (snapshot_init(&b->s, &source, &clock, &err) || config_catalogue(&chosen, b->config, &err) ||
        labels_init(&b->bought, b->dataset, planned.test, &err) ||
        truth_init(&b->t, &b->bought,
                   &(truth_rules){&b->s.h, &b->s.c, NULL, catalogue_is_everything(chosen), false},
                   &err) ||
        list_facts_init(&b->facts, &b->s.h, &b->s.c, &err))
        stop(&err);
    b->h = &b->s.h;
    b->context = b->s.l.context;
    mem_free(none);
}

static void make_data(bench *b, char **argv, int threads)
{
    aisle_error err = AISLE_ERROR_INIT;
    made_size size = {(uint32_t)atol(argv[0]), (uint32_t)atol(argv[1]), (uint64_t)atol(argv[2])};
    if (aisle_config_new(&b->config, &err) || made_history_init(&b->made, &size, b->config, &err) ||
        catalogue_init(&b->c, &b->made.h, NULL, NULL, &err) ||
        list_context_init(&b->context, &b->made.h, &b->c, &b->config->candidates, 1, threads, &err))
        stop(&err);
    b->h = &b->made.h;
}

/* ---- Commands: each returns false with err filled in, or has answered ---- */

static bool set_key(bench *b, char *argument, aisle_error *err)
{
    char *value = strchr(argument, ' ');
    if (value)
        *value++ = '\0';
    if (aisle_config_set(b->config, argument, value ? value : "", err))
        return false;
    printf("{}\n");
    return true;
}

static bool fit(bench *b, const char *name, aisle_error *err)
{
    if (b->state)
        b->row->free(b->state, true);
    b->state = NULL;
    b->row = retriever_find(name);
    if (!b->row) {
        fail(err, AISLE_ERROR_ARGUMENT, "no retriever '%s'", name);
        return false;
    }
    double start = timer_now();
    if (retriever_fit(&b->state, b->row, &b->context, b->h, err))
        return false;
    printf("{\"seconds\": %.6f}\n", timer_now() - start);
    return true;
}

static bool fill(bench *b, const char *argument, aisle_error *err)
{
    unsigned k = 0, n = 0;
    if (!b->state || sscanf(argument, "%u %u", &k, &n) != 2) {
        fail(err, AISLE_ERROR_ARGUMENT, "fill K N, after fit");
        return false;
    }
    n = n < b->h->n_users ? n : b->h->n_users;
    uint32_t *users = NEW_ARRAY(uint32_t, n);
    for (uint32_t u = 0; users && u < n; u++)
        users[u] = u;
    retriever_query query = {b->h, users, n, false, 0};
    item_lists_fini(&b->lists);
    double start = timer_now();
    bool good = users && !item_lists_init(&b->lists, n, k, err) &&
                !retriever_fill(&b->lists, b->row, b->state, &b->context, &query, err);
    double seconds = timer_now() - start;
    mem_free(users);
    if (good)
        printf("{\"seconds\": %.6f, \"households\": %u}\n", seconds, n);
    return good;
}

static bool similar(bench *b, const char *argument, aisle_error *err)
{
    char path[1024];
    unsigned k = 0;
    item_lists near = {0};
    neighbour *room = NULL;
    const catalogue *c = b->context.c;
    if (!b->state || !b->row->similar_items || sscanf(argument, "%1023s %u", path, &k) != 2) {
        fail(err, AISLE_ERROR_ARGUMENT, "similar FILE K, after fit of one that knows");
        return false;
    }
    room = NEW_ARRAY(neighbour, k);
    bool good = room && !item_lists_init(&near, c->count, k, err);
    for (uint32_t i = 0; good && i < c->count; i++) {
        size_t n;
        good = !b->row->similar_items(&n, room, k, b->state, &b->context, c->items[i], err);
        near.count[i] = good ? (uint32_t)n : 0;
        for (uint32_t j = 0; j < near.count[i]; j++) {
            near.item[(size_t)i * k + j] = room[j].index;
            near.score[(size_t)i * k + j] = room[j].score;
        }
    }
    good = good && write_lists(path, &near, err);
    item_lists_fini(&near);
    mem_free(room);
    return good;
}

/* Lists of all households of the history, for those of the truth; filled up with popular ones. */
static bool judge_file(bench *b, const char *path, aisle_error *err)
{
    static const int64_t k[] = {5, 200};
    const metric *metrics[] = {metric_find("precision"), metric_find("recall")};
    judge j = {
        &b->t,         {b->t.user, b->h->pair_offset, b->h->pair_item}, &b->facts, metrics, 2, k, 2,
        {.threads = 1}};
    judgement judged = {0};
    item_lists all = {0}, lists = {0};
    retriever_query query = {b->h, b->t.user, b->t.n, false, 0};
    bool good =
        b->dataset && read_lists(path, &all, err) && !item_lists_init(&lists, b->t.n, all.k, err);
    for (size_t i = 0; good && i < b->t.n; i++) {
        size_t user = b->t.user[i];
        if (user >= all.n)
            continue;
        lists.count[i] = all.count[user];
        memcpy(lists.item + i * all.k, all.item + user * all.k, all.count[user] * sizeof(uint32_t));
        memcpy(lists.score + i * all.k, all.score + user * all.k, all.count[user] * sizeof(float));
    }
    good = good && !lists_pad(&lists, NULL, &b->context, &query, err) &&
           !judge_lists(&judged, &j, &lists, err);
    if (good)
        printf("{\"precision@5\": %.6f, \"recall@200\": %.6f}\n", judged.metric[0].value,
               judged.metric[3].value);
    judgement_fini(&judged);
    item_lists_fini(&all);
    item_lists_fini(&lists);
    return good;
}

static bool memory(bench *b, bool reset)
{
    if (reset) {
        FILE *f = fopen("/proc/self/clear_refs", "we");
        if (f) {
            fputs("5\n", f);
            fclose(f);
        }
        b->base = memory_line("VmRSS:");
        printf("{}\n");
    } else {
        printf("{\"base_mb\": %zu, \"peak_mb\": %zu}\n", b->base / 1024,
               memory_line("VmHWM:") / 1024);
    }
    return true;
}

static bool names(void)
{
    printf("{\"names\": [");
    for (size_t r = 0; r < retriever_count; r++)
        printf("%s\"%s\"", r ? ", " : "", retriever_table[r].name);
    printf("]}\n");
    return true;
}

static bool run(void *of, const char *name, char *argument, aisle_error *err)
{
    bench *b = of;
    if (strcmp(name, "set") == 0)
        return set_key(b, argument, err);
    if (strcmp(name, "counts") == 0)
        return write_counts(argument, &b->context, b->h, err);
    if (strcmp(name, "weights") == 0)
        return write_weights(argument, &b->context, b->h, err);
    if (strcmp(name, "lines") == 0)
        return write_lines(argument, b->h, err);
    if (strcmp(name, "fit") == 0)
        return fit(b, argument, err);
    if (strcmp(name, "fill") == 0)
        return fill(b, argument, err);
    if (strcmp(name, "lists") == 0)
        return write_lists(argument, &b->lists, err);
    if (strcmp(name, "similar") == 0)
        return similar(b, argument, err);
    if (strcmp(name, "factors") == 0 && b->state)
        return write_factors(argument, b->row, b->state, &b->context, b->h, err);
    if (strcmp(name, "judge") == 0)
        return judge_file(b, argument, err);
    if (strcmp(name, "names") == 0)
        return names();
    if (strcmp(name, "reset") == 0 || strcmp(name, "memory") == 0)
        return memory(b, name[0] == 'r');
    fail(err, AISLE_ERROR_ARGUMENT, "no command '%s'", name);
    return false;
}

int main(int argc, char **argv)
{
    static bench b;
    int threads = argc > 2 ? atoi(argv[1]) : 0;
    if (threads < 1 || (argc != 3 && argc != 6)) {
        fprintf(stderr, "usage: bench_level1 THREADS CONFIG | THREADS made USERS ITEMS PAIRS\n");
        return 2;
    }
    if (argc == 3)
        open_data(&b, argv[2], threads);
    else
        make_data(&b, argv + 3, threads);
    b.context.threads = threads;
    printf("{\"households\": %u, \"products\": %u, \"pairs\": %zu}\n", b.h->n_users,
           b.context.c->count, b.h->pairs);
    bench_serve(&b, run);
    return 0;
}
