/* tests/explain/planted_health.c - faults that are planted in units are found, and nothing else is named. */
#include <stdio.h>
#include <string.h>

#include "health_case.h"

enum { MOST_PLANTED = 8 };

/* Units of one kind of fault in one layer, from 1. */
typedef struct plant {
    const char *kind;
    size_t layer, count, units[MOST_PLANTED];
} plant;

static bool contains(const size_t *units, size_t count, size_t unit)
{
    for (size_t i = 0; i < count; i++) {
        if (units[i] == unit) {
            return true;
        }
    }
    return false;
}

static const plant *planted_at(const plant *plants, size_t count, const gml_alarm *alarm)
{
    for (size_t i = 0; i < count; i++) {
        if (plants[i].layer == alarm->layer && strcmp(plants[i].kind, alarm->kind->name) == 0) {
            return &plants[i];
        }
    }
    return NULL;
}

/* Fails unless the alarms name exactly the planted units. */
static void assert_named(const gml_health *health, const plant *plants, size_t count, const char *where)
{
    const gml_alarm *alarm;
    for (size_t i = 0; (alarm = gml_health_alarm(health, i)) != NULL; i++) {
        const plant *planted = planted_at(plants, count, alarm);
        for (size_t u = 0; u < alarm->unit_count; u++) {
            bool right = planted != NULL && contains(planted->units, planted->count, alarm->units[u]);
            ck_assert_msg(right, "%s: %s: unit %zu is named", where, alarm->text, alarm->units[u]);
        }
    }
    for (size_t i = 0; i < count; i++) {
        alarm = find_alarm(health, plants[i].kind, plants[i].layer);
        size_t found = alarm != NULL ? alarm->unit_count : 0;
        ck_assert_msg(found == plants[i].count, "%s: of %zu units that are %s in layer %zu %zu are named", where,
                      plants[i].count, plants[i].kind, plants[i].layer, found);
    }
}

/* ---- planting ---- */

static void scale_into(gml_network *network, size_t layer, size_t unit, double factor)
{
    gml_layer_view view;
    assert_ok(gml_network_context(network), gml_network_layer(network, layer, &view));
    for (size_t i = 0; i < view.inputs; i++) {
        set_weight(network, layer, i, unit, factor * weight_at(network, layer, i, unit));
    }
    set_bias(network, layer, unit, factor * bias_at(network, layer, unit));
}

static void scale_out_of(gml_network *network, size_t layer, size_t unit, double factor)
{
    gml_layer_view view;
    assert_ok(gml_network_context(network), gml_network_layer(network, layer + 1, &view));
    for (size_t j = 0; j < view.outputs; j++) {
        set_weight(network, layer + 1, unit, j, factor * weight_at(network, layer + 1, unit, j));
    }
}

static void copy_unit(gml_network *network, size_t layer, size_t from, size_t to, double factor)
{
    gml_layer_view view;
    assert_ok(gml_network_context(network), gml_network_layer(network, layer, &view));
    for (size_t i = 0; i < view.inputs; i++) {
        set_weight(network, layer, i, to, factor * weight_at(network, layer, i, from));
    }
    set_bias(network, layer, to, factor * bias_at(network, layer, from));
}

static void plant_one(gml_network *network, const plant *fault, size_t unit)
{
    size_t layer = fault->layer - 1;
    if (strcmp(fault->kind, "dead") == 0) {
        set_bias(network, layer, unit, -1000);
    } else if (strcmp(fault->kind, "saturated") == 0) {
        set_bias(network, layer, unit, unit % 2 == 0 ? 40 : -40);
    } else if (strcmp(fault->kind, "duplicated") == 0) {
        copy_unit(network, layer, 0, unit, 1);
    } else if (strcmp(fault->kind, "exploding") == 0) {
        scale_into(network, layer, unit, 1e-5);
        scale_out_of(network, layer, unit, 1e5);
    } else {
        scale_out_of(network, layer, unit, 1e-9);
    }
}

static void check(const char *description, gml_dtype dtype, const plant *plants, size_t count)
{
    for (uint64_t seed = 1; seed <= 3; seed++) {
        health_case c = set_up_health(description, dtype, 2, seed);
        for (size_t i = 0; i < count; i++) {
            for (size_t u = 0; u < plants[i].count; u++) {
                plant_one(c.network, &plants[i], plants[i].units[u]);
            }
        }
        assert_ok(c.context, gml_health_measure(c.health, c.data));
        assert_named(c.health, plants, count, description);
        tear_down_health(&c);
    }
}

