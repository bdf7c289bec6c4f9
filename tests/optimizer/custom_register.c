/* tests/optimizer/custom_register.c - registering an optimizer checks the record, names it in messages, and leaks
 * nothing. */
#include "custom_optimizers.h"
#include "faults.h"

static void assert_call_refused(gml_context *context, const char *optimizer, gml_status status, const char *reason)
{
    gml_network *network = NULL;
    gml_trainer *trainer = NULL;
    const gml_train_options options = {.optimizer = optimizer};
    assert_ok(context, gml_network_create(context, "5 -> 3", NULL, &network));
    assert_refused(context, gml_trainer_create(network, &options, &trainer), status, reason, NULL);
    gml_network_destroy(network);
}

TEST(messages_name_what_is_registered)
{
    gml_context *context = context_of(1), *other = test_context();
    assert_call_refused(context, "my_adan", GML_ERROR_NAME, "did you mean \"my_adam\"");
    assert_call_refused(context, "my_adam(beta=1)", GML_ERROR_NAME, "argument of my_adam");
    assert_call_refused(context, "my_adam(beta1=2)", GML_ERROR_ARGUMENT, "beta1 is 2");
    assert_call_refused(context, "my_sgd(lr=0)", GML_ERROR_ARGUMENT, "lr is 0");
    assert_call_refused(other, "my_adam", GML_ERROR_NAME, "my_adam");
    gml_context_destroy(context);
    gml_context_destroy(other);
}

static void assert_record_refused(gml_context *context, gml_custom_optimizer bad, gml_status status, const char *reason)
{
    assert_refused(context, gml_register_optimizer(context, &bad), status, reason, NULL);
}

TEST(records_that_are_not_whole_and_names_that_are_taken_are_refused)
{
    gml_context *context = context_of(1);
    assert_refused(context, gml_register_optimizer(context, NULL), GML_ERROR_ARGUMENT, "`optimizer`", NULL);
    gml_custom_optimizer bad = my_momentum;
    bad.update = NULL;
    assert_record_refused(context, bad, GML_ERROR_ARGUMENT, "a function");
    bad = my_momentum;
    bad.states = GML_MAX_STATES + 1;
    assert_record_refused(context, bad, GML_ERROR_ARGUMENT, "4 arrays");
    bad = my_momentum;
    bad.entry.parameter_count = 0;
    assert_record_refused(context, bad, GML_ERROR_ARGUMENT, "\"lr\"");
    bad = my_momentum;
    bad.entry.parameters[0].name = "rate";
    assert_record_refused(context, bad, GML_ERROR_ARGUMENT, "\"lr\"");
    bad = my_momentum;
    bad.entry.parameters[0].minimum = 0;
    assert_record_refused(context, bad, GML_ERROR_ARGUMENT, "above 0");
    bad = my_momentum;
    bad.entry.name = "";
    assert_record_refused(context, bad, GML_ERROR_ARGUMENT, "a name begins");
    static const char *const taken[] = {"adam", "muon", "lbfgs", "my_adam"};
    for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++) {
        bad.entry.name = taken[i];
        assert_record_refused(context, bad, GML_ERROR_NAME, "name is already in use");
    }
    gml_context_destroy(context);
}

/* A trainer and a step. */
static gml_status use(gml_network *network, faults *hooks)
{
    float x[INPUTS] = {1, 2, 3, 4, 5}, y[OUTPUTS] = {1, 2, 3};
    gml_trainer *trainer = NULL;
    const gml_train_options options = {.optimizer = "my_adam", .batch = 1, .groups = "all(rate=0.5)"};
    gml_status status = gml_trainer_create(network, &options, &trainer);
    const size_t allocations = hooks->allocations;
    for (size_t i = 0; status == GML_OK && i < 5; i++) {
        status = gml_trainer_step(trainer, gml_matrix_f32(x, 1, INPUTS), gml_matrix_f32(y, 1, OUTPUTS), NULL);
    }
    ck_assert_uint_eq(hooks->allocations, allocations);
    gml_trainer_destroy(trainer);
    return status;
}

TEST(steps_allocate_nothing_and_without_memory_nothing_is_left_behind)
{
    faults hooks;
    gml_context *context = faulty_context(&hooks);
    gml_network *network = NULL;
    assert_ok(context, gml_network_create(context, "5 -> 3", NULL, &network));
    size_t live = hooks.live_bytes;
    hooks.fail_at = hooks.allocations + 1;
    assert_refused(context, gml_register_optimizer(context, &my_adam), GML_ERROR_MEMORY, "optimizer", NULL);
    ck_assert_uint_eq(hooks.live_bytes, live);
    reset_faults(&hooks);
    register_all(context);
    live = hooks.live_bytes;
    gml_status status = GML_ERROR_MEMORY;
    for (size_t at = 1; status != GML_OK; at++) {
        reset_faults(&hooks);
        hooks.fail_at = at;
        status = use(network, &hooks);
        ck_assert(status == GML_OK || status == GML_ERROR_MEMORY);
        ck_assert_uint_eq(hooks.live_bytes, live);
        ck_assert_uint_lt(at, 20);
    }
    gml_network_destroy(network);
    gml_context_destroy(context);
    ck_assert_uint_eq(hooks.live_bytes, 0);
}
