/* tests/explain/health_case.h - data with classes that a small network learns, and healths of networks on it. */
#ifndef GML_TESTS_HEALTH_CASE_H
#define GML_TESTS_HEALTH_CASE_H

#include <math.h>
#include <stdbool.h>

#include "harness.h"

enum { CASE_INPUTS = 8, CASE_CLASSES = 3, CASE_ROWS = 500 };

typedef struct health_case {
    gml_context *context;
    gml_network *network;
    gml_dataset *data; /* CASE_ROWS samples of CASE_CLASSES classes */
    gml_health *health;
    double *x, *y;
} health_case;

/* A network on the data, and a health with default options. */
health_case set_up_health(const char *description, gml_dtype dtype, size_t threads, uint64_t seed);
void tear_down_health(health_case *made);

/* Entries of the weights [in x out] and the biases of layer `index`. */
double weight_at(const gml_network *network, size_t layer, size_t row, size_t col);
void set_weight(gml_network *network, size_t layer, size_t row, size_t col, double value);
double bias_at(const gml_network *network, size_t layer, size_t unit);
void set_bias(gml_network *network, size_t layer, size_t unit, double value);

/* The alarm of a kind about a layer from 1; null: there is none. */
const gml_alarm *find_alarm(const gml_health *health, const char *kind, size_t layer);

/* Fails unless there is no alarm. `what` begins the message. */
void assert_silent(const gml_health *health, const char *what);

gml_layer_health layer_health(const gml_health *health, size_t layer);
gml_unit_health unit_health(const gml_health *health, size_t layer, size_t unit);

#endif
