/* cli/answers.h - a network's outputs as a table of answers for people: class and probabilities, or values. */
#ifndef GML_CLI_ANSWERS_H
#define GML_CLI_ANSWERS_H

#include <stdbool.h>
#include <stdio.h>

#include "gemmule/gemmule.h"

typedef struct answer_table {
    const gml_network *network;
    size_t outputs;
    size_t classes;   /* 0: values */
    size_t variances; /* as many outputs are logarithms of the variances of those before; 0: none */
    const char *link; /* the activation that makes probabilities of the outputs; null: they are */
} answer_table;

answer_table answers_create(const gml_network *network);

/* The row of names, as CSV. */
void answers_print_header(FILE *stream, const answer_table *answers);

/* Outputs [n x outputs] f64, as gml_network_predict gives them, become answers in place: probabilities, or variances in
 * place of their logarithms. Errors: those of gml_activation_apply. */
gml_status answers_finish(const answer_table *answers, gml_matrix outputs);

/* One sample's answer [outputs], as a row of CSV. */
void answers_print_row(FILE *stream, const answer_table *answers, const double *row);

#endif
