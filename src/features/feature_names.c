#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/mem.h"
#include "features/feature.h"

/* Bytes of the well-formed UTF-8 character at c, or 0. */
static size_t character_length(const unsigned char *c)
{
    size_t n = *c < 0x80 ? 1 : *c < 0xc2 ? 0 : *c < 0xe0 ? 2 : *c < 0xf0 ? 3 : *c < 0xf5 ? 4 : 0;
    for (size_t i = 1; i < n; i++)
        if ((c[i] & 0xc0) != 0x80)
            return 0;
    return n;
}

static bool is_plain(unsigned char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
}

static void clean_name(char *name)
{
    for (unsigned char *c = (unsigned char *)name; *c;) {
        size_t n = character_length(c);
        if (n < 2 && !is_plain(*c))
            *c = '_';
        c += n ? n : 1;
    }
}

/* FNV-1a: names are made anew for each matrix, so comparing all with all must be cheap. */
static uint32_t hash_of(const char *name)
{
    uint32_t hash = 2166136261u;
    for (; *name; name++)
        hash = (hash ^ (unsigned char)*name) * 16777619u;
    return hash;
}

static bool is_taken(const feature_column *columns, const uint32_t *hash, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (hash[i] == hash[n] && strcmp(columns[i].name, columns[n].name) == 0)
            return true;
    return false;
}

aisle_status feature_names_clean(feature_column *columns, size_t n, aisle_error *err)
{
    uint32_t *hash = NEW_ARRAY(uint32_t, n);
    if (!hash)
        return fail_memory(err);
    for (size_t i = 0; i < n; i++) {
        char *name = columns[i].name, first[FEATURE_NAME_MOST];
        clean_name(name);
        memcpy(first, name, sizeof first);
        hash[i] = hash_of(name);
        for (unsigned copy = 2; is_taken(columns, hash, i); copy++) {
            snprintf(name, FEATURE_NAME_MOST, "%.50s_%u", first, copy);
            clean_name(name);
            hash[i] = hash_of(name);
        }
    }
    mem_free(hash);
    return AISLE_OK;
}

size_t feature_copy_columns(feature_column *out, const feature_text *texts, size_t n)
{
    for (size_t i = 0; out && i < n; i++) {
        snprintf(out[i].name, sizeof out[i].name, "%s", texts[i].name);
        out[i].meaning = texts[i].meaning;
        out[i].categorical = false;
        out[i].of_household = false;
    }
    return n;
}
