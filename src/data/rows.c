/* data/rows.c - batches of a dataset's samples, in order and in a random order. */
#include "data/rows.h"

#include "base/least.h"
#include "kernel/kernel.h"
#include "kernel/random/shuffle.h"

/* Rows order[0 .. rows-1] of the source. */
static gml_batch ordered(const gml_dataset *dataset, const size_t *order, size_t rows)
{
    return (gml_batch){.x = dataset->inputs,
                       .y = dataset->targets,
                       .weights = dataset->weights,
                       .order = order,
                       .rows = rows,
                       .names = {&dataset->origin, order, 0}};
}

gml_batch gml_dataset_batch(const gml_dataset *dataset, size_t first, size_t most, gml_batch_room *room)
{
    size_t rows = gml_least(dataset->size - first, most);
    if (dataset->chosen.bits != NULL) {
        rows = gml_least(rows, GML_BATCH_ROOM);
    }
    if (!gml_selects_all(&dataset->chosen)) {
        return ordered(dataset, gml_selection_rows(&dataset->chosen, first, rows, room->rows), rows);
    }
    return (gml_batch){.x = gml_matrix_rows(dataset->inputs, first, rows),
                       .y = dataset->targets.data != NULL ? gml_matrix_rows(dataset->targets, first, rows)
                                                          : dataset->targets,
                       .weights = dataset->weights != NULL ? dataset->weights + first : NULL,
                       .rows = rows,
                       .names = {&dataset->origin, NULL, first}};
}

gml_column_scan gml_dataset_inputs_scan(const gml_dataset *dataset)
{
    return (gml_column_scan){.matrix = dataset->inputs, .chosen = dataset->chosen, .count = dataset->size};
}

gml_column_scan gml_dataset_targets_scan(const gml_dataset *dataset)
{
    return (gml_column_scan){
        .matrix = dataset->targets, .chosen = dataset->chosen, .count = dataset->size, .masked = dataset->masked};
}

/* ---- in a random order ---- */

/* The order of an epoch is stored up to this size and computed batch by batch above it, so that memory is bounded. */
enum { SHORT_EPOCH = 4096 };

static bool is_short(const gml_epoch *epoch)
{
    return epoch->dataset->size <= SHORT_EPOCH;
}

static bool is_by_blocks(const gml_epoch *epoch)
{
    return epoch->block_order.context != NULL;
}

const gml_epoch_sizes gml_usual_epoch_sizes = {(size_t)1 << 30, (size_t)1 << 16, (size_t)1 << 26};

/* Returns the greatest power of two up to `number`, at least 1. */
static size_t power_of_two(size_t number)
{
    return number > 1 ? (size_t)1 << (63 - __builtin_clzll(number)) : 1;
}

/* Prepares the order by blocks of a large dataset. */
static gml_status begin_blocks(gml_epoch *epoch, const gml_epoch_sizes *sizes)
{
    const gml_dataset *dataset = epoch->dataset;
    const size_t row = dataset->inputs.cols * gml_dtype_size(dataset->inputs.dtype);
    if (dataset->size < sizes->large / row) {
        return GML_OK;
    }
    const size_t block = gml_least(power_of_two(sizes->block / row), power_of_two(dataset->size));
    const gml_block_sizes samples = {.block = block, .window = gml_most(sizes->window / row, block)};
    return gml_block_order_create(epoch->context, dataset->size, samples, &epoch->block_order);
}

gml_status gml_epoch_create_sized(gml_context *context, const gml_dataset *dataset, size_t most,
                                  const gml_epoch_sizes *sizes, gml_epoch *epoch)
{
    gml_epoch made = {.context = context, .dataset = dataset};
    made.order_size = is_short(&made) ? dataset->size : most;
    made.order = gml_allocate(context, made.order_size, sizeof *made.order, "the order of samples");
    gml_status status = made.order == NULL ? GML_ERROR_MEMORY : is_short(&made) ? GML_OK : begin_blocks(&made, sizes);
    if (status != GML_OK) {
        gml_epoch_destroy(&made);
        return status;
    }
    *epoch = made;
    return GML_OK;
}

