/* kernel/random/random.c - random fills, dropout and noise: many blocks of a stream are generated at once.
 *
 * Element i uses number i of the stream, so a fill may be split anywhere. Fills are computed in double in every
 * variant, so that float and double networks start from the same weights. Noise, one number per entry and step, has the
 * precision of the variant. */
#include "kernel/random/random.h"

#include "kernel/random/philox.h"
#include "kernel/variant.h"
#include "kernel/vector.h"
#include "kernel/vector_sine.h"

/* ---- numbers ---- */

/* Generates at most `count` of the numbers from element `first` on; returns how many. They start at numbers[*skip]. */
static size_t draw(const gml_stream *stream, size_t first, size_t count, uint32_t numbers[NUMBERS], size_t *skip)
{
    *skip = first % DRAWS;
    size_t taken = count < NUMBERS - *skip ? count : NUMBERS - *skip;
    draw_blocks(stream, (uint32_t)(first / DRAWS), (*skip + taken + DRAWS - 1) / DRAWS, numbers);
    return taken;
}

/* ---- fills ---- */

/* Uniform in the open interval (0, 1). */
GML_INLINE double unit(uint32_t number)
{
    return (number + 0.5) * 0x1p-32;
}

static void fill_uniform(const gml_fill_call *call)
{
    real *target = call->target;
    double low = call->a, width = call->b - call->a;
    _Alignas(64) uint32_t numbers[NUMBERS];
    size_t skip;
    for (size_t first = 0, taken; first < call->count; first += taken) {
        taken = draw(&call->stream, first, call->count - first, numbers, &skip);
#pragma omp simd
        for (size_t i = 0; i < taken; i++) {
            target[first + i] = (real)(low + width * unit(numbers[skip + i]));
        }
    }
}

/* Box-Muller: two uniform numbers give two normal ones. */
static void make_normal(const uint32_t numbers[2], double pair[2])
{
    double radius = sqrt(-2 * log(unit(numbers[0])));
    double angle = 6.283185307179586 * unit(numbers[1]);
    pair[0] = radius * cos(angle);
    pair[1] = radius * sin(angle);
}

static void fill_normal(const gml_fill_call *call)
{
    real *target = call->target;
    _Alignas(64) uint32_t numbers[NUMBERS];
    size_t skip;
    for (size_t first = 0, taken; first < call->count; first += taken) {
        taken = draw(&call->stream, first, call->count - first, numbers, &skip);
        for (size_t i = 0; i < taken; i += 2) {
            double pair[2];
            make_normal(numbers + i, pair);
            target[first + i] = (real)(call->a + call->b * pair[0]);
            if (i + 1 < taken) {
                target[first + i + 1] = (real)(call->a + call->b * pair[1]);
            }
        }
    }
}

/* Returns normal number i of a step of the stream. */
static double normal_at(gml_stream stream, size_t i)
{
    uint32_t numbers[DRAWS];
    double pair[2];
    gml_random_block(&stream, (uint32_t)(i / DRAWS), numbers);
    make_normal(numbers + i % DRAWS / 2 * 2, pair);
    return pair[i % 2];
}

static void fill_truncated(const gml_fill_call *call)
{
    real *target = call->target;
    for (size_t i = 0; i < call->count; i++) {
        gml_stream stream = call->stream;
        double number = normal_at(stream, i);
        while (fabs(number) > call->bound) {
            stream.step++;
            number = normal_at(stream, i);
        }
        target[i] = (real)(call->a + call->b * number);
    }
}

/* ---- noise ---- */

static void dropout(const gml_dropout_call *call)
{
    const real *x = call->x;
    real *y = call->y, zero = (real)call->dropped, scale = (real)call->scale, shift = (real)call->shift;
    _Alignas(64) uint32_t numbers[NUMBERS];
    const uint32_t dropped = (uint32_t)(call->rate * 0x1p32);
    size_t skip;
    for (size_t at = 0, taken; at < call->count; at += taken) {
        taken = draw(&call->stream, call->first + at, call->count - at, numbers, &skip);
#pragma omp simd
        for (size_t i = 0; i < taken; i++) {
            real kept = x[at + i] * scale + shift;
            y[at + i] = numbers[skip + i] < dropped ? zero : kept;
        }
    }
}

/* -log(u) for u in (0, 1); near 1 from 1 - u, which is exact in double. */
GML_INLINE real minus_log(double u)
{
    real near = log1p_unit((real)(1 - u) / (real)u), far = log_above(1 / (real)u);
    return u >= 0.5 ? near : far;
}

/* Box-Muller in the precision of the variant; `count` is even. The loop runs over whole vectors, whose length the
 * compiler knows, so that a number does not depend on the count. */
static void make_normals(const uint32_t numbers[NUMBERS], size_t count, real normals[NUMBERS])
{
    enum { PAIRS = 32 };
    const double rounder = 0x1.8p52, pi = 0x1.921fb54442d18p+1;
    for (size_t first = 0; 2 * first < count; first += PAIRS) {
#pragma omp simd
        for (size_t i = 0; i < PAIRS; i++) {
            size_t at = 2 * (first + i);
            double half_turn_count = 2 * unit(numbers[at + 1]);
            double n = (half_turn_count + rounder) - rounder; /* 0, 1 or 2 */
            half_turns angle = {.r = (real)((half_turn_count - n) * pi), .sign = n == 1 ? -1 : 1};
            real radius = square_root(2 * minus_log(unit(numbers[at])));
            normals[at] = radius * cosine_of(angle);
            normals[at + 1] = radius * sine_of(angle);
        }
    }
}

static void add_noise(const gml_noise_call *call)
{
    const real *x = call->x;
    real *y = call->y, deviation = (real)call->deviation, normals[NUMBERS];
    _Alignas(64) uint32_t numbers[NUMBERS] = {0};
    size_t skip;
    for (size_t at = 0, taken; at < call->count; at += taken) {
        taken = draw(&call->stream, call->first + at, call->count - at, numbers, &skip);
        make_normals(numbers, skip + taken, normals);
#pragma omp simd
        for (size_t i = 0; i < taken; i++) {
            y[at + i] = x[at + i] + deviation * normals[skip + i];
        }
    }
}

const gml_random_kernels GML_VARIANT(gml_random_kernels) = {
    .fill_uniform = fill_uniform,
    .fill_normal = fill_normal,
    .fill_truncated = fill_truncated,
    .dropout = dropout,
    .add_noise = add_noise,
};
