#include "data/reader/csv/csv.h"

#include <inttypes.h>
#include <omp.h>
#include <pthread.h>
#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "data/reader/csv/csv_header.h"

enum {
    FIRST_FILL = 65536,
    FILL = 1 << 20,
    CHUNK = 131072,
};

/* ---- The first window ---- */

/* Fills the first window up to so many bytes; the lines before the rows are read anew. */
static aisle_status grow_window(csv_reader *csv, size_t bytes, aisle_error *err)
{
    char *from = csv->bytes + CSV_LONGEST_RECORD, *end = from + csv->filled;
    aisle_status status = csv_window_fill(&end, &csv->ended, csv->stream, from + bytes, err);
    csv->filled = (size_t)(end - from);
    csv->at = from;
    csv->text.end = end;
    csv->text.more = !csv->ended;
    csv->line = 1;
    csv->counts = (csv_counts){0};
    csv_arena_reset(&csv->header_arena);
    return status;
}

/* Most headers are in the first bytes; where they go on, the window grows until it has them. */
static aisle_status open_window(csv_reader *csv, const csv_dialect *dialect, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    csv->capacity = (size_t)CSV_LONGEST_RECORD + FILL;
    TRY_ALLOC(csv->bytes = NEW_ARRAY(char, csv->capacity));
    for (size_t bytes = FIRST_FILL; bytes <= FILL; bytes *= 4) {
        bool more = false;
        TRY(grow_window(csv, bytes, err));
        TRY(csv_header_read(&more, csv, dialect, err));
        if (!more)
            return AISLE_OK;
    }
    TRY(fail_at(err, AISLE_ERROR_DATA, csv->path, 0, 0,
                "'%s': found no end of the lines before the rows, or of the header, in %d bytes",
                csv->path, FILL));
done:
    return status;
}

aisle_status csv_reader_init(csv_reader *out, const char *path, const csv_dialect *dialect,
                             int threads, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    csv_reader csv = {.path = path, .line = 1, .chunk_bytes = CHUNK};
    csv.threads = threads > 0 ? threads : omp_get_max_threads();
    csv.text.trim = !dialect->verbatim;
    TRY(byte_stream_open(&csv.stream, path, dialect->encoding, err));
    TRY(open_window(&csv, dialect, err));
    *out = csv;
done:
    if (status)
        csv_reader_fini(&csv);
    return status;
}

aisle_status csv_reader_select(csv_reader *csv, const int *fields, size_t n, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    csv_shape *shape = &csv->shape;
    TRY_ALLOC(shape->slot_of_field = NEW_ARRAY(int, shape->n_fields));
    TRY_ALLOC(shape->slot_shown = NEW_ARRAY(int, n));
    TRY_ALLOC(csv->columns = NEW_ZEROED(cells, n));
    TRY_ALLOC(csv->lines = NEW_ARRAY(uint64_t, BATCH_ROWS));
    shape->n_slots = n;
    for (size_t f = 0; f < shape->n_fields; f++)
        shape->slot_of_field[f] = -1;
    for (size_t s = 0; s < n; s++) {
        int *slot = &shape->slot_of_field[fields[s]];
        if (*slot < 0)
            *slot = (int)s;
        shape->slot_shown[s] = *slot;
    }
done:
    return status;
}

/* ---- The next window ---- */

/* A thread of its own reads and cuts, and more help it to cut, while the caller takes rows. */
typedef struct csv_next {
    csv_reader *csv;
    pthread_t thread;
    bool is_thread;
    aisle_status status;
    aisle_error err;
} csv_next;

static void *prepare(void *data)
{
    csv_next *next = data;
    csv_reader *csv = next->csv;
    csv_window *to = &csv->window[1 - csv->now];
    next->status = csv_window_follow(to, &csv->window[csv->now], csv->stream, &next->err);
    if (next->status == AISLE_OK)
        next->status =
            csv_window_cut(to, &csv->shape, csv->chunk_bytes, csv->threads - 1, &next->err);
    return NULL;
}

/* What the window leaves to the next has to fit in front of it. */
static aisle_status check_left(const csv_reader *csv, const csv_window *w, aisle_error *err)
{
    uint64_t line = csv->line;
    if (w->text.end - w->at <= CSV_LONGEST_RECORD)
        return AISLE_OK;
    for (size_t c = 0; c < w->used; c++)
        line += w->chunks[c].counts.lines;
    return fail_at(err, AISLE_ERROR_DATA, csv->path, (uint32_t)line, 0,
                   "'%s', line %" PRIu64 ": found a line of more than %d bytes", csv->path, line,
                   CSV_LONGEST_RECORD);
}

