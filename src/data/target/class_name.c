/* data/target/class_name.c - which texts name the same class.
 *
 * Two cells are one class if their texts are equal, or if both are numbers of the same value. From 2^53 on a double
 * does not hold every whole number, and a leading zero marks a code (a postcode, a product): there only the text
 * counts. */
#include "data/target/class_name.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* True if the first digit is a zero with another digit after it. */
static bool has_leading_zero(const char *text, size_t length)
{
    size_t i = 0;
    while (i < length && (text[i] < '0' || text[i] > '9') && text[i] != '.' && text[i] != ',') {
        i++;
    }
    return i + 1 < length && text[i] == '0' && text[i + 1] >= '0' && text[i + 1] <= '9';
}

gml_cell_kind gml_cell_read(const char *text, size_t length, double *number)
{
    return gml_cell_read_as(text, length, (gml_decimal_style){.mark = '.'}, number);
}

gml_cell_kind gml_cell_read_as(const char *text, size_t length, gml_decimal_style style, double *number)
{
    if (length == 0) {
        return GML_CELL_MISSING;
    }
    if (!gml_decimal_read(text, length, style, number) || isinf(*number)) {
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

const char *gml_class_key(gml_cell_kind kind, double number, const char *text, size_t *length,
                          char buffer[GML_NUMBER_SIZE])
{
    if (kind != GML_CELL_NUMBER) {
        return text;
    }
    gml_class_name(number, buffer);
    *length = strlen(buffer);
    return buffer;
}
