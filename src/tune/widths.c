/* tune/widths.c - reads hidden layers such as "256x2-64". */
#include <string.h>

#include "tune/space.h"

size_t gml_layers_read(const char *text, size_t length, size_t widths[GML_MOST_HIDDEN], const char **reason)
{
    size_t count = 0;
    if (length == 4 && memcmp(text, "none", 4) == 0) {
        return 0;
    }
    for (size_t at = 0; at <= length;) {
        size_t end = at, times = 1, width = 0;
        while (end < length && text[end] != '-') {
            end++;
        }
        const char *by = memchr(text + at, 'x', end - at);
        const size_t first = by != NULL ? (size_t)(by - text) : end;
        const bool good = gml_text_to_size(text + at, first - at, &width) &&
                          (by == NULL || gml_text_to_size(by + 1, end - first - 1, &times));
        if (!good || width == 0 || times == 0) {
            *reason = "expected layers, as 64, 256x2, 128-64 or none";
            return SIZE_MAX;
        }
        if (times > GML_MOST_HIDDEN - count) {
            *reason = "more than 64 layers: 256x2 are two layers of 256, 128-64 is a layer of 128 and one of 64";
            return SIZE_MAX;
        }
        while (times-- > 0) {
            widths[count++] = width;
        }
        at = end + 1;
    }
    return count;
}
