#include "data/reader/coder.h"

#include <string.h>

#include "base/mem.h"
#include "base/rng.h"

enum { FIRST_SLOTS = 1024 };

static uint64_t hash_text(slice s)
{
    uint64_t hash = s.length;
    const char *p = s.bytes;
    size_t left = s.length;
    for (; left >= 8; left -= 8, p += 8) {
        uint64_t word;
        memcpy(&word, p, 8);
        hash = rng_mix(hash ^ word);
    }
    uint64_t word = 0;
    memcpy(&word, p, left);
    return rng_mix(hash ^ word);
}

static uint64_t hash_of_code(const coder *c, uint32_t code)
{
    if (c->ints)
        return rng_mix((uint64_t)c->ints[code]);
    uint64_t start = c->offsets[code];
    return hash_text((slice){c->bytes + start, c->offsets[code + 1] - start});
}

static uint64_t slot_for(uint64_t hash, uint32_t code)
{
    return (hash & UINT64_C(0xffffffff00000000)) | (code + 1);
}

/* At most half of the slots are taken. */
static bool make_room(coder *c)
{
    if (2 * (c->count + 1) <= c->n_slots)
        return true;
    size_t n = c->n_slots ? 2 * c->n_slots : FIRST_SLOTS;
    uint64_t *slots = NEW_ZEROED(uint64_t, n);
    if (!slots)
        return false;
    for (uint32_t code = 0; code < c->count; code++) {
        uint64_t hash = hash_of_code(c, code);
        size_t at = hash & (n - 1);
        while (slots[at])
            at = (at + 1) & (n - 1);
        slots[at] = slot_for(hash, code);
    }
    mem_free(c->slots);
    c->slots = slots;
    c->n_slots = n;
    return true;
}

uint32_t coder_code_int(coder *c, int64_t value)
{
    if (!make_room(c))
        return CODER_FULL;
    uint64_t hash = rng_mix((uint64_t)value);
    size_t at = hash & (c->n_slots - 1);
    for (; c->slots[at]; at = (at + 1) & (c->n_slots - 1)) {
        uint32_t code = (uint32_t)c->slots[at] - 1;
        if (c->ints[code] == value)
            return code;
    }
    if (c->count >= CODER_FULL ||
        mem_grow(&c->ints, &c->int_capacity, c->count + 1, sizeof *c->ints))
        return CODER_FULL;
    c->ints[c->count] = value;
    c->slots[at] = slot_for(hash, (uint32_t)c->count);
    return (uint32_t)c->count++;
}

/* Length of the UTF-8 sequence at p, 0 for none: no overlong ones, no surrogates. */
static size_t sequence_length(const unsigned char *p, size_t left)
{
    if (p[0] < 0x80)
        return p[0] != 0;
    if (p[0] < 0xc2 || p[0] > 0xf4)
        return 0;
    size_t n = p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
    if (n > left)
        return 0;
    for (size_t i = 1; i < n; i++)
        if ((p[i] & 0xc0) != 0x80)
            return 0;
    bool bad = (p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) ||
               (p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f);
    return bad ? 0 : n;
}

bool text_is_clean(slice s)
{
    const unsigned char *p = (const unsigned char *)s.bytes;
    for (size_t at = 0; at < s.length;) {
        uint64_t word;
        /* Eight bytes of ASCII at once, none of them zero. */
        if (s.length - at >= 8 && (memcpy(&word, p + at, 8), true) &&
            !((word | (word - UINT64_C(0x0101010101010101))) & UINT64_C(0x8080808080808080))) {
            at += 8;
            continue;
        }
        size_t n = sequence_length(p + at, s.length - at);
        if (n == 0)
            return false;
        at += n;
    }
    return true;
}

static bool store_text(coder *c, slice value)
{
    uint64_t start = c->count ? c->offsets[c->count] : 0;
    if (mem_grow(&c->bytes, &c->byte_capacity, start + value.length, 1) ||
        mem_grow(&c->offsets, &c->offset_capacity, c->count + 2, sizeof *c->offsets))
        return false;
    memcpy(c->bytes + start, value.bytes, value.length);
    c->offsets[0] = 0;
    c->offsets[c->count + 1] = start + value.length;
    return true;
}

uint32_t coder_code_text(coder *c, slice value)
{
    if (!make_room(c))
        return CODER_FULL;
    uint64_t hash = hash_text(value);
    size_t at = hash & (c->n_slots - 1);
    for (; c->slots[at]; at = (at + 1) & (c->n_slots - 1)) {
        uint32_t code = (uint32_t)c->slots[at] - 1;
        if (c->slots[at] != slot_for(hash, code))
            continue;
        uint64_t start = c->offsets[code], length = c->offsets[code + 1] - start;
        if (length == value.length && memcmp(c->bytes + start, value.bytes, length) == 0)
            return code;
    }
    if (!text_is_clean(value))
        return CODER_BAD;
    if (c->count >= CODER_FULL || !store_text(c, value))
        return CODER_FULL;
    c->slots[at] = slot_for(hash, (uint32_t)c->count);
    return (uint32_t)c->count++;
}

aisle_values coder_values(const coder *c)
{
    return (aisle_values){c->count, c->ints, c->bytes, c->offsets};
}

void coder_fini(coder *c)
{
    mem_free(c->ints);
    mem_free(c->bytes);
    mem_free(c->offsets);
    mem_free(c->slots);
    memset(c, 0, sizeof *c);
}
