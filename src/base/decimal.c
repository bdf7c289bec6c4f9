/* base/decimal.c - reading decimal numbers: a fast path in place, and the general case. */
#include "base/decimal.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/decimal_scale.h"

enum {
    MAX_DIGITS = 19,          /* any 19 digits fit in 64 bits */
    MAX_EXPONENT = 100000000, /* larger exponents give 0 or infinity anyway */
    MAX_SLOW_TEXT = 1200      /* longer than the longest exact decimal of a double, 1076 digits */
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

/* ---- the fast path: a plain number in place ---- */

#if defined __BYTE_ORDER__ && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
/* Adds eight digits at once where the next eight bytes are digits. */
static bool take_eight(const char *p, uint64_t *digits)
{
    uint64_t bytes;
    memcpy(&bytes, p, sizeof bytes);
    uint64_t lows = bytes - 0x3030303030303030u, highs = bytes + 0x4646464646464646u;
    if (((lows | highs) & 0x8080808080808080u) != 0) {
        return false;
    }
    bytes = lows * 10 + (lows >> 8);                                      /* pairs of digits in every other byte */
    uint64_t upper = (bytes & 0x000000FF000000FFu) * 0x000F424000000064u; /* 100 + (1000000 << 32) */
    uint64_t lower = ((bytes >> 16) & 0x000000FF000000FFu) * 0x0000271000000001u; /* 1 + (10000 << 32) */
    *digits = *digits * 100000000 + ((upper + lower) >> 32);
    return true;
}
#else
static bool take_eight(const char *p, uint64_t *digits)
{
    (void)p;
    (void)digits;
    return false;
}
#endif

/* Returns the end of the digits. */
static const char *take_digits(const char *p, uint64_t *digits)
{
    uint64_t taken = *digits;
    while (take_eight(p, &taken)) {
        p += 8;
    }
    for (unsigned digit; (digit = (unsigned char)*p - (unsigned)'0') < 10; p++) {
        taken = taken * 10 + digit;
    }
    *digits = taken;
    return p;
}

/* Parses an exponent of up to four digits after the letter. */
static const char *take_exponent(const char *p, long *exponent)
{
    bool negative = *p == '-';
    p += *p == '-' || *p == '+';
    long value = 0;
    const char *first = p;
    for (; is_digit(*p) && p - first < 5; p++) {
        value = value * 10 + (*p - '0');
    }
    *exponent += negative ? -value : value;
    return p - first >= 1 && p - first <= 4 ? p : NULL;
}

const char *gml_decimal_scan(const char *text, char mark, gml_decimal_number *number)
{
    bool negative = *text == '-';
    const char *whole = text + (*text == '-' || *text == '+'), *p = whole;
    decimal found = {.exact = true};
    p = take_digits(p, &found.digits);
    ptrdiff_t wholes = p - whole, count = wholes;
    if (*p == mark) {
        const char *fraction = p + 1;
        p = take_digits(fraction, &found.digits);
        found.exponent = fraction - p;
        count += p - fraction;
    }
    if (count == 0 || count > MAX_DIGITS || (wholes > 1 && *whole == '0')) {
        return NULL;
    }
    if ((*p | 0x20) == 'e') {
        p = take_exponent(p + 1, &found.exponent);
        if (p == NULL) {
            return NULL;
        }
    }
    double value = (double)found.digits;
    number->whole = true;
    if (found.digits > 0 && found.exponent != 0) {
        if (!gml_decimal_scale(found.digits, found.exponent, true, &value)) {
            return NULL;
        }
        number->whole = value < 0x1p53 && (double)(int64_t)value == value;
    }
    number->value = negative ? -value : value;
    return value < 0x1p53 ? p : NULL;
}

/* ---- any number ---- */

static void trim(const char **text, const char **end)
{
    while (*text < *end && is_space(**text)) {
        (*text)++;
    }
    while (*end > *text && is_space((*end)[-1])) {
        (*end)--;
    }
}

/* True if a separator of thousands at p is followed by three digits and no fourth, with `before` digits in front of it:
 * up to three at the first, three at the others. */
static bool separates(const char *p, const char *end, int before, bool first)
{
    return (first ? before >= 1 && before <= 3 : before == 3) && end - p > 3 && is_digit(p[1]) && is_digit(p[2]) &&
           is_digit(p[3]) && (end - p == 4 || !is_digit(p[4]));
}

/* Parses the digits and the mark of a number; returns their end, or null if there is no digit. */
static const char *scan_digits(const char *p, const char *end, gml_decimal_style style, decimal *number)
{
    int significant = 0, group = 0;
    bool any = false, marked = false, grouped = false;
    for (; p < end; p++) {
        if (*p == style.mark && !marked) {
            marked = true;
            continue;
        }
        if (style.thousands != 0 && *p == style.thousands && !marked && separates(p, end, group, !grouped)) {
            grouped = true;
            group = 0;
            continue;
        }
        if (!is_digit(*p)) {
            break;
        }
        any = true;
        group += group < MAX_DIGITS;
        if (significant < MAX_DIGITS) {
            number->digits = number->digits * 10 + (uint64_t)(*p - '0');
            significant += number->digits != 0;
            number->exponent -= marked;
        } else {
            number->exact = number->exact && *p == '0';
            number->exponent += !marked;
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

/* The general case, for a valid decimal number. Digits too far right to affect rounding are left out; if one of them is
 * not zero, a 1 in their place breaks ties. */
static double scale_slowly(const char *text, const char *end, char mark)
{
    char copy[MAX_SLOW_TEXT + 32];
    size_t used = 0;
    decimal tail = {0};
    bool marked = false, sticky = false, leading = true;
    for (; text < end && *text != 'e' && *text != 'E'; text++) {
        if (!is_digit(*text)) {
            marked = marked || *text == mark;
            continue;
        }
        leading = leading && *text == '0';
        tail.exponent -= marked;
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

bool gml_decimal_read(const char *text, size_t length, gml_decimal_style style, double *value)
{
    const char *end = text + length;
    trim(&text, &end);
    decimal number = {.exact = true};
    if (text < end && (*text == '-' || *text == '+')) {
        number.negative = *text == '-';
        text++;
    }
    double magnitude = 0.0;
    const char *rest = scan_digits(text, end, style, &number);
    if (rest == NULL) {
        if (!scan_special(text, (size_t)(end - text), &magnitude)) {
            return false;
        }
    } else if (!scan_exponent(rest, end, &number)) {
        return false;
    } else if (number.digits != 0 && !gml_decimal_scale(number.digits, number.exponent, number.exact, &magnitude)) {
        magnitude = scale_slowly(text, end, style.mark);
    }
    *value = number.negative ? -magnitude : magnitude;
    return true;
}
