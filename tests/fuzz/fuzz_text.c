/* tests/fuzz/fuzz_text.c - descriptions of networks as text: "784 -> 128 relu -> 10 softmax". */
#include "description_checks.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0 || data[0] != '{') {
        check_description(data, size);
    }
    return 0;
}
