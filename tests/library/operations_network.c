/* tests/library/operations_network.c - operations on networks. */
#include <string.h>

#include "harness.h"
#include "operations.h"

static const char deep[] = "4 -> 6 relu -> batchnorm -> prelu -> 6 tanh -> residual -> dropout -> 3 softmax";

static void create(stage *s)
{
    gml_network *network = NULL;
    ATTEMPT(s, NULL, gml_network_create(s->context, s->variant, NULL, &network));
    note_network(s, network);
    gml_network_destroy(network);
}

static void measure(stage *s)
{
    size_t parameters = 0;
    ATTEMPT(s, NULL, gml_network_measure(s->context, deep, &parameters));
    note_bytes(s, &parameters, sizeof parameters);
}

static void layer(stage *s)
{
    gml_network *network = make_network(s, deep, GML_F32);
    gml_layer_view view;
    memset(&view, 0, sizeof view);
    ATTEMPT(s, network, gml_network_layer(network, 2, &view));
    note_bytes(s, view.text, strlen(view.text));
    gml_network_destroy(network);
}

static void block(stage *s)
{
    gml_network *network = make_network(s, deep, GML_F32);
    gml_block view;
    memset(&view, 0, sizeof view);
    ATTEMPT(s, network, gml_network_block(network, 1, &view));
    note_bytes(s, view.name, strlen(view.name));
    gml_network_destroy(network);
}

static void apply_of_network(stage *s)
{
    gml_network *network = make_network(s, deep, GML_F64);
    double y[SAMPLES * INPUTS];
    gml_matrix to = gml_matrix_f64(y, SAMPLES, INPUTS);
    ATTEMPT(s, network, gml_network_apply_activation(network, 2, 0, sample_inputs(), to, gml_matrix_none()));
    note_bytes(s, y, sizeof y);
    gml_network_destroy(network);
}

static void scale_to_data(stage *s)
{
    gml_network *network = make_network(s, "4 -> 6 tanh -> 5 relu -> 3", GML_F32);
    ATTEMPT(s, network, gml_network_scale_to_data(network, sample_inputs()));
    note_network(s, network);
    gml_network_destroy(network);
}

static void initialize_to_data(stage *s)
{
    gml_network *network = make_network(s, "4 -> 6 tanh -> 5 relu -> 3", GML_F32);
    ATTEMPT(s, network, gml_network_initialize_to_data(network, sample_inputs(), "per_unit(points=3)", 7));
    note_network(s, network);
    gml_network_destroy(network);
}

static void copy(stage *s)
{
    gml_network *network = make_network(s, deep, GML_F32), *made = NULL;
    assert_ok(s->context, gml_network_set_fact(network, "note", "a text"));
    ATTEMPT(s, network, gml_network_copy(network, GML_F64, &made));
    note_network(s, made);
    gml_network_destroy(made);
    gml_network_destroy(network);
}

static void fold(stage *s)
{
    gml_network *network =
        make_network(s, "4 -> 6 -> batchnorm -> relu -> 5 bias=no -> weight_norm -> dropout -> 3", GML_F32);
    gml_network *made = NULL;
    ATTEMPT(s, network, gml_network_fold(network, &made));
    note_network(s, made);
    gml_network_destroy(made);
    gml_network_destroy(network);
}

static void predict(stage *s)
{
    gml_network *network = make_network(s, deep, GML_F64);
    double y[SAMPLES * CLASSES];
    ATTEMPT(s, network, gml_network_predict(network, sample_inputs(), gml_matrix_f64(y, SAMPLES, CLASSES)));
    note_bytes(s, y, sizeof y);
    gml_network_destroy(network);
}

static void check_samples(stage *s)
{
    gml_network *network = make_network(s, deep, GML_F32);
    gml_dataset *data = make_values(s);
    size_t sample = 0;
    ATTEMPT(s, network, gml_network_check_samples(network, data, 0, SAMPLES, sample_values(), &sample));
    note_bytes(s, &sample, sizeof sample);
    gml_dataset_destroy(data);
    gml_network_destroy(network);
}

static void adapt(stage *s)
{
    int classes = strcmp(s->variant, "classes") == 0;
    gml_network *network = make_network(s, classes ? deep : "4 -> 3 tanh -> 3", GML_F32);
    gml_dataset *data = classes ? make_classes(s) : make_values(s);
    ATTEMPT(s, network, gml_network_adapt(network, data, GML_SCALING_STANDARD));
    note_network(s, network);
    gml_dataset_destroy(data);
    gml_network_destroy(network);
}

static void adapt_with(stage *s)
{
    const gml_adapt_options options = {.target_preparation = "log -> standard", .clamp = 1};
    gml_network *network = make_network(s, "4 -> 3 tanh -> 3", GML_F32);
    gml_dataset *data = make_values(s);
    ATTEMPT(s, network, gml_network_adapt_with(network, data, &options));
    note_network(s, network);
    gml_dataset_destroy(data);
    gml_network_destroy(network);
}

static void set_target_transform(stage *s)
{
    gml_network *network = make_network(s, deep, GML_F32);
    ATTEMPT(s, network, gml_network_set_target_transform(network, "log"));
    note_network(s, network);
    gml_network_destroy(network);
}

static void set_limits(stage *s)
{
    static const double least[] = {1, 2, 3, 4}, greatest[] = {5, 6, 7, 8};
    gml_network *network = make_network(s, deep, GML_F32);
    ATTEMPT(s, network, gml_network_set_output_limits(network, least, greatest));
    note_network(s, network);
    gml_network_destroy(network);
}

