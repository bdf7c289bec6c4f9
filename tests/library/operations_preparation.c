/* tests/library/operations_preparation.c - columns of several kinds and their preparation. */
#include <string.h>

#include "harness.h"
#include "operations.h"

static const char *const levels[] = {"low", "middle", "high"};
static const gml_column columns[INPUTS] = {{.kind = GML_COLUMN_NUMBER},
                                           {.kind = GML_COLUMN_CATEGORY, .levels = levels, .level_count = 3, 0},
                                           {.kind = GML_COLUMN_DATE},
                                           {.kind = GML_COLUMN_NUMBER}};

/* The samples of the other rows, with codes in the second column. */
static gml_dataset_parts parts_of(double x[SAMPLES * INPUTS])
{
    memcpy(x, sample_inputs().data, SAMPLES * INPUTS * sizeof *x);
    for (size_t i = 0; i < SAMPLES; i++) {
        x[i * INPUTS + 1] = (double)(i % 4);
    }
    return (gml_dataset_parts){.inputs = gml_matrix_f64(x, SAMPLES, INPUTS), .columns = columns};
}

static void create(stage *s)
{
    double x[SAMPLES * INPUTS];
    const gml_dataset_parts parts = parts_of(x);
    gml_dataset *data = NULL;
    ATTEMPT(s, NULL, gml_dataset_create(s->context, &parts, &data));
    note_dataset(s, data);
    gml_dataset_destroy(data);
}

static void column(stage *s)
{
    double x[SAMPLES * INPUTS];
    const gml_dataset_parts parts = parts_of(x);
    gml_dataset *data = NULL;
    gml_column view = {0};
    assert_ok(s->context, gml_dataset_create(s->context, &parts, &data));
    ATTEMPT(s, NULL, gml_dataset_column(data, 1, &view));
    note_bytes(s, view.levels[2], strlen(view.levels[2]));
    gml_dataset_destroy(data);
}

static gml_dataset *make_mixed(stage *s, double x[SAMPLES * INPUTS])
{
    const gml_dataset_parts parts = parts_of(x);
    gml_dataset *data = NULL;
    assert_ok(s->context, gml_dataset_create(s->context, &parts, &data));
    return data;
}

static void fit(stage *s)
{
    double x[SAMPLES * INPUTS], y[SAMPLES * 64];
    gml_dataset *data = make_mixed(s, x);
    gml_preparation *made = NULL;
    ATTEMPT(s, NULL, gml_preparation_fit(s->context, data, s->variant, &made));
    const size_t inputs = gml_preparation_inputs(made);
    assert_ok(s->context,
              gml_preparation_apply(made, gml_matrix_f64(x, SAMPLES, INPUTS), gml_matrix_f64(y, SAMPLES, inputs)));
    note_bytes(s, y, SAMPLES * inputs * sizeof *y);
    gml_preparation_destroy(made);
    gml_dataset_destroy(data);
}

typedef gml_status using(const gml_preparation *preparation, gml_matrix columns, gml_matrix inputs);

static void use(stage *s, using *call)
{
    double x[SAMPLES * INPUTS], y[SAMPLES * 64];
    gml_dataset *data = make_mixed(s, x);
    gml_preparation *made = NULL;
    assert_ok(s->context, gml_preparation_fit(s->context, data, NULL, &made));
    const size_t inputs = gml_preparation_inputs(made);
    ATTEMPT(s, NULL, call(made, gml_matrix_f64(x, SAMPLES, INPUTS), gml_matrix_f64(y, SAMPLES, inputs)));
    note_bytes(s, y, SAMPLES * inputs * sizeof *y);
    gml_preparation_destroy(made);
    gml_dataset_destroy(data);
}

static void apply(stage *s)
{
    use(s, gml_preparation_apply);
}

static void slopes(stage *s)
{
    use(s, gml_preparation_slopes);
}

static void input(stage *s)
{
    double x[SAMPLES * INPUTS];
    gml_dataset *data = make_mixed(s, x);
    gml_preparation *made = NULL;
    gml_prepared_input view;
    memset(&view, 0, sizeof view);
    assert_ok(s->context, gml_preparation_fit(s->context, data, NULL, &made));
    ATTEMPT(s, NULL, gml_preparation_input(made, 3, &view));
    note_bytes(s, &view, sizeof view);
    gml_preparation_destroy(made);
    gml_dataset_destroy(data);
}

/* ---- in a network ---- */

/* A network adapted to the mixed data, with its preparation. */
static gml_network *make_prepared(stage *s, const gml_dataset *data)
{
    gml_preparation *made = NULL;
    gml_network *network = NULL;
    assert_ok(s->context, gml_preparation_fit(s->context, data, NULL, &made));
    assert_ok(s->context, gml_network_create(s->context, "11 -> 5 tanh -> 1", NULL, &network));
    assert_ok(s->context, gml_network_set_preparation(network, made));
    assert_ok(s->context, gml_network_adapt(network, data, GML_SCALING_NONE));
    gml_preparation_destroy(made);
    return network;
}

