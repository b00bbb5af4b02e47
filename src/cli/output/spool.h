/* cli/output/spool.h: lists of households that come in parts, kept in a file a part until the last
 * part is there, and given back in one order.
 *
 * A part adds its lists in that order: by the place where a household was asked for, else by id.
 * The files lie beside the output and have no name: they go with the program. */
#ifndef CLI_OUTPUT_SPOOL_H
#define CLI_OUTPUT_SPOOL_H

#include <aisle/aisle.h>
#include <stdio.h>

/* A household's list. */
typedef struct spooled {
    size_t place; /* in the order asked for; the same for all: ids order them */
    const char *id;
    size_t count;
    const aisle_recommendation *list;
    const char *const *reason; /* [count]; NULL: not asked for */
} spooled;

typedef struct spool_part {
    FILE *file;
    char *head; /* the next list, as read; NULL: no more */
    spooled next;
} spool_part;

typedef struct spool {
    spool_part *part;
    size_t n, most;
    const char *beside; /* the output; borrowed */
} spool;

/* parts: at most so many. */
aisle_status spool_init(spool *out, const char *beside, size_t parts, aisle_error *err);
void spool_fini(spool *s);

/* What is added next is of a new part. */
aisle_status spool_begin_part(spool *s, aisle_error *err);
aisle_status spool_add(spool *s, const spooled *list, aisle_error *err);

/* After the last part: from the first list of all on. */
aisle_status spool_rewind(spool *s, aisle_error *err);

/* The next list and the memory that it lies in, which is the caller's to free; memory NULL: no
 * more. */
aisle_status spool_next(spooled *out, char **memory, spool *s, aisle_error *err);

#endif
