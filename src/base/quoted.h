/* base/quoted.h: values as YAML. */
#ifndef BASE_QUOTED_H
#define BASE_QUOTED_H

#include "base/text.h"

/* A text in double quotes, as YAML takes it. */
void quoted_text(text *out, const char *value);

/* A value of any kind but a list; NULL: null. */
void quoted_scalar(text *out, const char *value);

#endif
