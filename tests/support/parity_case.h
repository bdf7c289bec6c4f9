/* tests/support/parity_case.h - the expected figures of tests/parity/, as arrays (tools/make-parity describes the
 * files). */
#ifndef GML_TESTS_PARITY_CASE_H
#define GML_TESTS_PARITY_CASE_H

#include <stddef.h>

#include "gemmule/gemmule.h"

typedef struct parity_case {
    const char *name;                       /* of the file */
    const char *network, *loss, *optimizer; /* the library's own texts */
    const char *schedule;                   /* likewise; null: the rate stays */
    double l2, clip_norm, clip_value;       /* 0: not */
    size_t steps, batch, inputs;
    size_t target_cols, parameter_count;
    gml_dtype target_dtype;  /* GML_F32 values, or GML_U8 class numbers */
    const float *parameters; /* [parameter_count], where training starts */
    const float *statistics; /* [statistic_count], what layers have that is not trained; null: none is used */
    size_t statistic_count;
    const float *x;            /* [steps x batch x inputs] */
    const char *class_weights; /* or null */
    const void *y;             /* [steps x batch x target_cols] */
    const double *losses;      /* [steps] */
    const double *rates;       /* [steps], with a schedule, which steps once an update; else null */
    const double *gradients;   /* [steps x parameter_count] */
} parity_case;

/* Calls `visit` with every case of the folder, and fails the test if the folder has none or a file cannot be read. */
void each_parity_case(void (*visit)(const parity_case *parity));

/* Sets all parameters of a network, and its statistics if there are any, to where the case starts. */
void set_parity_parameters(const parity_case *parity, gml_network *network);

/* The inputs and targets of step `step`, from 0. */
gml_matrix parity_inputs(const parity_case *parity, size_t step);
gml_matrix parity_targets(const parity_case *parity, size_t step);

/* Fails the test if a loss, or the gradient of the parameters [first, first + count), strays from the expected figures
 * of step `step` by more than `tolerance` times the largest expected entry. */
void assert_parity_loss(const parity_case *parity, size_t step, double loss, double tolerance);
void assert_parity_gradient(const parity_case *parity, size_t step, size_t first, gml_matrix gradient,
                            double tolerance);

#endif
