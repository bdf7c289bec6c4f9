/* engine/cost.h - what work costs: the model by which plans are made and times predicted.
 *
 * The rates are those of one core of about 3.5 GHz, measured once; a prediction is good for comparing plans and for
 * seeing where the time goes, not for a stopwatch. bench/bench_plan.c holds it against measurement. */
#ifndef GML_ENGINE_COST_H
#define GML_ENGINE_COST_H

#include "kernel/kernel.h"
#include "kernel/product/gemm.h"

/* Bytes of a core's second-level cache as the system says, or as the environment variable GEMMULE_CACHE does, which is
 * for tests: a power of two from 256 KiB to 2 MiB; 1 MiB where neither says. No bit of a result may follow from it. */
size_t gml_cost_cache(void);

/* Seconds for one product, by the library's own kernel or by OpenBLAS, on one core. */
double gml_cost_product(const gml_kernels *kernels, const gml_gemm *product, bool own);

/* Seconds for a pass over `bytes` that are read or written, element by element, on one core. */
double gml_cost_elements(double bytes);

/* Seconds to begin a phase and to wait for its end, on `threads` threads. */
double gml_cost_barrier(size_t threads);

#endif
