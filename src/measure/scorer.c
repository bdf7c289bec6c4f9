/* measure/scorer.c - metrics over batches of samples. */
#include "measure/scorer.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/layout.h"
#include "base/least.h"
#include "base/view.h"
#include "kernel/data/data.h"

/* A block has at most BLOCK_SAMPLES samples and BLOCK_NUMBERS predictions, but at least BLOCK_LEAST samples. */
enum { BLOCK_SAMPLES = 1024, BLOCK_NUMBERS = 1 << 16, BLOCK_LEAST = 16 };

/* ---- states ---- */

static bool share_state(const gml_scored *a, const gml_scored *b)
{
    return a->row->custom == NULL && a->row->accumulator == b->row->accumulator &&
           (!a->row->accumulator->by_arguments ||
            memcmp(a->call.values, b->call.values, a->call.entry->parameter_count * sizeof(double)) == 0);
}

static size_t state_size(const gml_scored *metric, const gml_metric_shape *shape)
{
    const gml_custom_metric *custom = metric->row->custom;
    return custom != NULL ? custom->size(custom->user, metric->call.values, shape)
                          : metric->row->accumulator->size(shape, metric->call.values);
}

/* Finds which metrics share states, and the size of each state. */
static void plan_states(gml_scorer *scorer)
{
    const bool classes = scorer->setup.task == GML_TASK_CLASSIFICATION; /* values are no scores */
    for (size_t i = 0; i < scorer->count; i++) {
        gml_scored *metric = &scorer->metrics[i];
        metric->of = 0;
        while (metric->of < i && !share_state(metric, &scorer->metrics[metric->of])) {
            metric->of++;
        }
        metric->size = metric->of == i ? state_size(metric, &scorer->shape) : 0;
        scorer->needs_probability = scorer->needs_probability || (classes && metric->row->needs_probability);
    }
}

static void lay_out(void *owner, gml_layout *layout)
{
    gml_scorer *scorer = owner;
    const size_t given = scorer->setup.predictions, outputs = scorer->shape.outputs, real = sizeof(double);
    scorer->given = gml_layout_take(layout, scorer->arena, scorer->block, given == outputs ? 0 : given, real);
    scorer->predictions = gml_layout_take(layout, scorer->arena, scorer->block, outputs, real);
    scorer->targets = gml_layout_take(layout, scorer->arena, scorer->block, scorer->columns, real);
    scorer->weights = gml_layout_take(layout, scorer->arena, scorer->block, 1, real);
    for (size_t i = 0; i < scorer->count; i++) {
        gml_scored *metric = &scorer->metrics[i];
        metric->state = metric->of == i ? gml_layout_take(layout, scorer->arena, metric->size, 1, real)
                                        : scorer->metrics[metric->of].state;
    }
    if (scorer->wants_confusion) {
        scorer->confusion = gml_layout_take(layout, scorer->arena, outputs, outputs, real);
    }
}

gml_status gml_scorer_create(gml_context *context, const gml_scorer_setup *setup, const gml_scored *parsed,
                             size_t count, bool confusion, gml_scorer *scorer)
{
    const bool classes = setup->task == GML_TASK_CLASSIFICATION;
    *scorer = (gml_scorer){.context = context, .setup = *setup, .count = count, .wants_confusion = confusion};
    scorer->shape = (gml_metric_shape){.samples = setup->samples,
                                       .outputs = classes && setup->predictions == 1 ? 2 : setup->predictions,
                                       .weighted = setup->weighted,
                                       .resolution = setup->dtype == GML_F32 ? FLT_EPSILON : DBL_EPSILON};
    scorer->columns = classes ? 1 : setup->predictions;
    const size_t most = BLOCK_NUMBERS / scorer->shape.outputs;
    scorer->block = gml_least(gml_least(most > BLOCK_LEAST ? most : BLOCK_LEAST, BLOCK_SAMPLES), setup->samples);
    scorer->metrics = gml_allocate(context, count, sizeof *parsed, "a list of metrics");
    if (scorer->metrics == NULL) {
        return GML_ERROR_MEMORY;
    }
    memcpy(scorer->metrics, parsed, count * sizeof *parsed);
    plan_states(scorer);
    gml_status status =
        gml_layout_make(context, lay_out, scorer, "metrics", "the given samples", &scorer->arena, &scorer->arena_size);
    if (status != GML_OK) {
        gml_scorer_destroy(scorer);
        return status;
    }
    gml_scorer_reset(scorer);
    return GML_OK;
}

