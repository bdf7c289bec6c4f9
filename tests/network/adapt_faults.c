/* tests/network/adapt_faults.c - a call that fails changes nothing of what a network knows of its data. */
#include <math.h>
#include <stdlib.h>

#include "faults.h"
#include "harness.h"
#include "model_case.h"

enum { ROWS = 6, INPUTS = 2 };

/* A network that was adapted to named data and has facts, a copy of it, and a dataset of other values. */
typedef struct fixture {
    faults faults;
    gml_context *context;
    gml_network *network, *twin;
    gml_dataset *data;
    double inputs[ROWS * INPUTS], targets[ROWS * 2]; /* of the dataset */
} fixture;

static fixture *set_up(const char *description, size_t targets)
{
    fixture *f = calloc(1, sizeof *f);
    ck_assert_ptr_nonnull(f);
    f->context = faulty_context(&f->faults);
    for (size_t i = 0; i < ROWS * INPUTS; i++) {
        f->inputs[i] = (double)(i * i);
        f->targets[i] = 100 - (double)(i * i * i);
    }
    char *names[] = {"height", "width"};
    gml_schema schema = {.task = GML_TASK_REGRESSION, .features = 2, .targets = targets, .feature_names = names};
    schema.target_name = "area";
    assert_ok(f->context, gml_network_create(f->context, description, NULL, &f->network));
    assert_ok(f->context, gml_network_set_schema(f->network, &schema));
    assert_ok(f->context, gml_network_set_input_scaling(f->network, (double[]){1, 2}, (double[]){3, 4}));
    assert_ok(f->context, gml_network_set_output_scaling(f->network, (double[]){5, 6}, (double[]){7, 8}));
    assert_ok(f->context, gml_network_set_fact(f->network, "note", "as it was"));
    assert_ok(f->context, gml_network_copy(f->network, GML_F32, &f->twin));
    assert_ok(f->context,
              gml_dataset_from_matrices(f->context, gml_matrix_f64(f->inputs, ROWS, INPUTS),
                                        gml_matrix_f64(f->targets, ROWS, targets), GML_TASK_REGRESSION, &f->data));
    return f;
}

static void tear_down(fixture *f)
{
    gml_dataset_destroy(f->data);
    gml_network_destroy(f->twin);
    gml_network_destroy(f->network);
    gml_context_destroy(f->context);
    ck_assert_uint_eq(f->faults.live_bytes, 0);
    free(f);
}

/* ---- memory that runs out ---- */

static gml_status adapt(fixture *f)
{
    return gml_network_adapt(f->network, f->data, GML_SCALING_STANDARD);
}

static gml_status adapt_unscaled(fixture *f)
{
    return gml_network_adapt(f->network, f->data, GML_SCALING_NONE);
}

static gml_status set_inputs(fixture *f)
{
    return gml_network_set_input_scaling(f->network, (double[]){-1, -2}, NULL);
}

static gml_status set_outputs(fixture *f)
{
    return gml_network_set_output_scaling(f->network, NULL, (double[]){-3, -4});
}

static gml_status add_fact(fixture *f)
{
    return gml_network_set_fact(f->network, "another", "text");
}

static gml_status replace_fact(fixture *f)
{
    return gml_network_set_fact(f->network, "note", "as it is from now on, which takes more room");
}

static void fail_each_allocation(const char *description, size_t targets, gml_status (*change)(fixture *f))
{
    fixture *f = set_up(description, targets);
    gml_status status = GML_ERROR_MEMORY;
    size_t before = f->faults.live_bytes, failures = 0;
    while (status != GML_OK) {
        reset_faults(&f->faults);
        f->faults.fail_at = ++failures;
        status = change(f);
        if (status != GML_OK) {
            ck_assert_int_eq(status, GML_ERROR_MEMORY);
            ck_assert_uint_eq(f->faults.live_bytes, before);
            assert_same_network(f->network, f->twin);
        }
        ck_assert_uint_lt(failures, 100);
    }
    ck_assert_uint_gt(failures, 1); /* the last of them did not come */
    tear_down(f);
}

TEST(memory_that_runs_out_changes_nothing)
{
    gml_status (*const changes[])(fixture *) = {adapt, adapt_unscaled, set_inputs, set_outputs, add_fact, replace_fact};
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        fail_each_allocation("2 -> 3 tanh -> 2", 2, changes[i]);
        fail_each_allocation("2 -> 3 tanh -> 2", 1, changes[i]); /* a mean and a variance */
    }
}

/* ---- numbers that are refused ---- */

TEST(a_number_that_is_refused_changes_nothing)
{
    fixture *f = set_up("2 -> 3 tanh -> 2", 2);
    const double bad[] = {1, NAN}, good[] = {1, 2}, none[] = {1, 0};
    double *const places[] = {&f->inputs[3], &f->targets[5]};
    for (size_t i = 0; i < 2; i++) {
        double kept = *places[i];
        *places[i] = INFINITY;
        assert_refused(f->context, adapt(f), GML_ERROR_DATA, i == 0 ? "input" : "target", NULL);
        assert_same_network(f->network, f->twin);
        *places[i] = kept;
    }
    assert_refused(f->context, gml_network_set_input_scaling(f->network, good, bad), GML_ERROR_DATA, NULL);
    assert_refused(f->context, gml_network_set_output_scaling(f->network, bad, good), GML_ERROR_DATA, NULL);
    assert_refused(f->context, gml_network_set_output_scaling(f->network, good, none), GML_ERROR_DATA, NULL);
    assert_refused(f->context, gml_network_adapt(f->network, f->data, (gml_scaling_kind)77), GML_ERROR_ARGUMENT, NULL);
    assert_same_network(f->network, f->twin);
    tear_down(f);
}

TEST(data_without_targets_leaves_the_outputs_as_they_are)
{
    fixture *f = set_up("2 -> 3 tanh -> 2", 2);
    gml_dataset *inputs_alone = NULL;
    assert_ok(f->context, gml_dataset_from_matrices(f->context, gml_matrix_f64(f->inputs, ROWS, INPUTS),
                                                    gml_matrix_none(), GML_TASK_AUTO, &inputs_alone));
    assert_ok(f->context, gml_network_adapt(f->network, inputs_alone, GML_SCALING_STANDARD));
    ck_assert_double_eq(gml_network_output_scaling(f->network).scale[1], 8);
    ck_assert_double_eq(f->network->target.scale[1], 0.125);
    ck_assert_double_ne(gml_network_input_scaling(f->network).scale[1], 4);
    gml_dataset_destroy(inputs_alone);
    tear_down(f);
}

int main(void)
{
    return run_tests("adapt_faults", 60);
}
