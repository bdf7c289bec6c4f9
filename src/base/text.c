/* base/text.c - numbers to text and back, independent of the locale.
 *
 * Reading: a short number needs one operation on two doubles (Clinger, How to Read Floating Point Numbers Accurately,
 * 1990). Up to 19 significant digits and powers of ten from -27 to 27 are computed in 128-bit integers with one
 * rounding. The rest, rare in files, goes to strtod as digits and an exponent, without a decimal point that depends on
 * the locale.
 */
#include "base/text.h"

#include "gemmule/entry.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
    MAX_DIGITS = 19,          /* any 19 digits fit in 64 bits */
    MAX_SIMPLE_POWER = 22,    /* 10^22 is a double */
    MAX_POWER = 27,           /* 5^27 < 2^63 */
    MAX_EXPONENT = 100000000, /* larger exponents give 0 or infinity anyway */
    MAX_SLOW_TEXT = 1200,     /* longer than the longest exact decimal of a double, 1076 digits */
    MAX_DISTANCE_TEXT = 63
};

/* A parsed number: digits * 10^exponent. */
typedef struct decimal {
    bool negative;
    bool exact; /* all significant digits are in `digits` */
    uint64_t digits;
    long exponent;
} decimal;

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static void trim(const char **text, const char **end)
{
    while (*text < *end && is_space(**text)) {
        (*text)++;
    }
    while (*end > *text && is_space((*end)[-1])) {
        (*end)--;
    }
}

/* Parses the digits and the point of a number; returns their end, or null if there is no digit. */
static const char *scan_digits(const char *p, const char *end, decimal *number)
{
    int significant = 0;
    bool any = false;
    bool point = false;
    for (; p < end; p++) {
        if (*p == '.' && !point) {
            point = true;
            continue;
        }
        if (!is_digit(*p)) {
            break;
        }
        any = true;
        if (significant < MAX_DIGITS) {
            number->digits = number->digits * 10 + (uint64_t)(*p - '0');
            significant += number->digits != 0;
            number->exponent -= point;
        } else {
            number->exact = number->exact && *p == '0';
            number->exponent += !point;
        }
    }
    return any ? p : NULL;
}

/* Parses an exponent such as "e-12"; false if the text between p and end is anything else. */
static bool scan_exponent(const char *p, const char *end, decimal *number)
{
    if (p == end) {
        return true;
    }
    if (*p != 'e' && *p != 'E') {
        return false;
    }
    p++;
    bool negative = p < end && *p == '-';
    p += p < end && (*p == '-' || *p == '+');
    if (p == end) {
        return false;
    }
    long exponent = 0;
    for (; p < end; p++) {
        if (!is_digit(*p)) {
            return false;
        }
        exponent = exponent < MAX_EXPONENT ? exponent * 10 + (*p - '0') : exponent;
    }
    number->exponent += negative ? -exponent : exponent;
    return true;
}

/* Parses "inf", "infinity" or "nan" after the sign. */
static bool scan_special(const char *text, size_t length, double *value)
{
    static const struct {
        const char *word;
        double value;
    } words[] = {{"inf", (double)INFINITY}, {"infinity", (double)INFINITY}, {"nan", (double)NAN}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (length == strlen(words[i].word) && strncasecmp(text, words[i].word, length) == 0) {
            *value = words[i].value;
            return true;
        }
    }
    return false;
}

/* Clinger's fast path: both factors are exact doubles, so one multiplication or division rounds once. */
static bool is_simple(const decimal *number)
{
    return FLT_EVAL_METHOD == 0 && number->digits <= (uint64_t)1 << DBL_MANT_DIG &&
           labs(number->exponent) <= MAX_SIMPLE_POWER;
}

static double scale_simply(const decimal *number)
{
    static const double powers[MAX_SIMPLE_POWER + 1] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                        1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                                        1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    double power = powers[labs(number->exponent)];
    return number->exponent < 0 ? (double)number->digits / power : (double)number->digits * power;
}

#ifdef __SIZEOF_INT128__
__extension__ typedef unsigned __int128 wide;

/* Returns digits * 10^exponent, correctly rounded, for digits > 0 and |exponent| <= MAX_POWER. With 10 = 2 * 5, the
 * power of 2 goes into the exponent of the result. The power of 5 gives an exact product, or a quotient with its
 * remainder as a sticky bit, far enough below the 53 bits of a double for correct rounding. */
static double scale_exactly(uint64_t digits, long exponent)
{
    uint64_t power = 1;
    for (long i = 0; i < labs(exponent); i++) {
        power *= 5;
    }
    int shift = __builtin_clzll(digits);
    digits <<= shift;
    int power_shift = __builtin_clzll(power);
    power <<= power_shift;
    if (exponent >= 0) {
        wide product = (wide)digits * power;
        uint64_t high = (uint64_t)(product >> 64) | ((uint64_t)product != 0);
        return ldexp((double)high, (int)exponent + 64 - shift - power_shift);
    }
    wide dividend = (wide)digits << 63;
    uint64_t quotient = (uint64_t)(dividend / power) | (dividend % power != 0);
    return ldexp((double)quotient, (int)exponent - 63 - shift + power_shift);
}
#else
static double scale_exactly(uint64_t digits, long exponent)
{
    char text[64];
    snprintf(text, sizeof text, "%llue%ld", (unsigned long long)digits, exponent);
    return strtod(text, NULL);
}
#endif

/* The general case, for a valid decimal number. Digits too far right to affect rounding are left out; if one of them is
 * not zero, a 1 in their place breaks ties. */
static double scale_slowly(const char *text, const char *end)
{
    char copy[MAX_SLOW_TEXT + 32];
    size_t used = 0;
    decimal tail = {0};
    bool point = false;
    bool sticky = false;
    bool leading = true;
    for (; text < end && *text != 'e' && *text != 'E'; text++) {
        if (*text == '.') {
            point = true;
            continue;
        }
        leading = leading && *text == '0';
        tail.exponent -= point;
        if (!leading && used < MAX_SLOW_TEXT) {
            copy[used++] = *text;
        } else if (!leading) {
            sticky = sticky || *text != '0';
            tail.exponent++;
        }
    }
    if (sticky) {
        copy[used++] = '1';
        tail.exponent--;
    }
    scan_exponent(text, end, &tail);
    snprintf(copy + used, sizeof copy - used, "e%ld", tail.exponent);
    return strtod(copy, NULL);
}

bool gml_text_to_double(const char *text, size_t length, double *value)
{
    const char *end = text + length;
    trim(&text, &end);
    decimal number = {.exact = true};
    if (text < end && (*text == '-' || *text == '+')) {
        number.negative = *text == '-';
        text++;
    }
    double magnitude;
    const char *rest = scan_digits(text, end, &number);
    if (rest == NULL) {
        if (!scan_special(text, (size_t)(end - text), &magnitude)) {
            return false;
        }
    } else if (!scan_exponent(rest, end, &number)) {
        return false;
    } else if (number.digits == 0) {
        magnitude = 0.0;
    } else if (number.exact && is_simple(&number)) {
        magnitude = scale_simply(&number);
    } else if (number.exact && labs(number.exponent) <= MAX_POWER) {
        magnitude = scale_exactly(number.digits, number.exponent);
    } else {
        magnitude = scale_slowly(text, end);
    }
    *value = number.negative ? -magnitude : magnitude;
    return true;
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
