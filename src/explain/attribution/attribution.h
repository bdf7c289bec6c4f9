/* explain/attribution/attribution.h - the methods of attribution, and the state that they share during a call of
 * gml_attribute. */
#ifndef GML_EXPLAIN_ATTRIBUTION_H
#define GML_EXPLAIN_ATTRIBUTION_H

#include "explain/attribution/probe.h"
#include "gemmule/attribution.h"
#include "kernel/transform/transform.h"

/* The explained quantity as a function of the last layer's values y: factor y[column] + shift. */
typedef struct gml_explained_output {
    size_t output; /* class or target */
    size_t column;
    double factor, shift;
} gml_explained_output;

typedef struct gml_attribution gml_attribution;

/* A row of the table. */
typedef struct gml_attribution_row {
    gml_entry entry;
    bool differentiates; /* uses gradients of the outputs with respect to the inputs */
    bool ignores_base;   /* reads no baseline; report->base is NaN */
    bool averages_base;  /* uses each row of the baseline, not their mean */
    bool takes_columns;  /* replaces whole columns of the data; other methods work on the inputs of the first layer */
    bool derives;        /* gives derivatives, which are multiplied by the slopes of the preparation */
    /* Returns the number of rows that a chunk of `samples` samples sends through the network in one call. */
    size_t (*rows)(const gml_attribution *job, size_t samples);
    /* Refuses networks and arguments that the method is not defined for, and allocates; or null. `own` is freed by
     * `finish`, also after a failure. */
    gml_status (*prepare)(gml_attribution *job);
    void (*finish)(gml_attribution *job);
    /* Computes the attributions of the current chunk; reports have output, which, value and base. */
    gml_status (*run)(gml_attribution *job);
} gml_attribution_row;

struct gml_attribution {
    const gml_network *network;
    const gml_attribution_row *method;
    gml_call call;        /* of the method */
    const size_t *chosen; /* the class or target to explain, or null: */
    const size_t *each;   /* that of each sample from the current chunk on, or null: the predicted one */
    gml_explained which;  /* score or output */
    bool score;           /* the last activation is omitted */
    size_t classes;       /* classes that can be explained; 0: targets */
    gml_probe probe;
    size_t features; /* columns of the data: the inputs without a preparation */
    size_t backgrounds;
    void *background;  /* [backgrounds x inputs]: the baseline, prepared */
    void *base;        /* [inputs]: the mean of its rows */
    double *bases;     /* [outputs]: the last layer's values at the baseline, or their mean over its rows */
    size_t *constants; /* [inputs]: inputs with a scale of 0 */
    size_t constant_count;
    size_t chunk;    /* samples at once */
    size_t *columns; /* [rows of a block]: the output that each row is differentiated for */
    double *path;    /* [path_rows]: weight, or place on the path, of each row of a sample; of methods by gradients */
    size_t path_rows;
    void *own; /* of the method */
    /* of the current chunk: */
    size_t count;
    void *x;                         /* [chunk x inputs], prepared */
    gml_explained_output *explained; /* [chunk] */
    gml_matrix attributions;         /* [count x features], f64, the caller's */
    gml_matrix values;               /* those of the method: the same, or [chunk x inputs] with a preparation */
    gml_matrix slopes;               /* [chunk x inputs], f64, of the preparation at the samples; or none */
    gml_attribution_report *reports; /* [chunk] */
    void *arena;
    size_t arena_size;
};

/* Returns row `index` of the table; null past the last. */
static inline const gml_attribution_row *gml_attribution_row_at(size_t index)
{
    return (const void *)gml_attribution_entry(index);
}

/* Returns what the method has for sample `sample` of the chunk, [features] if it takes columns, else [inputs]. */
static inline double *gml_attribution_values(const gml_attribution *job, size_t sample)
{
    return (double *)job->values.data + sample * job->values.stride;
}

/* attribution.c: gml_attribute for a network of layers and arguments that fit it. `each`: the class or target to
 * explain of each sample of x, where options->output is null; null: the predicted one. */
gml_status gml_attribute_layers(const gml_network *network, gml_matrix x, const gml_attribution_options *options,
                                const size_t *each, gml_matrix attributions, gml_attribution_report *reports);

/* ensemble.c: the same for an ensemble, and for a network whose last layer is `average`. */
gml_status gml_attribute_means(const gml_network *network, gml_matrix x, const gml_attribution_options *options,
                               gml_matrix attributions, gml_attribution_report *reports);

