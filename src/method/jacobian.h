/* method/jacobian.h - the Jacobian J of all errors by all parameters, accumulated into normal equations. */
#ifndef GML_METHOD_JACOBIAN_H
#define GML_METHOD_JACOBIAN_H

#include "data/dataset.h"
#include "engine/objective.h"

/* The errors e of mean_squared_error are outputs minus targets, one for each sample and output. J has a row for each
 * error and a column for each learned parameter, in the order of the network's blocks. All numbers are double. */
typedef struct gml_jacobian {
    gml_network *network; /* a copy in double; J is computed at its parameters */
    const gml_dataset *dataset;
    gml_objective objective;
    gml_workspace workspace;
    size_t parameters, outputs;
    size_t *columns;  /* [layers]: a layer's first column */
    double *normal;   /* [parameters x parameters]: J'J, the lower triangle */
    double *gradient; /* [parameters]: J'e */
    /* of the current chunk: */
    size_t rows;
    gml_input input;
    gml_target target;
    gml_pace paces[2]; /* without and with derivatives */
    bool derivatives;  /* false: only the errors are computed */
    bool accumulate;   /* false for the first chunk */
    gml_target_setup targets;
    gml_panel_result *results;
    double *errors; /* [samples x outputs] */
    double *j;      /* [samples x outputs x parameters] */
    void *arena;
    size_t arena_size;
} gml_jacobian;

/* Returns the number of columns of J: parameters that `network` learns. */
size_t gml_jacobian_columns(const gml_network *network);

/* On failure nothing remains allocated. Errors: shape, name, argument, memory. */
gml_status gml_jacobian_create(const gml_network *network, const gml_dataset *dataset, const char *loss,
                               gml_jacobian *jacobian);
void gml_jacobian_destroy(gml_jacobian *jacobian);

/* Computes the sum of squared errors at the copy's parameters; with `derivatives` also `normal` and `gradient`. Errors:
 * data (a class number out of range). */
gml_status gml_jacobian_run(gml_jacobian *jacobian, bool derivatives, double *squares);

/* parameters += factor * step [parameters]. */
void gml_jacobian_move(gml_jacobian *jacobian, double factor, const double *step);

/* jacobian_row.c: writes d output / d parameters of sample `one` to its row of J. */
void gml_jacobian_write_row(const gml_jacobian *jacobian, gml_rows one, size_t output);

#endif
