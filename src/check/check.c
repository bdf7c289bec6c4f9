/* check/check.c - the gradient check: compares the engine's gradients with finite differences of the naive reference.
 *
 * For an entry p of a block, (L(p + h) - L(p - h)) / 2h is compared with the engine's gradient, in double. L is
 * computed by reference/, which shares no code with the engine, so errors of the forward pass are found as well. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "check/mirror.h"
#include "data/transform/transform.h"
#include "engine/gradients.h"
#include "gemmule/train.h"
#include "kernel/data/data.h"
#include "layer/activation.h"
#include "network/code_inputs.h"

typedef struct gml_check {
    gml_gradients exact; /* the engine in double; its parameters are shifted for the differences */
    gml_gradients rough; /* the engine in float */
    gml_reference_layer *layers;
    gml_reference_network reference;
    gml_reference_loss custom_loss; /* of a custom loss */
    gml_reference_batch batch;
    double *x; /* [rows x inputs]: the inputs in double, shifted too */
    double *memory;
    size_t memory_count;
    size_t entries; /* of a block that are compared; 0: all */
    double base;    /* the reference's loss with nothing shifted */
} gml_check;

/* ---- the reference, over the parameters of the copy in double ---- */

static void point_reference(gml_check *check)
{
    const gml_objective *objective = &check->exact.objective;
    check->custom_loss = (gml_reference_loss){.name = objective->row->entry.name, .custom = objective->kernel->custom};
    check->reference = gml_mirror(check->exact.network, check->exact.workspace.noise, check->layers);
    check->reference.loss =
        objective->kernel->custom != NULL ? &check->custom_loss : gml_reference_find_loss(objective->row->entry.name);
    check->reference.loss_parameters = objective->call.values;
    const gml_target *target = &check->exact.target;
    check->batch = (gml_reference_batch){
        .rows = check->exact.rows,
        .x = check->x,
        .targets = target->setup.values,
        .target_cols = target->width,
        .weights = target->weights,
        .masked = target->weighing.masked && !target->weighing.whole_rows,
    };
}

static void copy_inputs(gml_check *check, gml_matrix x)
{
    gml_gather_call call = {.rows = x.rows,
                            .cols = x.cols,
                            .source = x.data,
                            .source_dtype = x.dtype,
                            .source_stride = x.stride,
                            .target = check->x,
                            .target_stride = x.cols};
    check->exact.network->kernels->data->gather(&call);
}

/* Refuses inputs that are no codes of the embedding: their outputs are NaN, and so would be all differences. */
static gml_status check_codes(const gml_network *network, const double *x, size_t rows)
{
    const gml_code_inputs codes = gml_network_code_inputs(network);
    const size_t inputs = network->spec.inputs;
    for (size_t i = 0; i < rows * codes.columns; i++) {
        const size_t row = i / codes.columns, input = inputs - codes.columns + i % codes.columns;
        const double value = x[row * inputs + input];
        if (!(value >= 0 && value < (double)codes.levels && value == floor(value))) {
            return gml_fail(
                network->context, GML_ERROR_DATA,
                "sample %zu, input %zu is %g; an embedding reads it, as a code: a whole number from 0 to %zu", row + 1,
                input + 1, value, codes.levels - 1);
        }
    }
    return GML_OK;
}

static gml_status create_check(const gml_network *network, gml_matrix x, gml_matrix y, const char *loss,
                               gml_check *check)
{
    gml_context *context = network->context;
    gml_status status = gml_gradients_create(network, GML_F64, x, y, loss, &check->exact);
    if (status == GML_OK) {
        status = gml_gradients_create(network, GML_F32, x, y, loss, &check->rough);
    }
    if (status != GML_OK) {
        return status;
    }
    check->layers = gml_allocate(context, network->spec.layer_count, sizeof *check->layers, "the reference's layers");
    check->x = gml_allocate(context, x.rows * x.cols, sizeof *check->x, "the reference's inputs");
    if (check->layers == NULL || check->x == NULL) {
        return GML_ERROR_MEMORY;
    }
    copy_inputs(check, x);
    status = check_codes(network, check->x, x.rows);
    if (status != GML_OK) {
        return status;
    }
    point_reference(check);
    if (!gml_reference_memory(&check->reference, x.rows, &check->memory_count)) {
        return gml_fail(context, GML_ERROR_SHAPE, "%zu samples are more than the reference can count", x.rows);
    }
    check->memory = gml_allocate(context, check->memory_count, sizeof *check->memory, "the reference's memory");
    return check->memory != NULL ? GML_OK : GML_ERROR_MEMORY;
}

