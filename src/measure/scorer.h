/* measure/scorer.h - a list of metrics that is computed in one pass over samples, batch by batch. */
#ifndef GML_MEASURE_SCORER_H
#define GML_MEASURE_SCORER_H

#include "data/origin.h"
#include "measure/metric.h"

/* What becomes of the predictions before metrics for classes are computed. */
typedef enum gml_link { GML_LINK_NONE, GML_LINK_SIGMOID, GML_LINK_SOFTMAX } gml_link;

typedef struct gml_scorer_setup {
    gml_task task;      /* kind of the targets; not auto */
    size_t samples;     /* in all batches together, at most */
    size_t predictions; /* columns: 1 or the number of classes; or outputs */
    gml_dtype dtype;    /* of the predictions: f32 or f64 */
    bool weighted;      /* sample weights are given */
    bool masked;        /* targets that are NaN are missing */
    bool signed_scores; /* of a single score: one above 0, not 1/2, predicts class 1 */
    gml_link link;      /* predictions are logits */
} gml_scorer_setup;

/* A metric and its state. */
typedef struct gml_scored {
    gml_call call;
    const gml_metric_row *row;
    size_t of;     /* the first metric with the same state; its own index if it owns the state */
    size_t size;   /* of the state in doubles, if it owns it */
    double *state; /* [size], also if it is shared */
} gml_scored;

typedef struct gml_scorer {
    gml_context *context;
    gml_scorer_setup setup;
    gml_metric_shape shape;
    size_t columns; /* of the targets */
    size_t count;
    gml_scored *metrics; /* [count] */
    double *confusion;   /* [classes x classes] or null */
    bool wants_confusion;
    size_t block; /* samples of a block */
    double *given, *predictions, *targets, *weights;
    size_t seen;         /* samples so far */
    size_t kept;         /* those among them that count */
    size_t not_probable; /* the first sample whose scores are not probabilities; SIZE_MAX: none */
    bool needs_probability;
    void *arena;
    size_t arena_size;
} gml_scorer;

/* Some samples. */
typedef struct gml_scorer_batch {
    gml_matrix predictions;       /* [rows x predictions] */
    gml_matrix targets;           /* [* x columns], any dtype */
    const size_t *order;          /* sample i is row order[i] of the targets; null: row i */
    const double *weights;        /* by row of the targets; null: all are 1 */
    const gml_batch_names *names; /* where samples come from, for messages; null: the caller's matrices */
} gml_scorer_batch;

/* Parses a list of metrics into `parsed` [count], and finds their task if `task` is auto on entry; it stays auto if no
 * metric has a task. Errors: name, argument (metrics for different tasks, or not for `task`). */
gml_status gml_metrics_parse(gml_context *context, const char *const *metrics, size_t count, gml_task *task,
                             gml_scored *parsed);

/* Makes a scorer for parsed metrics, which are copied. `confusion`: the confusion matrix is computed as well. Errors:
 * shape (sizes overflow), memory. */
gml_status gml_scorer_create(gml_context *context, const gml_scorer_setup *setup, const gml_scored *parsed,
                             size_t count, bool confusion, gml_scorer *scorer);
void gml_scorer_destroy(gml_scorer *scorer);

/* Forgets all samples. */
void gml_scorer_reset(gml_scorer *scorer);

/* Adds samples. Allocates nothing. Errors: data (a prediction or a target that is not valid; its place in the message).
 */
gml_status gml_scorer_add(gml_scorer *scorer, const gml_scorer_batch *batch);

/* Computes the metrics, [count], and copies the confusion matrix if the scorer has one. Samples may not be added
 * afterwards. Errors: data (no sample counts). */
gml_status gml_scorer_finish(gml_scorer *scorer, gml_metric_value *values, gml_matrix confusion);

/* Checks that a confusion matrix, unless it is none, fits the task and the number of classes. Errors: argument, shape.
 */
gml_status gml_confusion_check(gml_context *context, gml_matrix confusion, gml_task task, size_t predictions);

#endif
