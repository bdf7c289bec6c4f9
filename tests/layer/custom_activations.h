/* tests/layer/custom_activations.h - the custom activations that the tests register. */
#ifndef GML_TESTS_CUSTOM_ACTIVATIONS_H
#define GML_TESTS_CUSTOM_ACTIVATIONS_H

#include "custom_case.h"

/* tanh under the name "my_tanh", and wave(omega) = wave_height * sin(omega x). */
extern const gml_custom_activation my_tanh, wave;
extern const double wave_height;

/* tanh in float; sets the int at `user` to 1 unless it is null. */
void run_tanh_f32(void *user, const double *arguments, size_t count, const float *x, float *y, float *slope);

#endif
