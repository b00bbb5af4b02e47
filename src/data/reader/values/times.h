/* data/reader/values/times.h: times as sources write them, to the day in the shop's time zone. */
#ifndef DATA_READER_TIMES_H
#define DATA_READER_TIMES_H

#include "config/options.h"
#include "data/reader/batch.h"

/* A moment as it is written. */
typedef enum time_kind {
    TIME_OF_DATE,    /* a date: value is a day, in no zone */
    TIME_OF_CLOCK,   /* seconds since 1970-01-01 of a clock without a zone */
    TIME_OF_INSTANT, /* seconds since 1970-01-01 UTC */
} time_kind;

typedef struct written_time {
    time_kind kind;
    int64_t value;
} written_time;

/* ISO 8601: 2017-12-31 or 20171231; behind it T or a blank, hh:mm, :ss and a fraction, then Z or
 * +hh, +hhmm, +hh:mm, or a blank and UTC or GMT. */
bool time_parse_iso(written_time *out, slice s);

/* Quarters of an hour, blocks of which share one query: no zone changes its offset in between. */
enum { ZONE_QUARTER = 900, ZONE_BLOCK = 4096 };

struct session;

/* Offsets from written time to the shop's clock, asked of DuckDB (ICU) block by block. */
typedef struct zone_map {
    struct session *session;
    const char *zone, *source_zone; /* borrowed; source_zone NULL: of instants */
    bool is_identity;
    int64_t *block;   /* [n] block number, in no order */
    int32_t **offset; /* [n][ZONE_BLOCK] seconds */
    size_t n, block_capacity, offset_capacity, last;
} zone_map;

/* Seconds of the shop's clock. */
aisle_status zone_map_apply(int64_t *out, zone_map *map, int64_t seconds, aisle_error *err);

typedef struct time_reader {
    int format;          /* enum time_format */
    const char *pattern; /* of TIME_PATTERN; borrowed */
    int32_t origin;
    zone_map clocks, instants;
} time_reader;

/* What a text of data.receipts.time_format means. */
enum time_format time_format_of(const char *name);

/* Checks the format and the zones' names. */
aisle_status time_reader_init(time_reader *out, struct session *session,
                              const data_options *options, aisle_error *err);
void time_reader_fini(time_reader *reader);

/* Whether cells of this kind can be of the declared format, before any row is read. */
aisle_status time_reader_check(const time_reader *reader, cell_kind kind, const char *name,
                               aisle_error *err);

/* The day of a cell that is not missing; *reason says why there is none. */
aisle_status time_reader_day(int32_t *day, const char **reason, time_reader *reader,
                             const cells *column, size_t row, aisle_error *err);

#endif
