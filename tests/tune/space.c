/* tests/tune/space.c - the grammar of spaces, the values that are drawn, the order of a grid. */
#include "tune/space.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"

static gml_space space; /* too large for the stack */

static const gml_data_facts facts = {.task = GML_TASK_CLASSIFICATION, .samples = 1000, .judged = 200};

static void parse(gml_context *context, const char *text)
{
    assert_ok(context, gml_space_parse(context, "space", text, &facts, &space));
}

TEST(every_mistake_in_a_space_is_told_with_its_place)
{
    static const struct {
        const char *text;
        gml_status status;
        const char *place, *words;
    } cases[] = {
        {"", GML_ERROR_ARGUMENT, "space, character 1", "the name of a dimension, found the end"},
        {" ; lr=1", GML_ERROR_ARGUMENT, "character 2", "the name of a dimension"},
        {"lr", GML_ERROR_ARGUMENT, "character 3", "\"=\""},
        {"lr=", GML_ERROR_ARGUMENT, "character 4", "values, found the end"},
        {"lr=; batch=3", GML_ERROR_ARGUMENT, "character 4", "values"},
        {"batch=8; rate=1", GML_ERROR_NAME, "character 10", "no dimension \"rate\""},
        {"lr=1; lr=2", GML_ERROR_ARGUMENT, "character 7", "lr is given twice"},
        {"lr=fast", GML_ERROR_ARGUMENT, "character 4", "a number"},
        {"lr=0", GML_ERROR_ARGUMENT, "character 4", "lr is 0, it must be above 0"},
        {"dropout=1", GML_ERROR_ARGUMENT, "character 9", "below 1"},
        {"lr=nan", GML_ERROR_ARGUMENT, "character 4", "lr is nan"},
        {"batch=1.5", GML_ERROR_ARGUMENT, "character 7", "a whole number"},
        {"lr=log(0.1, 1e-3)", GML_ERROR_ARGUMENT, "character 8", "the range of lr is empty"},
        {"lr=log(1, 1)", GML_ERROR_ARGUMENT, "character 8", "empty"},
        {"l2=log(0, 1)", GML_ERROR_ARGUMENT, "character 8", "above 0"},
        {"lr=int(0.5, 2)", GML_ERROR_ARGUMENT, "character 8", "whole numbers"},
        {"lr=log(1e-3)", GML_ERROR_ARGUMENT, "character 12", "found the end"},
        {"lr=log(1, 2", GML_ERROR_ARGUMENT, "character 12", "\")\""},
        {"lr=log(1, 2) 3", GML_ERROR_ARGUMENT, "character 12", "\")\""},
        {"lr=log(1, 2, 3)", GML_ERROR_ARGUMENT, "character 11", "a number"},
        {"optimizer=uniform(1, 2)", GML_ERROR_ARGUMENT, "character 19", "optimizer is no number"},
        {"lr=choice()", GML_ERROR_ARGUMENT, "character 11", "a value"},
        {"lr=choice(1, , 2)", GML_ERROR_ARGUMENT, "character 14", "a value"},
        {"optimizer=choice(adam, adma)", GML_ERROR_NAME, "character 24", "did you mean \"adam\""},
        {"optimizer=adam(beta2=2)", GML_ERROR_ARGUMENT, "character 16", "beta2 is 2"},
        {"activation=none", GML_ERROR_NAME, "character 12", "no activation \"none\""},
        {"hidden=0", GML_ERROR_ARGUMENT, "character 8", "expected layers"},
        {"hidden=64-", GML_ERROR_ARGUMENT, "character 8", "expected layers"},
        {"hidden=choice(64, 2x3x4)", GML_ERROR_ARGUMENT, "character 19", "expected layers"},
        {"hidden=128x65", GML_ERROR_ARGUMENT, "character 8", "more than 64 layers"},
    };
    gml_context *context = test_context();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_refused(context, gml_space_parse(context, "space", cases[i].text, &facts, &space), cases[i].status,
                       cases[i].place, cases[i].words, NULL);
    }
    gml_context_destroy(context);
}