gml_status gml_epoch_create(gml_context *context, const gml_dataset *dataset, size_t most, gml_epoch *epoch)
{
    return gml_epoch_create_sized(context, dataset, most, &gml_usual_epoch_sizes, epoch);
}

void gml_epoch_destroy(gml_epoch *epoch)
{
    if (epoch->context != NULL) {
        gml_block_order_destroy(&epoch->block_order);
        gml_release(epoch->context, epoch->order, epoch->order_size, sizeof *epoch->order);
    }
    *epoch = (gml_epoch){0};
}

static void find_rows(const gml_dataset *dataset, size_t *order, size_t count)
{
    for (size_t i = 0; i < count && !gml_selects_all(&dataset->chosen); i++) {
        order[i] = gml_dataset_row(dataset, order[i]);
    }
}

void gml_epoch_draw(gml_epoch *epoch, uint64_t seed, size_t number)
{
    gml_epoch_draw_from(epoch, &(gml_stream){.seed = seed, .purpose = GML_RANDOM_ORDER, .step = number});
}

void gml_epoch_draw_from(gml_epoch *epoch, const gml_stream *stream)
{
    size_t size = epoch->dataset->size;
    if (is_by_blocks(epoch)) {
        gml_block_order_draw(&epoch->block_order, stream);
        epoch->read_ahead = 0;
    } else if (!is_short(epoch)) {
        epoch->permutation = gml_permutation_draw(size, stream);
    } else {
        for (size_t i = 0; i < size; i++) {
            epoch->order[i] = i;
        }
        gml_shuffle(epoch->order, size, stream);
        find_rows(epoch->dataset, epoch->order, size);
    }
}

/* Asks for the rows of `m` that hold a block, if there is a matrix. */
static void read_rows(const gml_dataset *dataset, gml_matrix m, size_t first, size_t last)
{
    if (m.data != NULL) {
        const size_t end = last * m.stride + m.cols, begin = first * m.stride, size = gml_dtype_size(m.dtype);
        gml_read_ahead(dataset->context, (const char *)m.data + begin * size, (end - begin) * size);
    }
}

static void read_block(void *user, size_t first, size_t count)
{
    const gml_dataset *dataset = user;
    const size_t begin = gml_dataset_row(dataset, first), last = gml_dataset_row(dataset, first + count - 1);
    read_rows(dataset, dataset->inputs, begin, last);
    read_rows(dataset, dataset->targets, begin, last);
    read_rows(dataset, gml_matrix_f64((void *)dataset->weights, dataset->inputs.rows, 1), begin, last);
}

/* Asks for the rows of the current window and of the next, once each: while one window is trained on, the next is read.
 * A mapped page that nobody asked for is waited for, and the system reads far more around it. */
static void read_ahead(gml_epoch *epoch)
{
    const gml_block_order *order = &epoch->block_order;
    epoch->read_ahead = gml_most(epoch->read_ahead, order->window);
    for (; epoch->read_ahead <= order->window + 1 && epoch->read_ahead < order->windows; epoch->read_ahead++) {
        gml_block_order_visit(order, epoch->read_ahead, read_block, (void *)epoch->dataset);
    }
}

gml_batch gml_epoch_batch(gml_epoch *epoch, size_t first, size_t most)
{
    const gml_dataset *dataset = epoch->dataset;
    size_t rows = gml_least(dataset->size - first, most);
    if (is_short(epoch)) {
        return ordered(dataset, epoch->order + first, rows);
    }
    if (is_by_blocks(epoch)) {
        gml_block_order_fill(&epoch->block_order, first, rows, epoch->order);
        read_ahead(epoch);
    } else {
        epoch->context->kernels[GML_F32]->order->fill(&epoch->permutation, first, rows, epoch->order);
    }
    find_rows(dataset, epoch->order, rows);
    return ordered(dataset, epoch->order, rows);
}
