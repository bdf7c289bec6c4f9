/* data/rows.h - the rows of a dataset as batches: the one way in which samples reach a network.
 *
 * A batch is a view, pointers and an order; nothing is copied before a panel of it is gathered. A source that is larger
 * than memory, a mapped file or a stream, gives batches of the rows it holds at the time: so whoever asks for rows goes
 * on after those it got, and keeps no batch while it asks for the next. */
#ifndef GML_DATA_ROWS_H
#define GML_DATA_ROWS_H

#include "data/dataset.h"
#include "kernel/data/statistics.h"
#include "kernel/random/permutation.h"

typedef struct gml_batch {
    gml_matrix x, y;
    const double *weights; /* by row of x and y; null: all count the same */
    const size_t *order;   /* sample i is row order[i] of x and y; null: row i */
    size_t rows;           /* samples */
    gml_batch_names names;
} gml_batch;

/* The samples of a dataset with targets from `first`, below its size, at most `most` of them and at least one. */
gml_batch gml_dataset_batch(const gml_dataset *dataset, size_t first, size_t most);

/* The inputs of all samples, or their targets, for statistics of the columns. */
gml_column_scan gml_dataset_inputs_scan(const gml_dataset *dataset);
gml_column_scan gml_dataset_targets_scan(const gml_dataset *dataset);

/* All samples of a dataset once, in a random order. */
typedef struct gml_epoch {
    gml_context *context; /* of the memory and of the kernels */
    const gml_dataset *dataset;
    gml_permutation permutation; /* of a long epoch's samples */
    size_t *order;               /* rows of the source: of the epoch if that is short, else of a batch; [order_size] */
    size_t order_size;
} gml_epoch;

/* For batches of at most `most` samples. Errors: memory. */
gml_status gml_epoch_create(gml_context *context, const gml_dataset *dataset, size_t most, gml_epoch *epoch);
void gml_epoch_destroy(gml_epoch *epoch);

/* Draws the order of an epoch, counted from 1. */
void gml_epoch_draw(gml_epoch *epoch, uint64_t seed, size_t number);

/* The samples of the epoch from `first`, at most `most` of them and at least one; until the next batch. */
gml_batch gml_epoch_batch(gml_epoch *epoch, size_t first, size_t most);

#endif
