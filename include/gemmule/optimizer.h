/* gemmule/optimizer.h - how gradients become steps, and weights averages. */
#ifndef GEMMULE_OPTIMIZER_H
#define GEMMULE_OPTIMIZER_H

#include "gemmule/context.h"
#include "gemmule/entry.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The table of optimizers, row by row; null past the last. Their first parameter is the learning rate, `lr`. */
GML_API const gml_entry *gml_optimizer_entry(size_t index);

/* The table of averages of the weights, row by row; null past the last. */
GML_API const gml_entry *gml_average_entry(size_t index);

/* The table of groups of parameters that take other rates and decays, row by row; null past the last. */
GML_API const gml_entry *gml_group_entry(size_t index);

#ifdef __cplusplus
}
#endif
#endif
