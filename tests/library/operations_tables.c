/* tests/library/operations_tables.c - contexts, and rows of tables: calls, what users register. */
#include <string.h>

#include "harness.h"
#include "operations.h"

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

static void apply(stage *s)
{
    double y[SAMPLES * INPUTS];
    ATTEMPT(s, NULL,
            gml_activation_apply(s->context, "prelu", sample_inputs(), gml_matrix_f64(y, SAMPLES, INPUTS),
                                 gml_matrix_none()));
    note_bytes(s, y, sizeof y);
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

/* ---- registered rows ---- */

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

const operation table_operations[] = {
    {"gml_context_create", NULL, context_create},
    {"gml_activation_apply", NULL, apply},
    {"gml_register_activation", NULL, activation_of_users},
    {"gml_register_loss", NULL, loss_of_users},
    {"gml_register_metric", NULL, metric_of_users},
    {"gml_register_optimizer", NULL, optimizer_of_users},
    {"gml_loss_evaluate", "mean_squared_error", evaluate_loss},
    {"gml_loss_evaluate", "own_loss", evaluate_loss},
    {"gml_call_check", NULL, check_call},
    {"gml_call_read", NULL, read_call},
    {"gml_schedule_rate", NULL, schedule_rate},
    {NULL},
};
