/* data/reader/init/role_names.h: what columns are called, in several languages and in known data
 * sets. */
#ifndef DATA_READER_ROLE_NAMES_H
#define DATA_READER_ROLE_NAMES_H

typedef enum column_role {
    ROLE_USER,
    ROLE_ITEM,
    ROLE_BASKET,
    ROLE_STORE,
    ROLE_DAY,
    ROLE_WEEK,
    ROLE_QUANTITY,
    ROLE_VALUE,
    ROLE_PRICE,
    ROLE_DISCOUNT,
    ROLE_EVENT,
    ROLE_LABEL,
    ROLE_DEPARTMENT,
    ROLE_CATEGORY,
    ROLE_DISPLAY,
    ROLE_MAILER,
    ROLE_COUNT
} column_role;

/* From 0, not at all, to 10, the very name of it. */
int role_name_score(column_role role, const char *name);

#endif
