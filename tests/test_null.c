/* tests/test_null.c - null pointers: every function that the shared library exports refuses them and does not crash.
 *
 * The table has one case for each exported function; scripts/exported_cases.py compares it with the symbols of the
 * shared library. A case calls its function with each pointer argument null in turn. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"

enum { ROWS = 4, INPUTS = 3, OUTPUTS = 2 };

/* One good object of each kind. */
typedef struct objects {
    gml_context *context;
    gml_network *network;
    gml_dataset *dataset;
    gml_trainer *trainer;
    gml_pass *pass;
    gml_matrix x, y, none, wild; /* wild: has no memory and is of no type */
} objects;

static float inputs[ROWS * INPUTS] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12.5f};
static float outputs[ROWS * OUTPUTS] = {1, 2, 3, 4, 5, 6, 7, 8.5f};
static const char *name_under_test;

static objects set_up(void)
{
    objects made = {.context = test_context()};
    made.x = gml_matrix_f32(inputs, ROWS, INPUTS);
    made.y = gml_matrix_f32(outputs, ROWS, OUTPUTS);
    made.none = gml_matrix_none();
    made.wild = gml_matrix_view(NULL, (gml_dtype)77, ROWS, INPUTS);
    assert_ok(made.context, gml_network_create(made.context, "3 -> 4 tanh -> 2", NULL, &made.network));
    assert_ok(made.context,
              gml_dataset_from_matrices(made.context, made.x, made.y, GML_TASK_REGRESSION, &made.dataset));
    assert_ok(made.context, gml_trainer_create(made.network, NULL, &made.trainer));
    assert_ok(made.context, gml_pass_create(made.network, ROWS, &made.pass));
    return made;
}

static void tear_down(objects *o)
{
    gml_pass_destroy(o->pass);
    gml_trainer_destroy(o->trainer);
    gml_dataset_destroy(o->dataset);
    gml_network_destroy(o->network);
    gml_context_destroy(o->context);
}

/* A refusal that no context can hear of. */
static void refused(gml_status status)
{
    ck_assert_msg(status == GML_ERROR_ARGUMENT, "%s: expected argument, got %s", name_under_test,
                  gml_status_name(status));
}

/* A refusal of the argument `what`, which the context's sentence names beside the function. */
static void refused_as(const objects *o, const char *what, gml_status status)
{
    char quoted[64];
    snprintf(quoted, sizeof quoted, "`%s`", what);
    assert_refused(o->context, status, GML_ERROR_ARGUMENT, name_under_test, quoted, NULL);
}

/* A refusal of a view without memory or type; the sentence is about the view. */
static void refused_view(const objects *o, gml_status status)
{
    assert_refused(o->context, status, GML_ERROR_ARGUMENT, NULL);
}

/* ---- texts and tables ---- */

static void status_name(const objects *o)
{
    (void)o;
    ck_assert_ptr_nonnull(gml_status_name((gml_status)77));
}

static void version(const objects *o)
{
    (void)o;
    ck_assert_ptr_nonnull(gml_version());
}

static void dtype_size(const objects *o)
{
    ck_assert_uint_eq(gml_dtype_size(o->wild.dtype), 0);
}

static void dtype_name(const objects *o)
{
    ck_assert_str_eq(gml_dtype_name(o->wild.dtype), "?");
}

static void tables_end(const gml_entry *(*table)(size_t index))
{
    ck_assert_ptr_nonnull(table(0));
    ck_assert_ptr_null(table(SIZE_MAX));
}

static void activation_entry(const objects *o)
{
    (void)o;
    tables_end(gml_activation_entry);
}

static void trainable_entry(const objects *o)
{
    (void)o;
    tables_end(gml_trainable_entry);
}

static void initializer_entry(const objects *o)
{
    (void)o;
    tables_end(gml_initializer_entry);
}

static void layer_entry(const objects *o)
{
    (void)o;
    tables_end(gml_layer_entry);
}

static void loss_entry(const objects *o)
{
    (void)o;
    tables_end(gml_loss_entry);
}

static void optimizer_entry(const objects *o)
{
    (void)o;
    tables_end(gml_optimizer_entry);
}

static void average_entry(const objects *o)
{
    (void)o;
    tables_end(gml_average_entry);
}

static void group_entry(const objects *o)
{
    (void)o;
    tables_end(gml_group_entry);
}

static void schedule_entry(const objects *o)
{
    (void)o;
    tables_end(gml_schedule_entry);
}

static void format_entry(const objects *o)
{
    (void)o;
    tables_end(gml_format_entry);
}

static void kernel_set_name(const objects *o)
{
    (void)o;
    ck_assert_ptr_null(gml_kernel_set_name(SIZE_MAX));
}

