/* data/rows.h - the rows of a dataset as batches: the one way in which samples reach a network.
 *
 * A batch is a view, pointers and an order; rows are copied when a panel is gathered. A batch may hold fewer rows than
 * requested, so that a source may be larger than memory: callers continue after the rows they got, and use a batch only
 * until they request the next. */
#ifndef GML_DATA_ROWS_H
#define GML_DATA_ROWS_H

#include "data/block_order.h"
#include "data/dataset.h"
#include "kernel/data/statistics.h"
#include "kernel/random/permutation.h"

typedef struct gml_batch {
    gml_matrix x, y;
    const double *weights; /* by row of x and y; null: all are 1 */
    const size_t *order;   /* sample i is row order[i] of x and y; null: row i */
    size_t rows;           /* samples */
    gml_batch_names names;
} gml_batch;

enum { GML_BATCH_ROOM = 1024 };

/* Memory for the order of a batch. */
typedef struct gml_batch_room {
    size_t rows[GML_BATCH_ROOM];
} gml_batch_room;

/* Returns the samples from `first`, below the size: at least one and at most `most`, and all of these if `most` is at
 * most GML_BATCH_ROOM. Valid until `room` gets another batch. */
gml_batch gml_dataset_batch(const gml_dataset *dataset, size_t first, size_t most, gml_batch_room *room);

/* Return the inputs or targets of all samples, for column statistics. */
gml_column_scan gml_dataset_inputs_scan(const gml_dataset *dataset);
gml_column_scan gml_dataset_targets_scan(const gml_dataset *dataset);

enum {
    GML_EVEN_SAMPLES = 1 << 20, /* statistics of more samples are those of so many */
    GML_EVEN_RUN = 64           /* adjacent ones: one by one, each would wait for a page of memory */
};

/* Returns sample `index` of `count` samples drawn in runs, evenly from the first to the last; `count` is the size or,
 * of a larger dataset, GML_EVEN_SAMPLES. */
static inline size_t gml_even_sample(const gml_dataset *dataset, size_t index, size_t count)
{
    const double runs = (double)(count / GML_EVEN_RUN);
    return count == dataset->size
               ? index
               : (size_t)((double)(index / GML_EVEN_RUN) / runs * (double)dataset->size) + index % GML_EVEN_RUN;
}

/* All samples of a dataset once, in a random order. Large datasets are shuffled by blocks (data/block_order.h); whether
 * they are in memory or in a mapped file makes no difference, so that the order is the same. */
typedef struct gml_epoch {
    gml_context *context; /* of the memory and of the kernels */
    const gml_dataset *dataset;
    gml_permutation permutation; /* of the samples, if neither the order is stored nor they are shuffled by blocks */
    gml_block_order block_order; /* of a large dataset; else without a context */
    size_t read_ahead;           /* windows of it whose rows were asked for: those before this one */
    size_t *order; /* [order_size] rows of the source: of the whole epoch if it is short, else of a batch */
    size_t order_size;
} gml_epoch;

/* Bytes of inputs. */
typedef struct gml_epoch_sizes {
    size_t large;         /* datasets of so many are shuffled by blocks */
    size_t block, window; /* that blocks and windows have at most; a block has at least one sample, a window a block */
} gml_epoch_sizes;

extern const gml_epoch_sizes gml_usual_epoch_sizes; /* 1 GiB; 64 KiB and 64 MiB */

/* For batches of at most `most` samples. Errors: memory. */
gml_status gml_epoch_create(gml_context *context, const gml_dataset *dataset, size_t most, gml_epoch *epoch);

/* The same with other sizes. */
gml_status gml_epoch_create_sized(gml_context *context, const gml_dataset *dataset, size_t most,
                                  const gml_epoch_sizes *sizes, gml_epoch *epoch);
void gml_epoch_destroy(gml_epoch *epoch);

/* Draws the order of an epoch, counted from 1. */
void gml_epoch_draw(gml_epoch *epoch, uint64_t seed, size_t number);

/* Draws the order from another stream. */
void gml_epoch_draw_from(gml_epoch *epoch, const gml_stream *stream);

/* Returns the samples of the epoch from `first`: at least one and at most `most`. Valid until the next batch. */
gml_batch gml_epoch_batch(gml_epoch *epoch, size_t first, size_t most);

#endif
