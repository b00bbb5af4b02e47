/* item_item MATRIX MEASURE K K1 B THREADS OUT: the similarity matrix that an item-item model makes
 * of a matrix of counts, for item_item.py to compare with implicit's; prints the seconds it took.
 *
 * MATRIX: u64 users, items, entries; u64 offset[users + 1]; u32 column[entries]; f32 count[entries]
 * MEASURE: count | cosine | tfidf | bm25
 * OUT (- for none): u64 items, K; u32 column[items][K] (0xffffffff: none); f32 value[items][K] */
#include "base/timer.h"
#include "candidates/neighbours/item_item.h"
#include "candidates/neighbours/item_neighbours.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void die(const char *what)
{
    fprintf(stderr, "item_item: %s\n", what);
    exit(1);
}

static void take(void *to, size_t size, size_t n, FILE *file)
{
    if (fread(to, size, n, file) != n)
        die("the matrix is cut short");
}

static void read_matrix(csr *m, const char *path)
{
    FILE *file = fopen(path, "rb");
    uint64_t head[3];
    if (!file)
        die("cannot open the matrix");
    take(head, sizeof *head, 3, file);
    if (csr_init(m, (uint32_t)head[0], (uint32_t)head[1], head[2], NULL))
        die("out of memory");
    take(m->offset, sizeof *m->offset, head[0] + 1, file);
    take(m->column, sizeof *m->column, head[2], file);
    take(m->value, sizeof *m->value, head[2], file);
    fclose(file);
    if (csr_check(m, NULL))
        die("the matrix is damaged");
}

static item_measure measure_of(const char *name)
{
    static const char *const names[] = {"count", "cosine", "tfidf", "bm25"};
    for (int i = 0; i < 4; i++)
        if (strcmp(name, names[i]) == 0)
            return (item_measure)i;
    die("unknown measure");
    return MEASURE_COUNT;
}

static void write_neighbours(const item_neighbours *rows, const char *path)
{
    uint64_t head[2] = {rows->n, rows->k};
    size_t entries = (size_t)rows->n * rows->k;
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(head, sizeof *head, 2, file) != 2 ||
        fwrite(rows->column, sizeof *rows->column, entries, file) != entries ||
        fwrite(rows->value, sizeof *rows->value, entries, file) != entries || fclose(file))
        die("cannot write");
}

int main(int argc, char **argv)
{
    csr m;
    item_neighbours rows;
    if (argc != 8)
        die("usage: item_item MATRIX MEASURE K K1 B THREADS OUT");
    item_item_options options = {.bm25_k1 = strtod(argv[4], NULL), .bm25_b = strtod(argv[5], NULL)};
    neighbours_options wanted = {.k = (uint32_t)strtoul(argv[3], NULL, 10),
                                 .threads = (int)strtol(argv[6], NULL, 10)};
    read_matrix(&m, argv[1]);
    double start = timer_now();
    if (item_measure_weigh(&m, measure_of(argv[2]), &options, NULL) ||
        item_neighbours_init(&rows, &m, &wanted, NULL))
        die("out of memory");
    printf("%.4f\n", timer_now() - start);
    if (strcmp(argv[7], "-") != 0)
        write_neighbours(&rows, argv[7]);
    item_neighbours_fini(&rows);
    csr_fini(&m);
    return 0;
}
