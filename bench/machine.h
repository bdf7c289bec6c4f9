/* bench/machine.h - the machine that the benchmarks run on. */
#ifndef GML_BENCH_MACHINE_H
#define GML_BENCH_MACHINE_H

#include <jansson.h>

/* Describes the machine and the library: processor, family, model, processors, caches, kernels, compiler, date, build.
 * A virtual machine may hide the processor's name; where the system does not tell them, family and model are 0 and
 * there are no caches. */
json_t *bench_machine(void);

/* Returns the level of the nearest data cache that two processors share, as the system describes them; 0 if it
 * describes none. */
int bench_shared_cache(int processor, int other);

#endif