static void build_feature(const objects *o)
{
    (void)o;
    ck_assert_ptr_null(gml_build_feature(SIZE_MAX));
}

static void activation_initializer(const objects *o)
{
    (void)o;
    ck_assert_ptr_null(gml_activation_initializer(NULL));
}

static void activation_learns(const objects *o)
{
    (void)o;
    ck_assert_ptr_null(gml_activation_learns(NULL));
}

static void call_check(const objects *o)
{
    refused(gml_call_check(NULL, "loss", "huber"));
    refused_as(o, "kind", gml_call_check(o->context, NULL, "huber"));
    refused_as(o, "text", gml_call_check(o->context, "loss", NULL));
}

static void name_nearest(const objects *o)
{
    (void)o;
    const char *const names[] = {"relu", NULL};
    ck_assert_ptr_null(gml_name_nearest(NULL, names));
    ck_assert_ptr_null(gml_name_nearest("relu", NULL));
}

static void loss_targets(const objects *o)
{
    (void)o;
    ck_assert_uint_eq(gml_loss_targets(NULL, 1), 0);
    ck_assert_uint_eq(gml_loss_targets("", 1), 0);
}

/* ---- contexts ---- */

static void context_create(const objects *o)
{
    (void)o;
    char message[256] = "";
    gml_context *made = NULL;
    refused(gml_context_create(NULL, NULL, message, sizeof message));
    ck_assert_ptr_nonnull(strstr(message, "context"));
    refused(gml_context_create(NULL, NULL, NULL, sizeof message));
    ck_assert_int_eq(gml_context_create(NULL, &made, NULL, sizeof message), GML_OK);
    gml_context_destroy(made);
}

static void context_destroy(const objects *o)
{
    (void)o;
    gml_context_destroy(NULL);
}

static void context_message(const objects *o)
{
    (void)o;
    ck_assert_str_eq(gml_context_message(NULL), "");
}

static void context_copy_message(const objects *o)
{
    char text[8] = "before";
    gml_context_copy_message(o->context, NULL, sizeof text);
    gml_context_copy_message(NULL, text, sizeof text);
    ck_assert_str_eq(text, "");
}

static void context_threads(const objects *o)
{
    (void)o;
    ck_assert_uint_eq(gml_context_threads(NULL), 0);
}

static void context_isa(const objects *o)
{
    (void)o;
    ck_assert_ptr_null(gml_context_isa(NULL));
}

/* ---- activations, losses, schedules, the user's own ---- */

static void activation_apply(const objects *o)
{
    refused(gml_activation_apply(NULL, "tanh", o->x, o->x, o->none));
    refused_as(o, "activation", gml_activation_apply(o->context, NULL, o->x, o->x, o->none));
    refused_view(o, gml_activation_apply(o->context, "tanh", o->wild, o->x, o->none));
    refused_view(o, gml_activation_apply(o->context, "tanh", o->x, o->wild, o->none));
    refused_view(o, gml_activation_apply(o->context, "tanh", gml_matrix_f32(NULL, ROWS, INPUTS), o->x, o->none));
    refused_view(o, gml_activation_apply(o->context, "tanh", o->x, gml_matrix_f32(NULL, ROWS, INPUTS), o->none));
}

static void register_activation(const objects *o)
{
    const gml_custom_activation empty = {.entry = {.name = "own"}};
    refused(gml_register_activation(NULL, &empty));
    refused_as(o, "activation", gml_register_activation(o->context, NULL));
    assert_refused(o->context, gml_register_activation(o->context, &empty), GML_ERROR_ARGUMENT, "function", NULL);
}

static void register_loss(const objects *o)
{
    const gml_custom_loss empty = {.entry = {.name = "own"}};
    refused(gml_register_loss(NULL, &empty));
    refused_as(o, "loss", gml_register_loss(o->context, NULL));
    assert_refused(o->context, gml_register_loss(o->context, &empty), GML_ERROR_ARGUMENT, "function", NULL);
}

static void register_optimizer(const objects *o)
{
    const gml_custom_optimizer empty = {.entry = {.name = "own"}};
    refused(gml_register_optimizer(NULL, &empty));
    refused_as(o, "optimizer", gml_register_optimizer(o->context, NULL));
    assert_refused(o->context, gml_register_optimizer(o->context, &empty), GML_ERROR_ARGUMENT, "function", NULL);
}

