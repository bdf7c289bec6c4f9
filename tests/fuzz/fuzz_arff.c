/* tests/fuzz/fuzz_arff.c - ARFF. The first byte chooses options (array_options.h); the rest is the file. */
#include "array_options.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = {"0", "w", "g"};
    if (size == 0) {
        return 0;
    }
    const gml_dataset_options options = array_options("arff", data[0], names);
    fuzz_begin(((size_t)4 << 20) + 20480 * size);
    fuzz_put("a.arff", data + 1, size - 1);
    check_reading("a.arff", &options);
    fuzz_end();
    return 0;
}