void gml_scorer_destroy(gml_scorer *scorer)
{
    if (scorer->context != NULL) {
        gml_release(scorer->context, scorer->metrics, scorer->count, sizeof *scorer->metrics);
        gml_release(scorer->context, scorer->arena, scorer->arena_size, 1);
    }
    *scorer = (gml_scorer){0};
}

void gml_scorer_reset(gml_scorer *scorer)
{
    scorer->seen = scorer->kept = 0;
    scorer->not_probable = SIZE_MAX;
    for (size_t i = 0; i < scorer->count; i++) {
        memset(scorer->metrics[i].state, 0, scorer->metrics[i].size * sizeof(double));
    }
    if (scorer->confusion != NULL) {
        memset(scorer->confusion, 0, scorer->shape.outputs * scorer->shape.outputs * sizeof(double));
    }
}

/* ---- blocks ---- */

static void gather(const gml_scorer *scorer, gml_matrix from, const size_t *order, size_t rows, double *to)
{
    scorer->context->kernels[GML_F64]->data->gather(&(gml_gather_call){.rows = rows,
                                                                       .cols = from.cols,
                                                                       .source = from.data,
                                                                       .source_dtype = from.dtype,
                                                                       .source_stride = from.stride,
                                                                       .order = order,
                                                                       .target = to,
                                                                       .target_stride = from.cols});
}

/* Writes where sample `row` of a batch comes from: `what` and its row, or its place in the dataset. */
static void name_place(const gml_scorer *scorer, const gml_scorer_batch *batch, const char *what, size_t first,
                       size_t row, char place[GML_ORIGIN_SIZE])
{
    if (batch->names != NULL) {
        gml_batch_name(batch->names, first + row, place);
    } else {
        snprintf(place, GML_ORIGIN_SIZE, "%s: row %zu", what, scorer->seen + row + 1);
    }
}

static gml_status check_predictions(const gml_scorer *scorer, const gml_scorer_batch *batch, size_t first, size_t rows,
                                    const double *given)
{
    const size_t cols = scorer->setup.predictions, bad = gml_first_not_finite(rows * cols, given, false);
    if (bad == rows * cols) {
        return GML_OK;
    }
    char place[GML_ORIGIN_SIZE];
    name_place(scorer, batch, "predictions", first, bad / cols, place);
    return gml_fail(scorer->context, GML_ERROR_DATA, "%s: prediction %zu is %g; a finite number is needed", place,
                    bad % cols + 1, given[bad]);
}

static gml_status check_targets(const gml_scorer *scorer, const gml_scorer_batch *batch, size_t first, size_t rows)
{
    const size_t cols = scorer->columns, count = rows * cols;
    const bool classes = scorer->setup.task == GML_TASK_CLASSIFICATION, masked = scorer->setup.masked;
    const size_t bad = classes ? gml_first_not_class(count, scorer->targets, scorer->shape.outputs, masked)
                               : gml_first_not_finite(count, scorer->targets, masked);
    if (bad == count) {
        return GML_OK;
    }
    char place[GML_ORIGIN_SIZE];
    const double value = scorer->targets[bad];
    name_place(scorer, batch, "targets", first, bad / cols, place);
    return classes ? gml_fail(scorer->context, GML_ERROR_DATA,
                              "%s: the target is %g, not a class number, an integer from 0 to %zu", place, value,
                              scorer->shape.outputs - 1)
                   : gml_fail(scorer->context, GML_ERROR_DATA, "%s: target %zu is %g; a finite number is needed", place,
                              bad % cols + 1, value);
}

/* Turns logits into probabilities, and a single score into two. */
static void finish_scores(const gml_scorer *scorer, size_t rows)
{
    const size_t given = scorer->setup.predictions, outputs = scorer->shape.outputs;
    double *numbers = given == outputs ? scorer->predictions : scorer->given;
    if (scorer->setup.link == GML_LINK_SOFTMAX) {
        gml_softmax_rows(rows, given, numbers);
    } else if (scorer->setup.link == GML_LINK_SIGMOID) {
        gml_sigmoid_entries(rows * given, numbers);
    }
    if (given != outputs) {
        gml_pair_scores(rows, scorer->given, scorer->setup.signed_scores ? 0 : 1, scorer->predictions);
    }
}

static void read_weights(const gml_scorer *scorer, const gml_scorer_batch *batch, size_t first, size_t rows)
{
    for (size_t i = 0; i < rows; i++) {
        const size_t row = batch->order != NULL ? batch->order[first + i] : first + i;
        scorer->weights[i] = batch->weights != NULL ? batch->weights[row] : 1;
    }
}