static void loss_evaluate(const objects *o)
{
    double value;
    const char *loss = "mean_squared_error";
    gml_matrix bare = gml_matrix_f32(NULL, ROWS, OUTPUTS);
    refused(gml_loss_evaluate(NULL, loss, o->y, o->y, &value, o->none));
    refused_as(o, "loss", gml_loss_evaluate(o->context, NULL, o->y, o->y, &value, o->none));
    refused_as(o, "value", gml_loss_evaluate(o->context, loss, o->y, o->y, NULL, o->none));
    refused_view(o, gml_loss_evaluate(o->context, loss, o->wild, o->y, &value, o->none));
    refused_view(o, gml_loss_evaluate(o->context, loss, bare, o->y, &value, o->none));
    refused_view(o, gml_loss_evaluate(o->context, loss, o->y, bare, &value, o->none));
}

static void schedule_rate(const objects *o)
{
    double rate;
    refused(gml_schedule_rate(NULL, "constant", 1, 0, 1, 1, &rate));
    refused_as(o, "rate", gml_schedule_rate(o->context, "constant", 1, 0, 1, 1, NULL));
    assert_ok(o->context, gml_schedule_rate(o->context, NULL, 1, 0, 1, 1, &rate));
}

/* ---- datasets ---- */

static void dataset_from_matrices(const objects *o)
{
    gml_dataset *made = NULL;
    refused(gml_dataset_from_matrices(NULL, o->x, o->y, GML_TASK_AUTO, &made));
    refused_as(o, "dataset", gml_dataset_from_matrices(o->context, o->x, o->y, GML_TASK_AUTO, NULL));
    refused_view(o, gml_dataset_from_matrices(o->context, o->none, o->y, GML_TASK_AUTO, &made));
    refused_view(o, gml_dataset_from_matrices(o->context, o->wild, o->y, GML_TASK_AUTO, &made));
    refused_view(o, gml_dataset_from_matrices(o->context, o->x, o->y, (gml_task)77, &made));
}

static void dataset_create(const objects *o)
{
    gml_dataset *made = NULL;
    const gml_dataset_parts good = {.inputs = o->x, .targets = o->y}, empty = {.targets = o->y};
    refused(gml_dataset_create(NULL, &good, &made));
    refused_as(o, "parts", gml_dataset_create(o->context, NULL, &made));
    refused_as(o, "dataset", gml_dataset_create(o->context, &good, NULL));
    refused_view(o, gml_dataset_create(o->context, &empty, &made));
}

static void dataset_open(const objects *o)
{
    gml_dataset *made = NULL;
    const char *const names[] = {"a", NULL};
    const gml_dataset_options unnamed = {.classes = 2}, half = {.classes = 2, .class_names = names},
                              inputs_half = {.features = 2, .feature_names = names},
                              uncounted = {.feature_names = names};
    refused(gml_dataset_open(NULL, "data.csv", NULL, &made));
    refused_as(o, "path", gml_dataset_open(o->context, NULL, NULL, &made));
    refused_as(o, "dataset", gml_dataset_open(o->context, "data.csv", NULL, NULL));
    refused_view(o, gml_dataset_open(o->context, "data.csv", &unnamed, &made));
    refused_view(o, gml_dataset_open(o->context, "data.csv", &half, &made));
    refused_view(o, gml_dataset_open(o->context, "data.csv", &inputs_half, &made));
    refused_view(o, gml_dataset_open(o->context, "data.csv", &uncounted, &made));
}

static void dataset_part_exists(const objects *o)
{
    ck_assert_int_eq(gml_dataset_part_exists(NULL, "/tmp", "train"), 0);
    ck_assert_int_eq(gml_dataset_part_exists(o->context, NULL, "train"), 0);
    ck_assert_int_eq(gml_dataset_part_exists(o->context, "/tmp", NULL), 0);
}

static void dataset_split(const objects *o)
{
    gml_dataset *first = NULL, *second = NULL;
    refused(gml_dataset_split(NULL, 0.5, 1, &first, &second));
    refused_as(o, "first", gml_dataset_split(o->dataset, 0.5, 1, NULL, &second));
    refused_as(o, "second", gml_dataset_split(o->dataset, 0.5, 1, &first, NULL));
}

static void dataset_destroy(const objects *o)
{
    (void)o;
    gml_dataset_destroy(NULL);
}

static void dataset_size(const objects *o)
{
    (void)o;
    ck_assert_uint_eq(gml_dataset_size(NULL), 0);
}

static void dataset_features(const objects *o)
{
    (void)o;
    ck_assert_uint_eq(gml_dataset_features(NULL), 0);
}

static void dataset_targets(const objects *o)
{
    (void)o;
    ck_assert_uint_eq(gml_dataset_targets(NULL), 0);
}

static void dataset_classes(const objects *o)
{
    (void)o;
    ck_assert_uint_eq(gml_dataset_classes(NULL), 0);
}

