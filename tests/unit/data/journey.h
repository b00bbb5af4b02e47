/* The Complete Journey, where script/data has put it. */
#ifndef JOURNEY_H
#define JOURNEY_H

#include <stdbool.h>

#include "data/dataset_type.h"

/* Whether the data are there. */
bool journey_is_there(void);

/* "folder of the data/name" in a buffer that the next eight calls leave alone. */
const char *journey_path(const char *name);

/* examples/complete-journey.yaml, reading from that folder. */
aisle_config *journey_config(void);

/* Reads and checks; fails the test with the message. */
aisle_dataset *journey_read(const aisle_config *config);

#endif
