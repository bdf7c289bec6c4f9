/* bench/parameters.h - all parameters of a network in double, block after block. */
#ifndef GML_BENCH_PARAMETERS_H
#define GML_BENCH_PARAMETERS_H

#include "gemmule/gemmule.h"

double *bench_parameters(const gml_network *network, size_t *count);
void bench_set_parameters(gml_network *network, const double *parameters);

#endif