static void add_block(gml_scorer *scorer, const gml_metric_block *block)
{
    for (size_t i = 0; i < scorer->count; i++) {
        const gml_scored *metric = &scorer->metrics[i];
        const gml_custom_metric *custom = metric->row->custom;
        if (custom != NULL) {
            custom->add(custom->user, metric->call.values, &scorer->shape, block, metric->state);
        } else if (metric->of == i) {
            metric->row->accumulator->add(&scorer->shape, metric->call.values, block, metric->state);
        }
    }
    if (scorer->confusion != NULL) {
        gml_add_confusion(&scorer->shape, NULL, block, scorer->confusion);
    }
}

/* Reads the rows of a batch from `first` as a block and adds it. */
static gml_status add_rows(gml_scorer *scorer, const gml_scorer_batch *batch, size_t first, size_t rows)
{
    const bool ordered = batch->order != NULL;
    const size_t outputs = scorer->shape.outputs;
    double *given = scorer->setup.predictions == outputs ? scorer->predictions : scorer->given;
    gather(scorer, gml_matrix_rows(batch->predictions, first, rows), NULL, rows, given);
    gather(scorer, ordered ? batch->targets : gml_matrix_rows(batch->targets, first, rows),
           ordered ? batch->order + first : NULL, rows, scorer->targets);
    read_weights(scorer, batch, first, rows);
    gml_status status = check_predictions(scorer, batch, first, rows, given);
    status = status == GML_OK ? check_targets(scorer, batch, first, rows) : status;
    if (status != GML_OK) {
        return status;
    }
    finish_scores(scorer, rows);
    gml_metric_block block = {
        .samples = rows, .predictions = scorer->predictions, .targets = scorer->targets, .weights = scorer->weights};
    if (scorer->needs_probability && scorer->not_probable == SIZE_MAX) {
        const size_t bad = gml_first_not_probability(&scorer->shape, &block);
        scorer->not_probable = bad < rows ? scorer->seen + bad : SIZE_MAX;
    }
    block.samples =
        gml_keep_known(rows, outputs, scorer->predictions, scorer->columns, scorer->targets, scorer->weights);
    block.columns = scorer->columns;
    scorer->seen += rows;
    scorer->kept += block.samples;
    if (block.samples > 0) {
        add_block(scorer, &block);
    }
    return GML_OK;
}

gml_status gml_scorer_add(gml_scorer *scorer, const gml_scorer_batch *batch)
{
    gml_status status = GML_OK;
    const size_t rows = batch->predictions.rows;
    for (size_t first = 0; first < rows && status == GML_OK; first += scorer->block) {
        status = add_rows(scorer, batch, first, gml_least(rows - first, scorer->block));
    }
    return status;
}

/* ---- values ---- */

static void finish_one(const gml_scorer *scorer, const gml_scored *metric, gml_metric_value *value)
{
    const gml_custom_metric *custom = metric->row->custom;
    *value = (gml_metric_value){.value = NAN};
    if (metric->row->needs_probability && scorer->not_probable != SIZE_MAX) {
        gml_metric_undefined(value, "it needs probabilities, and the scores of sample %zu are none",
                             scorer->not_probable + 1);
    } else if (custom != NULL) {
        value->value = custom->value(custom->user, metric->call.values, &scorer->shape, metric->state);
    } else {
        metric->row->finish(&scorer->shape, metric->call.values, metric->state, value);
    }
    if (!isfinite(value->value) && value->reason[0] == '\0') {
        gml_metric_undefined(value, custom != NULL ? "it is not defined for these samples" : "its sum overflows");
    }
}

gml_status gml_scorer_finish(gml_scorer *scorer, gml_metric_value *values, gml_matrix confusion)
{
    if (scorer->kept == 0) {
        return gml_fail(scorer->context, GML_ERROR_DATA,
                        "there is nothing to measure: of %zu samples all weights are 0, or no target is known",
                        scorer->seen);
    }
    for (size_t i = 0; i < scorer->count; i++) {
        finish_one(scorer, &scorer->metrics[i], &values[i]);
    }
    for (size_t j = 0; scorer->confusion != NULL && j < scorer->shape.outputs; j++) {
        memcpy(gml_view_row(confusion, j), scorer->confusion + j * scorer->shape.outputs,
               scorer->shape.outputs * sizeof(double));
    }
    return GML_OK;
}
