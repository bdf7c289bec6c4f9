/* tests/fuzz/fuzz_libsvm.c - LIBSVM text. The first byte chooses options (array_options.h), of which bit 6 makes groups
 * of qid; the rest is the file. */
#include "array_options.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = {"0", NULL, "qid"};
    if (size == 0) {
        return 0;
    }
    const gml_dataset_options options = array_options("libsvm", data[0], names);
    fuzz_begin(((size_t)4 << 20) + 20480 * size); /* two data sets of 1024 numbers a byte */
    fuzz_put("a.svm", data + 1, size - 1);
    check_reading("a.svm", &options);
    fuzz_end();
    return 0;
}