static void destroy_check(gml_context *context, gml_check *check)
{
    if (check->exact.network != NULL) {
        gml_release(context, check->memory, check->memory_count, sizeof *check->memory);
        gml_release(context, check->x, check->exact.rows * check->exact.network->spec.inputs, sizeof *check->x);
        gml_release(context, check->layers, check->exact.network->spec.layer_count, sizeof *check->layers);
    }
    gml_gradients_destroy(&check->rough);
    gml_gradients_destroy(&check->exact);
}

/* ---- differences ---- */

static double reference_loss(const gml_check *check, uint64_t *signature)
{
    gml_reference_forward(&check->reference, &check->batch, check->memory);
    *signature = gml_reference_signature(&check->reference, &check->batch, check->memory);
    return gml_reference_evaluate(&check->reference, &check->batch, check->memory);
}

/* Computes the difference quotient at one entry; false if a kink lies between the two points. */
static bool difference(const gml_check *check, double *entry, double *quotient)
{
    double kept = *entry;
    double h = cbrt(DBL_EPSILON) * fmax(1, fabs(kept));
    uint64_t above, below;
    *entry = kept + h;
    double up = reference_loss(check, &above);
    double high = *entry;
    *entry = kept - h;
    double down = reference_loss(check, &below);
    *quotient = (up - down) / (high - *entry);
    *entry = kept;
    return above == below;
}

/* Returns the least scale of a block's errors. Differences have a rounding error of eps L / h, about 4e-11 L, which
 * would dominate a block with tiny gradients. */
static double least_scale(const gml_check *check)
{
    return 1e-4 * (1 + fabs(check->base));
}

static double largest(const double *values, size_t count)
{
    double greatest = 0;
    for (size_t i = 0; i < count; i++) {
        greatest = fmax(greatest, fabs(values[i]));
    }
    return greatest;
}

static void compare_with_differences(const gml_check *check, const double *gradient, double *parameters, size_t count,
                                     gml_check_block *block)
{
    double scale = fmax(largest(gradient, count), least_scale(check));
    size_t tried = check->entries == 0 || check->entries > count ? count : check->entries;
    for (size_t i = 0; i < tried; i++) {
        size_t at = (size_t)((double)i * (double)count / (double)tried);
        double quotient;
        if (difference(check, &parameters[at], &quotient)) {
            double apart = fabs(quotient - gradient[at]) / scale;
            block->worst = apart > block->worst || isnan(apart) ? apart : block->worst;
            block->checked++;
        } else {
            block->kinks++;
        }
    }
}

static void compare_with_float(const gml_check *check, const double *gradient, const float *rough, size_t count,
                               gml_check_block *block)
{
    double scale = fmax(largest(gradient, count), least_scale(check));
    for (size_t i = 0; i < count; i++) {
        double apart = fabs((double)rough[i] - gradient[i]) / scale;
        block->float_worst = apart > block->float_worst || isnan(apart) ? apart : block->float_worst;
    }
}

/* ---- blocks ---- */

static bool owns(const gml_layer *layer, const void *values)
{
    bool owned = layer->weight == values;
    for (size_t i = 0; i < layer->vector_count; i++) {
        owned = owned || layer->vectors[i].values == values;
    }
    return owned;
}

/* True for blocks up to the last straight-through layer: their gradient is an estimate, not a derivative. */
static bool behind_estimator(const gml_network *network, const gml_block *block)
{
    size_t last = 0;
    for (size_t i = 0; i < network->spec.layer_count; i++) {
        const gml_activation_row *row = gml_call_row(&network->layers[i].spec->activation);
        last = row->straight_through ? i + 1 : last;
    }
    for (size_t i = last; i < network->spec.layer_count; i++) {
        if (owns(&network->layers[i], block->values.data)) {
            return false;
        }
    }
    return last > 0;
}

