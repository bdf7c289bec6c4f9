/* step/refusal.h - why a step is refused. */
#ifndef GML_STEP_REFUSAL_H
#define GML_STEP_REFUSAL_H

#include "step/trainer.h"

/* Fails for `what`, which is not finite, and says in which layer that began. Errors: diverged, or data where a target
 * is to blame. */
gml_status gml_trainer_fail_diverged(gml_trainer *trainer, const char *what, double value);

/* The same for the statistics of a layer, before the batch has gone through it. Errors: diverged. */
gml_status gml_trainer_fail_statistics(const gml_trainer *trainer, size_t layer);

#endif
