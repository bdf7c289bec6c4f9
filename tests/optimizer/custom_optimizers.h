/* tests/optimizer/custom_optimizers.h - the custom optimizers that the tests register. */
#ifndef GML_TESTS_CUSTOM_OPTIMIZERS_H
#define GML_TESTS_CUSTOM_OPTIMIZERS_H

#include "custom_case.h"

/* The first parameter of each. */
#define LR                                                                                                             \
    {                                                                                                                  \
        "lr", 0.01, 1e-300, 1, "learning rate", NULL                                                                   \
    }

/* Momentum and AdamW under the names "my_momentum" and "my_adam". */
extern const gml_custom_optimizer my_momentum, my_adam;

/* 1 once "both" was called for a network in float. */
extern int called_in_float;

#endif
