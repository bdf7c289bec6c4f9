/* method/jacobian.h - the derivatives of every error of a data set by every parameter, added up to normal equations. */
#ifndef GML_METHOD_JACOBIAN_H
#define GML_METHOD_JACOBIAN_H

#include "data/dataset.h"
#include "engine/objective.h"

/* Errors e are those of mean_squared_error: outputs less targets, one for each sample and output. J has a row for each
 * of them and a column for each parameter learned, block by block in the order of the network's. All is in double. */
typedef struct gml_jacobian {
    gml_network *network; /* a copy in double, of which it is */
    const gml_dataset *dataset;
    gml_objective objective;
    gml_workspace workspace;
    size_t parameters, outputs;
    size_t *columns;  /* [layers]: where a layer's begin */
    double *normal;   /* [parameters x parameters]: J'J, the lower triangle */
    double *gradient; /* [parameters]: J'e */
    /* of the samples under way: */
    size_t rows;
    gml_input input;
    gml_target target;
    gml_pace paces[2]; /* of errors alone, and with derivatives */
    bool derivatives;  /* else their errors alone are looked at */
    bool accumulate;   /* they are not the first */
    gml_target_setup targets;
    gml_panel_result *results;
    double *errors; /* [samples x outputs] */
    double *j;      /* [samples x outputs x parameters] */
    void *arena;
    size_t arena_size;
} gml_jacobian;

/* How many numbers `network` learns, as columns of J. */
size_t gml_jacobian_columns(const gml_network *network);

/* On failure nothing is left behind. Errors: shape, name, argument, memory. */
gml_status gml_jacobian_create(const gml_network *network, const gml_dataset *dataset, const char *loss,
                               gml_jacobian *jacobian);
void gml_jacobian_destroy(gml_jacobian *jacobian);

/* The sum of the squared errors at the copy's parameters; with `derivatives` also `normal` and `gradient`. Errors: data
 * (a class number that is none). */
gml_status gml_jacobian_run(gml_jacobian *jacobian, bool derivatives, double *squares);

/* parameters += factor * step, which has an entry for each column. */
void gml_jacobian_move(gml_jacobian *jacobian, double factor, const double *step);

/* jacobian_row.c: writes d output / d parameters of the sample `one` into its row of J. */
void gml_jacobian_write_row(const gml_jacobian *jacobian, gml_rows one, size_t output);

#endif
