/* explain/attribution/probe.h - sends many rows of prepared inputs through a network: forward, or forward and back to
 * the inputs.
 *
 * Prepared inputs are those that the first layer reads: converted to the network's dtype and scaled. The rows of a
 * block are written, and go through all layers, panel by panel; a reduction over the whole block follows. */
#ifndef GML_EXPLAIN_PROBE_H
#define GML_EXPLAIN_PROBE_H

#include "engine/workspace.h"

typedef struct gml_probe {
    gml_workspace workspace;
    size_t inputs, outputs;
    bool keeps_gradients, predicts; /* with memory for them */
    void *gradients;                /* [batch x inputs]: d output / d prepared input; null: not kept */
    void *mapped; /* [batch x outputs]: predictions, if the network maps its targets and they are asked for; null:
                     outputs of the last layer are explained */
    void *slopes; /* [batch x outputs]: their derivatives by the outputs of the last layer */
    gml_pace paces[2];
    void *arena;
    size_t arena_size;
} gml_probe;

typedef struct gml_probe_options {
    size_t rows;          /* that will be sent in one call, at most; blocks may be smaller */
    bool score;           /* omit the last activation */
    bool predictions;     /* go on to predictions, and back from them, if that takes more than a shift and a scale */
    bool goes_back;       /* with memory for the way back */
    bool keeps_gradients; /* with memory for probe->gradients */
} gml_probe_options;

/* On failure nothing remains allocated. Errors: shape, memory. */
gml_status gml_probe_create(const gml_network *network, const gml_probe_options *options, gml_probe *probe);
void gml_probe_destroy(gml_probe *probe);

/* Returns the number of rows of a block. */
static inline size_t gml_probe_block(const gml_probe *probe)
{
    return probe->workspace.batch;
}

/* One block. `back` is null: forward only. */
typedef struct gml_probe_run {
    gml_probe *probe;
    size_t rows;           /* of this block */
    const size_t *columns; /* [rows]: the output that each row is differentiated for */
    void *argument;        /* of the functions */
    /* Writes rows [first, first + count) of the block to `inputs` [count x inputs]. */
    void (*fill)(void *argument, size_t first, size_t count, void *inputs);
    /* Takes a panel back after it went forward. */
    void (*back)(const struct gml_probe_run *run, gml_rows rows);
    size_t reductions; /* calls of `reduce`, in parallel, after all rows; 0: none */
    void (*reduce)(void *argument, size_t index);
} gml_probe_run;

void gml_probe_send(gml_probe_run *run);

/* A `back`: writes d output / d prepared input of each row to probe->gradients. */
void gml_probe_differentiate(const gml_probe_run *run, gml_rows rows);

/* Multiplies d / d prediction of a panel, [rows x outputs] packed, by the slopes of predictions where the probe has
 * them: it becomes d / d output of the last layer. */
void gml_probe_follow_slopes(const gml_probe *probe, gml_rows rows, void *seeds);

/* Returns the outputs of a row of the block, [outputs]: of the last layer, or predictions. */
static inline const void *gml_probe_outputs(const gml_probe *probe, size_t row)
{
    if (probe->mapped != NULL) {
        return (const char *)probe->mapped + row * probe->outputs * probe->workspace.network->kernels->size;
    }
    const gml_workspace *workspace = &probe->workspace;
    const gml_layer_memory *last = &workspace->layers[workspace->network->spec.layer_count - 1];
    return (const char *)last->y + row * last->stride * workspace->network->kernels->size;
}

/* Returns the gradient of a row of the block, [inputs]. */
static inline const void *gml_probe_gradient(const gml_probe *probe, size_t row)
{
    return (const char *)probe->gradients + row * probe->inputs * probe->workspace.network->kernels->size;
}

#endif
