/* tests/fuzz/fuzz_json.c - descriptions of networks as JSON. */
#include "description_checks.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > 0 && data[0] == '{') {
        check_description(data, size);
    }
    return 0;
}
