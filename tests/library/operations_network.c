/* tests/library/operations_network.c - operations on networks, and on rows of tables. */
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

static void apply(stage *s)
{
    double y[SAMPLES * INPUTS];
    ATTEMPT(s, NULL,
            gml_activation_apply(s->context, "prelu", sample_inputs(), gml_matrix_f64(y, SAMPLES, INPUTS),
                                 gml_matrix_none()));
    note_bytes(s, y, sizeof y);
}

static void scale_to_data(stage *s)
{
    gml_network *network = make_network(s, "4 -> 6 tanh -> 5 relu -> 3", GML_F32);
    ATTEMPT(s, network, gml_network_scale_to_data(network, sample_inputs()));
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

/* ---- rows of tables ---- */

static double absolute(void *user, const double *arguments, size_t outputs, const double *y, size_t targets,
                       const double *t, double *gradient)
{
    (void)user, (void)arguments, (void)targets;
    double sum = 0;
    for (size_t i = 0; i < outputs; i++) {
        sum += (y[i] - t[i]) * (y[i] - t[i]);
        if (gradient != NULL) {
            gradient[i] = 2 * (y[i] - t[i]);
        }
    }
    return sum;
}

static void twice(void *user, const double *arguments, size_t count, const double *x, double *y, double *slope)
{
    (void)user, (void)arguments;
    for (size_t i = 0; i < count; i++) {
        y[i] = 2 * x[i];
        if (slope != NULL) {
            slope[i] = 2;
        }
    }
}

static void plain_step(void *user, const gml_custom_step *step, size_t count, double *w, const double *g,
                       double *const *state)
{
    (void)user, (void)state;
    for (size_t i = 0; i < count; i++) {
        w[i] -= step->rate * g[i];
    }
}

static size_t one_sum(void *user, const double *arguments, const gml_metric_shape *shape)
{
    (void)user, (void)arguments, (void)shape;
    return 1;
}

static void add_weights(void *user, const double *arguments, const gml_metric_shape *shape,
                        const gml_metric_block *block, double *state)
{
    (void)user, (void)arguments, (void)shape;
    for (size_t i = 0; i < block->samples; i++) {
        state[0] += block->weights[i];
    }
}

static double first_of_state(void *user, const double *arguments, const gml_metric_shape *shape, double *state)
{
    (void)user, (void)arguments, (void)shape;
    return state[0];
}

static const gml_custom_metric own_metric = {
    .entry = {.name = "own_metric"}, .size = one_sum, .add = add_weights, .value = first_of_state};
static const gml_custom_loss own_loss = {.entry = {.name = "own_loss"}, .function = absolute};
static const gml_custom_activation own_activation = {.entry = {.name = "own_activation"}, .function = twice};
static const gml_custom_optimizer own_optimizer = {
    .entry = {.name = "own_optimizer", .parameters = {{"lr", 0.1, 1e-9, 10, "rate"}}, .parameter_count = 1},
    .update = plain_step};

/* In a context of its own, because what is registered stays. */
static void with_own_context(stage *s, gml_status use(gml_context *context))
{
    gml_context *own = NULL, *outer = s->context;
    assert_ok(s->context, gml_context_create(&s->context->hooks, &own, NULL, 0));
    s->context = own;
    ATTEMPT(s, NULL, use(own));
    s->context = outer;
    gml_context_destroy(own);
}

static gml_status register_activation(gml_context *context)
{
    return gml_register_activation(context, &own_activation);
}

static gml_status register_loss(gml_context *context)
{
    return gml_register_loss(context, &own_loss);
}

static gml_status register_metric(gml_context *context)
{
    return gml_register_metric(context, &own_metric);
}

static gml_status register_optimizer(gml_context *context)
{
    return gml_register_optimizer(context, &own_optimizer);
}

static void activation_of_users(stage *s)
{
    with_own_context(s, register_activation);
}

static void loss_of_users(stage *s)
{
    with_own_context(s, register_loss);
}

static void metric_of_users(stage *s)
{
    with_own_context(s, register_metric);
}

static void optimizer_of_users(stage *s)
{
    with_own_context(s, register_optimizer);
}

static void evaluate_loss(stage *s)
{
    gml_context *own = NULL, *outer = s->context;
    float y[SAMPLES * CLASSES], t[SAMPLES * CLASSES];
    double value = 0;
    memset(y, 0, sizeof y);
    memset(t, 0, sizeof t);
    assert_ok(s->context, gml_context_create(&s->context->hooks, &own, NULL, 0));
    assert_ok(own, gml_register_loss(own, &own_loss));
    s->context = own;
    ATTEMPT(s, NULL,
            gml_loss_evaluate(own, s->variant, gml_matrix_f32(y, SAMPLES, CLASSES), gml_matrix_f32(t, SAMPLES, CLASSES),
                              &value, gml_matrix_none()));
    note_bytes(s, &value, sizeof value);
    s->context = outer;
    gml_context_destroy(own);
}

static void check_call(stage *s)
{
    ATTEMPT(s, NULL, gml_call_check(s->context, "optimizer", "adam(lr=0.1)"));
}

static void read_call(stage *s)
{
    gml_call_view view;
    memset(&view, 0, sizeof view);
    ATTEMPT(s, NULL, gml_call_read(s->context, "effect", "permutation(repeats=3)", &view));
    note_bytes(s, view.values, sizeof view.values);
}

static void schedule_rate(stage *s)
{
    double rate = 0;
    ATTEMPT(s, NULL, gml_schedule_rate(s->context, "cosine(warmup=3)", 0.1, 5, 20, 10, &rate));
    note_bytes(s, &rate, sizeof rate);
}

static void context_create(stage *s)
{
    gml_context *made = NULL;
    char message[256] = "";
    gml_context_options options = s->context->hooks;
    begin_attempt(s, NULL);
    end_attempt(s, gml_context_create(&options, &made, message, sizeof message), s->context, NULL);
    strcpy(s->message, message);
    s->again = s->status == GML_OK ? GML_OK : gml_context_create(&options, &made, message, sizeof message);
    gml_context_destroy(made);
}

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
    {"gml_context_create", NULL, context_create},
    {"gml_network_create", deep, create},
    {"gml_network_create", "{\"inputs\":2,\"layers\":[{\"type\":\"dense\",\"units\":2}]}", create},
    {"gml_network_measure", NULL, measure},
    {"gml_network_layer", NULL, layer},
    {"gml_network_block", NULL, block},
    {"gml_network_apply_activation", NULL, apply_of_network},
    {"gml_activation_apply", NULL, apply},
    {"gml_network_scale_to_data", NULL, scale_to_data},
    {"gml_network_copy", NULL, copy},
    {"gml_network_fold", NULL, fold},
    {"gml_network_predict", NULL, predict},
    {"gml_network_check_samples", NULL, check_samples},
    {"gml_network_adapt", "classes", adapt},
    {"gml_network_adapt", "values", adapt},
    {"gml_network_set_input_scaling", "inputs", set_scaling},
    {"gml_network_set_output_scaling", "outputs", set_scaling},
    {"gml_network_set_fact", "new", set_fact},
    {"gml_network_set_fact", "note", set_fact},
    {"gml_network_plan", NULL, plan},
    {"gml_pass_create", NULL, pass_create},
    {"gml_pass_forward", "forward", pass_run},
    {"gml_pass_backward", "backward", pass_run},
    {"gml_pass_gradient", "gradient", pass_run},
    {"gml_register_activation", NULL, activation_of_users},
    {"gml_register_loss", NULL, loss_of_users},
    {"gml_register_metric", NULL, metric_of_users},
    {"gml_register_optimizer", NULL, optimizer_of_users},
    {"gml_loss_evaluate", "mean_squared_error", evaluate_loss},
    {"gml_loss_evaluate", "own_loss", evaluate_loss},
    {"gml_call_check", NULL, check_call},
    {"gml_call_read", NULL, read_call},
    {"gml_schedule_rate", NULL, schedule_rate},
    {"gml_attribute", "gradient", attribute},
    {"gml_attribute", "integrated_gradients", attribute},
    {"gml_attribute", "relevance", attribute},
    {"gml_attribute", "occlusion", attribute},
    {"gml_attribute", "shapley", attribute},
    {"gml_attribute", "kernel_shap", attribute},
    {"gml_network_jacobian", NULL, jacobian},
    {NULL},
};
