/* tests/explain/effect_case.h - networks and data with expected figures of scikit-learn (tools/make-effects), and data
 * with a planted truth and with random classes. */
#ifndef GML_TESTS_EFFECT_CASE_H
#define GML_TESTS_EFFECT_CASE_H

#include <jansson.h>

#include "harness.h"

typedef struct effect_case {
    const char *name;
    const json_t *json;
    gml_context *context;
    gml_network *network; /* in double, with the weights of the case */
    gml_dataset *data;
    size_t samples, inputs, outputs;
    double *x, *targets, *weights; /* [samples x inputs], [samples], [samples] or null */
} effect_case;

/* Runs a check for every case of the file. */
void for_each_case(void (*check)(const effect_case *of));

/* The numbers of nested arrays in their order; the caller frees them. */
double *json_numbers(const json_t *array, size_t *count);

/* Fails unless the values agree to `most`, of numbers above 1 relatively. */
void assert_close(double got, double expected, double most, const char *what);

/* Predictions in double, [samples x outputs]; the caller frees them. */
double *predictions_of(const effect_case *of, const double *x);

/* A network that computes class 1 from inputs 0 and 1 alone, of five: sigmoid(8 x0 - 4 x1), by two layers. */
gml_network *planted_network(gml_context *context, gml_dtype dtype);

/* Five inputs in [-1, 1], and the class that the planted network predicts. Input 3 is constant. */
enum { PLANTED = 300, PLANTED_INPUTS = 5 };
typedef struct planted_data {
    double x[PLANTED * PLANTED_INPUTS], targets[PLANTED];
    gml_dataset *data;
} planted_data;

planted_data *make_planted(gml_context *context);
void free_planted(planted_data *made);

/* A network with random weights, and random classes with weights and missing targets: `data` has 90 % of the samples,
 * in another order. */
typedef struct scene {
    gml_context *context;
    gml_network *network;
    double *x, *targets, *weights; /* of all samples */
    gml_dataset *whole, *data, *rest;
} scene;

scene set_scene(size_t samples, const char *description, gml_dtype dtype, size_t threads);
void clear_scene(scene *s);

#endif
