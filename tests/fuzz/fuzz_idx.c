/* tests/fuzz/fuzz_idx.c - IDX files: images and labels.
 *
 * The first byte chooses options: bit 0 regression, bit 1 two classes that are given, bit 2 no targets, bit 3 four
 * features that are expected. The second byte times 8 is how many of the bytes that follow are the images; the rest is
 * the labels. */
#include "dataset_checks.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = {"no", "yes"};
    if (size < 2) {
        return 0;
    }
    unsigned choice = data[0];
    size_t rest = size - 2, images = 8 * (size_t)data[1] < rest ? 8 * (size_t)data[1] : rest;
    const gml_dataset_options options = {
        .format = "idx",
        .task = (choice & 1) != 0 ? GML_TASK_REGRESSION : GML_TASK_AUTO,
        .class_names = (choice & 2) != 0 ? names : NULL,
        .classes = (choice & 2) != 0 ? 2 : 0,
        .targets = (choice & 4) != 0 ? GML_CHOICE_NO : GML_CHOICE_AUTO,
        .features = (choice & 8) != 0 ? 4 : 0,
    };
    fuzz_begin(((size_t)8 << 20) + 2048 * size);
    fuzz_put("t-images-idx3-ubyte", data + 2, images);
    fuzz_put("t-labels-idx1-ubyte", data + 2 + images, rest - images);
    check_reading("t-images-idx3-ubyte", &options);
    fuzz_end();
    return 0;
}
