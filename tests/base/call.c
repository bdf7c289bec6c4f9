/* tests/base/call.c - calls such as "leaky_relu(slope=0.2)": reading, refusing, writing. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/call.h"
#include "harness.h"

static const char *colour(size_t index)
{
    static const char *const words[] = {"red", "green", "blue"};
    return index < 3 ? words[index] : NULL;
}

static const gml_entry sample[] = {
    {.name = "plain"},
    {.name = "curve",
     .parameters = {{"slope", 0.01, 0, 10, "m"}, {"rate", 0.5, GML_ABOVE_0, GML_BELOW_1, "m"}},
     .parameter_count = 2},
    {.name = "paint",
     .parameters = {{"colour", 1, 0, 2, "m", colour}, {"thickness", 2, 0, 10, "m"}},
     .parameter_count = 2},
};

static const gml_entry *sample_entry(size_t index)
{
    return index < 3 ? &sample[index] : NULL;
}

static gml_status parse(gml_context *context, const char *text, gml_call *call)
{
    return gml_call_parse(context, "thing", sample_entry, text, strlen(text), call);
}

TEST(arguments_left_out_take_their_defaults)
{
    gml_context *context = test_context();
    gml_call call;
    assert_ok(context, parse(context, "curve", &call));
    ck_assert_uint_eq(call.row, 1);
    ck_assert_ptr_eq(call.entry, &sample[1]);
    ck_assert_double_eq(call.values[0], 0.01);
    ck_assert_double_eq(call.values[1], 0.5);
    gml_context_destroy(context);
}

TEST(arguments_are_read_in_any_order_with_spaces_anywhere)
{
    static const char *const texts[] = {"curve(slope=2,rate=0.25)", " curve ( rate = 0.25 , slope = 2 ) ",
                                        "curve(\trate=2.5e-1,\nslope=2.0)"};
    gml_context *context = test_context();
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        gml_call call;
        assert_ok(context, parse(context, texts[i], &call));
        ck_assert_double_eq(call.values[0], 2);
        ck_assert_double_eq(call.values[1], 0.25);
    }
    gml_call call;
    assert_ok(context, parse(context, "plain()", &call));
    gml_context_destroy(context);
}

TEST(an_unknown_name_gets_the_nearest_and_the_list)
{
    gml_context *context = test_context();
    gml_call call;
    assert_refused(context, parse(context, "curv", &call), GML_ERROR_NAME, "thing: there is no thing \"curv\"",
                   "did you mean \"curve\"", "plain, curve, paint", NULL);
    assert_refused(context, parse(context, "  xyz(slope=1)", &call), GML_ERROR_NAME, "character 3",
                   "\"xyz\"; there are", NULL);
    gml_context_destroy(context);
}

TEST(a_name_is_near_whatever_its_case_and_its_hyphens)
{
    gml_context *context = test_context();
    gml_call call;
    assert_refused(context, parse(context, "CURVE", &call), GML_ERROR_NAME, "did you mean \"curve\"", NULL);
    assert_refused(context, gml_call_check(context, "activation", "ReLU"), GML_ERROR_NAME,
                   "activation: there is no activation \"ReLU\"; did you mean \"relu\"?", NULL);
    assert_refused(context, gml_call_check(context, "activation", "Leaky-ReLU(slope=0.1)"), GML_ERROR_NAME,
                   "\"Leaky-ReLU\"; did you mean \"leaky_relu\"?", NULL);
    gml_context_destroy(context);
}

TEST(calls_of_every_table_are_checked_by_themselves)
{
    static const char *const good[][2] = {{"activation", "leaky_relu(slope=0.2)"},
                                          {"activation", "prelu(per=unit)"},
                                          {"initializer", "he_normal"},
                                          {"loss", "huber(delta=2)"},
                                          {"optimizer", "adam(lr=0.1)"},
                                          {"schedule", "cosine(warmup=5)"},
                                          {"average", "ema"},
                                          {"group", "weights(rate=0.1)"}};
    gml_context *context = test_context();
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        char none[64];
        assert_ok(context, gml_call_check(context, good[i][0], good[i][1]));
        snprintf(none, sizeof none, "there is no %s \"none_such\"", good[i][0]);
        assert_refused(context, gml_call_check(context, good[i][0], "none_such"), GML_ERROR_NAME, none, NULL);
    }
    gml_call_view view;
    assert_ok(context, gml_call_read(context, "effect", "permutation(level=0.5)", &view));
    ck_assert_str_eq(view.entry->name, "permutation");
    ck_assert(view.values[0] == 5 && view.values[2] == 0.5);
    assert_refused(context, gml_call_read(context, "layer", "dense", &view), GML_ERROR_ARGUMENT, "\"layer\"", NULL);
    assert_refused(context, gml_call_check(context, "loss", "huber(delta=-1)"), GML_ERROR_ARGUMENT,
                   "loss, character 7: delta is -1", NULL);
    assert_refused(context, gml_call_check(context, "layer", "dense"), GML_ERROR_ARGUMENT, "\"layer\"", NULL);
    assert_refused(context, gml_call_check(context, NULL, "relu"), GML_ERROR_ARGUMENT, "needed", NULL);
    assert_refused(context, gml_call_check(context, "loss", NULL), GML_ERROR_ARGUMENT, "needed", NULL);
    ck_assert_int_eq(gml_call_check(NULL, "loss", "huber"), GML_ERROR_ARGUMENT);
    gml_context_destroy(context);
}

TEST(the_nearest_of_some_names_is_found)
{
    static const char *const names[] = {"train", "predict", "info", NULL};
    ck_assert_str_eq(gml_name_nearest("trian", names), "train");
    ck_assert_str_eq(gml_name_nearest("PREDICTS", names), "predict");
    ck_assert_ptr_null(gml_name_nearest("xyzw", names));
    ck_assert_ptr_null(gml_name_nearest("", names));
    ck_assert_ptr_null(gml_name_nearest(NULL, names));
    ck_assert_ptr_null(gml_name_nearest("info", NULL));
}

TEST(an_unknown_argument_gets_the_nearest_and_the_list)
{
    gml_context *context = test_context();
    gml_call call;
    assert_refused(context, parse(context, "curve(slop=1)", &call), GML_ERROR_NAME, "character 7", "\"slop\"",
                   "did you mean \"slope\"", "slope, rate", NULL);
    assert_refused(context, parse(context, "plain(slope=1)", &call), GML_ERROR_NAME, "argument of plain", NULL);
    gml_context_destroy(context);
}

TEST(a_value_outside_its_range_is_refused_with_the_range)
{
    gml_context *context = test_context();
    gml_call call;
    assert_refused(context, parse(context, "curve(slope=-1)", &call), GML_ERROR_ARGUMENT, "character 7", "slope is -1",
                   "at least 0 and at most 10", NULL);
    assert_refused(context, parse(context, "curve(slope=10.5)", &call), GML_ERROR_ARGUMENT, "slope is 10.5", NULL);
    assert_refused(context, parse(context, "curve(rate=0)", &call), GML_ERROR_ARGUMENT, "above 0 and below 1", NULL);
    assert_refused(context, parse(context, "curve(rate=1)", &call), GML_ERROR_ARGUMENT, "rate is 1", NULL);
    assert_refused(context, parse(context, "curve(slope=nan)", &call), GML_ERROR_ARGUMENT, "slope is nan", NULL);
    assert_refused(context, parse(context, "curve(slope=inf)", &call), GML_ERROR_ARGUMENT, "slope is inf", NULL);
    assert_ok(context, parse(context, "curve(slope=0)", &call));
    assert_ok(context, parse(context, "curve(slope=10)", &call));
    gml_context_destroy(context);
}

TEST(bad_form_is_refused_at_its_character)
{
    static const struct {
        const char *text, *place, *expected;
    } cases[] = {
        {"", "thing: ", "expected a name, found the end"},
        {"(slope=1)", "thing: ", "expected a name, found \"(slope=1)\""},
        {"curve(", "character 7", "expected the name of an argument, found the end"},
        {"curve(slope", "character 12", "expected \"=\" and a number, found the end"},
        {"curve(slope)", "character 12", "expected \"=\" and a number"},
        {"curve(slope=)", "character 13", "expected a number, found \")\""},
        {"curve(slope=x)", "character 13", "expected a number, found \"x)\""},
        {"curve(slope=0x1)", "character 13", "expected a number"},
        {"curve(slope=1", "character 14", "expected \",\" or \")\", found the end"},
        {"curve(slope=1,)", "character 15", "expected the name of an argument"},
        {"curve(slope=1) x", "character 16", "the end, found \"x\""},
        {"curve x", "character 7", "the end, found \"x\""},
        {"curve(slope=1, slope=2)", "character 16", "slope is given twice"},
    };
    gml_context *context = test_context();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        gml_call call;
        assert_refused(context, parse(context, cases[i].text, &call), GML_ERROR_ARGUMENT, cases[i].place,
                       cases[i].expected, NULL);
    }
    gml_context_destroy(context);
}

TEST(a_part_of_a_text_counts_characters_from_the_start_of_the_text)
{
    gml_context *context = test_context();
    const char *text = "4 -> 2 curve(slope=x) -> 1";
    gml_call call;
    assert_refused(context, gml_call_parse_part(context, "whole", "thing", sample_entry, text, 7, 21, &call),
                   GML_ERROR_ARGUMENT, "character 20", "found \"x)\"", NULL);
    gml_context_destroy(context);
}

TEST(a_failed_call_leaves_the_result_alone)
{
    gml_context *context = test_context();
    gml_call call = {.row = 77};
    ck_assert_int_ne(parse(context, "curve(slope=1", &call), GML_OK);
    ck_assert_uint_eq(call.row, 77);
    gml_context_destroy(context);
}

TEST(printing_names_only_what_differs_and_reads_back_the_same)
{
    static const struct {
        const char *text, *canonical;
    } cases[] = {
        {"curve(slope=0.01)", "curve"},
        {"curve(rate=.25)", "curve(rate=0.25)"},
        {"curve(rate=1e-8,slope=3)", "curve(slope=3, rate=1e-08)"},
        {"curve(slope=-0)", "curve(slope=0)"}, /* JSON has one zero */
        {" plain ", "plain"},
    };
    gml_context *context = test_context();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        gml_call call, again;
        char text[GML_CALL_SIZE];
        assert_ok(context, parse(context, cases[i].text, &call));
        gml_call_print(&call, text);
        ck_assert_str_eq(text, cases[i].canonical);
        assert_ok(context, parse(context, text, &again));
        ck_assert(gml_call_equal(&call, &again));
    }
    gml_context_destroy(context);
}

