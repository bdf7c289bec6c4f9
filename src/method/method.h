/* method/method.h - optimizers that take the whole data set at each step, as methods of a table. */
#ifndef GML_METHOD_METHOD_H
#define GML_METHOD_METHOD_H

#include "data/dataset.h"
#include "step/trainer.h"

/* Samples that go through the network at a time, at most. */
enum { GML_WHOLE_CHUNK = 1024 };

typedef struct gml_whole gml_whole;

typedef struct gml_whole_method {
    const char *name; /* of the row in optimizer/whole.c it belongs to */
    /* Makes `state`, which `destroy` gives back, also after a failure. */
    gml_status (*create)(gml_whole *whole);
    void (*destroy)(gml_whole *whole);
    /* One step. `loss` is that of the weights it ends with, which is no greater than before; sets `converged` where
     * another would change nothing. */
    gml_status (*step)(gml_whole *whole, double *loss);
} gml_whole_method;

struct gml_whole {
    gml_trainer *trainer;
    const gml_dataset *dataset;
    const gml_whole_method *method;
    void *state;
    bool converged;
};

/* Is the call one of such an optimizer? */
bool gml_whole_called(gml_context *context, const char *optimizer);

/* Errors: argument, memory. On failure nothing is left behind. */
gml_status gml_whole_create(gml_trainer *trainer, const gml_dataset *dataset, gml_whole *whole);
void gml_whole_destroy(gml_whole *whole);

/* One step at the trainer's rate. Errors: diverged (the loss is not finite before it), data. */
gml_status gml_whole_step(gml_whole *whole, double *loss);

/* The loss of the data set and, in trainer->mean, the gradient of the objective, which is the loss and l2 / 2 times the
 * squares of the weights: `penalty`. The door to OpenBLAS is open. Errors: diverged, data. */
gml_status gml_whole_evaluate(gml_whole *whole, double *loss, double *penalty);

/* ---- the methods ---- */

/* lbfgs.c */
gml_status gml_lbfgs_create(gml_whole *whole);
void gml_lbfgs_destroy(gml_whole *whole);
gml_status gml_lbfgs_step(gml_whole *whole, double *loss);

/* levenberg.c */
gml_status gml_levenberg_create(gml_whole *whole);
void gml_levenberg_destroy(gml_whole *whole);
gml_status gml_levenberg_step(gml_whole *whole, double *loss);

#endif
