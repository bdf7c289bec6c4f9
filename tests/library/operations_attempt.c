/* tests/library/operations_attempt.c - attempts that fail on purpose, digests of outcomes, and the data that all
 * operations share. */
#include "operations.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"
#include "network/network.h"

/* ---- the rows of all chapters ---- */

const operation *operation_at(size_t index)
{
    const operation *const chapters[] = {data_operations,     table_operations,   network_operations,
                                         training_operations, tune_operations,    measure_operations,
                                         file_operations,     effect_operations,  preparation_operations,
                                         mixed_operations,    ensemble_operations};
    for (size_t i = 0; i < sizeof chapters / sizeof chapters[0]; i++) {
        for (const operation *row = chapters[i]; row->function != NULL; row++) {
            if (index-- == 0) {
                return row;
            }
        }
    }
    return NULL;
}

/* ---- digests ---- */

static uint64_t digest(uint64_t before, const void *data, size_t size)
{
    const unsigned char *bytes = data;
    for (size_t i = 0; i < size; i++) {
        before = (before ^ bytes[i]) * 0x100000001b3u; /* FNV-1a */
    }
    return before;
}

static uint64_t digest_text(uint64_t before, const char *text)
{
    return text != NULL ? digest(before, text, strlen(text) + 1) : digest(before, "\xff", 1);
}

static uint64_t digest_doubles(uint64_t before, const double *numbers, size_t count)
{
    return numbers != NULL ? digest(before, numbers, count * sizeof *numbers) : digest_text(before, NULL);
}

static uint64_t digest_network(const gml_network *network)
{
    uint64_t sum = digest_text(0, gml_network_to_json(network));
    sum = digest(sum, network->parameters, network->parameter_bytes);
    sum = digest_doubles(sum, gml_network_input_scaling(network).shift, gml_network_inputs(network));
    sum = digest_doubles(sum, gml_network_input_scaling(network).scale, gml_network_inputs(network));
    sum = digest_doubles(sum, gml_network_output_scaling(network).shift, gml_network_outputs(network));
    sum = digest_doubles(sum, gml_network_output_scaling(network).scale, gml_network_outputs(network));
    sum = digest_doubles(sum, gml_network_output_limits(network).least, gml_network_outputs(network));
    sum = digest_doubles(sum, gml_network_output_limits(network).greatest, gml_network_outputs(network));
    sum = digest_text(sum, gml_network_target_transform(network));
    sum = digest_doubles(sum, gml_network_intervals(network).quantiles, gml_network_intervals(network).targets);
    for (size_t i = 0; i < 4; i++) {
        sum = digest_text(sum, gml_network_feature_name(network, i));
        sum = digest_text(sum, gml_network_class_name(network, i));
    }
    sum = digest_text(sum, gml_network_target_name(network));
    const char *name = NULL;
    for (size_t i = 0; gml_network_fact_at(network, i, &name) != NULL; i++) {
        sum = digest_text(digest_text(sum, name), gml_network_fact_at(network, i, &name));
    }
    gml_task task = gml_network_task(network);
    return digest(sum, &task, sizeof task);
}

void note_bytes(stage *s, const void *data, size_t size)
{
    s->outcome = digest(s->outcome, data, size);
}

void note_network(stage *s, const gml_network *network)
{
    uint64_t sum = digest_network(network);
    note_bytes(s, &sum, sizeof sum);
}

void note_dataset(stage *s, const gml_dataset *dataset)
{
    size_t rows = gml_dataset_size(dataset), inputs = gml_dataset_features(dataset);
    size_t targets = gml_dataset_targets(dataset);
    double *x = malloc(rows * inputs * sizeof *x), *y = malloc((rows * targets + 1) * sizeof *y);
    ck_assert(x != NULL && y != NULL);
    assert_ok(s->context, gml_dataset_gather(dataset, NULL, rows, gml_matrix_f64(x, rows, inputs),
                                             targets > 0 ? gml_matrix_f64(y, rows, targets) : gml_matrix_none()));
    note_bytes(s, x, rows * inputs * sizeof *x);
    note_bytes(s, y, rows * targets * sizeof *y);
    for (size_t i = 0; gml_dataset_class_name(dataset, i) != NULL; i++) {
        s->outcome = digest_text(s->outcome, gml_dataset_class_name(dataset, i));
    }
    free(x);
    free(y);
}

/* ---- attempts ---- */

static uint64_t before_attempt;

void begin_attempt(stage *s, const gml_network *given)
{
    before_attempt = given != NULL ? digest_network(given) : 0;
    s->outcome = 0;
    reset_faults(s->faults);
    s->faults->fail_at = s->plan.allocation;
    s->faults->fail_file_at = s->plan.file_call;
    s->faults->once = s->plan.once;
}

void end_attempt(stage *s, gml_status status, const gml_context *context, const gml_network *given)
{
    s->status = status;
    s->allocations = s->faults->allocations;
    s->file_calls = s->faults->file_calls;
    gml_context_copy_message(context, s->message, sizeof s->message);
    reset_faults(s->faults);
    s->changed = status != GML_OK && given != NULL && digest_network(given) != before_attempt;
}

/* ---- data ---- */

gml_matrix sample_inputs(void)
{
    static double x[SAMPLES * INPUTS];
    for (size_t i = 0; i < SAMPLES * INPUTS; i++) {
        x[i] = sin(1.7 * (double)i);
    }
    return gml_matrix_f64(x, SAMPLES, INPUTS);
}

gml_matrix sample_classes(void)
{
    static uint8_t y[SAMPLES];
    for (size_t i = 0; i < SAMPLES; i++) {
        y[i] = (uint8_t)(i % CLASSES);
    }
    return gml_matrix_u8(y, SAMPLES, 1);
}

gml_matrix sample_values(void)
{
    static double y[SAMPLES * CLASSES];
    for (size_t i = 0; i < SAMPLES * CLASSES; i++) {
        y[i] = cos(0.9 * (double)i);
    }
    return gml_matrix_f64(y, SAMPLES, CLASSES);
}

gml_network *make_network(stage *s, const char *description, gml_dtype dtype)
{
    gml_network_options options = {.dtype = dtype, .seed = 5};
    gml_network *network = NULL;
    assert_ok(s->context, gml_network_create(s->context, description, &options, &network));
    return network;
}

gml_dataset *make_classes(stage *s)
{
    gml_dataset *data = NULL;
    assert_ok(s->context,
              gml_dataset_from_matrices(s->context, sample_inputs(), sample_classes(), GML_TASK_CLASSIFICATION, &data));
    return data;
}

gml_dataset *make_values(stage *s)
{
    gml_dataset *data = NULL;
    assert_ok(s->context,
              gml_dataset_from_matrices(s->context, sample_inputs(), sample_values(), GML_TASK_REGRESSION, &data));
    return data;
}