static void set_scaling(stage *s)
{
    static const double shift[] = {1, 2, 3, 4}, scale[] = {0.5, 2, -1, 3};
    gml_network *network = make_network(s, deep, GML_F32);
    int inputs = strcmp(s->variant, "inputs") == 0;
    ATTEMPT(s, network,
            inputs ? gml_network_set_input_scaling(network, shift, scale)
                   : gml_network_set_output_scaling(network, shift, scale));
    note_network(s, network);
    gml_network_destroy(network);
}

static void set_fact(stage *s)
{
    gml_network *network = make_network(s, deep, GML_F32);
    assert_ok(s->context, gml_network_set_fact(network, "note", "a text"));
    ATTEMPT(s, network, gml_network_set_fact(network, s->variant, "another"));
    note_network(s, network);
    gml_network_destroy(network);
}

static void plan(stage *s)
{
    gml_network *network = make_network(s, deep, GML_F32);
    gml_plan made = {0};
    ATTEMPT(s, network, gml_network_plan(network, NULL, &made, NULL, 0));
    note_bytes(s, &made.parts, sizeof made.parts);
    gml_network_destroy(network);
}

/* ---- passes ---- */

static void pass_create(stage *s)
{
    gml_network *network = make_network(s, deep, GML_F32);
    gml_pass *pass = NULL;
    ATTEMPT(s, network, gml_pass_create(network, SAMPLES, &pass));
    gml_pass_destroy(pass);
    gml_network_destroy(network);
}

/* The first call of each, which is the one that may allocate. */
static void pass_run(stage *s)
{
    gml_network *network = make_network(s, deep, GML_F64);
    gml_pass *pass = NULL;
    gml_block gradient;
    double y[SAMPLES * CLASSES];
    gml_matrix to = gml_matrix_f64(y, SAMPLES, CLASSES);
    assert_ok(s->context, gml_pass_create(network, SAMPLES, &pass));
    if (strcmp(s->variant, "forward") == 0) {
        ATTEMPT(s, network, gml_pass_forward(pass, sample_inputs(), to));
    } else {
        assert_ok(s->context, gml_pass_forward(pass, sample_inputs(), to));
    }
    if (strcmp(s->variant, "backward") == 0) {
        ATTEMPT(s, network, gml_pass_backward(pass, to, gml_matrix_none()));
    } else {
        assert_ok(s->context, gml_pass_backward(pass, to, gml_matrix_none()));
    }
    if (strcmp(s->variant, "gradient") == 0) {
        ATTEMPT(s, network, gml_pass_gradient(pass, 0, &gradient));
    } else {
        assert_ok(s->context, gml_pass_gradient(pass, 0, &gradient));
    }
    note_bytes(s, gradient.values.data, gradient.values.rows * gradient.values.cols * sizeof(double));
    gml_pass_destroy(pass);
    gml_network_destroy(network);
}

/* ---- attributions ---- */

static void attribute(stage *s)
{
    gml_network *network = make_network(s, "4 -> 6 relu -> batchnorm -> 6 tanh -> residual -> 3 softmax", GML_F32);
    double values[SAMPLES * INPUTS] = {0};
    const gml_attribution_options options = {.method = s->variant, .baseline = sample_inputs()};
    ATTEMPT(s, network,
            gml_attribute(network, sample_inputs(), &options, gml_matrix_f64(values, SAMPLES, INPUTS), NULL));
    note_bytes(s, values, sizeof values);
    gml_network_destroy(network);
}

static void jacobian(stage *s)
{
    gml_network *network = make_network(s, deep, GML_F32);
    float values[SAMPLES * CLASSES * INPUTS] = {0};
    ATTEMPT(s, network,
            gml_network_jacobian(network, sample_inputs(), gml_matrix_f32(values, SAMPLES * CLASSES, INPUTS)));
    note_bytes(s, values, sizeof values);
    gml_network_destroy(network);
}

const operation network_operations[] = {
    {"gml_network_create", deep, create},
    {"gml_network_create", "{\"inputs\":2,\"layers\":[{\"type\":\"dense\",\"units\":2}]}", create},
    {"gml_network_measure", NULL, measure},
    {"gml_network_layer", NULL, layer},
    {"gml_network_block", NULL, block},
    {"gml_network_apply_activation", NULL, apply_of_network},
    {"gml_network_scale_to_data", NULL, scale_to_data},
    {"gml_network_initialize_to_data", NULL, initialize_to_data},
    {"gml_network_copy", NULL, copy},
    {"gml_network_fold", NULL, fold},
    {"gml_network_predict", NULL, predict},
    {"gml_network_check_samples", NULL, check_samples},
    {"gml_network_adapt", "classes", adapt},
    {"gml_network_adapt", "values", adapt},
    {"gml_network_set_input_scaling", "inputs", set_scaling},
    {"gml_network_set_output_scaling", "outputs", set_scaling},
    {"gml_network_adapt_with", NULL, adapt_with},
    {"gml_network_set_target_transform", NULL, set_target_transform},
    {"gml_network_set_output_limits", NULL, set_limits},
    {"gml_network_set_fact", "new", set_fact},
    {"gml_network_set_fact", "note", set_fact},
    {"gml_network_plan", NULL, plan},
    {"gml_pass_create", NULL, pass_create},
    {"gml_pass_forward", "forward", pass_run},
    {"gml_pass_backward", "backward", pass_run},
    {"gml_pass_gradient", "gradient", pass_run},
    {"gml_attribute", "gradient", attribute},
    {"gml_attribute", "integrated_gradients", attribute},
    {"gml_attribute", "relevance", attribute},
    {"gml_attribute", "occlusion", attribute},
    {"gml_attribute", "shapley", attribute},
    {"gml_attribute", "kernel_shap", attribute},
    {"gml_network_jacobian", NULL, jacobian},
    {NULL},
};
