/* cli/report/predictions.h - the outputs of a network as CSV: class and probabilities, or values. */
#ifndef GML_CLI_PREDICTIONS_H
#define GML_CLI_PREDICTIONS_H

#include <stdbool.h>
#include <stdio.h>

#include "gemmule/gemmule.h"

typedef struct prediction_table {
    const gml_network *network;
    size_t outputs;
    size_t classes;   /* 0: values */
    size_t variances; /* this many outputs, the last, are logarithms of the variances of those before */
    size_t bounds;    /* this many bounds follow the outputs of a row: the lower, then the upper ones; 0: none */
    const char *link; /* the activation that turns the outputs into probabilities; null: none is needed */
} prediction_table;

prediction_table predictions_create(const gml_network *network);

/* Adds the bounds of prediction intervals, which the network has, to each row. */
void predictions_add_bounds(prediction_table *predictions);

/* Returns the doubles of a row: outputs and bounds. */
size_t predictions_width(const prediction_table *predictions);

/* Prints the name of a class as a field, or its number. */
void predictions_print_class(FILE *stream, const prediction_table *predictions, size_t index);

/* Prints the row of names. */
void predictions_print_header(FILE *stream, const prediction_table *predictions);

/* Converts the results of gml_network_predict [n x outputs], f64, in place: to probabilities, and logarithms of
 * variances to variances. Errors: those of gml_activation_apply. */
gml_status predictions_finish(const prediction_table *predictions, gml_matrix outputs);

/* Predicts and converts.
 *
 * x       [n x inputs], read
 * narrow  [n x outputs] of a float network, working memory; null for a network in double
 * wide    [n x width] f64, written
 *
 * Errors: those of gml_network_predict, gml_network_bounds and predictions_finish. */
gml_status predictions_make(const prediction_table *predictions, gml_matrix x, float *narrow, gml_matrix wide);

/* Returns the numbers of a prediction: the probability of each class, or the values and bounds. */
size_t predictions_columns(const prediction_table *predictions);

/* Returns number `column` of the converted row of one sample [width]. */
double predictions_value(const prediction_table *predictions, const double *row, size_t column);

/* Returns the most probable class. */
size_t predictions_class(const prediction_table *predictions, const double *row);

/* Prints the converted row of one sample [width] as a line. */
void predictions_print_row(FILE *stream, const prediction_table *predictions, const double *row);

/* Prints a field of a CSV, quoted if RFC 4180 requires it. */
void print_csv_field(FILE *stream, const char *text);

#endif