/* ensemble.c: gml_network_jacobian for an ensemble and matrices that fit it. */
gml_status gml_jacobian_ensemble(const gml_network *network, gml_matrix x, gml_matrix jacobian);

/* columns.c: the inputs of one column of the data. */
gml_column_inputs gml_attribution_inputs_of(const gml_attribution *job, size_t column);

/* True if a row of prepared inputs differs from another in an input of this column. */
bool gml_attribution_differs(const gml_attribution *job, const void *a, const void *b, size_t column);

/* Returns row `row` of a matrix of prepared inputs. */
static inline void *gml_attribution_inputs(const gml_attribution *job, const void *matrix, size_t row)
{
    return (char *)matrix + row * job->probe.inputs * job->network->kernels->size;
}

/* Sets where the method writes for the samples x, and the slopes there; and afterwards sums the values of the inputs of
 * each column into the caller's attributions. */
void gml_attribution_begin_values(gml_attribution *job, gml_matrix x, gml_matrix attributions);
void gml_attribution_end_values(const gml_attribution *job);

/* quantity.c: sets which, score and classes. Errors: argument (no such quantity, class or target). */
gml_status gml_attribution_settle(gml_attribution *job, gml_explained explained);

/* The explained quantity of a class or target. */
gml_explained_output gml_attribution_describe(const gml_attribution *job, size_t output);

/* Returns the class with the greatest of the last layer's values y [outputs]; target 0. */
size_t gml_attribution_predicted(const gml_attribution *job, const void *y);

/* Returns the explained quantity of sample `sample` of the chunk for the last layer's values y [outputs]. */
double gml_attribution_value(const gml_attribution *job, size_t sample, const void *y);

/* gradient.c: multiplies sums of d output / d x' by x' - base', in the unit of the explained quantity. */
void gml_attribution_multiply_by_change(gml_attribution *job);

/* Rows [first, first + count) of one sample, in a block of rows. */
typedef struct gml_attribution_piece {
    size_t sample, first, count;
    size_t at;    /* row of the block where they begin */
    size_t block; /* number of the block */
} gml_attribution_piece;

/* sweep.c: sends `rows` rows of every sample of the chunk through the network. */
typedef struct gml_attribution_sweep {
    gml_attribution *job;
    size_t rows; /* of each sample */
    /* Writes rows [first, first + count) of sample `sample`. */
    void (*fill)(gml_attribution *job, size_t sample, size_t first, size_t count, void *inputs);
    void (*back)(const gml_probe_run *run, gml_rows rows); /* as in gml_probe_run */
    /* Takes the results of some rows of a sample. Calls for one sample are in order; those for different samples of a
     * block run in parallel. */
    void (*take)(gml_attribution *job, const gml_attribution_piece *piece);
    size_t begin, end; /* of the current block, among all rows of the chunk */
    size_t block;      /* its number */
} gml_attribution_sweep;

void gml_attribution_sweep_run(gml_attribution_sweep *sweep);

/* ---- the methods, for the table ---- */

/* gradient.c */
size_t gml_gradient_rows(const gml_attribution *job, size_t samples);
gml_status gml_gradient_run(gml_attribution *job);
gml_status gml_gradient_input_run(gml_attribution *job);
gml_status gml_smooth_gradient_prepare(gml_attribution *job);
gml_status gml_smooth_gradient_run(gml_attribution *job);

/* integrated.c */
gml_status gml_integrated_prepare(gml_attribution *job);
void gml_integrated_finish(gml_attribution *job);
gml_status gml_integrated_run(gml_attribution *job);

/* occlusion.c */
size_t gml_occlusion_rows(const gml_attribution *job, size_t samples);
gml_status gml_occlusion_run(gml_attribution *job);

/* relevance.c */
gml_status gml_relevance_prepare(gml_attribution *job);
void gml_relevance_finish(gml_attribution *job);
gml_status gml_relevance_run(gml_attribution *job);

/* shapley.c */
size_t gml_shapley_rows(const gml_attribution *job, size_t samples);
gml_status gml_shapley_prepare(gml_attribution *job);
void gml_shapley_finish(gml_attribution *job);
gml_status gml_shapley_run(gml_attribution *job);

/* kernel_shap.c */
size_t gml_kernel_shap_rows(const gml_attribution *job, size_t samples);
gml_status gml_kernel_shap_prepare(gml_attribution *job);
void gml_kernel_shap_finish(gml_attribution *job);
gml_status gml_kernel_shap_run(gml_attribution *job);

#endif
