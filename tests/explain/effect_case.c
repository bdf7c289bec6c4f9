/* tests/explain/effect_case.c - reads the file of expected figures; makes data with a planted truth and
 * with random classes. */
#include "effect_case.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numbers.h"

static size_t count_numbers(const json_t *value)
{
    size_t count = 0, index;
    json_t *part;
    if (!json_is_array(value)) {
        return 1;
    }
    json_array_foreach(value, index, part)
    {
        count += count_numbers(part);
    }
    return count;
}

static double *copy_numbers(const json_t *value, double *to)
{
    size_t index;
    json_t *part;
    if (!json_is_array(value)) {
        *to = json_number_value(value);
        return to + 1;
    }
    json_array_foreach(value, index, part)
    {
        to = copy_numbers(part, to);
    }
    return to;
}

double *json_numbers(const json_t *array, size_t *count)
{
    const size_t all = count_numbers(array);
    double *numbers = malloc(all * sizeof *numbers);
    ck_assert_ptr_nonnull(numbers);
    copy_numbers(array, numbers);
    if (count != NULL) {
        *count = all;
    }
    return numbers;
}

/* Writes the parameters of the case into the network's blocks. */
static void set_parameters(const effect_case *of)
{
    const json_t *all = json_object_get(of->json, "parameters");
    ck_assert_uint_eq(json_array_size(all), gml_network_block_count(of->network));
    for (size_t i = 0; i < json_array_size(all); i++) {
        gml_block block;
        size_t count;
        double *numbers = json_numbers(json_array_get(all, i), &count);
        assert_ok(of->context, gml_network_block(of->network, i, &block));
        ck_assert_uint_eq(count, block.values.rows * block.values.cols);
        memcpy(block.values.data, numbers, count * sizeof *numbers);
        free(numbers);
    }
}

static effect_case make_case(const json_t *json)
{
    effect_case made = {.json = json, .context = test_context()};
    made.name = json_string_value(json_object_get(json, "name"));
    made.network = new_network(made.context, json_string_value(json_object_get(json, "network")), GML_F64, 1);
    made.inputs = gml_network_inputs(made.network);
    made.outputs = gml_network_outputs(made.network);
    set_parameters(&made);
    const json_t *weights = json_object_get(json, "weights");
    made.x = json_numbers(json_object_get(json, "inputs"), NULL);
    made.targets = json_numbers(json_object_get(json, "targets"), &made.samples);
    made.weights = json_is_null(weights) ? NULL : json_numbers(weights, NULL);
    const bool classes = strstr(made.name, "classes") != NULL;
    const gml_dataset_parts parts = {
        .inputs = gml_matrix_f64(made.x, made.samples, made.inputs),
        .targets = gml_matrix_f64(made.targets, made.samples, 1),
        .task = classes ? GML_TASK_CLASSIFICATION : GML_TASK_REGRESSION,
        .weights = gml_matrix_f64(made.weights, made.weights != NULL ? made.samples : 0, made.weights != NULL ? 1 : 0)};
    assert_ok(made.context, gml_dataset_create(made.context, &parts, &made.data));
    return made;
}

static void free_case(effect_case *of)
{
    gml_dataset_destroy(of->data);
    gml_network_destroy(of->network);
    gml_context_destroy(of->context);
    free(of->x), free(of->targets), free(of->weights);
}

void for_each_case(void (*check)(const effect_case *of))
{
    const char *root = getenv("GEMMULE_SOURCE_ROOT");
    ck_assert_msg(root != NULL, "GEMMULE_SOURCE_ROOT is not set");
    char path[4096];
    snprintf(path, sizeof path, "%s/tests/explain/expected.json", root);
    json_error_t error;
    json_t *file = json_load_file(path, 0, &error);
    ck_assert_msg(file != NULL, "%s: %s", path, error.text);
    ck_assert_uint_ge(json_array_size(file), 5);
    for (size_t i = 0; i < json_array_size(file); i++) {
        effect_case of = make_case(json_array_get(file, i));
        check(&of);
        free_case(&of);
    }
    json_decref(file);
}