static void dataset_task(const objects *o)
{
    (void)o;
    ck_assert_int_eq(gml_dataset_task(NULL), GML_TASK_AUTO);
}

static void dataset_feature_name(const objects *o)
{
    (void)o;
    ck_assert_ptr_null(gml_dataset_feature_name(NULL, 0));
}

static void dataset_class_name(const objects *o)
{
    (void)o;
    ck_assert_ptr_null(gml_dataset_class_name(NULL, 0));
}

static void dataset_target_name(const objects *o)
{
    (void)o;
    ck_assert_ptr_null(gml_dataset_target_name(NULL));
}

static void dataset_gather(const objects *o)
{
    refused(gml_dataset_gather(NULL, NULL, ROWS, o->x, o->y));
    refused_view(
        o, gml_dataset_gather(o->dataset, NULL, ROWS, gml_matrix_view(inputs, (gml_dtype)77, ROWS, INPUTS), o->y));
    assert_ok(o->context, gml_dataset_gather(o->dataset, NULL, ROWS, o->none, o->none));
}

/* ---- networks ---- */

static void network_create(const objects *o)
{
    gml_network *made = NULL;
    const gml_network_options wild = {.dtype = (gml_dtype)77};
    refused(gml_network_create(NULL, "3 -> 2", NULL, &made));
    refused_as(o, "description", gml_network_create(o->context, NULL, NULL, &made));
    refused_as(o, "network", gml_network_create(o->context, "3 -> 2", NULL, NULL));
    refused_view(o, gml_network_create(o->context, "3 -> 2", &wild, &made));
}

static void network_destroy(const objects *o)
{
    (void)o;
    gml_network_destroy(NULL);
}

static void network_context(const objects *o)
{
    (void)o;
    ck_assert_ptr_null(gml_network_context(NULL));
}

static void network_dtype(const objects *o)
{
    (void)o;
    ck_assert_int_eq(gml_network_dtype(NULL), GML_F32);
}

static void network_inputs(const objects *o)
{
    (void)o;
    ck_assert_uint_eq(gml_network_inputs(NULL), 0);
}

static void network_outputs(const objects *o)
{
    (void)o;
    ck_assert_uint_eq(gml_network_outputs(NULL), 0);
}

static void network_layers(const objects *o)
{
    (void)o;
    ck_assert_uint_eq(gml_network_layers(NULL), 0);
}

static void network_parameter_count(const objects *o)
{
    (void)o;
    ck_assert_uint_eq(gml_network_parameter_count(NULL), 0);
}

static void network_description(const objects *o)
{
    (void)o;
    ck_assert_ptr_null(gml_network_description(NULL));
}

static void network_to_json(const objects *o)
{
    (void)o;
    ck_assert_ptr_null(gml_network_to_json(NULL));
}

static void network_measure(const objects *o)
{
    size_t parameters;
    refused(gml_network_measure(NULL, "3 -> 2", &parameters));
    refused_as(o, "description", gml_network_measure(o->context, NULL, &parameters));
    refused_as(o, "parameters", gml_network_measure(o->context, "3 -> 2", NULL));
}

static void network_layer(const objects *o)
{
    gml_layer_view view;
    refused(gml_network_layer(NULL, 0, &view));
    refused_as(o, "view", gml_network_layer(o->network, 0, NULL));
}

static void network_block_count(const objects *o)
{
    (void)o;
    ck_assert_uint_eq(gml_network_block_count(NULL), 0);
}

static void network_block(const objects *o)
{
    gml_block block;
    refused(gml_network_block(NULL, 0, &block));
    refused_as(o, "block", gml_network_block(o->network, 0, NULL));
}

static void network_apply_activation(const objects *o)
{
    gml_matrix bare = gml_matrix_f32(NULL, ROWS, INPUTS);
    refused(gml_network_apply_activation(NULL, 0, 0, o->x, o->x, o->none));
    refused_view(o, gml_network_apply_activation(o->network, 0, 0, o->wild, o->x, o->none));
    refused_view(o, gml_network_apply_activation(o->network, 0, 0, bare, o->x, o->none));
    refused_view(o, gml_network_apply_activation(o->network, 0, 0, o->x, bare, o->none));
}

static void network_initialize(const objects *o)
{
    (void)o;
    gml_network_initialize(NULL, 1);
}

static void network_scale_to_data(const objects *o)
{
    refused(gml_network_scale_to_data(NULL, o->x));
    refused_view(o, gml_network_scale_to_data(o->network, o->none));
    refused_view(o, gml_network_scale_to_data(o->network, o->wild));
}

