/* bench/question.h - a prediction that is timed, and its comparison with the reference. */
#ifndef GML_BENCH_QUESTION_H
#define GML_BENCH_QUESTION_H

#include "setup.h"

typedef struct bench_question {
    gml_context *context;
    gml_network *network;
    gml_matrix x, y; /* packed; the network's type */
} bench_question;

/* A contender; takes a bench_question. gemmule predicts x into y. */
void bench_question_run(void *question);

/* Fills y with NaN, so that answers of an earlier contender are not taken for those of the next. */
void bench_question_clear(const bench_question *question);

/* Compares some rows of y, spread over the batch, with the reference in double. Ends the program if they differ; `name`
 * is that of the contender. */
void bench_question_verify(const bench_question *question, const char *name);

/* Returns the floating-point operations of a prediction's matrix products. */
double bench_question_flops(const bench_net *net, size_t batch);

#endif
