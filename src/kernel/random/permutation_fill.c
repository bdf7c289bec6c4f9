/* kernel/random/permutation_fill.c - computes a part of a random permutation (kernel/random/permutation.h). It uses no
 * reals, so it is compiled once for each instruction set. */
#include "kernel/isa.h"
#include "kernel/random/permutation.h"

enum { MOST = 256, WHOLE = 16 }; /* numbers permuted together; the multiple that their count is rounded up to */

/* Numbers by row and column, and their index in the output. */
typedef struct walkers {
    size_t count;
    _Alignas(64) uint32_t row[MOST];
    _Alignas(64) uint32_t col[MOST];
    uint32_t place[MOST];
} walkers;

/* Mixes the bits of a number (the finalizer of MurmurHash3). */
GML_INLINE uint32_t mix(uint32_t x, uint32_t key)
{
    x ^= key;
    x = (x ^ x >> 16) * 0x85ebca6bu;
    x = (x ^ x >> 13) * 0xc2b2ae35u;
    return x ^ x >> 16;
}

/* x + a pseudorandom number below `size`, a function of y and key; modulo size. */
GML_INLINE uint32_t add_share(uint32_t x, uint32_t y, uint32_t key, uint32_t size)
{
    uint32_t sum = x + (uint32_t)((uint64_t)mix(y, key) * size >> 32), within = sum - size;
    return within < sum ? within : sum;
}

/* A round adds a function of the column to the row, or the reverse, so it is invertible. Each round runs over all
 * numbers, because the rounds of one number depend on each other. The padding after the last number is permuted too: a
 * remainder loop would take longer. */
static void permute(const gml_permutation *permutation, walkers *all)
{
    const gml_permutation p = *permutation;
    const size_t count = (all->count + WHOLE - 1) / WHOLE * WHOLE;
    for (size_t round = 0; round < GML_PERMUTATION_ROUNDS; round += 2) {
#pragma omp simd
        for (size_t i = 0; i < count; i++) {
            all->row[i] = add_share(all->row[i], all->col[i], p.keys[round], p.rows);
        }
#pragma omp simd
        for (size_t i = 0; i < count; i++) {
            all->col[i] = add_share(all->col[i], all->row[i], p.keys[round + 1], p.cols);
        }
    }
}

/* Converts rows and columns to numbers; returns the greatest. */
static size_t number(const gml_permutation *permutation, const walkers *all, size_t *numbers)
{
    const size_t cols = permutation->cols, count = all->count;
    size_t greatest = 0;
#pragma omp simd reduction(max : greatest)
    for (size_t i = 0; i < count; i++) {
        numbers[i] = all->row[i] * cols + all->col[i];
        greatest = greatest > numbers[i] ? greatest : numbers[i];
    }
    return greatest;
}

/* Keeps the numbers beyond the length, to be permuted again. */
static void keep_past(const gml_permutation *permutation, walkers *all, const size_t *numbers)
{
    size_t left = 0;
    for (size_t i = 0; i < all->count; i++) {
        all->row[left] = all->row[i];
        all->col[left] = all->col[i];
        all->place[left] = all->place[i];
        left += numbers[i] >= permutation->count;
    }
    all->count = left;
}

/* Sets the numbers first .. first + count - 1. They may span several rows. */
static void start(const gml_permutation *permutation, uint64_t first, size_t count, walkers *all)
{
    const uint32_t cols = permutation->cols, row = (uint32_t)(first / cols), col = (uint32_t)(first % cols);
    all->count = count;
#pragma omp simd
    for (size_t i = 0; i < count; i++) {
        all->row[i] = row;
        all->col[i] = col + (uint32_t)i;
        all->place[i] = (uint32_t)i;
    }
    for (size_t ends = (col + count - 1) / cols; ends > 0; ends--) {
#pragma omp simd
        for (size_t i = 0; i < count; i++) {
            uint32_t past = all->col[i] >= cols;
            all->row[i] += past;
            all->col[i] -= past * cols;
        }
    }
}

/* Writes all numbers of the first pass to `out`, then replaces those beyond the length. */
static void fill_some(const gml_permutation *permutation, walkers *all, size_t *out)
{
    size_t numbers[MOST];
    permute(permutation, all);
    if (number(permutation, all, out) < permutation->count) {
        return;
    }
    keep_past(permutation, all, out);
    while (all->count > 0) {
        permute(permutation, all);
        number(permutation, all, numbers);
        for (size_t i = 0; i < all->count; i++) {
            out[all->place[i]] = numbers[i];
        }
        keep_past(permutation, all, numbers);
    }
}

static void fill(const gml_permutation *permutation, size_t first, size_t count, size_t *out)
{
    walkers all;
    memset(all.row, 0, sizeof all.row); /* including the padding */
    memset(all.col, 0, sizeof all.col);
    for (size_t begin = 0; begin < count; begin += MOST) {
        start(permutation, first + begin, count - begin < MOST ? count - begin : MOST, &all);
        fill_some(permutation, &all, out + begin);
    }
}

const gml_order_kernels GML_FOR_ISA(gml_order_kernels) = {
    .fill = fill,
};
