/* step/refusal.h - error messages of refused steps. */
#ifndef GML_STEP_REFUSAL_H
#define GML_STEP_REFUSAL_H

#include "step/trainer.h"

/* Fails because `what` is not finite; names the first layer with a non-finite value. Errors: diverged, or data if a
 * target is not finite. */
gml_status gml_trainer_fail_diverged(gml_trainer *trainer, const char *what, double value);

/* Fails because a statistic of a layer is not finite. The batch has not passed that layer yet. Errors: diverged. */
gml_status gml_trainer_fail_statistics(const gml_trainer *trainer, size_t layer);

#endif
