/* tests/train/calibrate_case.h - networks with given logits. */
#ifndef GML_TESTS_CALIBRATE_CASE_H
#define GML_TESTS_CALIBRATE_CASE_H

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"
#include "reference/temperature.h"

enum { SAMPLES = 600, MOST = 3 };

/* Logits that are the inputs, classes drawn from them, and weights. */
typedef struct logits_case {
    gml_context *context;
    size_t outputs;
    double logits[SAMPLES * MOST], targets[SAMPLES], weights[SAMPLES];
    size_t classes[SAMPLES];
    gml_dataset *data;
} logits_case;

/* Draws logits and classes, and multiplies the logits by `confidence`. */
void set_up(logits_case *made, size_t outputs, double confidence);
void tear_down(logits_case *made);

/* A dataset of the first samples. */
gml_dataset *make_data(logits_case *made, size_t samples);

/* A network by its description, in which "%zu -> %zu" stands for inputs and outputs, with a loss as a fact. */
gml_network *identity(const logits_case *of, const char *format, gml_dtype dtype, const char *loss);

/* The first samples, for the reference. */
gml_reference_logits reference_of(const logits_case *of, size_t samples);

/* Predicts all samples, also those that a dataset leaves out. */
void predict(const logits_case *of, const gml_network *network, double *y);

#endif