TEST(dead_units_of_every_one_sided_activation_are_named)
{
    static const char *const activations[] = {"relu", "relu6", "elu",      "celu", "selu",
                                              "gelu", "silu",  "softplus", "mish"};
    static const plant plants[] = {{"dead", 1, 4, {0, 7, 8, 31}}, {"dead", 2, 3, {5, 6, 23}}};
    for (size_t i = 0; i < sizeof activations / sizeof activations[0]; i++) {
        char text[96];
        snprintf(text, sizeof text, "8 -> 32 %s -> 24 %s -> 3 softmax", activations[i], activations[i]);
        check(text, GML_F32, plants, 2);
        check(text, GML_F64, plants, 2);
    }
}

TEST(saturated_units_of_every_two_sided_activation_are_named)
{
    static const char *const activations[] = {"sigmoid", "tanh", "lecun_tanh", "hard_sigmoid", "hard_tanh"};
    static const plant plants[] = {{"saturated", 1, 4, {0, 7, 8, 31}}, {"saturated", 2, 3, {5, 6, 23}}};
    for (size_t i = 0; i < sizeof activations / sizeof activations[0]; i++) {
        char text[96];
        snprintf(text, sizeof text, "8 -> 32 %s -> 24 %s -> 3 softmax", activations[i], activations[i]);
        check(text, GML_F32, plants, 2);
        check(text, GML_F64, plants, 2);
    }
}

TEST(duplicated_units_are_named)
{
    static const plant plants[] = {{"duplicated", 1, 4, {1, 2, 9, 30}}, {"duplicated", 2, 3, {3, 4, 23}}};
    check("8 -> 32 relu -> 24 tanh -> 3 softmax", GML_F32, plants, 2);
    check("8 -> 32 gelu -> 24 sigmoid -> 3 softmax", GML_F64, plants, 2);
    check("8 -> 32 -> batchnorm -> relu -> 24 elu -> 3 softmax", GML_F32, (plant[]){{"duplicated", 4, 3, {3, 4, 23}}},
          1);
}

TEST(a_unit_that_is_the_negative_of_another_is_its_duplicate)
{
    health_case c = set_up_health("8 -> 16 tanh -> 3 softmax", GML_F32, 1, 1);
    copy_unit(c.network, 0, 2, 11, -1);
    copy_unit(c.network, 0, 2, 14, 1);
    assert_ok(c.context, gml_health_measure(c.health, c.data));
    const gml_alarm *alarm = find_alarm(c.health, "duplicated", 1);
    ck_assert_ptr_nonnull(alarm);
    ck_assert_uint_eq(alarm->unit_count, 2);
    ck_assert_uint_eq(alarm->units[0], 11);
    ck_assert_uint_eq(alarm->units[1], 14);
    ck_assert_uint_eq(unit_health(c.health, 0, 11).twin, 2);
    ck_assert_uint_eq(unit_health(c.health, 0, 2).twin, SIZE_MAX);
    tear_down_health(&c);
}

TEST(units_with_exploding_and_vanishing_gradients_are_named)
{
    static const plant exploding[] = {{"exploding", 1, 1, {17}}};
    static const plant vanishing[] = {{"vanishing", 1, 4, {2, 16, 17, 20}}, {"vanishing", 2, 3, {1, 2, 22}}};
    static const char *const nets[] = {"8 -> 32 relu -> 24 relu -> 3 softmax", "8 -> 32 tanh -> 24 tanh -> 3 softmax",
                                       "8 -> 32 gelu -> 24 elu -> 3 softmax"};
    for (size_t i = 0; i < sizeof nets / sizeof nets[0]; i++) {
        check(nets[i], GML_F32, exploding, 1);
        check(nets[i], GML_F64, exploding, 1);
        check(nets[i], GML_F32, vanishing, 2);
        check(nets[i], GML_F64, vanishing, 2);
    }
}

TEST(faults_of_several_kinds_in_one_network_are_told_apart)
{
    static const plant plants[] = {{"dead", 1, 4, {3, 4, 5, 6}},
                                   {"duplicated", 1, 4, {8, 9, 10, 12}},
                                   {"vanishing", 1, 4, {20, 21, 22, 31}},
                                   {"saturated", 2, 3, {5, 6, 7}},
                                   {"duplicated", 2, 3, {10, 11, 12}}};
    check("8 -> 32 relu -> 24 tanh -> 3 softmax", GML_F32, plants, 5);
    check("8 -> 32 elu -> 24 sigmoid -> 3 softmax", GML_F64, plants, 5);
}

/* ---- whole layers ---- */

