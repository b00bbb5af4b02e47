#include "repair.h"

#include "fuzz_target.h"

#include <string.h>
#include <xxhash.h>

enum { HEADER = 48, ENTRY = 64 };

static uint64_t get_64(const uint8_t *at)
{
    uint64_t value;
    memcpy(&value, at, sizeof value);
    return value;
}

static void put_64(uint8_t *at, uint64_t value)
{
    memcpy(at, &value, sizeof value);
}

void repair_checksums(uint8_t *data, size_t size)
{
    uint8_t head[16] = {'A', 'I', 'S', 'L', 'E', 'M', 'D', 'L', 2, 0, 0, 0, 4, 3, 2, 1};
    uint32_t count;
    if (size < HEADER)
        return;
    head[8] = data[8] == 1 ? 1 : 2; /* formats that can be read */
    memcpy(data, head, sizeof head);
    put_64(data + 16, size);
    memcpy(&count, data + 24, sizeof count);
    if (count <= (size - HEADER) / ENTRY) {
        for (uint32_t i = 0; i < count; i++) {
            uint8_t *entry = data + HEADER + (size_t)i * ENTRY;
            uint64_t offset = get_64(entry + 32), length = get_64(entry + 40);
            if (offset <= size && length <= size - offset)
                put_64(entry + 48, XXH64(data + offset, length, 0));
        }
        put_64(data + 32, XXH64(data + HEADER, (size_t)count * ENTRY, 0));
    }
    put_64(data + 40, XXH64(data, 40, 0));
}

/* The bytes of one section, or of its entry, are changed; the file around them stays whole. */
static size_t mutate_section(uint8_t *data, size_t size, unsigned seed)
{
    uint32_t count;
    memcpy(&count, data + 24, sizeof count);
    if (count == 0 || count > (size - HEADER) / ENTRY)
        return size;
    uint8_t *entry = data + HEADER + (size_t)(seed % count) * ENTRY;
    uint64_t offset = get_64(entry + 32), length = get_64(entry + 40);
    if (offset > size || length == 0 || length > size - offset)
        return size;
    if (seed / count % 8 == 0) {
        LLVMFuzzerMutate(entry + 32, 16, 16);
        return size;
    }
    size_t most = (size_t)length < 64 ? (size_t)length : 64;
    size_t at = length > most ? (seed / count / 8) % ((size_t)length - most) : 0;
    LLVMFuzzerMutate(data + offset + at, most, most);
    return size;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed)
{
    if (size < HEADER || seed % 16 == 0)
        size = LLVMFuzzerMutate(data, size, most);
    else
        size = mutate_section(data, size, seed / 16);
    if (seed % 32 != 1)
        repair_checksums(data, size);
    return size;
}