static void network_copy(const objects *o)
{
    gml_network *made = NULL;
    refused(gml_network_copy(NULL, GML_F32, &made));
    refused_as(o, "copy", gml_network_copy(o->network, GML_F32, NULL));
    refused_view(o, gml_network_copy(o->network, (gml_dtype)77, &made));
}

static void network_fold(const objects *o)
{
    gml_network *made = NULL;
    refused(gml_network_fold(NULL, &made));
    refused_as(o, "folded", gml_network_fold(o->network, NULL));
}

static void network_check_samples(const objects *o)
{
    refused_as(o, "network", gml_network_check_samples(NULL, o->dataset, 0, ROWS, o->none, NULL));
    refused_as(o, "dataset", gml_network_check_samples(o->network, NULL, 0, ROWS, o->none, NULL));
    assert_ok(o->context, gml_network_check_samples(o->network, o->dataset, 0, ROWS, o->none, NULL));
}

static void network_predict(const objects *o)
{
    refused(gml_network_predict(NULL, o->x, o->y));
    refused_view(o, gml_network_predict(o->network, o->wild, o->y));
    refused_view(o, gml_network_predict(o->network, gml_matrix_f32(NULL, ROWS, INPUTS), o->y));
    refused_view(o, gml_network_predict(o->network, o->x, gml_matrix_f32(NULL, ROWS, OUTPUTS)));
}

static void network_adapt(const objects *o)
{
    refused_as(o, "network", gml_network_adapt(NULL, o->dataset, GML_SCALING_AUTO));
    refused_as(o, "dataset", gml_network_adapt(o->network, NULL, GML_SCALING_AUTO));
    refused(gml_network_adapt(NULL, NULL, GML_SCALING_AUTO));
    refused_view(o, gml_network_adapt(o->network, o->dataset, (gml_scaling_kind)77));
}

static void network_set_input_scaling(const objects *o)
{
    const double shift[INPUTS] = {1, 2, 3};
    refused(gml_network_set_input_scaling(NULL, shift, shift));
    assert_ok(o->context, gml_network_set_input_scaling(o->network, NULL, shift));
    assert_ok(o->context, gml_network_set_input_scaling(o->network, shift, NULL));
    assert_ok(o->context, gml_network_set_input_scaling(o->network, NULL, NULL));
}

static void network_set_output_scaling(const objects *o)
{
    const double shift[OUTPUTS] = {1, 2};
    refused(gml_network_set_output_scaling(NULL, shift, shift));
    assert_ok(o->context, gml_network_set_output_scaling(o->network, NULL, shift));
    assert_ok(o->context, gml_network_set_output_scaling(o->network, shift, NULL));
    assert_ok(o->context, gml_network_set_output_scaling(o->network, NULL, NULL));
}

static void network_input_scaling(const objects *o)
{
    (void)o;
    gml_scaling_view view = gml_network_input_scaling(NULL);
    ck_assert(view.shift == NULL && view.scale == NULL);
}

static void network_output_scaling(const objects *o)
{
    (void)o;
    gml_scaling_view view = gml_network_output_scaling(NULL);
    ck_assert(view.shift == NULL && view.scale == NULL);
}

static void network_task(const objects *o)
{
    (void)o;
    ck_assert_int_eq(gml_network_task(NULL), GML_TASK_AUTO);
}

static void network_class_name(const objects *o)
{
    (void)o;
    ck_assert_ptr_null(gml_network_class_name(NULL, 0));
}

static void network_feature_name(const objects *o)
{
    (void)o;
    ck_assert_ptr_null(gml_network_feature_name(NULL, 0));
}

static void network_target_name(const objects *o)
{
    (void)o;
    ck_assert_ptr_null(gml_network_target_name(NULL));
}

static void network_data_options(const objects *o)
{
    (void)o;
    gml_dataset_options options = gml_network_data_options(NULL);
    ck_assert(options.features == 0 && options.class_names == NULL && options.target == NULL);
}

static void network_set_fact(const objects *o)
{
    refused(gml_network_set_fact(NULL, "name", "text"));
    refused_as(o, "name", gml_network_set_fact(o->network, NULL, "text"));
    assert_ok(o->context, gml_network_set_fact(o->network, "name", NULL));
}

static void network_fact(const objects *o)
{
    ck_assert_ptr_null(gml_network_fact(NULL, "name"));
    ck_assert_ptr_null(gml_network_fact(o->network, NULL));
}

static void network_fact_at(const objects *o)
{
    const char *name = NULL;
    assert_ok(o->context, gml_network_set_fact(o->network, "name", "text"));
    ck_assert_ptr_null(gml_network_fact_at(NULL, 0, &name));
    ck_assert_ptr_null(gml_network_fact_at(o->network, 0, NULL));
}

