#include "data/reader/values/coder.h"

#include <string.h>

#include "base/mem.h"
#include "base/rng.h"
#include "base/utf8.h"

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

bool text_is_clean(slice s)
{
    return utf8_is_clean(s.bytes, s.length);
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

void coder_hash_texts(uint64_t *hash, const coder *c, const slice *texts, size_t rows)
{
    for (size_t r = 0; r < rows; r++) {
        hash[r] = texts[r].length ? hash_text(texts[r]) : 0;
        if (c->n_slots)
            __builtin_prefetch(&c->slots[hash[r] & (c->n_slots - 1)]);
    }
    /* Then the texts that the slots lead to. */
    for (size_t r = 0; r < rows && c->n_slots; r++) {
        uint64_t slot = c->slots[hash[r] & (c->n_slots - 1)];
        if (slot)
            __builtin_prefetch(&c->offsets[(uint32_t)slot - 1]);
    }
    for (size_t r = 0; r < rows && c->n_slots; r++) {
        uint64_t slot = c->slots[hash[r] & (c->n_slots - 1)];
        if (slot)
            __builtin_prefetch(c->bytes + c->offsets[(uint32_t)slot - 1]);
    }
}

uint32_t coder_code_text(coder *c, slice value)
{
    return coder_code_hashed(c, value, hash_text(value));
}

uint32_t coder_code_hashed(coder *c, slice value, uint64_t hash)
{
    if (!make_room(c))
        return CODER_FULL;
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
