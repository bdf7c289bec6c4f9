/* base/text.c - numbers to text and back, independent of the locale. */
#include "base/text.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/decimal.h"
#include "gemmule/entry.h"

enum { MAX_DISTANCE_TEXT = 63 };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool gml_text_to_double(const char *text, size_t length, double *value)
{
    return gml_decimal_read(text, length, (gml_decimal_style){.mark = '.'}, value);
}

bool gml_text_to_size(const char *text, size_t length, size_t *value)
{
    size_t number = 0;
    for (size_t i = 0; i < length; i++) {
        if (!is_digit(text[i]) || __builtin_mul_overflow(number, (size_t)10, &number) ||
            __builtin_add_overflow(number, (size_t)(text[i] - '0'), &number)) {
            return false;
        }
    }
    *value = length > 0 ? number : *value;
    return length > 0;
}

/* Prints in %g form and replaces the locale's decimal separator by a point. */
static void print_general(double value, int precision, char text[GML_NUMBER_SIZE])
{
    char local[2 * GML_NUMBER_SIZE];
    snprintf(local, sizeof local, "%.*g", precision, value);
    size_t used = 0;
    for (const char *p = local; *p != '\0' && used + 1 < GML_NUMBER_SIZE; p++) {
        bool plain = is_digit(*p) || *p == '-' || *p == '+' || *p == 'e';
        if (plain) {
            text[used++] = *p;
        } else if (used > 0 && text[used - 1] != '.') {
            text[used++] = '.';
        }
    }
    text[used] = '\0';
}

void gml_text_from_double(double value, char text[GML_NUMBER_SIZE])
{
    if (!isfinite(value)) {
        strcpy(text, isnan(value) ? "nan" : value < 0 ? "-inf" : "inf");
        return;
    }
    /* 15 digits are exact in a normal double, so %g finds shorter texts itself. */
    double back = 0.0;
    for (int precision = fabs(value) < DBL_MIN ? 1 : DBL_DIG; precision <= 17; precision++) {
        print_general(value, precision, text);
        if (gml_text_to_double(text, strlen(text), &back) && back == value) {
            return;
        }
    }
}

void gml_text_format(char *text, size_t size, const char *format, va_list arguments)
{
    static const char wrong[] = " -nan";
    vsnprintf(text, size, format, arguments);
    for (char *p = strstr(text, wrong); p != NULL; p = strstr(p + 1, wrong)) {
        char *sign = p + 1, *after = p + strlen(wrong);
        if (strchr(" ,;:.)", *after) != NULL) { /* also true at the end of the text */
            memmove(sign, sign + 1, strlen(sign));
        }
    }
}

static char small(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

size_t gml_text_distance(const char *a, size_t a_length, const char *b)
{
    a_length = a_length < MAX_DISTANCE_TEXT ? a_length : MAX_DISTANCE_TEXT;
    size_t b_length = strnlen(b, MAX_DISTANCE_TEXT);
    /* rows[i % 3][j]: edits between the first i characters of a and the first j of b */
    size_t rows[3][MAX_DISTANCE_TEXT + 1];
    for (size_t i = 0; i <= a_length; i++) {
        size_t *row = rows[i % 3], *above = rows[(i + 2) % 3], *two_above = rows[(i + 1) % 3];
        for (size_t j = 0; j <= b_length; j++) {
            if (i == 0 || j == 0) {
                row[j] = i + j;
                continue;
            }
            size_t replaced = above[j - 1] + (small(a[i - 1]) != small(b[j - 1]));
            size_t shorter = above[j] < row[j - 1] ? above[j] : row[j - 1];
            row[j] = replaced < shorter + 1 ? replaced : shorter + 1;
            bool swapped = i > 1 && j > 1 && small(a[i - 1]) == small(b[j - 2]) && small(a[i - 2]) == small(b[j - 1]);
            if (swapped && two_above[j - 2] + 1 < row[j]) {
                row[j] = two_above[j - 2] + 1;
            }
        }
    }
    return rows[a_length % 3][b_length];
}

void gml_text_compare(gml_nearest *nearest, const char *text, size_t length, const char *name)
{
    size_t longer = strlen(name) > length ? strlen(name) : length;
    size_t distance = gml_text_distance(text, length, name);
    if (2 * distance < longer && (nearest->name == NULL || distance < nearest->distance)) {
        *nearest = (gml_nearest){name, distance};
    }
}

const char *gml_name_nearest(const char *text, const char *const *names)
{
    gml_nearest nearest = {0};
    for (size_t i = 0; text != NULL && names != NULL && names[i] != NULL; i++) {
        gml_text_compare(&nearest, text, strlen(text), names[i]);
    }
    return nearest.name;
}