static aisle_status begin_next(csv_reader *csv, aisle_error *err)
{
    csv_window *to = &csv->window[1 - csv->now];
    if (csv->window[csv->now].ended)
        return AISLE_OK;
    aisle_status status = check_left(csv, &csv->window[csv->now], err);
    if (status != AISLE_OK)
        return status;
    if (!to->bytes) {
        to->bytes = NEW_ARRAY(char, csv->capacity);
        to->capacity = csv->capacity;
    }
    if (!to->bytes || !(csv->next = NEW_ZEROED(csv_next, 1)))
        return fail_memory(err);
    csv->next->csv = csv;
    if (csv->threads > 1)
        csv->next->is_thread = pthread_create(&csv->next->thread, NULL, prepare, csv->next) == 0;
    return AISLE_OK;
}

/* Waits for it, or does it where no thread does. */
static aisle_status end_next(csv_reader *csv, aisle_error *err)
{
    csv_next *next = csv->next;
    if (next->is_thread)
        pthread_join(next->thread, NULL);
    else
        prepare(next);
    aisle_status status = next->status;
    if (status != AISLE_OK && err)
        *err = next->err;
    mem_free(next);
    csv->next = NULL;
    csv->now = 1 - csv->now;
    csv->chunk = csv->piece = 0;
    return status;
}

/* The window that the header was found in. */
static aisle_status cut_first(csv_reader *csv, aisle_error *err)
{
    csv_window *first = &csv->window[0];
    csv->began = true;
    first->bytes = csv->bytes;
    first->capacity = csv->capacity;
    first->at = csv->at;
    first->text = csv->text;
    first->ended = csv->ended;
    csv->bytes = NULL;
    return csv_window_cut(first, &csv->shape, csv->chunk_bytes, csv->threads, err);
}

/* ---- Rows ---- */

static void add_counts(csv_counts *to, const csv_counts *of)
{
    to->lines += of->lines;
    to->blank += of->blank;
    to->rows += of->rows;
    to->joined += of->joined;
    to->broken += of->broken;
}

/* The first line of a chunk is known as soon as those before it are done. */
static aisle_status begin_chunk(csv_reader *csv, const csv_chunk *chunk, rejects *bad,
                                aisle_error *err)
{
    for (size_t b = 0; b < chunk->n_broken; b++) {
        const csv_broken *one = &chunk->broken[b];
        aisle_status status =
            rejects_add(bad, csv->path, csv->line + one->line, one->reason, "", one->text, err);
        if (status != AISLE_OK)
            return status;
    }
    add_counts(&csv->counts, &chunk->counts);
    return AISLE_OK;
}

static void show_piece(batch *out, csv_reader *csv, const csv_piece *piece)
{
    for (size_t s = 0; s < csv->shape.n_slots; s++)
        csv->columns[s] =
            (cells){.kind = CELLS_TEXT,
                    .texts = piece->texts + (size_t)csv->shape.slot_shown[s] * BATCH_ROWS};
    for (size_t r = 0; r < piece->rows; r++)
        csv->lines[r] = csv->line + piece->lines[r];
    *out = (batch){
        .rows = piece->rows, .columns = csv->columns, .lines = csv->lines, .file = csv->path};
}

/* The next piece of the window that is cut; false: there is none. */
static bool next_piece(batch *out, csv_reader *csv, rejects *bad, aisle_status *status,
                       aisle_error *err)
{
    const csv_window *w = &csv->window[csv->now];
    while (csv->chunk < w->used) {
        const csv_chunk *chunk = &w->chunks[csv->chunk];
        if (csv->piece == 0)
            *status = begin_chunk(csv, chunk, bad, err);
        if (*status != AISLE_OK)
            return false;
        if (csv->piece < chunk->used) {
            show_piece(out, csv, &chunk->pieces[csv->piece++]);
            return true;
        }
        csv->line += chunk->counts.lines;
        csv->chunk++;
        csv->piece = 0;
    }
    return false;
}

aisle_status csv_reader_next(batch *out, csv_reader *csv, rejects *bad, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    *out = (batch){0};
    while (!next_piece(out, csv, bad, &status, err)) {
        TRY(status);
        if (csv->began && !csv->next)
            break;
        TRY(csv->began ? end_next(csv, err) : cut_first(csv, err));
        TRY(begin_next(csv, err));
    }
done:
    return status;
}

void csv_reader_fini(csv_reader *csv)
{
    if (csv->next && csv->next->is_thread)
        pthread_join(csv->next->thread, NULL);
    mem_free(csv->next);
    byte_stream_close(csv->stream);
    mem_free(csv->bytes);
    csv_window_fini(&csv->window[0]);
    csv_window_fini(&csv->window[1]);
    mem_free(csv->header);
    mem_free(csv->shape.slot_of_field);
    mem_free(csv->shape.slot_shown);
    mem_free(csv->columns);
    mem_free(csv->lines);
    csv_arena_fini(&csv->header_arena);
    memset(csv, 0, sizeof *csv);
}