static void network_plan(const objects *o)
{
    gml_plan plan;
    refused(gml_network_plan(NULL, NULL, &plan, NULL, 0));
    refused_as(o, "plan", gml_network_plan(o->network, NULL, NULL, NULL, 0));
    assert_ok(o->context, gml_network_plan(o->network, NULL, &plan, NULL, 5));
}

/* ---- passes ---- */

static void pass_create(const objects *o)
{
    gml_pass *made = NULL;
    refused(gml_pass_create(NULL, ROWS, &made));
    refused_as(o, "pass", gml_pass_create(o->network, ROWS, NULL));
}

static void pass_destroy(const objects *o)
{
    (void)o;
    gml_pass_destroy(NULL);
}

static void pass_forward(const objects *o)
{
    refused(gml_pass_forward(NULL, o->x, o->y));
    refused_view(o, gml_pass_forward(o->pass, o->wild, o->y));
    refused_view(o, gml_pass_forward(o->pass, o->x, gml_matrix_f32(NULL, ROWS, OUTPUTS)));
}

static void pass_backward(const objects *o)
{
    assert_ok(o->context, gml_pass_forward(o->pass, o->x, o->y));
    refused(gml_pass_backward(NULL, o->y, o->none));
    refused_view(o, gml_pass_backward(o->pass, gml_matrix_f32(NULL, ROWS, OUTPUTS), o->none));
}

static void pass_gradient(const objects *o)
{
    gml_block block;
    refused(gml_pass_gradient(NULL, 0, &block));
    refused_as(o, "gradient", gml_pass_gradient(o->pass, 0, NULL));
}

/* ---- files and metrics ---- */

static void model_save(const objects *o)
{
    refused(gml_model_save(NULL, "model.gml"));
    refused_as(o, "path", gml_model_save(o->network, NULL));
}

static void model_load(const objects *o)
{
    gml_network *made = NULL;
    refused(gml_model_load(NULL, "model.gml", &made));
    refused_as(o, "path", gml_model_load(o->context, NULL, &made));
    refused_as(o, "network", gml_model_load(o->context, "model.gml", NULL));
}

static void evaluate(const objects *o)
{
    gml_metrics metrics;
    refused_as(o, "network", gml_evaluate(NULL, o->dataset, NULL, &metrics));
    refused_as(o, "dataset", gml_evaluate(o->network, NULL, NULL, &metrics));
    refused_as(o, "metrics", gml_evaluate(o->network, o->dataset, NULL, NULL));
}

/* ---- training ---- */

static void trainer_create(const objects *o)
{
    gml_trainer *made = NULL;
    refused(gml_trainer_create(NULL, NULL, &made));
    refused_as(o, "trainer", gml_trainer_create(o->network, NULL, NULL));
}

static void trainer_destroy(const objects *o)
{
    (void)o;
    gml_trainer_destroy(NULL);
}

static void trainer_step(const objects *o)
{
    gml_matrix bare = gml_matrix_f32(NULL, ROWS, OUTPUTS);
    refused(gml_trainer_step(NULL, o->x, o->y, NULL));
    refused_view(o, gml_trainer_step(o->trainer, o->wild, o->y, NULL));
    refused_view(o, gml_trainer_step(o->trainer, o->x, bare, NULL));
    refused_view(o, gml_trainer_step(o->trainer, o->x, o->wild, NULL));
    assert_ok(o->context, gml_trainer_step(o->trainer, o->x, o->y, NULL));
}

static void trainer_step_weighted(const objects *o)
{
    const double weights[ROWS] = {1, 1, 1, 1};
    gml_matrix good = gml_matrix_f64(weights, ROWS, 1);
    refused(gml_trainer_step_weighted(NULL, o->x, o->y, good, NULL));
    refused_view(o, gml_trainer_step_weighted(o->trainer, o->wild, o->y, good, NULL));
    refused_view(o, gml_trainer_step_weighted(o->trainer, o->x, o->wild, good, NULL));
    refused_view(o, gml_trainer_step_weighted(o->trainer, o->x, o->y, o->none, NULL));
    assert_ok(o->context, gml_trainer_step_weighted(o->trainer, o->x, o->y, good, NULL));
}

static void trainer_set_learning_rate(const objects *o)
{
    (void)o;
    refused(gml_trainer_set_learning_rate(NULL, 0.1));
}

static void trainer_use_average(const objects *o)
{
    (void)o;
    refused(gml_trainer_use_average(NULL, 1));
}

