/* tests/fuzz/fuzz_safetensors.c - safetensors as data. The first byte chooses options (array_options.h).
 *
 * If its bit 7 is 0, the rest is the file. Otherwise the two bytes after it are the length of the header, before which
 * six bytes of 0 are put, so that most lengths lie within the file. */
#include <string.h>

#include "array_options.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = {"w", "w", "g"};
    static uint8_t file[1 << 16];
    if (size < 3 || size > sizeof file - 16) {
        return 0;
    }
    const gml_dataset_options options = array_options("safetensors", data[0], names);
    fuzz_begin(((size_t)1 << 20) + 1024 * size);
    if ((data[0] & 128) != 0) {
        memset(file, 0, 8);
        memcpy(file, data + 1, 2);
        memcpy(file + 8, data + 3, size - 3);
        fuzz_put("a.safetensors", file, size + 5);
    } else {
        fuzz_put("a.safetensors", data + 1, size - 1);
    }
    check_reading("a.safetensors", &options);
    fuzz_end();
    return 0;
}
