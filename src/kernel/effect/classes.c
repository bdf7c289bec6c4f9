/* kernel/effect/classes.c - outputs of units by class, and scores of classes. */
#include <math.h>

#include "kernel/effect/effect.h"

void gml_add_class_rows(const gml_class_block *block, double *sums, double *totals)
{
    for (size_t i = 0; i < block->rows; i++) {
        if (isnan(block->classes[i]) || block->weights[i] == 0) {
            continue;
        }
        const size_t class = (size_t)block->classes[i];
        totals[class] += block->weights[i];
        for (size_t j = 0; j < block->cols; j++) {
            sums[class * block->cols + j] += block->weights[i] * block->values[i * block->cols + j];
        }
    }
}

gml_class_contrast gml_contrast_classes(size_t classes, size_t stride, const double *sums, const double *totals)
{
    gml_class_contrast found = {.greatest = -(double)INFINITY, .least = (double)INFINITY};
    double all = 0;
    size_t seen = 0;
    for (size_t c = 0; c < classes; c++) {
        if (totals[c] > 0) {
            const double mean = sums[c * stride] / totals[c];
            all += mean;
            seen++;
            found.least = fmin(found.least, mean);
            if (mean > found.greatest) {
                found.greatest = mean;
                found.best = c;
            }
        }
    }
    found.others = (all - found.greatest) / (double)(seen - 1);
    return found;
}

size_t gml_greatest_score(size_t count, const double *scores)
{
    size_t best = 0;
    for (size_t j = 1; j < count; j++) {
        best = scores[j] > scores[best] ? j : best;
    }
    return best;
}