TEST(calls_are_equal_when_row_and_arguments_are)
{
    gml_call plain, curve, steep;
    ck_assert(gml_call_default(sample_entry, "plain", &plain));
    ck_assert(gml_call_default(sample_entry, "curve", &curve));
    ck_assert(!gml_call_default(sample_entry, "curv", &curve));
    steep = curve;
    steep.values[0] = 3;
    ck_assert(gml_call_equal(&curve, &curve));
    ck_assert(!gml_call_equal(&curve, &plain));
    ck_assert(!gml_call_equal(&curve, &steep));
}

TEST(an_argument_may_be_a_word_of_a_list)
{
    gml_context *context = test_context();
    gml_call call;
    char text[GML_CALL_SIZE];
    assert_ok(context, parse(context, "paint", &call));
    ck_assert_double_eq(call.values[0], 1);
    gml_call_print(&call, text);
    ck_assert_str_eq(text, "paint");
    assert_ok(context, parse(context, "paint( colour = blue , thickness=3)", &call));
    ck_assert_double_eq(call.values[0], 2);
    gml_call_print(&call, text);
    ck_assert_str_eq(text, "paint(colour=blue, thickness=3)");
    gml_context_destroy(context);
}

TEST(a_word_that_is_not_in_the_list_gets_the_nearest_and_the_list)
{
    gml_context *context = test_context();
    gml_call call;
    assert_refused(context, parse(context, "paint(colour=gren)", &call), GML_ERROR_NAME, "thing, character 14",
                   "no colour called \"gren\"", "did you mean \"green\"", "red, green, blue", NULL);
    assert_refused(context, parse(context, "paint(colour=1)", &call), GML_ERROR_NAME, "red, green, blue", NULL);
    assert_refused(context, parse(context, "paint(colour=)", &call), GML_ERROR_ARGUMENT, "character 14", "a word",
                   NULL);
    assert_refused(context, parse(context, "paint(colour)", &call), GML_ERROR_ARGUMENT, "character 13",
                   "\"=\" and a word", NULL);
    assert_refused(context, parse(context, "paint(colour=red green)", &call), GML_ERROR_ARGUMENT, "character 18", NULL);
    ck_assert(gml_call_default(sample_entry, "paint", &call));
    assert_refused(context, gml_call_set(context, "here", &call, "colour", 6, 2), GML_ERROR_NAME, "here",
                   "no colour called \"2\"", NULL);
    assert_refused(context, gml_call_set_word(context, "here", &call, "thickness", 9, "red", 3), GML_ERROR_ARGUMENT,
                   "thickness is \"red\", it must be a number", NULL);
    assert_refused(context, gml_call_set_word(context, "here", &call, "tint", 4, "red", 3), GML_ERROR_NAME,
                   "colour, thickness", NULL);
    gml_context_destroy(context);
}

int main(void)
{
    return run_tests("call", 60);
}
