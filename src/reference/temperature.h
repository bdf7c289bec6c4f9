/* reference/temperature.h - temperature scaling by its definition, in double. */
#ifndef GML_REFERENCE_TEMPERATURE_H
#define GML_REFERENCE_TEMPERATURE_H

#include <stddef.h>

typedef struct gml_reference_logits {
    size_t samples, outputs;
    const double *logits;  /* [samples x outputs]; one output: the logit of class 1 */
    const size_t *classes; /* [samples] */
    const double *weights; /* [samples] */
} gml_reference_logits;

/* The weighted mean of -log p of each sample's class, p = softmax(z / T), or sigmoid(z / T) of one output. */
double gml_reference_cross_entropy(const gml_reference_logits *of, double temperature);

/* The temperature from `least` to `greatest` with the least cross-entropy, by a fine grid of logarithms that is refined
 * around its best point. */
double gml_reference_temperature(const gml_reference_logits *of, double least, double greatest);

#endif
