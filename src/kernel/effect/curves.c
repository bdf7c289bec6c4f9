/* kernel/effect/curves.c - columns of a dataset, and the effect of one of them on predictions. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/effect/effect.h"

static int compare_numbers(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

void gml_sort_numbers(size_t count, double *x)
{
    qsort(x, count, sizeof *x, compare_numbers);
}

size_t gml_unique_numbers(size_t count, double *x)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (kept == 0 || x[i] != x[kept - 1]) {
            x[kept++] = x[i];
        }
    }
    return kept;
}

double gml_add_weighted_rows(size_t rows, size_t cols, const double *values, const double *weights, double *block,
                             double *sums)
{
    double total = 0;
    memset(block, 0, cols * sizeof *block);
    for (size_t i = 0; i < rows; i++) {
        const double weight = weights != NULL ? weights[i] : 1;
        total += weight;
        for (size_t j = 0; j < cols; j++) {
            block[j] += weight * values[i * cols + j];
        }
    }
    for (size_t j = 0; j < cols; j++) {
        sums[j] += block[j];
    }
    return total;
}

/* ---- intervals ---- */

/* The number of edges below x, by bisection. */
static size_t count_below(double x, size_t count, const double *edges)
{
    size_t low = 0, high = count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (edges[middle] < x) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

void gml_find_bins(size_t count, const double *x, size_t edge_count, const double *edges, size_t *bins)
{
    for (size_t i = 0; i < count; i++) {
        const size_t below = count_below(x[i], edge_count, edges);
        const size_t bin = below > 0 ? below - 1 : x[i] == edges[0] && edge_count > 1 ? 0 : SIZE_MAX;
        bins[i] = below < edge_count ? bin : SIZE_MAX;
    }
}

void gml_take_edges(size_t count, const double *x, const double *edges, const size_t *bins, double *low, double *high)
{
    for (size_t i = 0; i < count; i++) {
        low[i] = bins[i] != SIZE_MAX ? edges[bins[i]] : x[i];
        high[i] = bins[i] != SIZE_MAX ? edges[bins[i] + 1] : x[i];
    }
}

void gml_add_bin_differences(const gml_bin_block *block, double *sums, double *totals)
{
    for (size_t i = 0; i < block->rows; i++) {
        const double weight = block->weights != NULL ? block->weights[i] : 1;
        const size_t bin = block->bins[i], at = i * block->cols;
        if (bin == SIZE_MAX) {
            continue;
        }
        totals[bin] += weight;
        for (size_t j = 0; j < block->cols; j++) {
            sums[bin * block->cols + j] += weight * (block->high[at + j] - block->low[at + j]);
        }
    }
}

void gml_accumulate_bins(size_t bins, size_t cols, const double *sums, const double *totals, size_t stride,
                         double *curve)
{
    for (size_t j = 0; j < cols; j++) {
        double value = 0, middle = 0, total = 0;
        curve[j] = 0;
        for (size_t k = 0; k < bins; k++) {
            const double step = totals[k] > 0 ? sums[k * cols + j] / totals[k] : 0;
            middle += totals[k] * (value + step / 2);
            total += totals[k];
            value += step;
            curve[(k + 1) * stride + j] = value;
        }
        const double centre = total > 0 ? middle / total : 0;
        for (size_t k = 0; k <= bins; k++) {
            curve[k * stride + j] -= centre;
        }
    }
}
