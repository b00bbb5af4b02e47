#include "data/reader/csv/csv_window.h"

#include <pthread.h>
#include <string.h>

#include "base/fail.h"
#include "base/mem.h"

aisle_status csv_window_fill(char **end, bool *ended, byte_stream *stream, const char *to,
                             aisle_error *err)
{
    while (to - *end >= BYTE_STREAM_LEAST && !*ended) {
        size_t n;
        aisle_status status = byte_stream_read(&n, stream, *end, (size_t)(to - *end), err);
        if (status != AISLE_OK)
            return status;
        *ended = n == 0;
        *end += n;
    }
    return AISLE_OK;
}

aisle_status csv_window_follow(csv_window *next, const csv_window *cut, byte_stream *stream,
                               aisle_error *err)
{
    size_t left = (size_t)(cut->text.end - cut->at);
    char *end = next->bytes + CSV_LONGEST_RECORD;
    memcpy(end - left, cut->at, left);
    next->at = end - left;
    next->ended = cut->ended;
    aisle_status status =
        csv_window_fill(&end, &next->ended, stream, next->bytes + next->capacity, err);
    next->text = cut->text;
    next->text.end = end;
    next->text.more = !next->ended;
    return status;
}

/* ---- Cutting ---- */

/* Where the line that begins behind `from` does; NULL: not before `end`. It is a guess: the break
 * may lie in quotes. */
static const char *guess_start(const char *from, const char *end)
{
    const char *found = memchr(from, '\n', (size_t)(end - from));
    if (!found)
        found = memchr(from, '\r', (size_t)(end - from));
    return found ? found + 1 : NULL;
}

/* Where the chunks of the window begin. */
static aisle_status plan_chunks(csv_window *w, size_t chunk_bytes, aisle_error *err)
{
    static const csv_chunk none;
    size_t n = 0, capacity = w->n_chunks, most = (size_t)(w->text.end - w->at) / chunk_bytes + 1;
    if (most > w->n_chunks) {
        if (mem_grow(&w->chunks, &capacity, most, sizeof *w->chunks))
            return fail_memory(err);
        while (w->n_chunks < most)
            w->chunks[w->n_chunks++] = none;
    }
    for (const char *from = w->at; from && from < w->text.end; n++) {
        const char *next = NULL;
        if (n + 1 < most && (size_t)(w->text.end - from) > chunk_bytes)
            next = guess_start(from + chunk_bytes, w->text.end);
        w->chunks[n].from = from;
        w->chunks[n].to = next ? next : w->text.end;
        from = next;
    }
    w->used = n;
    return AISLE_OK;
}

/* A chunk that does not begin where the one before it ended was cut from the middle of a quoted
 * field: it is cut again. Where a record may go on behind the window, the window ends. */
static aisle_status join_chunks(csv_window *w, const csv_shape *shape, aisle_error *err)
{
    for (size_t c = 0; c < w->used; c++) {
        csv_chunk *chunk = &w->chunks[c];
        if (chunk->from != w->at)
            csv_chunk_cut(chunk, &w->text, shape, w->at, chunk->to);
        if (chunk->out_of_memory)
            return fail_memory(err);
        w->at = chunk->at;
        if (chunk->incomplete)
            w->used = c + 1;
    }
    return AISLE_OK;
}

/* Chunks that nobody cuts yet; those who cut take the next one. They wait for nothing: threads that
 * spin at a barrier would slow down the one that codes what was cut before. */
typedef struct work {
    csv_window *window;
    const csv_shape *shape;
    size_t next;
} work;

static void *cut_chunks(void *data)
{
    work *w = data;
    for (;;) {
        size_t c = __atomic_fetch_add(&w->next, 1, __ATOMIC_RELAXED);
        if (c >= w->window->used)
            return NULL;
        csv_chunk *chunk = &w->window->chunks[c];
        csv_chunk_cut(chunk, &w->window->text, w->shape, chunk->from, chunk->to);
    }
}

enum { THREADS_MOST = 64 };

aisle_status csv_window_cut(csv_window *w, const csv_shape *shape, size_t chunk_bytes, int threads,
                            aisle_error *err)
{
    aisle_status status = plan_chunks(w, chunk_bytes, err);
    pthread_t others[THREADS_MOST];
    work shared = {w, shape, 0};
    int n = 0, most = threads - 1 < THREADS_MOST ? threads - 1 : THREADS_MOST;
    if (status != AISLE_OK)
        return status;
    /* One that does not start leaves its work to the rest. */
    while (n < most && (size_t)n + 1 < w->used &&
           pthread_create(&others[n], NULL, cut_chunks, &shared) == 0)
        n++;
    cut_chunks(&shared);
    while (n > 0)
        pthread_join(others[--n], NULL);
    return join_chunks(w, shape, err);
}

void csv_window_fini(csv_window *w)
{
    mem_free(w->bytes);
    for (size_t c = 0; c < w->n_chunks; c++)
        csv_chunk_fini(&w->chunks[c]);
    mem_free(w->chunks);
    memset(w, 0, sizeof *w);
}