void assert_close(double got, double expected, double most, const char *what)
{
    const double scale = fmax(1, fabs(expected));
    ck_assert_msg(fabs(got - expected) <= most * scale, "%s: %.17g, expected %.17g", what, got, expected);
}

double *predictions_of(const effect_case *of, const double *x)
{
    double *y = malloc(of->samples * of->outputs * sizeof *y);
    ck_assert_ptr_nonnull(y);
    assert_ok(of->context, gml_network_predict(of->network, gml_matrix_f64(x, of->samples, of->inputs),
                                               gml_matrix_f64(y, of->samples, of->outputs)));
    return y;
}

/* ---- a planted truth ---- */

static void put(gml_network *network, size_t block, size_t row, size_t col, double value)
{
    gml_block of;
    ck_assert_int_eq(gml_network_block(network, block, &of), GML_OK);
    if (of.values.dtype == GML_F64) {
        ((double *)of.values.data)[row * of.values.stride + col] = value;
    } else {
        ((float *)of.values.data)[row * of.values.stride + col] = (float)value;
    }
}

gml_network *planted_network(gml_context *context, gml_dtype dtype)
{
    gml_network *network = new_network(context, "5 -> 4 relu init=zeros -> 1 sigmoid init=zeros", dtype, 1);
    static const double first[2][4] = {{1, -1, 0, 0}, {0, 0, 1, -1}}, second[4] = {8, -8, -4, 4};
    for (size_t j = 0; j < 4; j++) {
        put(network, 0, 0, j, first[0][j]);
        put(network, 0, 1, j, first[1][j]);
        put(network, 2, j, 0, second[j]);
    }
    return network;
}

planted_data *make_planted(gml_context *context)
{
    planted_data *made = malloc(sizeof *made);
    ck_assert_ptr_nonnull(made);
    for (size_t i = 0; i < PLANTED; i++) {
        double *row = made->x + i * PLANTED_INPUTS;
        for (size_t j = 0; j < PLANTED_INPUTS; j++) {
            row[j] = j == 3 ? 0.5 : scattered(i * PLANTED_INPUTS + j);
        }
        made->targets[i] = 8 * row[0] - 4 * row[1] > 0 ? 1 : 0;
    }
    assert_ok(context, gml_dataset_from_matrices(context, gml_matrix_f64(made->x, PLANTED, PLANTED_INPUTS),
                                                 gml_matrix_f64(made->targets, PLANTED, 1), GML_TASK_CLASSIFICATION,
                                                 &made->data));
    return made;
}

void free_planted(planted_data *made)
{
    gml_dataset_destroy(made->data);
    free(made);
}

/* ---- random classes ---- */

scene set_scene(size_t samples, const char *description, gml_dtype dtype, size_t threads)
{
    scene s = {.context = context_with((gml_context_options){.threads = threads})};
    s.network = new_network(s.context, description, dtype, 5);
    const size_t inputs = gml_network_inputs(s.network), outputs = gml_network_outputs(s.network);
    s.x = random_doubles(samples * inputs, 1);
    s.targets = random_classes(samples, outputs == 1 ? 2 : outputs, 2);
    s.weights = random_doubles(samples, 3);
    for (size_t i = 0; i < samples; i++) {
        s.weights[i] = i % 7 == 0 ? 0 : s.weights[i] + 1.25;
        s.targets[i] = i % 11 == 3 ? (double)NAN : s.targets[i];
    }
    const gml_dataset_parts parts = {.inputs = gml_matrix_f64(s.x, samples, inputs),
                                     .targets = gml_matrix_f64(s.targets, samples, 1),
                                     .task = GML_TASK_CLASSIFICATION,
                                     .weights = gml_matrix_f64(s.weights, samples, 1),
                                     .missing_targets = 1};
    assert_ok(s.context, gml_dataset_create(s.context, &parts, &s.whole));
    assert_ok(s.context, gml_dataset_split(s.whole, 0.1, 1, &s.data, &s.rest));
    return s;
}

void clear_scene(scene *s)
{
    gml_dataset_destroy(s->rest);
    gml_dataset_destroy(s->data);
    gml_dataset_destroy(s->whole);
    gml_network_destroy(s->network);
    gml_context_destroy(s->context);
    free(s->x), free(s->targets), free(s->weights);
}
