#include "data/reader/csv/csv_chunk.h"

#include <string.h>

#include "base/mem.h"

/* The piece that the next row goes to; NULL: out of memory. */
static csv_piece *open_piece(csv_chunk *c, const csv_shape *shape)
{
    if (c->used && c->pieces[c->used - 1].rows < BATCH_ROWS)
        return &c->pieces[c->used - 1];
    if (c->used == c->n_pieces) {
        csv_piece made = {0};
        made.texts = NEW_ARRAY(slice, shape->n_slots * BATCH_ROWS);
        made.lines = NEW_ARRAY(uint64_t, BATCH_ROWS);
        if (!made.texts || !made.lines ||
            mem_grow(&c->pieces, &c->piece_capacity, c->n_pieces + 1, sizeof *c->pieces)) {
            mem_free(made.texts);
            mem_free(made.lines);
            return NULL;
        }
        c->pieces[c->n_pieces++] = made;
    }
    csv_piece *piece = &c->pieces[c->used++];
    piece->rows = 0;
    return piece;
}

static bool keep_row(csv_chunk *c, const csv_shape *shape, const csv_record *r)
{
    csv_piece *piece = open_piece(c, shape);
    if (!piece)
        return false;
    size_t row = piece->rows++;
    for (size_t s = 0; s < shape->n_slots; s++)
        piece->texts[s * BATCH_ROWS + row] = c->fields[s];
    piece->lines[row] = c->counts.lines;
    c->counts.rows++;
    c->counts.joined += r->breaks;
    c->counts.lines += r->breaks + 1;
    c->at = r->at;
    return true;
}

static bool keep_broken(csv_chunk *c, const csv_text *text, const char *reason)
{
    const char *next, *end = csv_line_end(text, c->at, &next);
    if (mem_grow(&c->broken, &c->broken_capacity, c->n_broken + 1, sizeof *c->broken))
        return false;
    c->broken[c->n_broken++] =
        (csv_broken){c->counts.lines, reason, {c->at, (size_t)(end - c->at)}};
    c->counts.broken++;
    c->counts.lines++;
    c->at = next;
    return true;
}

/* Steps over a line break at c->at, where there is one. */
static bool take_blank(csv_chunk *c, const csv_text *text)
{
    if (*c->at != '\n' && *c->at != '\r')
        return false;
    if (*c->at == '\r' && c->at + 1 == text->end && text->more) {
        c->incomplete = true;
        return true;
    }
    c->at += *c->at == '\r' && c->at + 1 < text->end && c->at[1] == '\n' ? 2 : 1;
    c->counts.blank++;
    c->counts.lines++;
    return true;
}

/* The line of a broken record has to be there as a whole. */
static bool line_is_whole(const csv_chunk *c, const csv_text *text)
{
    const char *next;
    csv_line_end(text, c->at, &next);
    return !text->more || next < text->end;
}

static void cut_one(csv_chunk *c, const csv_text *text, const csv_shape *shape)
{
    csv_record r =
        csv_record_cut(text, c->at, &c->arena, c->fields, shape->n_fields, shape->slot_of_field);
    bool trailing = r.n_fields == shape->n_fields + 1 && r.last_is_empty;
    if (!r.broken && r.n_fields != shape->n_fields && !trailing)
        r.broken = r.n_fields < shape->n_fields ? "too few fields" : "too many fields";
    if (r.out_of_memory)
        c->out_of_memory = true;
    else if (r.incomplete || (r.broken && !line_is_whole(c, text)))
        c->incomplete = true;
    else if (r.broken)
        c->out_of_memory = !keep_broken(c, text, r.broken);
    else
        c->out_of_memory = !keep_row(c, shape, &r);
}

void csv_chunk_cut(csv_chunk *c, const csv_text *text, const csv_shape *shape, const char *from,
                   const char *to)
{
    csv_arena_reset(&c->arena);
    c->from = c->at = from;
    c->to = to;
    c->incomplete = false;
    c->used = c->n_broken = 0;
    c->counts = (csv_counts){0};
    if (!c->fields)
        c->fields = NEW_ZEROED(slice, shape->n_slots);
    c->out_of_memory = !c->fields;
    while (c->at < to && !c->incomplete && !c->out_of_memory)
        if (!take_blank(c, text))
            cut_one(c, text, shape);
}

void csv_chunk_fini(csv_chunk *c)
{
    for (size_t p = 0; p < c->n_pieces; p++) {
        mem_free(c->pieces[p].texts);
        mem_free(c->pieces[p].lines);
    }
    mem_free(c->pieces);
    mem_free(c->broken);
    mem_free(c->fields);
    csv_arena_fini(&c->arena);
    memset(c, 0, sizeof *c);
}