static gml_check_block check_block(const gml_check *check, size_t index)
{
    const gml_network *network = check->exact.network;
    gml_block gradient = gml_gradients_block(&check->exact, index);
    gml_block rough = gml_gradients_block(&check->rough, index);
    gml_block parameters = {.values = {.data = check->x}};
    if (index < gml_network_block_count(network)) {
        gml_network_block(network, index, &parameters);
    }
    size_t count = gradient.values.rows * gradient.values.cols;

    gml_check_block block = {.straight_through = behind_estimator(network, &parameters)};
    memcpy(block.name, gradient.name, sizeof block.name);
    if (!block.straight_through && parameters.role != GML_ROLE_STATISTIC) {
        compare_with_differences(check, gradient.values.data, parameters.values.data, count, &block);
    }
    compare_with_float(check, gradient.values.data, rough.values.data, count, &block);
    return block;
}

/* Where the results of a check go. */
typedef struct check_results {
    gml_check_block *blocks; /* [count] */
    size_t count;
} check_results;

static gml_status run_check(const gml_network *network, gml_matrix x, gml_matrix y, const char *loss, size_t entries,
                            const check_results *results)
{
    gml_check check = {.entries = entries};
    gml_status status = create_check(network, x, y, loss, &check);
    if (status == GML_OK) {
        uint64_t signature;
        check.base = reference_loss(&check, &signature);
        for (size_t i = 0; i < results->count; i++) {
            results->blocks[i] = check_block(&check, i);
        }
    }
    destroy_check(network->context, &check);
    return status;
}

/* Checks a copy of the network without its preparation, on prepared inputs. */
static gml_status check_prepared(const gml_network *network, gml_matrix x, gml_matrix y, const char *loss,
                                 size_t entries, const check_results *results)
{
    gml_context *context = network->context;
    const size_t inputs = network->spec.inputs;
    gml_network *bare = NULL;
    double *values = gml_allocate(context, x.rows * inputs, sizeof *values, "prepared inputs");
    gml_status status =
        values != NULL ? gml_network_copy(network, gml_network_dtype(network), &bare) : GML_ERROR_MEMORY;
    if (status == GML_OK) {
        status = gml_network_set_preparation(bare, NULL);
    }
    if (status == GML_OK) {
        const gml_matrix prepared = gml_matrix_f64(values, x.rows, inputs);
        gml_preparation_rows(network->preparation, x, NULL, x.rows, prepared);
        status = run_check(bare, prepared, y, loss, entries, results);
    }
    gml_network_destroy(bare);
    gml_release(context, values, x.rows * inputs, sizeof *values);
    return status;
}

gml_status gml_gradient_check(const gml_network *network, gml_matrix x, gml_matrix y, const char *loss, size_t entries,
                              gml_check_block *blocks, size_t capacity, size_t *count)
{
    gml_status status =
        gml_refuse_null(gml_network_context(network), __func__,
                        (gml_argument[]){{"network", network}, {"blocks", blocks}, {"count", count}, {0}});
    if (status == GML_OK) {
        status = gml_refuse_ensemble(network, __func__);
    }
    if (status != GML_OK) {
        return status;
    }
    gml_context *context = network->context;
    size_t block_count = gml_network_block_count(network) + 1;
    status = gml_check_inputs(network, x);
    if (status == GML_OK && y.rows != x.rows) {
        status = gml_fail(context, GML_ERROR_SHAPE, "%zu samples and %zu targets", x.rows, y.rows);
    }
    if (status == GML_OK && capacity < block_count) {
        status = gml_fail(context, GML_ERROR_ARGUMENT, "gml_gradient_check: room for %zu blocks; there are %zu",
                          capacity, block_count);
    }
    if (status != GML_OK) {
        return status;
    }
    const check_results results = {blocks, block_count};
    status = network->preparation != NULL ? check_prepared(network, x, y, loss, entries, &results)
                                          : run_check(network, x, y, loss, entries, &results);
    if (status == GML_OK) {
        *count = block_count;
    }
    return status;
}
