/* run_corpus FOLDER: the target once over each file, each file cut at some places, and each with
 * some bytes changed: what a build without libFuzzer can do. */
#include "fuzz_target.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/rng.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

enum { CHANGES = 300 };

/* Only the target of model files has one. */
__attribute__((weak)) size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most,
                                                     unsigned seed);

static rng chance;

/* In libFuzzer's place: some bytes are others. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t most)
{
    static const uint8_t likely[] = {0, 1, 2, 0x7f, 0x80, 0xff};
    (void)most;
    for (uint32_t n = 1 + rng_below(&chance, 4); n > 0 && size > 0; n--)
        data[rng_below(&chance, (uint32_t)size)] =
            rng_below(&chance, 2) ? (uint8_t)rng_next(&chance) : likely[rng_below(&chance, 6)];
    return size;
}

static void run(const char *bytes, size_t length)
{
    uint8_t *copy = mem_copy(bytes, length, 1);
    if (copy)
        LLVMFuzzerTestOneInput(copy, length);
    mem_free(copy);
}

static void run_changed(const char *bytes, size_t length)
{
    for (unsigned i = 0; i < CHANGES && length > 0; i++) {
        uint8_t *copy = mem_copy(bytes, length, 1);
        if (!copy)
            return;
        if (LLVMFuzzerCustomMutator)
            LLVMFuzzerCustomMutator(copy, length, length, (unsigned)rng_next(&chance));
        else
            LLVMFuzzerMutate(copy, length, length);
        LLVMFuzzerTestOneInput(copy, i % 4 ? length : rng_below(&chance, (uint32_t)length));
        mem_free(copy);
    }
}

int main(int argc, char **argv)
{
    size_t files = 0;
    chance = rng_init(1, 1);
    DIR *folder = argc == 2 ? opendir(argv[1]) : NULL;
    if (!folder)
        return 2;
    for (struct dirent *e; (e = readdir(folder));) {
        char path[4096], *bytes = NULL;
        size_t length;
        snprintf(path, sizeof path, "%s/%s", argv[1], e->d_name);
        if (e->d_name[0] == '.' || file_read(&bytes, &length, path, NULL))
            continue;
        run(bytes, length);
        run_changed(bytes, length);
        mem_free(bytes);
        files++;
    }
    closedir(folder);
    printf("%zu files\n", files);
    return files ? 0 : 1;
}
