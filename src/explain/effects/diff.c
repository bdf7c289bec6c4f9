/* explain/effects/diff.c - where two networks first part, layer by layer. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/layout.h"
#include "base/least.h"
#include "explain/effects/activity.h"
#include "gemmule/diagnosis.h"
#include "kernel/effect/effect.h"
#include "kernel/matrix/matrix.h"

enum { BLOCK = 256 };

static const double tolerance_in_double = 1e-6, tolerance_in_float = 1e-4;

typedef struct side {
    const gml_network *network;
    gml_activity activity;
    double *values; /* [block x widest stage] */
} side;

typedef struct diff_run {
    const gml_dataset *dataset;
    double tolerance;
    size_t most, compared; /* samples of a block; layers that both have */
    side a, b;
    gml_comparison *stages; /* [1 + compared] */
    gml_comparison outputs;
    bool same_outputs;
    void *arena;
    size_t arena_size;
} diff_run;

/* ---- descriptions ---- */

static bool same_layer(const gml_layer_view *a, const gml_layer_view *b)
{
    return a->inputs == b->inputs && a->outputs == b->outputs && strcmp(a->kind, b->kind) == 0 &&
           strcmp(a->activation, b->activation) == 0;
}

/* Counts the layers that agree, and says where the descriptions part. */
static gml_status match_layers(diff_run *run, char mismatch[GML_MISMATCH_SIZE])
{
    const size_t a_layers = gml_network_layers(run->a.network), b_layers = gml_network_layers(run->b.network);
    gml_layer_view a, b;
    mismatch[0] = '\0';
    for (run->compared = 0; run->compared < gml_least(a_layers, b_layers); run->compared++) {
        gml_status status = gml_network_layer(run->a.network, run->compared, &a);
        status = status == GML_OK ? gml_network_layer(run->b.network, run->compared, &b) : status;
        if (status != GML_OK) {
            return status;
        }
        if (!same_layer(&a, &b)) {
            snprintf(mismatch, GML_MISMATCH_SIZE,
                     "layer %zu is \"%.90s\" in the first network and \"%.90s\" in the other", run->compared + 1,
                     a.text, b.text);
            return GML_OK;
        }
    }
    if (a_layers != b_layers) {
        snprintf(mismatch, GML_MISMATCH_SIZE, "the first network has %zu layers, the other %zu", a_layers, b_layers);
    }
    return GML_OK;
}

/* ---- values ---- */

static size_t widest_stage(const diff_run *run)
{
    const gml_network *network = run->a.network;
    size_t widest = network->spec.inputs;
    for (size_t i = 0; i < run->compared; i++) {
        widest = network->layers[i].out > widest ? network->layers[i].out : widest;
    }
    const size_t outputs = run->same_outputs ? gml_network_outputs(network) : 0;
    return outputs > widest ? outputs : widest;
}

static void lay_out(void *owner, gml_layout *layout)
{
    diff_run *run = owner;
    const size_t widest = widest_stage(run);
    run->a.values = gml_layout_take(layout, run->arena, run->most, widest, sizeof(double));
    run->b.values = gml_layout_take(layout, run->arena, run->most, widest, sizeof(double));
    run->stages = gml_layout_take(layout, run->arena, 1 + run->compared, 1, sizeof(gml_comparison));
}

/* The outputs of the last layer, in the unit of predictions. */
static void copy_outputs(const side *of)
{
    const gml_network *network = of->network;
    const size_t cols = gml_activity_copy(&of->activity, network->spec.layer_count, of->values);
    gml_network_finish_outputs(network, gml_matrix_f64(of->values, of->activity.rows, cols));
}

static void compare_stages(diff_run *run, const gml_batch *batch, size_t first)
{
    gml_activity_run(&run->a.activity, batch);
    gml_activity_run(&run->b.activity, batch);
    for (size_t i = 0; i <= run->compared; i++) {
        const size_t cols = gml_activity_copy(&run->a.activity, i, run->a.values);
        gml_activity_copy(&run->b.activity, i, run->b.values);
        gml_compare_values(batch->rows, cols, run->a.values, run->b.values, run->tolerance, first, &run->stages[i]);
    }
    if (run->same_outputs) {
        copy_outputs(&run->a);
        copy_outputs(&run->b);
        gml_compare_values(batch->rows, gml_network_outputs(run->a.network), run->a.values, run->b.values,
                           run->tolerance, first, &run->outputs);
    }
}

static gml_difference difference_of(const gml_comparison *found)
{
    return (gml_difference){.greatest = found->greatest,
                            .relative = found->relative,
                            .sample = found->row,
                            .unit = found->col,
                            .a = found->a,
                            .b = found->b,
                            .count = found->count,
                            .first_sample = found->count > 0 ? found->first_row : SIZE_MAX,
                            .first_unit = found->count > 0 ? found->first_col : SIZE_MAX};
}

