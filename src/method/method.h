/* method/method.h - full-batch optimizers, which take the whole data set at each step: a table of methods. */
#ifndef GML_METHOD_METHOD_H
#define GML_METHOD_METHOD_H

#include "data/dataset.h"
#include "step/trainer.h"

/* Samples that go through the network at a time, at most. */
enum { GML_METHOD_BATCH = 1024 };

typedef struct gml_method gml_method;

typedef struct gml_method_row {
    const char *name; /* of its row in optimizer/optimizer.c */
    /* Makes `state`, which `destroy` gives back, also after a failure. */
    gml_status (*create)(gml_method *method);
    void (*destroy)(gml_method *method);
    /* One step. `loss` is that of the weights it ends with, which is no greater than before; sets `converged` where
     * another would change nothing. */
    gml_status (*step)(gml_method *method, double *loss);
} gml_method_row;

struct gml_method {
    gml_trainer *trainer;
    const gml_dataset *dataset;
    const gml_method_row *row;
    void *state;
    bool converged;
};

/* True if the call names a full-batch optimizer. */
bool gml_method_is_full_batch(gml_context *context, const char *optimizer);

/* Errors: argument, memory. On failure nothing is left behind. */
gml_status gml_method_create(gml_trainer *trainer, const gml_dataset *dataset, gml_method *method);
void gml_method_destroy(gml_method *method);

/* One step at the trainer's rate. Errors: diverged (the loss is not finite before it), data. */
gml_status gml_method_step(gml_method *method, double *loss);

/* The loss of the data set and, in trainer->state.mean, the gradient of the objective, which is the loss and l2 / 2
 * times the squares of the weights: `penalty`. Errors: diverged, data. */
gml_status gml_method_evaluate(gml_method *method, double *loss, double *penalty);

/* ---- the methods ---- */

/* lbfgs.c */
gml_status gml_lbfgs_create(gml_method *method);
void gml_lbfgs_destroy(gml_method *method);
gml_status gml_lbfgs_step(gml_method *method, double *loss);

/* levenberg.c */
gml_status gml_levenberg_create(gml_method *method);
void gml_levenberg_destroy(gml_method *method);
gml_status gml_levenberg_step(gml_method *method, double *loss);

#endif
