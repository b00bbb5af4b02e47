#include "data/reader/csv/csv.h"

#include <inttypes.h>
#include <omp.h>
#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "data/reader/csv/csv_header.h"

enum {
    FIRST_FILL = 65536,
    FILL = 4 << 20,
    CHUNK = 262144,
};

/* ---- The window ---- */

/* Appends to the bytes until they end at `to`, or the file does. */
static aisle_status fill(char **end, bool *ended, csv_reader *csv, const char *to, aisle_error *err)
{
    while (*end < to && !*ended) {
        size_t n;
        aisle_status status = byte_stream_read(&n, csv->stream, *end, (size_t)(to - *end), err);
        if (status != AISLE_OK)
            return status;
        *ended = n == 0;
        *end += n;
    }
    return AISLE_OK;
}

static aisle_status open_window(csv_reader *csv, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    csv->capacity = (size_t)CSV_LONGEST_RECORD + FILL;
    TRY_ALLOC(csv->bytes = NEW_ARRAY(char, csv->capacity));
    char *from = csv->bytes + CSV_LONGEST_RECORD, *end = from;
    TRY(fill(&end, &csv->ended, csv, from + FIRST_FILL, err));
    csv->at = from;
    csv->text.end = end;
    csv->text.more = !csv->ended;
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
    TRY(open_window(&csv, err));
    TRY(csv_header_read(&csv, dialect, err));
    *out = csv;
done:
    if (status)
        csv_reader_fini(&csv);
    return status;
}

/* ---- Cutting ---- */

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
static aisle_status plan_chunks(csv_reader *csv, aisle_error *err)
{
    static const csv_chunk none;
    size_t n = 0, capacity = csv->n_chunks,
           most = (size_t)(csv->text.end - csv->at) / csv->chunk_bytes + 1;
    if (most > csv->n_chunks) {
        if (mem_grow(&csv->chunks, &capacity, most, sizeof *csv->chunks))
            return fail_memory(err);
        while (csv->n_chunks < most)
            csv->chunks[csv->n_chunks++] = none;
    }
    for (const char *from = csv->at; from && from < csv->text.end; n++) {
        const char *next = NULL;
        if (n + 1 < most && (size_t)(csv->text.end - from) > csv->chunk_bytes)
            next = guess_start(from + csv->chunk_bytes, csv->text.end);
        csv->chunks[n].from = from;
        csv->chunks[n].to = next ? next : csv->text.end;
        from = next;
    }
    csv->used = n;
    return AISLE_OK;
}

/* A chunk that does not begin where the one before it ended was cut from the middle of a quoted
 * field: it is cut again. Where a record may go on behind the window, the window ends. */
static aisle_status join_chunks(csv_reader *csv, aisle_error *err)
{
    for (size_t c = 0; c < csv->used; c++) {
        csv_chunk *chunk = &csv->chunks[c];
        if (chunk->from != csv->at)
            csv_chunk_cut(chunk, &csv->text, &csv->shape, csv->at, chunk->to);
        if (chunk->out_of_memory)
            return fail_memory(err);
        csv->at = chunk->at;
        if (chunk->incomplete)
            csv->used = c + 1;
    }
    return AISLE_OK;
}

/* Cuts all that lies in the window, and reads the bytes behind it meanwhile. */
static aisle_status cut_window(csv_reader *csv, aisle_error *err)
{
    aisle_status status = AISLE_OK, read = AISLE_OK;
    aisle_error why = AISLE_ERROR_INIT;
    char *end = csv->other ? csv->other + CSV_LONGEST_RECORD : NULL;
    bool ended = csv->ended;
    TRY(plan_chunks(csv, err));
    int n = (int)csv->used + 1, threads = csv->threads < n ? csv->threads : n;
#pragma omp parallel for num_threads(threads) schedule(dynamic, 1) if (threads > 1 && n > 2)
    for (int i = 0; i < n; i++) {
        if (i > 0)
            csv_chunk_cut(&csv->chunks[i - 1], &csv->text, &csv->shape, csv->chunks[i - 1].from,
                          csv->chunks[i - 1].to);
        else if (!csv->ended)
            read = fill(&end, &ended, csv, csv->other + csv->capacity, &why);
    }
    if (read != AISLE_OK) {
        if (err)
            *err = why;
        return read;
    }
    csv->other_end = end;
    csv->other_ended = ended;
    TRY(join_chunks(csv, err));
    csv->chunk = csv->piece = 0;
done:
    return status;
}

/* The bytes that were read meanwhile, behind what is left of these. */
static aisle_status move_window(csv_reader *csv, aisle_error *err)
{
    size_t left = (size_t)(csv->text.end - csv->at);
    if (left > CSV_LONGEST_RECORD)
        return fail_at(err, AISLE_ERROR_DATA, csv->path, (uint32_t)csv->line, 0,
                       "'%s', line %" PRIu64 ": found a line of more than %d bytes", csv->path,
                       csv->line, CSV_LONGEST_RECORD);
    char *from = csv->other + CSV_LONGEST_RECORD - left, *unused = csv->bytes;
    memcpy(from, csv->at, left);
    csv->at = from;
    csv->text.end = csv->other_end;
    csv->ended = csv->other_ended;
    csv->text.more = !csv->ended;
    csv->bytes = csv->other;
    csv->other = unused;
    return AISLE_OK;
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
    while (csv->chunk < csv->used) {
        csv_chunk *chunk = &csv->chunks[csv->chunk];
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
        if (csv->began && csv->ended)
            break;
        if (csv->began)
            TRY(move_window(csv, err));
        else if (!csv->ended)
            TRY_ALLOC(csv->other = NEW_ARRAY(char, csv->capacity));
        csv->began = true;
        TRY(cut_window(csv, err));
    }
done:
    return status;
}

void csv_reader_fini(csv_reader *csv)
{
    byte_stream_close(csv->stream);
    mem_free(csv->bytes);
    mem_free(csv->other);
    mem_free(csv->header);
    mem_free(csv->shape.slot_of_field);
    mem_free(csv->shape.slot_shown);
    mem_free(csv->columns);
    mem_free(csv->lines);
    for (size_t c = 0; c < csv->n_chunks; c++)
        csv_chunk_fini(&csv->chunks[c]);
    mem_free(csv->chunks);
    csv_arena_fini(&csv->header_arena);
    memset(csv, 0, sizeof *csv);
}
