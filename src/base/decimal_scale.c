/* base/decimal_scale.c - digits and a power of ten to a double.
 *
 * The digits times the first 128 bits of the power: the upper bits of the product decide the rounding (Lemire, Number
 * Parsing at a Gigabyte per Second, 2021; Mushtak and Lemire, Fast Number Parsing Without Fallback, 2023). With more
 * than 19 digits the number lies between `digits` and `digits` + 1; if both round to one double, it is that. */
#include "base/decimal_scale.h"

#include <string.h>

enum { MANTISSA_BITS = DBL_MANT_DIG - 1, EXPONENT_BIAS = DBL_MAX_EXP - 1 };

typedef struct product {
    uint64_t low, high;
} product;

static product multiply(uint64_t a, uint64_t b)
{
#ifdef __SIZEOF_INT128__
    __extension__ typedef unsigned __int128 wide;
    wide all = (wide)a * b;
    return (product){(uint64_t)all, (uint64_t)(all >> 64)};
#else
    uint64_t low = (a & UINT32_MAX) * (b & UINT32_MAX), ab = (a >> 32) * (b & UINT32_MAX);
    uint64_t ba = (a & UINT32_MAX) * (b >> 32), high = (a >> 32) * (b >> 32);
    uint64_t middle = (low >> 32) + (ab & UINT32_MAX) + (ba & UINT32_MAX);
    return (product){(middle << 32) | (low & UINT32_MAX), high + (ab >> 32) + (ba >> 32) + (middle >> 32)};
#endif
}

/* Computes digits * 10^exponent for digits > 0, rounded to even. False where the bits of the product do not decide, or
 * the exponent is not in the table. */
static bool scale_by_product(uint64_t digits, long exponent, double *value)
{
    if (exponent < GML_LEAST_POWER || exponent > GML_GREATEST_POWER) {
        return false;
    }
    const uint64_t *power = gml_decimal_powers[exponent - GML_LEAST_POWER];
    int zeros = __builtin_clzll(digits);
    digits <<= zeros;
    product first = multiply(digits, power[0]);
    if ((first.high & 0x1FF) == 0x1FF) { /* the lower half of the power may carry into the rounding */
        product second = multiply(digits, power[1]);
        first.low += second.high;
        first.high += second.high > first.low;
        if (first.low == UINT64_MAX && (exponent < -27 || exponent > 55)) {
            return false;
        }
    }
    int upper = (int)(first.high >> 63), shift = upper + 64 - MANTISSA_BITS - 3;
    uint64_t mantissa = first.high >> shift;
    /* floor(log2(10^exponent)) + 63, exact in this range */
    long binary = (((152170 + 65536) * exponent) >> 16) + 63 + upper - zeros + EXPONENT_BIAS;
    bool tie = first.low <= 1 && exponent >= -4 && exponent <= 23 && (mantissa & 3) == 1;
    if (tie && mantissa << shift == first.high) {
        mantissa &= ~(uint64_t)1; /* half way: down to even */
    }
    mantissa = (mantissa + (mantissa & 1)) >> 1;
    if (mantissa >= (uint64_t)2 << MANTISSA_BITS) {
        mantissa = (uint64_t)1 << MANTISSA_BITS;
        binary++;
    }
    mantissa &= ~((uint64_t)1 << MANTISSA_BITS);
    mantissa |= (uint64_t)binary << MANTISSA_BITS; /* neither subnormal nor infinite in this range */
    memcpy(value, &mantissa, sizeof *value);
    return true;
}

bool gml_decimal_scale_by_product(uint64_t digits, long exponent, bool exact, double *value)
{
    double above;
    return scale_by_product(digits, exponent, value) &&
           (exact || (scale_by_product(digits + 1, exponent, &above) && above == *value));
}
