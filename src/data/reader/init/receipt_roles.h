/* data/reader/init/receipt_roles.h: which column of a table is what of a receipt: by its name, and
 * by what its values can be. */
#ifndef DATA_READER_RECEIPT_ROLES_H
#define DATA_READER_RECEIPT_ROLES_H

#include "data/reader/init/known_set.h"
#include "data/reader/init/role_names.h"

enum { OTHERS_MOST = 4 };

typedef struct role_choice {
    int column; /* -1: none */
    int score;
    size_t n_others;
    int others[OTHERS_MOST]; /* columns that could be it as well */
} role_choice;

typedef struct receipt_roles {
    role_choice role[ROLE_COUNT];
    const char *time_format; /* of the day's column */
    char event[64];          /* the value of the event's column that is a purchase; "": none */
    const known_set *known;
    int score; /* of household, product and time together */
} receipt_roles;

receipt_roles receipt_roles_of(const table_profile *t);

/* Whether a's values go with one of b's each; rows where either is missing do not count. */
bool columns_depend(const column_profile *b, const column_profile *a);

#endif
