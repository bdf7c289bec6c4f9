/* data/class_name.c - which texts name the same class.
 *
 * Two cells are one class if their texts are equal, or if both are numbers of the same value that a double tells from
 * all its neighbours. From 2^53 on a double no longer tells whole numbers apart, and a leading zero is the mark of a
 * code (of a post office, a product, a person): there only the text counts. */
#include "data/class_name.h"

#include <math.h>
#include <stdio.h>

/* True if the first digit is a zero with another digit after it. */
static bool has_leading_zero(const char *text, size_t length)
{
    size_t i = 0;
    while (i < length && (text[i] < '0' || text[i] > '9') && text[i] != '.') {
        i++;
    }
    return i + 1 < length && text[i] == '0' && text[i + 1] >= '0' && text[i + 1] <= '9';
}

gml_cell_kind gml_cell_read(const char *text, size_t length, double *number)
{
    if (length == 0) {
        return GML_CELL_MISSING;
    }
    if (!gml_text_to_double(text, length, number) || isinf(*number)) {
        return GML_CELL_WORD;
    }
    if (isnan(*number)) {
        return GML_CELL_MISSING;
    }
    bool exact = fabs(*number) < 0x1p53;
    return exact && !has_leading_zero(text, length) ? GML_CELL_NUMBER : GML_CELL_CODE;
}

void gml_class_name(double number, char name[GML_NUMBER_SIZE])
{
    number += 0.0; /* -0 is 0 */
    if (floor(number) == number) {
        snprintf(name, GML_NUMBER_SIZE, "%.0f", number);
    } else {
        gml_text_from_double(number, name);
    }
}