TEST(blanks_and_a_last_semicolon_change_nothing)
{
    gml_context *context = test_context();
    char plain[GML_ASSIGNMENT_SIZE], spaced[GML_ASSIGNMENT_SIZE];
    parse(context, "lr=log(1e-4,0.3);optimizer=choice(adam,adamw(weight_decay=0.1,beta2=0.9))");
    assert_ok(context, gml_space_draw(context, &space, 1, 4, plain));
    parse(context, "  lr = log( 1e-4 ,\n0.3 ) ; optimizer = choice( adam , adamw(weight_decay=0.1,beta2=0.9) ) ; ");
    assert_ok(context, gml_space_draw(context, &space, 1, 4, spaced));
    ck_assert_str_eq(plain, spaced);
    gml_context_destroy(context);
}

TEST(a_table_row_of_each_kind_is_listed_with_its_texts)
{
    gml_context *context = test_context();
    for (size_t i = 0; gml_space_entry(i) != NULL; i++) {
        ck_assert_uint_gt(strlen(gml_space_entry(i)->summary), 10);
        const char *initial = gml_dimension_at(i)->initial;
        if (initial != NULL) {
            char text[256];
            snprintf(text, sizeof text, "%s=%s", gml_space_entry(i)->name, initial);
            parse(context, text);
        }
    }
    for (size_t i = 0; gml_distribution_entry(i) != NULL; i++) {
        ck_assert_uint_gt(strlen(gml_distribution_entry(i)->summary), 10);
    }
    for (size_t i = 0; gml_search_method_entry(i) != NULL; i++) {
        ck_assert_uint_gt(strlen(gml_search_method_entry(i)->summary), 10);
    }
    gml_context_destroy(context);
}

/* ---- drawing ---- */

enum { DRAWS = 4000 };

static double drawn_number(gml_context *context, size_t number)
{
    char assignment[GML_ASSIGNMENT_SIZE];
    assert_ok(context, gml_space_draw(context, &space, 7, number, assignment));
    return strtod(strchr(assignment, '=') + 1, NULL);
}

TEST(log_draws_each_decade_equally_often)
{
    gml_context *context = test_context();
    size_t decades[3] = {0};
    parse(context, "lr=log(0.001, 1)");
    for (size_t i = 1; i <= DRAWS; i++) {
        const double lr = drawn_number(context, i);
        ck_assert_double_ge(lr, 0.001);
        ck_assert_double_le(lr, 1);
        decades[lr < 0.01 ? 0 : lr < 0.1 ? 1 : 2]++;
    }
    for (size_t i = 0; i < 3; i++) { /* 4 standard deviations are 120 */
        ck_assert_uint_gt(decades[i], DRAWS / 3 - 120);
        ck_assert_uint_lt(decades[i], DRAWS / 3 + 120);
    }
    gml_context_destroy(context);
}

TEST(uniform_int_and_choice_draw_each_part_equally_often)
{
    static const char *const texts[] = {"l2=uniform(0, 4)", "batch=int(1, 4)", "batch=choice(1, 2, 3, 4)"};
    gml_context *context = test_context();
    for (size_t t = 0; t < 3; t++) {
        size_t counts[5] = {0};
        parse(context, texts[t]);
        for (size_t i = 1; i <= DRAWS; i++) {
            const double value = drawn_number(context, i);
            counts[(size_t)(t == 0 ? floor(value) : value - 1)]++;
        }
        for (size_t i = 0; i < 4; i++) { /* 4 standard deviations are 110 */
            ck_assert_uint_gt(counts[i], DRAWS / 4 - 110);
            ck_assert_uint_lt(counts[i], DRAWS / 4 + 110);
        }
    }
    gml_context_destroy(context);
}

