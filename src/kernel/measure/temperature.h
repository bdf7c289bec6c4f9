/* kernel/measure/temperature.h - sums for temperature scaling.
 *
 * Margins [samples x others] are the logits of the other classes less that of the sample's own class. A single output z
 * has one other class: the margin is -z where the target is 1, and z where it is 0. In double. */
#ifndef GML_KERNEL_MEASURE_TEMPERATURE_H
#define GML_KERNEL_MEASURE_TEMPERATURE_H

#include <stddef.h>

/* Returns the number of other classes for this number of outputs. */
static inline size_t gml_other_classes(size_t outputs)
{
    return outputs == 1 ? 1 : outputs - 1;
}

/* Writes the margins of logits [samples x outputs]; targets are class numbers. */
void gml_write_margins(size_t samples, size_t outputs, const double *logits, const double *targets, double *margins);

double gml_greatest_margin(size_t count, const double *margins);

/* The mean over the samples of log(1 + sum over j of exp(b m_j)), the cross-entropy at temperature 1 / b, and its first
 * and second derivative with respect to b. */
typedef struct gml_tempered {
    double loss, slope, curvature;
} gml_tempered;

/* b is above 0. The weights are above 0. */
gml_tempered gml_temper(size_t samples, size_t others, const double *margins, const double *weights, double b);

#endif
