/* tests/loss/custom_losses.h - the custom losses that the tests register. */
#ifndef GML_TESTS_CUSTOM_LOSSES_H
#define GML_TESTS_CUSTOM_LOSSES_H

#include "custom_case.h"

/* Mean squared error under the name "squares". */
extern const gml_custom_loss squares;

/* The factor of "power". */
extern const double power_factor;

#endif
