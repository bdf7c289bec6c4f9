/* gemmule/optimizer.h - the tables of optimizers, weight averages and parameter groups. */
#ifndef GEMMULE_OPTIMIZER_H
#define GEMMULE_OPTIMIZER_H

#include "gemmule/context.h"
#include "gemmule/entry.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Returns row `index` of the table of optimizers; null past the last row. The first parameter of each is the learning
 * rate, `lr`. */
GML_API const gml_entry *gml_optimizer_entry(size_t index);

/* Returns row `index` of the table of weight averages; null past the last row. */
GML_API const gml_entry *gml_average_entry(size_t index);

/* Returns row `index` of the table of parameter groups, which have rates and decays of their own; null past the last
 * row. */
GML_API const gml_entry *gml_group_entry(size_t index);

#ifdef __cplusplus
}
#endif
#endif
