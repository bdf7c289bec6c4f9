/* tests/layer/custom_register.c - registering an activation checks the record, copies it, and leaks nothing. */
#include <math.h>
#include <string.h>

#include "custom_activations.h"
#include "faults.h"

TEST(the_record_is_copied_with_its_texts)
{
    gml_context *context = test_context();
    char name[] = "mine", argument[] = "a";
    gml_custom_activation mine = {
        .entry = {.name = name, .parameters = {{argument, 2, 0, 3, NULL, NULL}}, .parameter_count = 1},
        .user = wave.user,
        .function = wave.function};
    assert_ok(context, gml_register_activation(context, &mine));
    name[0] = argument[0] = 'z';
    memset(&mine, 0, sizeof mine);
    gml_network *network = NULL;
    assert_ok(context, gml_network_create(context, "5 -> 4 mine(a=1) -> 2", NULL, &network));
    gml_network_destroy(network);
    gml_context_destroy(context);
}

static void assert_name_refused(gml_context *context, const char *name, gml_status status, const char *reason)
{
    gml_custom_activation bad = my_tanh;
    bad.entry.name = name;
    assert_refused(context, gml_register_activation(context, &bad), status, reason, NULL);
}

TEST(names_that_are_taken_or_not_well_formed_are_refused)
{
    gml_context *context = context_of(1);
    static const char *const malformed[] = {NULL,   "",      "4th",        "a b",
                                            "a(b)", "_tanh", "gl\xc3\xbc", "a_name_that_is_far_too_long_to_be"};
    for (size_t i = 0; i < sizeof malformed / sizeof malformed[0]; i++) {
        assert_name_refused(context, malformed[i], GML_ERROR_ARGUMENT, "a name begins with a letter");
    }
    static const char *const taken[] = {"relu", "prelu", "dropout", "my_tanh"};
    for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++) {
        assert_name_refused(context, taken[i], GML_ERROR_NAME, "name is already in use");
    }
    gml_context_destroy(context);
}

static void assert_parameter_refused(gml_context *context, gml_parameter parameter, const char *reason)
{
    gml_custom_activation bad = wave;
    bad.entry.name = "bad";
    bad.entry.parameters[1] = parameter;
    bad.entry.parameter_count = 2;
    assert_refused(context, gml_register_activation(context, &bad), GML_ERROR_ARGUMENT, "\"bad\"", reason, NULL);
}

TEST(records_that_are_not_whole_are_refused)
{
    gml_context *context = context_of(1);
    assert_refused(context, gml_register_activation(context, NULL), GML_ERROR_ARGUMENT, "`activation`", NULL);
    gml_custom_activation bad = {.entry = {.name = "bad"}, .function_f32 = run_tanh_f32};
    assert_refused(context, gml_register_activation(context, &bad), GML_ERROR_ARGUMENT, "function in double", NULL);
    bad.function = my_tanh.function;
    bad.initializer = "he_unifrom";
    assert_refused(context, gml_register_activation(context, &bad), GML_ERROR_NAME, "he_uniform", NULL);
    bad.initializer = NULL;
    bad.entry.parameter_count = GML_MAX_PARAMETERS + 1;
    assert_refused(context, gml_register_activation(context, &bad), GML_ERROR_ARGUMENT, "9 arguments", NULL);
    assert_parameter_refused(context, (gml_parameter){"omega", 1, 0, 2, NULL, NULL}, "twice");
    assert_parameter_refused(context, (gml_parameter){"a=b", 1, 0, 2, NULL, NULL}, "a name begins");
    assert_parameter_refused(context, (gml_parameter){"a", 3, 0, 2, NULL, NULL}, "from its minimum");
    assert_parameter_refused(context, (gml_parameter){"a", 1, 0, INFINITY, NULL, NULL}, "finite");
    gml_network *network = NULL;
    assert_refused(context, gml_network_create(context, "5 -> 2 bad", NULL, &network), GML_ERROR_NAME, "bad", NULL);
    gml_context_destroy(context);
}

TEST(without_memory_nothing_is_registered_and_nothing_leaks)
{
    faults hooks;
    gml_context *context = faulty_context(&hooks);
    const size_t live = hooks.live_bytes;
    hooks.fail_at = hooks.allocations + 1;
    assert_refused(context, gml_register_activation(context, &wave), GML_ERROR_MEMORY, "activation", NULL);
    ck_assert_uint_eq(hooks.live_bytes, live);
    reset_faults(&hooks);
    assert_ok(context, gml_register_activation(context, &wave));
    assert_ok(context, gml_register_activation(context, &my_tanh));
    gml_context_destroy(context);
    ck_assert_uint_eq(hooks.live_bytes, 0);
}

TEST(what_is_registered_is_known_to_its_context_alone)
{
    gml_context *context = context_of(1), *other = test_context();
    gml_network *network = NULL;
    assert_refused(other, gml_network_create(other, "5 -> 2 wave", NULL, &network), GML_ERROR_NAME, "wave", NULL);
    gml_context_destroy(context);
    gml_context_destroy(other);
}
