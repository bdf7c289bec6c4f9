/* base/decimal_scale.h - digits and a power of ten to a double. */
#ifndef GML_BASE_DECIMAL_SCALE_H
#define GML_BASE_DECIMAL_SCALE_H

#include <float.h>
#include <stdbool.h>
#include <stdint.h>

enum { GML_LEAST_POWER = -64, GML_GREATEST_POWER = 64, GML_SIMPLE_POWER = 22 /* 10^22 is a double */ };

/* Row q - GML_LEAST_POWER: the bits of 5^q, scaled by a power of two to [2^127, 2^128), high half first. */
extern const uint64_t gml_decimal_powers[GML_GREATEST_POWER - GML_LEAST_POWER + 1][2];

/* The general case of gml_decimal_scale. */
bool gml_decimal_scale_by_product(uint64_t digits, long exponent, bool exact, double *value);

/* Computes digits * 10^exponent for digits > 0, rounded to even; digits in error are by less than 1 below the exact
 * ones unless `exact`. False, rarely, if these bits do not decide the result. */
static inline bool gml_decimal_scale(uint64_t digits, long exponent, bool exact, double *value)
{
    static const double powers[GML_SIMPLE_POWER + 1] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                        1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                                        1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    bool simple = exact && FLT_EVAL_METHOD == 0 && digits <= (uint64_t)1 << DBL_MANT_DIG &&
                  exponent >= -GML_SIMPLE_POWER && exponent <= GML_SIMPLE_POWER;
    if (!simple) {
        return gml_decimal_scale_by_product(digits, exponent, exact, value);
    }
    /* Both factors are doubles, so that one operation rounds once (Clinger, How to Read Floating Point Numbers
     * Accurately, 1990). */
    *value = exponent < 0 ? (double)digits / powers[-exponent] : (double)digits * powers[exponent];
    return true;
}

#endif
