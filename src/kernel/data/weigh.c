/* kernel/data/weigh.c - sample weights and unknown targets, of any type. */
#include "kernel/data/weigh.h"

#include <math.h>

#include "kernel/data/entry.h"

static size_t row_of(const gml_weighing *weighing, size_t sample)
{
    return gml_selection_row(&weighing->chosen, sample);
}

size_t gml_weighing_known(const gml_weighing *weighing, size_t sample)
{
    const gml_matrix *m = &weighing->targets;
    size_t start = row_of(weighing, sample) * m->stride, known = 0;
    for (size_t j = 0; weighing->masked && j < m->cols; j++) {
        double target = gml_entry_at(m->dtype, m->data, start + j);
        known += target == target;
    }
    bool all = !weighing->masked || known == m->cols;
    return all ? m->cols : weighing->whole_rows ? 0 : known;
}

static double weight_of(const gml_weighing *weighing, size_t sample)
{
    size_t row = row_of(weighing, sample);
    double weight = weighing->weights != NULL ? weighing->weights[row] : 1;
    if (weighing->class_weights != NULL) {
        double number = gml_entry_at(weighing->targets.dtype, weighing->targets.data, row * weighing->targets.stride);
        bool in_range = number >= 0 && number < (double)weighing->classes;
        weight *= in_range ? weighing->class_weights[(size_t)number] : 1;
    }
    return weight;
}

gml_weighed gml_weigh(const gml_weighing *weighing, double *weights)
{
    gml_weighed all = {0};
    for (size_t i = 0; i < weighing->count; i++) {
        size_t known = gml_weighing_known(weighing, i);
        weights[i] = known > 0 ? weight_of(weighing, i) : 0;
        all.sum += weights[i] * (weighing->whole_rows ? 1 : (double)known);
        all.samples += known > 0;
        all.values += known;
    }
    return all;
}

static double mean_of_column(const gml_weighing *weighing, size_t column)
{
    const gml_matrix *m = &weighing->targets;
    double sum = 0, weights = 0;
    for (size_t i = 0; i < weighing->count; i++) {
        double target = gml_entry_at(m->dtype, m->data, row_of(weighing, i) * m->stride + column);
        bool counts = gml_weighing_known(weighing, i) > 0 && !(weighing->masked && isnan(target));
        double weight = counts ? weight_of(weighing, i) : 0;
        sum += weight > 0 ? weight * target : 0;
        weights += weight;
    }
    return weights > 0 ? sum / weights : NAN;
}

void gml_weigh_means(const gml_weighing *weighing, double *mean)
{
    for (size_t j = 0; j < weighing->targets.cols; j++) {
        mean[j] = mean_of_column(weighing, j);
    }
}

void gml_weigh_classes(const gml_weighing *weighing, double *share)
{
    const gml_matrix *m = &weighing->targets;
    double weights = 0;
    for (size_t c = 0; c < weighing->classes; c++) {
        share[c] = 0;
    }
    for (size_t i = 0; i < weighing->count; i++) {
        double number = gml_entry_at(m->dtype, m->data, row_of(weighing, i) * m->stride);
        bool counts = number >= 0 && number < (double)weighing->classes;
        double weight = counts ? weight_of(weighing, i) : 0;
        if (weight > 0) {
            share[(size_t)number] += weight;
            weights += weight;
        }
    }
    for (size_t c = 0; c < weighing->classes; c++) {
        share[c] = weights > 0 ? share[c] / weights : NAN;
    }
}