static void set_preparation(stage *s)
{
    double x[SAMPLES * INPUTS];
    gml_dataset *data = make_mixed(s, x);
    gml_preparation *made = NULL;
    gml_network *network = NULL;
    assert_ok(s->context, gml_preparation_fit(s->context, data, NULL, &made));
    assert_ok(s->context, gml_network_create(s->context, "11 -> 5 tanh -> 1", NULL, &network));
    ATTEMPT(s, network, gml_network_set_preparation(network, made));
    note_network(s, network);
    gml_network_destroy(network);
    gml_preparation_destroy(made);
    gml_dataset_destroy(data);
}

static void adapt(stage *s)
{
    double x[SAMPLES * INPUTS];
    gml_dataset *data = make_mixed(s, x);
    gml_network *network = make_prepared(s, data);
    ATTEMPT(s, network, gml_network_adapt(network, data, GML_SCALING_AUTO));
    note_network(s, network);
    gml_network_destroy(network);
    gml_dataset_destroy(data);
}

static void copy(stage *s)
{
    double x[SAMPLES * INPUTS];
    gml_dataset *data = make_mixed(s, x);
    gml_network *network = make_prepared(s, data), *made = NULL;
    ATTEMPT(s, network, gml_network_copy(network, GML_F64, &made));
    note_network(s, made);
    gml_network_destroy(made);
    gml_network_destroy(network);
    gml_dataset_destroy(data);
}

static void pass(stage *s)
{
    double x[SAMPLES * INPUTS];
    float y[SAMPLES], dx[SAMPLES * INPUTS];
    gml_dataset *data = make_mixed(s, x);
    gml_network *network = make_prepared(s, data);
    gml_pass *made = NULL;
    const gml_matrix out = gml_matrix_f32(y, SAMPLES, 1);
    assert_ok(s->context, gml_pass_create(network, SAMPLES, &made));
    ATTEMPT(s, network, gml_pass_forward(made, gml_matrix_f64(x, SAMPLES, INPUTS), out));
    assert_ok(s->context, gml_pass_backward(made, out, gml_matrix_f32(dx, SAMPLES, INPUTS)));
    note_bytes(s, dx, sizeof dx);
    gml_pass_destroy(made);
    gml_network_destroy(network);
    gml_dataset_destroy(data);
}

static void jacobian(stage *s)
{
    double x[SAMPLES * INPUTS];
    float dx[SAMPLES * INPUTS];
    gml_dataset *data = make_mixed(s, x);
    gml_network *network = make_prepared(s, data);
    ATTEMPT(s, network,
            gml_network_jacobian(network, gml_matrix_f64(x, SAMPLES, INPUTS), gml_matrix_f32(dx, SAMPLES, INPUTS)));
    note_bytes(s, dx, sizeof dx);
    gml_network_destroy(network);
    gml_dataset_destroy(data);
}

static void attribute(stage *s)
{
    double x[SAMPLES * INPUTS], a[SAMPLES * INPUTS];
    gml_dataset *data = make_mixed(s, x);
    gml_network *network = make_prepared(s, data);
    const gml_attribution_options options = {.method = s->variant};
    ATTEMPT(
        s, network,
        gml_attribute(network, gml_matrix_f64(x, SAMPLES, INPUTS), &options, gml_matrix_f64(a, SAMPLES, INPUTS), NULL));
    note_bytes(s, a, sizeof a);
    gml_network_destroy(network);
    gml_dataset_destroy(data);
}

static void weights(stage *s)
{
    double x[SAMPLES * INPUTS], w[INPUTS];
    gml_dataset *data = make_mixed(s, x);
    gml_network *network = make_prepared(s, data);
    ATTEMPT(s, network, gml_connection_weights(network, gml_matrix_f64(w, INPUTS, 1)));
    note_bytes(s, w, sizeof w);
    gml_network_destroy(network);
    gml_dataset_destroy(data);
}

static void grid(stage *s)
{
    double x[SAMPLES * INPUTS], values[2];
    size_t count = 0;
    gml_dataset *data = make_mixed(s, x);
    ATTEMPT(s, NULL, gml_effect_grid(data, 1, &(gml_grid_options){.points = 2}, values, &count));
    note_bytes(s, values, count * sizeof *values);
    gml_dataset_destroy(data);
}

const operation preparation_operations[] = {
    {"gml_dataset_create", "columns", create},
    {"gml_dataset_column", NULL, column},
    {"gml_preparation_fit", NULL, fit},
    {"gml_preparation_fit", "category -> one_hot(levels=2); number -> quantile(quantiles=3); 4 -> impute -> robust",
     fit},
    {"gml_preparation_apply", NULL, apply},
    {"gml_preparation_slopes", NULL, slopes},
    {"gml_preparation_input", NULL, input},
    {"gml_network_set_preparation", NULL, set_preparation},
    {"gml_network_adapt", "columns", adapt},
    {"gml_network_copy", "preparation", copy},
    {"gml_pass_forward", "preparation", pass},
    {"gml_network_jacobian", "preparation", jacobian},
    {"gml_attribute", "gradient", attribute},
    {"gml_attribute", "integrated_gradients", attribute},
    {"gml_attribute", "shapley", attribute},
    {"gml_connection_weights", "preparation", weights},
    {"gml_effect_grid", "category", grid},
    {NULL},
};