TEST(numbers_have_at_most_three_significant_digits)
{
    gml_context *context = test_context();
    parse(context, "decay=log(1e-5, 9e5)");
    for (size_t i = 1; i <= 300; i++) {
        char text[32];
        const double value = drawn_number(context, i);
        snprintf(text, sizeof text, "%.2e", value);
        ck_assert_double_eq(strtod(text, NULL), value);
    }
    gml_context_destroy(context);
}

static const char *value_of(const char *assignment, const char *name)
{
    const char *at = strstr(assignment, name);
    ck_assert_ptr_nonnull(at);
    return at;
}

TEST(a_value_depends_on_seed_trial_and_dimension_alone)
{
    gml_context *context = test_context();
    char alone[GML_ASSIGNMENT_SIZE], among[GML_ASSIGNMENT_SIZE], other[GML_ASSIGNMENT_SIZE];
    parse(context, "lr=log(1e-4, 1)");
    assert_ok(context, gml_space_draw(context, &space, 3, 9, alone));
    assert_ok(context, gml_space_draw(context, &space, 4, 9, other));
    ck_assert_str_ne(alone, other);
    assert_ok(context, gml_space_draw(context, &space, 3, 10, other));
    ck_assert_str_ne(alone, other);
    parse(context, "l2=log(1e-4, 1); batch=int(1, 100); lr=log(1e-4, 1)");
    assert_ok(context, gml_space_draw(context, &space, 3, 9, among));
    ck_assert_str_eq(value_of(among, "lr="), alone);
    ck_assert_double_ne(strtod(value_of(among, "l2=") + 3, NULL), strtod(alone + 3, NULL));
    gml_context_destroy(context);
}

/* ---- the grid ---- */

TEST(a_grid_has_all_combinations_and_the_last_dimension_changes_fastest)
{
    static const char *const expected[] = {
        "hidden=64; lr=0.001; depth=1",  "hidden=64; lr=0.001; depth=2",  "hidden=64; lr=0.01; depth=1",
        "hidden=64; lr=0.01; depth=2",   "hidden=64; lr=0.1; depth=1",    "hidden=64; lr=0.1; depth=2",
        "hidden=8x2; lr=0.001; depth=1", "hidden=8x2; lr=0.001; depth=2", "hidden=8x2; lr=0.01; depth=1",
        "hidden=8x2; lr=0.01; depth=2",  "hidden=8x2; lr=0.1; depth=1",   "hidden=8x2; lr=0.1; depth=2",
    };
    gml_context *context = test_context();
    char assignment[GML_ASSIGNMENT_SIZE];
    parse(context, "hidden=choice(64, 8x2); lr=log(0.001, 0.1); depth=int(1, 2)");
    ck_assert_uint_eq(gml_space_grid_size(&space, 3), 12);
    for (size_t i = 0; i < 12; i++) {
        assert_ok(context, gml_space_grid_point(context, &space, 3, i, assignment));
        ck_assert_str_eq(assignment, expected[i]);
    }
    gml_context_destroy(context);
}

TEST(the_points_of_a_range_go_from_end_to_end)
{
    gml_context *context = test_context();
    char assignment[GML_ASSIGNMENT_SIZE];
    parse(context, "batch=int(1, 100)");
    const char *const expected[] = {"batch=1", "batch=34", "batch=67", "batch=100"};
    for (size_t i = 0; i < 4; i++) {
        assert_ok(context, gml_space_grid_point(context, &space, 4, i, assignment));
        ck_assert_str_eq(assignment, expected[i]);
    }
    ck_assert_uint_eq(gml_space_grid_size(&space, 1000), 100);
    parse(context, "l2=uniform(0, 1)");
    assert_ok(context, gml_space_grid_point(context, &space, 1, 0, assignment));
    ck_assert_str_eq(assignment, "l2=0.5");
    gml_context_destroy(context);
}