static void trainer_gradient(const objects *o)
{
    gml_block block;
    refused(gml_trainer_gradient(NULL, 0, &block));
    refused_as(o, "gradient", gml_trainer_gradient(o->trainer, 0, NULL));
}

static void fit(const objects *o)
{
    refused_as(o, "network", gml_fit(NULL, o->dataset, NULL, NULL, NULL, NULL));
    refused_as(o, "dataset", gml_fit(o->network, NULL, NULL, NULL, NULL, NULL));
    assert_ok(o->context, gml_fit(o->network, o->dataset, NULL, NULL, NULL, NULL));
}

static void fit_many(const objects *o)
{
    gml_fit_job empty = {0};
    refused(gml_fit_many(NULL, &empty, 1));
    refused(gml_fit_many(NULL, NULL, 0));
    assert_refused(o->context, gml_fit_many(o->context, NULL, 1), GML_ERROR_ARGUMENT, "array", NULL);
    assert_refused(o->context, gml_fit_many(o->context, &empty, 1), GML_ERROR_ARGUMENT, "network", NULL);
    empty.network = o->network;
    assert_refused(o->context, gml_fit_many(o->context, &empty, 1), GML_ERROR_ARGUMENT, "dataset", NULL);
    assert_ok(o->context, gml_fit_many(o->context, NULL, 0));
}

static void gradient_check(const objects *o)
{
    gml_check_block blocks[8];
    size_t count;
    refused(gml_gradient_check(NULL, o->x, o->y, NULL, 1, blocks, 8, &count));
    refused_as(o, "blocks", gml_gradient_check(o->network, o->x, o->y, NULL, 1, NULL, 8, &count));
    refused_as(o, "count", gml_gradient_check(o->network, o->x, o->y, NULL, 1, blocks, 8, NULL));
    refused_view(o, gml_gradient_check(o->network, o->wild, o->y, NULL, 1, blocks, 8, &count));
    refused_view(o, gml_gradient_check(o->network, o->x, o->wild, NULL, 1, blocks, 8, &count));
}

/* ---- the table ---- */

static const struct {
    const char *name; /* without the prefix gml_ */
    void (*run)(const objects *o);
} cases[] = {
    {"status_name", status_name},
    {"version", version},
    {"dtype_size", dtype_size},
    {"dtype_name", dtype_name},
    {"activation_entry", activation_entry},
    {"trainable_entry", trainable_entry},
    {"initializer_entry", initializer_entry},
    {"layer_entry", layer_entry},
    {"loss_entry", loss_entry},
    {"optimizer_entry", optimizer_entry},
    {"average_entry", average_entry},
    {"group_entry", group_entry},
    {"schedule_entry", schedule_entry},
    {"format_entry", format_entry},
    {"kernel_set_name", kernel_set_name},
    {"build_feature", build_feature},
    {"activation_initializer", activation_initializer},
    {"activation_learns", activation_learns},
    {"call_check", call_check},
    {"name_nearest", name_nearest},
    {"loss_targets", loss_targets},
    {"context_create", context_create},
    {"context_destroy", context_destroy},
    {"context_message", context_message},
    {"context_copy_message", context_copy_message},
    {"context_threads", context_threads},
    {"context_isa", context_isa},
    {"activation_apply", activation_apply},
    {"register_activation", register_activation},
    {"register_loss", register_loss},
    {"register_optimizer", register_optimizer},
    {"loss_evaluate", loss_evaluate},
    {"schedule_rate", schedule_rate},
    {"dataset_from_matrices", dataset_from_matrices},
    {"dataset_create", dataset_create},
    {"dataset_open", dataset_open},
    {"dataset_part_exists", dataset_part_exists},
    {"dataset_split", dataset_split},
    {"dataset_destroy", dataset_destroy},
    {"dataset_size", dataset_size},
    {"dataset_features", dataset_features},
    {"dataset_targets", dataset_targets},
    {"dataset_classes", dataset_classes},
    {"dataset_task", dataset_task},
    {"dataset_feature_name", dataset_feature_name},
    {"dataset_class_name", dataset_class_name},
    {"dataset_target_name", dataset_target_name},
    {"dataset_gather", dataset_gather},
    {"network_create", network_create},
    {"network_destroy", network_destroy},
    {"network_context", network_context},
    {"network_dtype", network_dtype},
    {"network_inputs", network_inputs},
    {"network_outputs", network_outputs},
    {"network_layers", network_layers},
    {"network_parameter_count", network_parameter_count},
    {"network_description", network_description},
    {"network_to_json", network_to_json},
    {"network_measure", network_measure},
    {"network_layer", network_layer},
    {"network_block_count", network_block_count},
    {"network_block", network_block},
    {"network_apply_activation", network_apply_activation},
    {"network_initialize", network_initialize},
    {"network_scale_to_data", network_scale_to_data},
    {"network_copy", network_copy},
    {"network_fold", network_fold},
    {"network_predict", network_predict},
    {"network_check_samples", network_check_samples},
    {"network_adapt", network_adapt},
    {"network_set_input_scaling", network_set_input_scaling},
    {"network_set_output_scaling", network_set_output_scaling},
    {"network_input_scaling", network_input_scaling},
    {"network_output_scaling", network_output_scaling},
    {"network_task", network_task},
    {"network_class_name", network_class_name},
    {"network_feature_name", network_feature_name},
    {"network_target_name", network_target_name},
    {"network_data_options", network_data_options},
    {"network_set_fact", network_set_fact},
    {"network_fact", network_fact},
    {"network_fact_at", network_fact_at},
    {"network_plan", network_plan},
    {"pass_create", pass_create},
    {"pass_destroy", pass_destroy},
    {"pass_forward", pass_forward},
    {"pass_backward", pass_backward},
    {"pass_gradient", pass_gradient},
    {"model_save", model_save},
    {"model_load", model_load},
    {"evaluate", evaluate},
    {"trainer_create", trainer_create},
    {"trainer_destroy", trainer_destroy},
    {"trainer_step", trainer_step},
    {"trainer_step_weighted", trainer_step_weighted},
    {"trainer_set_learning_rate", trainer_set_learning_rate},
    {"trainer_use_average", trainer_use_average},
    {"trainer_gradient", trainer_gradient},
    {"fit", fit},
    {"fit_many", fit_many},
    {"gradient_check", gradient_check},
};

