/* tests/loss/custom_register.c - registering a loss checks the record, names it in messages, and leaks nothing. */
#include "custom_losses.h"
#include "faults.h"

TEST(messages_name_what_is_registered)
{
    gml_context *context = context_of(1), *other = test_context();
    gml_network *network = NULL, *single = NULL;
    gml_trainer *trainer = NULL;
    assert_ok(context, gml_network_create(context, "5 -> 3", NULL, &network));
    assert_ok(context, gml_network_create(context, "5 -> 1", NULL, &single));
    gml_train_options options = {.loss = "squarse"};
    assert_refused(context, gml_trainer_create(network, &options, &trainer), GML_ERROR_NAME, "did you mean \"squares\"",
                   NULL);
    options.loss = "power(q=2)";
    assert_refused(context, gml_trainer_create(network, &options, &trainer), GML_ERROR_NAME, "argument of power", NULL);
    options.loss = "power(p=9)";
    assert_refused(context, gml_trainer_create(network, &options, &trainer), GML_ERROR_ARGUMENT, "p is 9", NULL);
    options.loss = "numbers";
    assert_refused(context, gml_trainer_create(single, &options, &trainer), GML_ERROR_SHAPE, "numbers", NULL);
    double one = 1, value;
    assert_refused(other,
                   gml_loss_evaluate(other, "squares", gml_matrix_f64(&one, 1, 1), gml_matrix_f64(&one, 1, 1), &value,
                                     gml_matrix_none()),
                   GML_ERROR_NAME, "squares", NULL);
    gml_network_destroy(network);
    gml_network_destroy(single);
    gml_context_destroy(context);
    gml_context_destroy(other);
}

TEST(records_that_are_not_whole_and_names_that_are_taken_are_refused)
{
    gml_context *context = context_of(1);
    assert_refused(context, gml_register_loss(context, NULL), GML_ERROR_ARGUMENT, "`loss`", NULL);
    gml_custom_loss bad = {.entry = {.name = "bad"}};
    assert_refused(context, gml_register_loss(context, &bad), GML_ERROR_ARGUMENT, "a function", NULL);
    bad.function = squares.function;
    bad.entry.name = "4th";
    assert_refused(context, gml_register_loss(context, &bad), GML_ERROR_ARGUMENT, "a name begins", NULL);
    bad.entry.name = "huber";
    assert_refused(context, gml_register_loss(context, &bad), GML_ERROR_NAME, "loss \"huber\"",
                   "name is already in use", NULL);
    bad.entry.name = "power";
    assert_refused(context, gml_register_loss(context, &bad), GML_ERROR_NAME, "loss \"power\"",
                   "name is already in use", NULL);
    bad.entry.name = "adam"; /* is none of a loss */
    assert_ok(context, gml_register_loss(context, &bad));
    gml_context_destroy(context);
}

/* Registers, then trains a step and evaluates; the status of the first that fails. */
static gml_status use(gml_context *context, gml_network *network, const gml_custom_loss *record, const char *loss)
{
    float x[INPUTS] = {1, 2, 3, 4, 5}, y[OUTPUTS] = {1, 2, 3};
    gml_trainer *trainer = NULL;
    const gml_train_options options = {.loss = loss, .batch = 1};
    double value;
    gml_matrix targets = gml_matrix_f32(y, 1, OUTPUTS);
    gml_status status = record != NULL ? gml_register_loss(context, record) : GML_OK;
    if (status == GML_OK) {
        status = gml_trainer_create(network, &options, &trainer);
    }
    if (status == GML_OK) {
        status = gml_trainer_step(trainer, gml_matrix_f32(x, 1, INPUTS), targets, NULL);
    }
    gml_trainer_destroy(trainer);
    return status == GML_OK ? gml_loss_evaluate(context, loss, targets, targets, &value, gml_matrix_none()) : status;
}

TEST(without_memory_nothing_is_left_behind)
{
    faults hooks;
    gml_context *context = faulty_context(&hooks);
    gml_network *network = NULL;
    assert_ok(context, gml_network_create(context, "5 -> 3", NULL, &network));
    hooks.fail_at = hooks.allocations + 1;
    size_t live = hooks.live_bytes;
    assert_refused(context, use(context, network, &squares, "squares"), GML_ERROR_MEMORY, "loss", NULL);
    ck_assert_uint_eq(hooks.live_bytes, live);
    reset_faults(&hooks);
    assert_ok(context, use(context, network, &squares, "squares"));
    live = hooks.live_bytes;
    gml_status status = GML_ERROR_MEMORY;
    for (size_t at = 1; status != GML_OK; at++) {
        reset_faults(&hooks);
        hooks.fail_at = at;
        status = use(context, network, NULL, "squares");
        ck_assert(status == GML_OK || status == GML_ERROR_MEMORY);
        ck_assert_uint_eq(hooks.live_bytes, live);
        ck_assert_uint_lt(at, 20);
    }
    gml_network_destroy(network);
    gml_context_destroy(context);
    ck_assert_uint_eq(hooks.live_bytes, 0);
}

TEST(steps_allocate_nothing)
{
    faults hooks;
    gml_context *context = faulty_context(&hooks);
    gml_network *network = NULL;
    gml_trainer *trainer = NULL;
    float x[SAMPLES * INPUTS], y[SAMPLES * OUTPUTS];
    fill_data(x, y);
    register_all(context);
    assert_ok(context, gml_network_create(context, "5 -> 9 tanh -> 3", NULL, &network));
    const gml_train_options options = {.loss = "squares", .batch = SAMPLES};
    assert_ok(context, gml_trainer_create(network, &options, &trainer));
    const size_t allocations = hooks.allocations;
    for (size_t i = 0; i < 5; i++) {
        assert_ok(context, gml_trainer_step(trainer, gml_matrix_f32(x, SAMPLES, INPUTS),
                                            gml_matrix_f32(y, SAMPLES, OUTPUTS), NULL));
    }
    ck_assert_uint_eq(hooks.allocations, allocations);
    gml_trainer_destroy(trainer);
    gml_network_destroy(network);
    gml_context_destroy(context);
}