TEST(a_deep_network_of_sigmoids_with_small_weights_vanishes_from_the_front)
{
    health_case c =
        set_up_health("8 -> 16 sigmoid -> 16 sigmoid -> 16 sigmoid -> 16 sigmoid -> 16 sigmoid -> 16 sigmoid "
                      "-> 16 sigmoid -> 16 sigmoid -> 16 sigmoid -> 16 sigmoid -> 16 sigmoid -> 3 softmax",
                      GML_F64, 1, 1);
    assert_ok(c.context, gml_health_measure(c.health, c.data));
    double output = layer_health(c.health, 11).delta;
    for (size_t layer = 0; layer < 11; layer++) {
        const gml_alarm *alarm = find_alarm(c.health, "vanishing", layer + 1);
        size_t expected = 0;
        for (size_t unit = 0; unit < 16; unit++) {
            expected += unit_health(c.health, layer, unit).delta < 1e-6 * output;
        }
        ck_assert_uint_eq(alarm != NULL ? alarm->unit_count : 0, expected);
    }
    ck_assert_ptr_nonnull(find_alarm(c.health, "vanishing", 1));
    ck_assert_ptr_null(find_alarm(c.health, "vanishing", 11));
    tear_down_health(&c);
}

TEST(a_deep_network_with_great_weights_explodes)
{
    health_case c =
        set_up_health("8 -> 16 relu -> 16 relu -> 16 relu -> 16 relu -> 16 relu -> 3 softmax", GML_F64, 1, 1);
    for (size_t layer = 0; layer < 5; layer++) {
        for (size_t unit = 0; unit < 16; unit++) {
            scale_into(c.network, layer, unit, 12);
        }
    }
    assert_ok(c.context, gml_health_measure(c.health, c.data));
    const gml_alarm *first = find_alarm(c.health, "exploding", 1), *last = find_alarm(c.health, "exploding", 5);
    ck_assert_ptr_nonnull(first);
    ck_assert_uint_ge(first->unit_count, 12); /* by their gradients */
    ck_assert_ptr_nonnull(last);
    ck_assert_uint_ge(last->unit_count, 12); /* by their values */
    tear_down_health(&c);
}

TEST(an_alarm_says_layer_units_and_remedy)
{
    health_case c = set_up_health("8 -> 32 relu -> 3 softmax", GML_F32, 1, 1);
    for (size_t unit = 4; unit < 8; unit++) {
        set_bias(c.network, 0, unit, -1000);
    }
    assert_ok(c.context, gml_health_measure(c.health, c.data));
    const gml_alarm *alarm = gml_health_alarm(c.health, 0);
    ck_assert_ptr_nonnull(alarm);
    ck_assert_str_eq(alarm->text,
                     "layer 1: 4 of 32 units never fire; try leaky_relu or prelu, init=he_normal, a third of "
                     "the rate");
    ck_assert_double_eq(alarm->figure, 4.0 / 32);
    ck_assert_uint_eq(alarm->since, 0);
    ck_assert_ptr_null(gml_health_alarm(c.health, 1));
    tear_down_health(&c);
}

TEST(fewer_faults_than_a_tenth_of_a_layer_are_counted_and_raise_no_alarm)
{
    health_case c = set_up_health("8 -> 32 relu -> 3 softmax", GML_F32, 1, 1);
    set_bias(c.network, 0, 4, -1000);
    assert_ok(c.context, gml_health_measure(c.health, c.data));
    assert_silent(c.health, "one dead unit");
    ck_assert_uint_eq(layer_health(c.health, 0).dead, 1);
    ck_assert_int_eq(unit_health(c.health, 0, 4).dead, 1);
    tear_down_health(&c);
}

TEST(outputs_raise_no_alarms_about_units)
{
    health_case c = set_up_health("8 -> 16 tanh -> 3 -> softmax", GML_F32, 1, 1);
    for (size_t i = 0; i < 16; i++) {
        set_weight(c.network, 1, i, 1, weight_at(c.network, 1, i, 0));
    }
    set_bias(c.network, 1, 2, -1000);
    assert_ok(c.context, gml_health_measure(c.health, c.data));
    assert_silent(c.health, "equal outputs");
    tear_down_health(&c);
}

TEST(units_of_leaky_relu_are_never_dead)
{
    for (size_t type = 0; type < 2; type++) {
        health_case made = set_up_health("8 -> 12 leaky_relu -> 3 softmax", type == 0 ? GML_F32 : GML_F64, 2, 5);
        for (size_t unit = 0; unit < 12; unit++) {
            set_bias(made.network, 0, unit, -100); /* below 0 at all samples, where the slope is 0.01 */
        }
        assert_ok(made.context, gml_health_measure(made.health, made.data));
        ck_assert_uint_eq(layer_health(made.health, 0).dead, 0);
        ck_assert_ptr_null(find_alarm(made.health, "dead", 1));
        tear_down_health(&made);
    }
}

/* main is in healthy.c */
