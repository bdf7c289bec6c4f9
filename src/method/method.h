/* method/method.h - full-batch optimizers: each step passes over the whole data set. A table of methods. */
#ifndef GML_METHOD_METHOD_H
#define GML_METHOD_METHOD_H

#include "base/saved.h"
#include "data/rows.h"
#include "step/trainer.h"

/* Largest number of samples per pass through the network. */
enum { GML_METHOD_BATCH = 1024 };

typedef struct gml_method gml_method;

typedef struct gml_method_row {
    const char *name; /* the name in optimizer/optimizer.c */
    /* Creates `state`; `destroy` releases it, also after a failure. */
    gml_status (*create)(gml_method *method);
    void (*destroy)(gml_method *method);
    /* Runs one step. `loss` is the loss at the final weights, no greater than before. Sets `converged` if further steps
     * would change nothing. */
    gml_status (*step)(gml_method *method, double *loss);
    /* Adds the method's state to the list of a checkpoint. */
    void (*list)(gml_method *method, gml_saved *saved);
} gml_method_row;

struct gml_method {
    gml_trainer *trainer;
    const gml_dataset *dataset;
    const gml_method_row *row;
    void *state;
    gml_batch_room room;
    bool converged;
};

/* True if the call names a full-batch optimizer. */
bool gml_method_is_full_batch(gml_context *context, const char *optimizer);

/* Creates the method of the trainer's optimizer. On failure nothing remains allocated. Errors: argument, memory. */
gml_status gml_method_create(gml_trainer *trainer, const gml_dataset *dataset, gml_method *method);
void gml_method_destroy(gml_method *method);

/* Runs one step at the trainer's learning rate. Errors: diverged (the loss before the step is not finite), data. */
gml_status gml_method_step(gml_method *method, double *loss);

/* Adds the method's state to the list of a checkpoint. */
void gml_method_list(gml_method *method, gml_saved *saved);

/* Computes the mean loss over the data set, penalty = l2 / 2 |W|^2, and in trainer->state.mean the gradient of loss +
 * penalty. Errors: diverged, data. */
gml_status gml_method_evaluate(gml_method *method, double *loss, double *penalty);

/* ---- the methods ---- */

/* lbfgs.c */
gml_status gml_lbfgs_create(gml_method *method);
void gml_lbfgs_destroy(gml_method *method);
gml_status gml_lbfgs_step(gml_method *method, double *loss);
void gml_lbfgs_list(gml_method *method, gml_saved *saved);

/* levenberg.c */
gml_status gml_levenberg_create(gml_method *method);
void gml_levenberg_destroy(gml_method *method);
gml_status gml_levenberg_step(gml_method *method, double *loss);
void gml_levenberg_list(gml_method *method, gml_saved *saved);

#endif
