/* data/permuted.h - the inputs of a dataset with some columns permuted over the samples: each sample has in these
 * columns the values of another sample. */
#ifndef GML_DATA_PERMUTED_H
#define GML_DATA_PERMUTED_H

#include "data/rows.h"

typedef struct gml_permuted {
    gml_context *context;
    gml_epoch order; /* sample i takes the columns of sample order[i] */
    const size_t *columns;
    size_t column_count;
    size_t most;     /* samples of a batch */
    gml_dtype dtype; /* of the inputs: f64 for a source in f64, else f32 */
    void *inputs;    /* [most x features] */
    size_t input_count, input_size;
} gml_permuted;

/* For batches of at most `most` samples. Errors: shape (sizes overflow), memory. */
gml_status gml_permuted_create(gml_context *context, const gml_dataset *dataset, size_t most, gml_permuted *permuted);
void gml_permuted_destroy(gml_permuted *permuted);

/* Permutes these columns from now on, all alike, in an order drawn from the stream. The columns must stay in memory. */
void gml_permuted_draw(gml_permuted *permuted, const size_t *columns, size_t count, const gml_stream *stream);

/* Returns the inputs of a batch that starts with sample `first`, before scaling; valid until the next call. */
gml_matrix gml_permuted_inputs(gml_permuted *permuted, const gml_batch *batch, size_t first);

#endif
