/* tests/library/null_network.c - null pointers for each function of networks. */
#include "null_case.h"

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

static void network_output_activation(const objects *o)
{
    (void)o;
    ck_assert_ptr_null(gml_network_output_activation(NULL));
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

static void network_initialize_to_data(const objects *o)
{
    refused(gml_network_initialize_to_data(NULL, o->x, "per_unit", 0));
    refused_view(o, gml_network_initialize_to_data(o->network, o->none, "per_unit", 0));
    refused_view(o, gml_network_initialize_to_data(o->network, o->wild, NULL, 0));
    assert_ok(o->context, gml_network_initialize_to_data(o->network, o->x, NULL, 0));
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

static void network_adapt_with(const objects *o)
{
    refused(gml_network_adapt_with(NULL, o->dataset, NULL));
    refused(gml_network_adapt_with(o->network, NULL, NULL));
    assert_ok(o->context, gml_network_adapt_with(o->network, o->dataset, NULL));
}

static void network_set_target_transform(const objects *o)
{
    refused(gml_network_set_target_transform(NULL, "log"));
    assert_ok(o->context, gml_network_set_target_transform(o->network, NULL));
}

static void network_target_transform(const objects *o)
{
    (void)o;
    ck_assert_ptr_null(gml_network_target_transform(NULL));
}

static void network_set_output_limits(const objects *o)
{
    refused(gml_network_set_output_limits(NULL, NULL, NULL));
    assert_ok(o->context, gml_network_set_output_limits(o->network, NULL, NULL));
}

static void network_output_limits(const objects *o)
{
    (void)o;
    ck_assert_ptr_null(gml_network_output_limits(NULL).least);
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

static void network_target_name_at(const objects *o)
{
    (void)o;
    ck_assert_ptr_null(gml_network_target_name_at(NULL, 0));
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

const null_case null_cases_network[] = {
    {"network_create", network_create},
    {"network_destroy", network_destroy},
    {"network_context", network_context},
    {"network_dtype", network_dtype},
    {"network_inputs", network_inputs},
    {"network_outputs", network_outputs},
    {"network_layers", network_layers},
    {"network_parameter_count", network_parameter_count},
    {"network_output_activation", network_output_activation},
    {"network_description", network_description},
    {"network_to_json", network_to_json},
    {"network_measure", network_measure},
    {"network_layer", network_layer},
    {"network_block_count", network_block_count},
    {"network_block", network_block},
    {"network_apply_activation", network_apply_activation},
    {"network_initialize", network_initialize},
    {"network_scale_to_data", network_scale_to_data},
    {"network_initialize_to_data", network_initialize_to_data},
    {"network_copy", network_copy},
    {"network_fold", network_fold},
    {"network_predict", network_predict},
    {"network_check_samples", network_check_samples},
    {"network_adapt", network_adapt},
    {"network_set_input_scaling", network_set_input_scaling},
    {"network_set_output_scaling", network_set_output_scaling},
    {"network_adapt_with", network_adapt_with},
    {"network_set_target_transform", network_set_target_transform},
    {"network_target_transform", network_target_transform},
    {"network_set_output_limits", network_set_output_limits},
    {"network_output_limits", network_output_limits},
    {"network_input_scaling", network_input_scaling},
    {"network_output_scaling", network_output_scaling},
    {"network_task", network_task},
    {"network_class_name", network_class_name},
    {"network_feature_name", network_feature_name},
    {"network_target_name", network_target_name},
    {"network_target_name_at", network_target_name_at},
    {"network_data_options", network_data_options},
    {"network_set_fact", network_set_fact},
    {"network_fact", network_fact},
    {"network_fact_at", network_fact_at},
    {"network_plan", network_plan},
    {NULL, NULL},
};
