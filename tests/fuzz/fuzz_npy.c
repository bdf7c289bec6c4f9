/* tests/fuzz/fuzz_npy.c - NPY arrays. The first byte chooses options (array_options.h); the rest is the file. */
#include "array_options.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const columns[] = {"0", "1", "2"};
    if (size == 0) {
        return 0;
    }
    const gml_dataset_options options = array_options("npy", data[0], columns);
    fuzz_begin(((size_t)1 << 20) + 1024 * size);
    fuzz_put("a.npy", data + 1, size - 1);
    check_reading("a.npy", &options);
    fuzz_end();
    return 0;
}
