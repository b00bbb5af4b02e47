#include "data/reader/values/times.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "base/text.h"
#include "data/limits.h"
#include "data/reader/values/numbers.h"
#include "data/reader/values/pattern_time.h"
#include "data/reader/rejects.h"
#include "data/reader/sql/session.h"

#define DAY_SECONDS INT64_C(86400)

static int64_t divide_down(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

static bool zone_is_utc(const char *zone)
{
    return strcmp(zone, "UTC") == 0 || strcmp(zone, "Etc/UTC") == 0;
}

/* ---- Zones ---- */

static aisle_status query_block(int32_t *offset, zone_map *map, int64_t block, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    text sql = {0};
    duckdb_result result = {0};
    duckdb_data_chunk chunk = NULL;
    size_t n = 0;
    text_add(&sql, "SELECT (epoch(timezone(");
    sql_add_text(&sql, map->zone);
    if (map->source_zone) {
        text_add(&sql, ", timezone(");
        sql_add_text(&sql, map->source_zone);
        text_add(&sql, ", make_timestamp(q * 900000000))");
    } else {
        text_add(&sql, ", to_timestamp(q * 900)");
    }
    text_add(&sql, ")) - q * 900)::INTEGER FROM range(%" PRId64 ", %" PRId64 ") AS t(q) ORDER BY q",
             block * ZONE_BLOCK, (block + 1) * ZONE_BLOCK);
    TRY(session_query(&result, map->session, sql.failed ? NULL : sql.bytes, "data.receipts", NULL,
                      err));
    while ((chunk = duckdb_fetch_chunk(result))) {
        size_t rows = duckdb_data_chunk_get_size(chunk);
        const int32_t *values = duckdb_vector_get_data(duckdb_data_chunk_get_vector(chunk, 0));
        if (n + rows <= ZONE_BLOCK)
            memcpy(offset + n, values, rows * sizeof *offset);
        n += rows;
        duckdb_destroy_data_chunk(&chunk);
    }
    if (n != ZONE_BLOCK)
        TRY(fail(err, AISLE_ERROR_DEPENDENCY, "DuckDB converted %zu times of %d", n, ZONE_BLOCK));
done:
    duckdb_destroy_result(&result);
    text_fini(&sql);
    return status;
}

static aisle_status find_block(size_t *out, zone_map *map, int64_t block, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    int32_t *offset = NULL;
    for (size_t i = 0; i < map->n; i++)
        if (map->block[i] == block) {
            *out = i;
            return AISLE_OK;
        }
    TRY_ALLOC(offset = NEW_ARRAY(int32_t, ZONE_BLOCK));
    TRY(query_block(offset, map, block, err));
    if (mem_grow(&map->block, &map->block_capacity, map->n + 1, sizeof *map->block) ||
        mem_grow(&map->offset, &map->offset_capacity, map->n + 1, sizeof *map->offset))
        TRY(fail_memory(err));
    map->block[map->n] = block;
    map->offset[map->n] = offset;
    *out = map->n++;
    offset = NULL;
done:
    mem_free(offset);
    return status;
}

aisle_status zone_map_apply(int64_t *out, zone_map *map, int64_t seconds, aisle_error *err)
{
    *out = seconds;
    if (map->is_identity)
        return AISLE_OK;
    int64_t quarter = divide_down(seconds, ZONE_QUARTER);
    int64_t block = divide_down(quarter, ZONE_BLOCK);
    if (map->last >= map->n || map->block[map->last] != block) {
        aisle_status status = find_block(&map->last, map, block, err);
        if (status != AISLE_OK)
            return status;
    }
    *out = seconds + map->offset[map->last][quarter - block * ZONE_BLOCK];
    return AISLE_OK;
}

static void zone_map_fini(zone_map *map)
{
    for (size_t i = 0; i < map->n; i++)
        mem_free(map->offset[i]);
    mem_free(map->offset);
    mem_free(map->block);
    memset(map, 0, sizeof *map);
}

static aisle_status check_zone(session *s, const char *zone, const char *key, aisle_error *err)
{
    if (zone_is_utc(zone))
        return AISLE_OK;
    text sql = {0};
    aisle_error cause = AISLE_ERROR_INIT;
    text_add(&sql, "SELECT timezone(");
    sql_add_text(&sql, zone);
    text_add(&sql, ", to_timestamp(0))");
    aisle_status status = session_query(NULL, s, sql.failed ? NULL : sql.bytes, NULL, NULL, &cause);
    text_fini(&sql);
    if (status == AISLE_OK)
        return status;
    if (!strstr(cause.message, "TimeZone"))
        return fail(err, status, "key '%s': %s", key, cause.message);
    return fail(err, AISLE_ERROR_CONFIG,
                "key '%s': found '%s', expected a time zone such as Europe/Berlin", key, zone);
}

/* ---- Reading ---- */

enum time_format time_format_of(const char *name)
{
    static const char *const names[] = {"auto", "iso", "epoch_s", "epoch_ms", "day_number"};
    for (int f = 0; f < TIME_PATTERN; f++)
        if (strcmp(name, names[f]) == 0)
            return f;
    return TIME_PATTERN;
}

static aisle_status check_format(const char *format, aisle_error *err)
{
    const char *fault = time_format_of(format) == TIME_PATTERN ? time_pattern_fault(format) : NULL;
    if (!fault)
        return AISLE_OK;
    return fail(err, AISLE_ERROR_CONFIG, "key 'data.receipts.time_format': found '%s', expected %s",
                format, fault);
}

aisle_status time_reader_init(time_reader *out, session *s, const data_options *options,
                              aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const char *zone = options->receipts.time_zone ? options->receipts.time_zone : "UTC";
    const char *source = options->receipts.source_zone ? options->receipts.source_zone : "UTC";
    moment origin = options->receipts.origin;
    if (origin.kind == MOMENT_WEEK)
        TRY(fail(err, AISLE_ERROR_CONFIG,
                 "key 'data.receipts.origin': found a week, expected a date"));
    TRY(check_format(options->receipts.time_format, err));
    TRY(check_zone(s, zone, "data.receipts.time_zone", err));
    TRY(check_zone(s, source, "data.receipts.source_zone", err));
    *out = (time_reader){
        .format = time_format_of(options->receipts.time_format),
        .pattern = options->receipts.time_format,
        .origin = origin.kind == MOMENT_DAY ? origin.value : 0,
        .clocks = {.session = s,
                   .zone = zone,
                   .source_zone = source,
                   .is_identity =
                       strcmp(zone, source) == 0 || (zone_is_utc(zone) && zone_is_utc(source))},
        .instants = {.session = s, .zone = zone, .is_identity = zone_is_utc(zone)},
    };
done:
    return status;
}

void time_reader_fini(time_reader *reader)
{
    zone_map_fini(&reader->clocks);
    zone_map_fini(&reader->instants);
}

aisle_status time_reader_check(const time_reader *reader, cell_kind kind, const char *name,
                               aisle_error *err)
{
    bool is_number = kind == CELLS_INT || kind == CELLS_REAL;
    bool is_typed = kind == CELLS_DATE || kind == CELLS_STAMP || kind == CELLS_INSTANT;
    bool wants_number = reader->format >= TIME_EPOCH_S && reader->format < TIME_PATTERN;
    if (is_number && reader->format == TIME_AUTO)
        return fail(err, AISLE_ERROR_CONFIG,
                    "key 'data.receipts.time_format': column '%s' holds numbers, expected one of "
                    "iso (20171231), epoch_s, epoch_ms, day_number",
                    name);
    if (is_typed && wants_number)
        return fail(err, AISLE_ERROR_CONFIG,
                    "key 'data.receipts.time_format': column '%s' holds dates or times of their "
                    "own type, expected auto",
                    name);
    return AISLE_OK;
}

static const char NOT_A_TIME[] = REJECT_NOT_A_TIME;
static const char NOT_IN_RANGE[] = "time out of range";

static bool take_whole(int64_t *out, const cells *column, size_t row)
{
    double real;
    if (column->kind == CELLS_INT) {
        *out = column->ints[row];
        return true;
    }
    if (column->kind == CELLS_REAL) {
        real = column->reals[row];
    } else {
        slice s = column->texts[row];
        if (text_parse_i64(out, s.bytes, s.length))
            return true;
        if (!number_parse(&real, s, (number_style){0}))
            return false;
    }
    if (!(fabs(real) < 1e18))
        return false;
    *out = (int64_t)floor(real);
    return true;
}

static bool take_iso(written_time *out, const cells *column, size_t row)
{
    char digits[32];
    if (column->kind == CELLS_TEXT)
        return time_parse_iso(out, column->texts[row]);
    int64_t whole;
    if (!take_whole(&whole, column, row))
        return false;
    int length = snprintf(digits, sizeof digits, "%" PRId64, whole);
    return length == 8 && time_parse_iso(out, (slice){digits, 8});
}

/* Numbers that are dates, such as 31122017, are read by their digits. */
static bool take_pattern(written_time *out, const cells *column, size_t row, const char *pattern)
{
    char digits[32];
    int64_t whole;
    if (column->kind == CELLS_TEXT)
        return time_parse_pattern(out, column->texts[row], pattern);
    if (!take_whole(&whole, column, row))
        return false;
    int length = snprintf(digits, sizeof digits, "%" PRId64, whole);
    return time_parse_pattern(out, (slice){digits, (size_t)length}, pattern);
}

static bool take_written(written_time *out, const time_reader *reader, const cells *column,
                         size_t row)
{
    int64_t whole;
    switch (column->kind) {
    case CELLS_DATE:
        *out = (written_time){TIME_OF_DATE, column->ints[row]};
        return true;
    case CELLS_STAMP:
        *out = (written_time){TIME_OF_CLOCK, divide_down(column->ints[row], 1000000)};
        return true;
    case CELLS_INSTANT:
        *out = (written_time){TIME_OF_INSTANT, divide_down(column->ints[row], 1000000)};
        return true;
    default:
        break;
    }
    if (reader->format == TIME_AUTO || reader->format == TIME_ISO)
        return take_iso(out, column, row);
    if (reader->format == TIME_PATTERN)
        return take_pattern(out, column, row, reader->pattern);
    if (!take_whole(&whole, column, row))
        return false;
    if (reader->format == TIME_EPOCH_S)
        *out = (written_time){TIME_OF_INSTANT, whole};
    else if (reader->format == TIME_EPOCH_MS)
        *out = (written_time){TIME_OF_INSTANT, divide_down(whole, 1000)};
    else if (whole < -DATA_LAST_DAY * 2 || whole > DATA_LAST_DAY * 2)
        return false;
    else
        *out = (written_time){TIME_OF_DATE, reader->origin + whole};
    return true;
}

aisle_status time_reader_day(int32_t *day, const char **reason, time_reader *reader,
                             const cells *column, size_t row, aisle_error *err)
{
    written_time time;
    *reason = NULL;
    if (!take_written(&time, reader, column, row)) {
        *reason = NOT_A_TIME;
        return AISLE_OK;
    }
    int64_t scale = time.kind == TIME_OF_DATE ? 1 : DAY_SECONDS;
    /* A day of room at both ends, for the zone. */
    if (time.value <= DATA_FIRST_DAY * scale || time.value >= DATA_LAST_DAY * scale) {
        *reason = NOT_IN_RANGE;
        return AISLE_OK;
    }
    if (time.kind != TIME_OF_DATE) {
        zone_map *map = time.kind == TIME_OF_CLOCK ? &reader->clocks : &reader->instants;
        aisle_status status = zone_map_apply(&time.value, map, time.value, err);
        if (status != AISLE_OK)
            return status;
        time.value = divide_down(time.value, DAY_SECONDS);
    }
    *day = (int32_t)time.value;
    return AISLE_OK;
}