enum { CASE_COUNT = sizeof cases / sizeof cases[0] };

START_TEST(null_pointers_are_refused_and_the_sentence_names_them)
{
    char name[64];
    snprintf(name, sizeof name, "gml_%s", cases[_i].name);
    name_under_test = name;
    objects o = set_up();
    cases[_i].run(&o);
    tear_down(&o);
}
END_TEST

/* A size that overflows, and rows that overlap, are refused before memory is touched. */
START_TEST(views_that_cannot_lie_in_memory_are_refused)
{
    objects o = set_up();
    gml_matrix wide = o.x, narrow = o.x, tall = o.x;
    wide.stride = SIZE_MAX / 2;
    narrow.stride = INPUTS - 1;
    tall.rows = SIZE_MAX / 4;
    const gml_matrix bad[] = {wide, narrow, tall};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        gml_dataset *made = NULL;
        gml_check_block blocks[8];
        size_t count;
        gml_matrix y = gml_matrix_f32(outputs, bad[i].rows, OUTPUTS);
        assert_refused(o.context, gml_network_predict(o.network, bad[i], y), GML_ERROR_SHAPE, NULL);
        assert_refused(o.context, gml_network_scale_to_data(o.network, bad[i]), GML_ERROR_SHAPE, NULL);
        assert_refused(o.context, gml_pass_forward(o.pass, bad[i], y), GML_ERROR_SHAPE, NULL);
        assert_refused(o.context, gml_trainer_step(o.trainer, bad[i], y, NULL), GML_ERROR_SHAPE, NULL);
        assert_refused(o.context, gml_activation_apply(o.context, "relu", bad[i], bad[i], o.none), GML_ERROR_SHAPE,
                       NULL);
        assert_refused(o.context, gml_dataset_from_matrices(o.context, bad[i], o.none, GML_TASK_AUTO, &made),
                       GML_ERROR_SHAPE, NULL);
        assert_refused(o.context, gml_dataset_gather(o.dataset, NULL, bad[i].rows, bad[i], o.none), GML_ERROR_SHAPE,
                       NULL);
        assert_refused(o.context, gml_gradient_check(o.network, bad[i], y, NULL, 1, blocks, 8, &count), GML_ERROR_SHAPE,
                       NULL);
    }
    tear_down(&o);
}
END_TEST

/* `--list` writes the names of the functions that have a case. */
int main(int count, char **arguments)
{
    if (count > 1 && strcmp(arguments[1], "--list") == 0) {
        for (size_t i = 0; i < CASE_COUNT; i++) {
            printf("gml_%s\n", cases[i].name);
        }
        return EXIT_SUCCESS;
    }
    Suite *suite = suite_create("null");
    TCase *each = tcase_create("null");
    tcase_set_timeout(each, 60);
    tcase_add_loop_test(each, null_pointers_are_refused_and_the_sentence_names_them, 0, CASE_COUNT);
    tcase_add_test(each, views_that_cannot_lie_in_memory_are_refused);
    suite_add_tcase(suite, each);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
