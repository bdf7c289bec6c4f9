/* loss/evaluate.c - gml_loss_evaluate: value and gradient of a loss over the caller's batch. */
#include <stdio.h>
#include <string.h>

#include "base/view.h"
#include "gemmule/loss.h"
#include "kernel/data/data.h"
#include "loss/loss.h"

static gml_status check_views(gml_context *context, const gml_loss_row *row, gml_matrix outputs, gml_matrix targets,
                              gml_matrix gradient)
{
    if (outputs.dtype != GML_F32 && outputs.dtype != GML_F64) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "outputs: entries are %s, f32 or f64 is needed",
                        gml_dtype_name(outputs.dtype));
    }
    if (outputs.rows == 0 || outputs.cols == 0) {
        return gml_fail(context, GML_ERROR_SHAPE,
                        "outputs: the matrix is empty, [%zu x %zu]; a mean needs at least one entry", outputs.rows,
                        outputs.cols);
    }
    size_t target_cols = row->class_numbers && targets.cols == 1 ? 1 : gml_loss_row_targets(row, outputs.cols);
    if (target_cols == 0) {
        return gml_fail(context, GML_ERROR_SHAPE,
                        "outputs: %s needs two outputs for each target, an even number; there are %zu", row->entry.name,
                        outputs.cols);
    }
    gml_status status = gml_view_check(context, "outputs", outputs, outputs.dtype, outputs.rows, outputs.cols);
    if (status == GML_OK) {
        status = gml_view_check(context, "targets", targets, outputs.dtype, outputs.rows, target_cols);
    }
    if (status == GML_OK && gradient.data != NULL) {
        status = gml_view_check(context, "gradient", gradient, outputs.dtype, outputs.rows, outputs.cols);
    }
    return status;
}

static gml_status check_classes(gml_context *context, const gml_kernels *kernels, gml_matrix targets, size_t classes)
{
    for (size_t row = 0; row < targets.rows; row++) {
        if (kernels->data->first_bad_class(1, classes, gml_view_row(targets, row)) == 0) {
            return gml_fail(context, GML_ERROR_DATA, "targets: row %zu is not a class number, an integer from 0 to %zu",
                            row + 1, classes - 1);
        }
    }
    return GML_OK;
}

static gml_status check_domain(gml_context *context, const gml_kernels *kernels, const gml_loss_row *row,
                               gml_matrix targets)
{
    for (size_t i = 0; i < targets.rows && row->domain != GML_DOMAIN_ANY; i++) {
        const void *values = gml_view_row(targets, i);
        gml_bad_target bad = gml_loss_bad_target(kernels, row, 1, targets.cols, values);
        if (bad.row == 0) {
            char place[32];
            snprintf(place, sizeof place, "row %zu", i + 1);
            return gml_loss_refuse_target(context, row, place, &bad);
        }
    }
    return GML_OK;
}

/* Arguments of the kernel besides the views. */
typedef struct evaluation {
    const gml_call *call;
    const gml_loss_kernel *kernel;
    double scale;
    double *memory; /* of a custom loss */
} evaluation;

/* Returns the sum of the loss over the batch; writes scale * its gradient. A kernel takes contiguous targets and one
 * stride for outputs and gradient; other views are passed row by row. */
static double add_up(const evaluation *of, gml_matrix outputs, gml_matrix targets, gml_matrix gradient)
{
    bool wanted = gradient.data != NULL;
    bool whole = targets.stride == targets.cols && (!wanted || gradient.stride == outputs.stride);
    size_t step = whole ? outputs.rows : 1;
    double sum = 0;
    for (size_t row = 0; row < outputs.rows; row += step) {
        sum += of->kernel->run(&(gml_loss_call){
            .rows = step,
            .cols = outputs.cols,
            .stride = whole ? outputs.stride : outputs.cols,
            .outputs = gml_view_row(outputs, row),
            .targets = gml_view_row(targets, row),
            .target_cols = targets.cols,
            .gradient = wanted ? gml_view_row(gradient, row) : NULL,
            .scale = of->scale,
            .parameters = of->call->values,
            .custom = of->kernel->custom,
            .memory = of->memory,
        });
    }
    return sum;
}

gml_status gml_loss_evaluate(gml_context *context, const char *loss, gml_matrix outputs, gml_matrix targets,
                             double *value, gml_matrix gradient)
{
    gml_status status = gml_refuse_null(context, __func__,
                                        (gml_argument[]){{"context", context}, {"loss", loss}, {"value", value}, {0}});
    if (status != GML_OK) {
        return status;
    }
    gml_call call;
    status = gml_call_parse(context, "loss", gml_loss_entry, loss, strlen(loss), &call);
    if (status != GML_OK) {
        return status;
    }
    const gml_loss_row *row = gml_call_row(&call);
    status = check_views(context, row, outputs, targets, gradient);
    if (status != GML_OK) {
        return status;
    }
    const gml_kernels *kernels = context->kernels[outputs.dtype];
    status = row->class_numbers && targets.cols < outputs.cols ? check_classes(context, kernels, targets, outputs.cols)
                                                               : check_domain(context, kernels, row, targets);
    if (status != GML_OK) {
        return status;
    }

    double divisor = (double)outputs.rows * (row->mean_over_outputs ? (double)targets.cols : 1);
    evaluation of = {.call = &call, .kernel = gml_loss_kernel_of(kernels, &call), .scale = 1 / divisor};
    size_t doubles = of.kernel->custom != NULL ? gml_custom_loss_memory(outputs.cols) : 0;
    if (doubles > 0 && (of.memory = gml_allocate(context, doubles, sizeof(double), "a row of a loss")) == NULL) {
        return GML_ERROR_MEMORY;
    }
    *value = add_up(&of, outputs, targets, gradient) / divisor;
    gml_release(context, of.memory, doubles, sizeof(double));
    return GML_OK;
}
