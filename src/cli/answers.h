/* cli/answers.h - the outputs of a network as CSV: class and probabilities, or values. */
#ifndef GML_CLI_ANSWERS_H
#define GML_CLI_ANSWERS_H

#include <stdbool.h>
#include <stdio.h>

#include "gemmule/gemmule.h"

typedef struct answer_table {
    const gml_network *network;
    size_t outputs;
    size_t classes;   /* 0: values */
    size_t variances; /* this many outputs, the last, are logarithms of the variances of those before */
    const char *link; /* the activation that turns the outputs into probabilities; null: none is needed */
} answer_table;

answer_table answers_create(const gml_network *network);

/* Prints the row of names. */
void answers_print_header(FILE *stream, const answer_table *answers);

/* Converts the results of gml_network_predict [n x outputs], f64, in place: to probabilities, and logarithms of
 * variances to variances. Errors: those of gml_activation_apply. */
gml_status answers_finish(const answer_table *answers, gml_matrix outputs);

/* Prints the converted outputs of one sample [outputs] as a row. */
void answers_print_row(FILE *stream, const answer_table *answers, const double *row);

#endif
