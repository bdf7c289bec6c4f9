/* reference/functions.h - activations, losses and optimizers by their textbook formulas, in double.
 *
 * An independent implementation of every formula, which shares no code with the kernels and is not optimized. Rows are
 * found by the names in the library's tables; `parameters` are the values of a call, in the order of the library's
 * table. */
#ifndef GML_REFERENCE_FUNCTIONS_H
#define GML_REFERENCE_FUNCTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "gemmule/custom.h"

/* A value and its derivative, at one entry. */
typedef struct gml_reference_entry {
    double value, slope;
} gml_reference_entry;

/* ---- activations ---- */

/* Has either the function of one entry, or those of a row, for an activation that couples the entries of a row. */
typedef struct gml_reference_activation {
    const char *name;
    gml_reference_entry (*at)(double x, const double *parameters);
    unsigned (*piece)(double x); /* number of the smooth piece that x is in; null: only one piece */
    void (*row_value)(size_t cols, const double *z, double *y);
    void (*row_backward)(size_t cols, const double *z, const double *dy, double *dz);
} gml_reference_activation;

/* Returns the row of that name; null if there is none. */
const gml_reference_activation *gml_reference_find_activation(const char *name);

/* Returns row `index`, in the order of the library's table; null past the last. */
const gml_reference_activation *gml_reference_activation_at(size_t index);

/* y = f(z) for one row of `cols` entries; y may be z. */
void gml_reference_activate(const gml_reference_activation *activation, const double *parameters, size_t cols,
                            const double *z, double *y);

/* dz = dL/dz from dy = dL/dy for one row, y = f(z); dz may be dy, not z. */
void gml_reference_differentiate(const gml_reference_activation *activation, const double *parameters, size_t cols,
                                 const double *z, const double *dy, double *dz);

/* Returns the number of the smooth piece that x is in. If it differs at two points, there is a kink between them. */
unsigned gml_reference_piece(const gml_reference_activation *activation, double x);

/* ---- trainable activations ---- */

enum { GML_REFERENCE_THETA = 16 };

/* Functions of one x, with the learned parameters `theta`; `by` [GML_REFERENCE_THETA] gets d value / d theta[k]. */
typedef struct gml_reference_trainable {
    const char *name;
    gml_reference_entry (*at)(double x, const double *theta, const double *parameters, double *by);
    unsigned (*piece)(double x, const double *theta, const double *parameters); /* null: only one piece */
} gml_reference_trainable;

/* Returns the row of that name; null if there is none. */
const gml_reference_trainable *gml_reference_find_trainable(const char *name);

/* ---- losses ---- */

typedef struct gml_reference_loss_call {
    size_t rows, cols;
    const double *outputs;    /* [rows x cols] */
    const double *targets;    /* [rows x target_cols] */
    size_t target_cols;       /* cols; 1 for class numbers; cols / 2 for a loss with two outputs per target */
    double *gradient;         /* [rows x cols], written: d value / d outputs; or null */
    const double *parameters; /* of the loss's call; null: their defaults */
    const double *weights;    /* [rows]: sample weights; null: all 1 */
    bool masked;              /* targets that are NaN are missing and skipped */
    size_t stride;            /* of outputs and gradient; 0: cols */
} gml_reference_loss_call;

/* Loss of two outputs with one target, and both derivatives. */
typedef struct gml_reference_pair {
    double value, slope, second;
} gml_reference_pair;

/* Loss of one output y with target t; k is the loss's argument. */
typedef gml_reference_entry gml_reference_entry_loss(double y, double t, double k);

typedef struct gml_reference_row {
    size_t cols, target_cols;
    const double *y, *t;
    double k;
    const double *parameters;
    double *gradient;
    bool masked;
} gml_reference_row;

/* Exactly one of entry, pair, row and custom is not null. */
typedef struct gml_reference_loss {
    const char *name;
    const char *link; /* activation fused with the loss, which takes that layer's z; null: none */
    gml_reference_entry_loss *entry;
    gml_reference_pair (*pair)(double y, double second, double t, double k);
    double (*row)(const gml_reference_row *row);
    const gml_custom_loss *custom;      /* a custom loss; its call has parameters */
    double initial;                     /* default of its argument */
    double (*bend)(double y, double t); /* the derivative is discontinuous where this changes its sign; null: nowhere */
} gml_reference_loss;

/* Returns the weighted mean over the known targets, sum of w l / sum of w; 0 if no target is known or all weights are
 * 0.
 */
double gml_reference_run_loss(const gml_reference_loss *loss, const gml_reference_loss_call *call);

/* Returns the row of that name; null if there is none. */
const gml_reference_loss *gml_reference_find_loss(const char *name);

/* ---- optimizers ---- */

enum { GML_REFERENCE_STATES = 3 };

typedef struct gml_reference_update_call {
    size_t count;
    double *w;                           /* [count], updated */
    const double *g;                     /* [count], the gradient */
    double *state[GML_REFERENCE_STATES]; /* [count] each, as many as the optimizer has; zero before the first step */
    const double *parameters;            /* the first is `lr` */
    size_t step;                         /* from 1 */
    double scale;                        /* first, g is multiplied by this (clipping by norm); */
    double clip;                         /* then clipped to [-clip, clip] (infinity: no clipping); */
    double l2;                           /* then l2 * w is added */
} gml_reference_update_call;

typedef struct gml_reference_optimizer {
    const char *name;
    size_t states; /* number of state arrays */
    /* Returns w after the step, for one entry with gradient g; updates its state `s`. */
    double (*update)(double w, double g, double *const *s, const double *parameters, double step);
} gml_reference_optimizer;

/* Returns the row of that name; null if there is none. */
const gml_reference_optimizer *gml_reference_find_optimizer(const char *name);

/* Makes one step for `count` entries. */
void gml_reference_update(const gml_reference_optimizer *optimizer, const gml_reference_update_call *call);

/* Makes one step of muon with the call's parameters, for weights [in x out], or for a vector if `in` is 0.
 * work [4 in out + 3 min(in, out)^2]. */
void gml_reference_muon(const gml_reference_update_call *call, size_t in, size_t out, double *work);

/* ---- schedules ---- */

/* Returns the factor of the base rate at step `t`, from 0, of a fit of `whole` steps; lengths in `parameters` are in
 * steps. NaN if there is no such row. */
double gml_reference_schedule(const char *name, const double *parameters, double warmup, double t, double whole);

/* Returns the factor of reduce_on_plateau after `count` losses. */
double gml_reference_plateau(const double *parameters, const double *losses, size_t count);

#endif