static void write_results(const diff_run *run, gml_difference *stages, gml_diff_report *report)
{
    report->compared = run->compared;
    report->outputs_compared = run->same_outputs;
    report->outputs = difference_of(&run->outputs);
    report->first = SIZE_MAX;
    for (size_t i = 0; i <= run->compared; i++) {
        stages[i] = difference_of(&run->stages[i]);
        report->first = report->first == SIZE_MAX && stages[i].count > 0 ? i : report->first;
    }
}

static gml_status run_blocks(diff_run *run)
{
    gml_status status = gml_layout_make(run->a.network->context, lay_out, run, "a comparison",
                                        run->a.network->description, &run->arena, &run->arena_size);
    if (status != GML_OK) {
        return status;
    }
    memset(run->stages, 0, (1 + run->compared) * sizeof *run->stages);
    for (size_t first = 0; first < run->dataset->size; first += run->a.activity.rows) {
        gml_batch_room room;
        const gml_batch batch = gml_dataset_batch(run->dataset, first, run->most, &room);
        compare_stages(run, &batch, first);
    }
    return GML_OK;
}

/* Copies the message of the other network's context, where it differs. */
static gml_status told(const diff_run *run, gml_status status)
{
    gml_context *context = run->a.network->context, *other = run->b.network->context;
    if (status == GML_OK || other == context) {
        return status;
    }
    char message[GML_MESSAGE_SIZE];
    gml_context_copy_message(other, message, sizeof message);
    return gml_fail(context, status, "the second network: %s", message);
}

static gml_status check_arguments(const diff_run *run, double tolerance)
{
    const gml_network *a = run->a.network, *b = run->b.network;
    const gml_dataset *dataset = run->dataset;
    if (!(tolerance >= 0)) {
        return gml_fail(a->context, GML_ERROR_ARGUMENT, "the tolerance is %g; a number from 0 is needed", tolerance);
    }
    if (gml_network_columns(a) != gml_network_columns(b)) {
        return gml_fail(a->context, GML_ERROR_SHAPE, "the first network takes %zu inputs, the other %zu",
                        gml_network_columns(a), gml_network_columns(b));
    }
    if (a->spec.inputs != b->spec.inputs) {
        return gml_fail(a->context, GML_ERROR_SHAPE,
                        "the first layer of the first network has %zu inputs, of the other %zu: their preparations "
                        "differ",
                        a->spec.inputs, b->spec.inputs);
    }
    gml_status status = gml_network_check_names(a, &dataset->schema);
    status = status == GML_OK ? told(run, gml_network_check_names(b, &dataset->schema)) : status;
    if (status == GML_OK) {
        status = gml_network_check_samples(a, dataset, 0, dataset->size, gml_matrix_none(), NULL);
    }
    return status == GML_OK
               ? told(run, gml_network_check_samples(b, dataset, 0, dataset->size, gml_matrix_none(), NULL))
               : status;
}

static gml_status run_diff(diff_run *run, gml_difference *stages, gml_diff_report *report)
{
    gml_diff_report made = {0};
    gml_status status = match_layers(run, made.mismatch);
    if (status == GML_OK) {
        status = gml_activity_create(run->a.network, run->most, gml_network_layers(run->a.network), &run->a.activity);
    }
    if (status == GML_OK) {
        status = told(
            run, gml_activity_create(run->b.network, run->most, gml_network_layers(run->b.network), &run->b.activity));
    }
    status = status == GML_OK ? run_blocks(run) : status;
    if (status == GML_OK) {
        write_results(run, stages, &made);
        *report = made;
    }
    gml_release(run->a.network->context, run->arena, run->arena_size, 1);
    gml_activity_destroy(&run->b.activity);
    gml_activity_destroy(&run->a.activity);
    return status;
}

gml_status gml_diff(const gml_network *a, const gml_network *b, const gml_dataset *dataset, double tolerance,
                    gml_difference *stages, gml_diff_report *report)
{
    gml_context *context = a != NULL ? a->context : b != NULL ? b->context : gml_dataset_context(dataset);
    gml_status status = gml_refuse_null(
        context, __func__,
        (gml_argument[]){{"a", a}, {"b", b}, {"dataset", dataset}, {"stages", stages}, {"report", report}, {0}});
    if (status == GML_OK) {
        status = gml_refuse_ensemble(a, __func__);
    }
    if (status == GML_OK) {
        status = gml_refuse_ensemble(b, __func__);
    }
    if (status != GML_OK) {
        return status;
    }
    diff_run run = {.dataset = dataset, .most = gml_least(dataset->size, BLOCK), .a = {a}, .b = {b}};
    status = check_arguments(&run, tolerance);
    const bool both_double = a->kernels->dtype == GML_F64 && b->kernels->dtype == GML_F64;
    run.tolerance = tolerance != 0 ? tolerance : both_double ? tolerance_in_double : tolerance_in_float;
    run.same_outputs = gml_network_outputs(a) == gml_network_outputs(b);
    return status == GML_OK ? run_diff(&run, stages, report) : status;
}
