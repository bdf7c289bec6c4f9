/* reference/functions.h - activations, losses and optimizers as a textbook writes them, in double.
 *
 * The second opinion on every formula of the library: it shares no code with the kernels and is not meant to be fast.
 * Rows are found by the names the library's own tables use; `parameters` are the values of a call, in the order of the
 * library's table. */
#ifndef GML_REFERENCE_FUNCTIONS_H
#define GML_REFERENCE_FUNCTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "gemmule/custom.h"

/* ---- activations ---- */

/* Either the functions of one entry are there, or those of a row, for an activation that couples its entries. */
typedef struct gml_reference_activation {
    const char *name;
    double (*value)(double x, const double *parameters);
    double (*slope)(double x, const double *parameters);
    unsigned (*piece)(double x); /* which smooth piece of the function x lies in; null: there is but one */
    void (*row_value)(size_t cols, const double *z, double *y);
    void (*row_backward)(size_t cols, const double *z, const double *dy, double *dz);
} gml_reference_activation;

/* The row of that name; null if there is none. */
const gml_reference_activation *gml_reference_find_activation(const char *name);

/* The row at an index; null past the last. The order is that of the library's table. */
const gml_reference_activation *gml_reference_activation_at(size_t index);

/* y = f(z) for one row of `cols` entries; y may be z. */
void gml_reference_activate(const gml_reference_activation *activation, const double *parameters, size_t cols,
                            const double *z, double *y);

/* dz = the gradient dy carried back through f at z, for one row; dz may be dy, not z. */
void gml_reference_differentiate(const gml_reference_activation *activation, const double *parameters, size_t cols,
                                 const double *z, const double *dy, double *dz);

/* The number of the smooth piece x lies in: where it changes between two points, there is a kink between them. */
unsigned gml_reference_piece(const gml_reference_activation *activation, double x);

/* ---- trainable activations ---- */

/* At one x, with the numbers `theta` that an entry has learned. */
typedef struct gml_reference_trainable {
    const char *name;
    double (*value)(double x, const double *theta, const double *parameters);
    double (*slope)(double x, const double *theta, const double *parameters,
                    double *by);                                                /* by[k]: d value / d theta[k] */
    unsigned (*piece)(double x, const double *theta, const double *parameters); /* null: there is but one */
} gml_reference_trainable;

/* The row of that name; null if there is none. */
const gml_reference_trainable *gml_reference_find_trainable(const char *name);

/* ---- losses ---- */

typedef struct gml_reference_loss_call {
    size_t rows, cols;
    const double *outputs;    /* [rows x cols] */
    const double *targets;    /* [rows x target_cols] */
    size_t target_cols;       /* cols, 1 for class numbers, or half of cols for a loss of pairs */
    double *gradient;         /* [rows x cols], written: d value / d outputs; or null */
    const double *parameters; /* of the loss's call; null: their defaults */
    const double *weights;    /* [rows]: how much each counts; null: all the same */
    bool masked;              /* targets that are NaN are not known, and count for nothing */
} gml_reference_loss_call;

/* The value at one output y with target t, and its derivative; k is the loss's argument. */
typedef struct gml_reference_entry {
    double value, slope;
} gml_reference_entry;

/* At two outputs that have one target, with the derivatives by both. */
typedef struct gml_reference_pair {
    double value, slope, second;
} gml_reference_pair;

typedef gml_reference_entry gml_reference_entry_loss(double y, double t, double k);

typedef struct gml_reference_row {
    size_t cols, target_cols;
    const double *y, *t;
    double k;
    const double *parameters;
    double *gradient;
    bool masked;
} gml_reference_row;

/* One of entry, pair, row and custom is there. */
typedef struct gml_reference_loss {
    const char *name;
    const char *link; /* the activation this loss has taken into itself: it wants that layer's z; null: none */
    gml_reference_entry_loss *entry;
    gml_reference_pair (*pair)(double y, double second, double t, double k);
    double (*row)(const gml_reference_row *row);
    const gml_custom_loss *custom; /* the user's own; its call has parameters */
    double initial;                /* its argument, where none is given */
    double (*bend)(double y,
                   double t); /* the derivative at an output jumps where this changes its sign; null: nowhere */
} gml_reference_loss;

/* The mean over what is known, each by its weight: sum of w l / sum of w; 0 where nothing is known or all weights are
 * 0. */
double gml_reference_run_loss(const gml_reference_loss *loss, const gml_reference_loss_call *call);

/* The row of that name; null if there is none. */
const gml_reference_loss *gml_reference_find_loss(const char *name);

/* ---- optimizers ---- */

enum { GML_REFERENCE_STATES = 3 };

typedef struct gml_reference_update_call {
    size_t count;
    double *w;                           /* [count], updated */
    const double *g;                     /* [count], the gradient */
    double *state[GML_REFERENCE_STATES]; /* [count] each, as many as the optimizer has; zero before the first step */
    const double *parameters;            /* `lr` first */
    size_t step;                         /* from 1 */
    double scale;                        /* g is multiplied by this (clipping by norm), then */
    double clip;                         /* cut to [-clip, clip] (infinity: not), then */
    double l2;                           /* l2 * w is added */
} gml_reference_update_call;

typedef struct gml_reference_optimizer {
    const char *name;
    size_t states; /* arrays of state */
    /* One entry: w after the step, from its gradient and its state `s`, which is brought up to date. */
    double (*update)(double w, double g, double *const *s, const double *parameters, double step);
} gml_reference_optimizer;

/* The row of that name; null if there is none. */
const gml_reference_optimizer *gml_reference_find_optimizer(const char *name);

/* One step over `count` entries. */
void gml_reference_update(const gml_reference_optimizer *optimizer, const gml_reference_update_call *call);

/* A step of muon, whose parameters the call has: of weights [in x out], or of a vector if `in` is 0. work [4 in out + 3
 * min(in, out)^2]. */
void gml_reference_muon(const gml_reference_update_call *call, size_t in, size_t out, double *work);

/* ---- schedules ---- */

/* The factor of the base rate at step `t`, from 0, of `whole`. `parameters` are the row's, their lengths in steps.
 * NaN: no such row. */
double gml_reference_schedule(const char *name, const double *parameters, double warmup, double t, double whole);

/* What reduce_on_plateau has made of the base rate after `count` losses. */
double gml_reference_plateau(const double *parameters, const double *losses, size_t count);

#endif
