#include "base/mem.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define MEM_ALIGNMENT 64
#define HUGE_PAGE ((size_t)2 << 20)

static atomic_long mem_allowed = -1;

void mem_fail_after(long n)
{
    atomic_store(&mem_allowed, n);
}

static int mem_refused(void)
{
    long left = atomic_load(&mem_allowed);
    while (left > 0) {
        if (atomic_compare_exchange_weak(&mem_allowed, &left, left - 1))
            return 0;
    }
    return left == 0;
}

/* What large arrays lie in where the system has such pages: what jumps about in them needs fewer
 * look-ups of addresses. */
static void *allocate_pages(size_t bytes)
{
    void *pointer = aligned_alloc(HUGE_PAGE, (bytes + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE);
#ifdef MADV_HUGEPAGE
    if (pointer)
        madvise(pointer, bytes, MADV_HUGEPAGE);
#endif
    return pointer;
}

void *mem_array(size_t n, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(n, size, &bytes) || bytes > SIZE_MAX - HUGE_PAGE || mem_refused())
        return NULL;
    if (bytes >= 4 * HUGE_PAGE)
        return allocate_pages(bytes);
    bytes = (bytes + MEM_ALIGNMENT - 1) / MEM_ALIGNMENT * MEM_ALIGNMENT;
    return aligned_alloc(MEM_ALIGNMENT, bytes ? bytes : MEM_ALIGNMENT);
}

void *mem_zeroed(size_t n, size_t size)
{
    void *pointer = mem_array(n, size);
    if (pointer)
        memset(pointer, 0, n * size);
    return pointer;
}

void *mem_copy(const void *source, size_t n, size_t size)
{
    void *pointer = mem_array(n, size);
    if (pointer && n)
        memcpy(pointer, source, n * size);
    return pointer;
}

int mem_grow(void *array, size_t *capacity, size_t need, size_t size)
{
    if (need <= *capacity)
        return 0;
    size_t wanted = *capacity + *capacity / 2;
    if (wanted < need)
        wanted = need;
    if (wanted < 16)
        wanted = 16;
    void *larger = mem_array(wanted, size);
    if (!larger)
        return -1;
    void **slot = array;
    if (*slot)
        memcpy(larger, *slot, *capacity * size);
    mem_free(*slot);
    *slot = larger;
    *capacity = wanted;
    return 0;
}

char *mem_text_n(const char *text, size_t length)
{
    char *copy = mem_array(length + 1, 1);
    if (copy) {
        memcpy(copy, text, length);
        copy[length] = '\0';
    }
    return copy;
}

char *mem_text(const char *text)
{
    return mem_text_n(text, strlen(text));
}

void mem_free(void *pointer)
{
    free(pointer);
}
