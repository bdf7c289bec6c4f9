/* tests/explain/health_case.c - data with classes that a small network learns, and healths of networks on it. */
#include "health_case.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numbers.h"

health_case set_up_health(const char *description, gml_dtype dtype, size_t threads, uint64_t seed)
{
    health_case made = {.context = context_with((gml_context_options){.threads = threads})};
    made.network = new_network(made.context, description, dtype, seed);
    size_t inputs = gml_network_inputs(made.network);
    made.x = random_doubles(CASE_ROWS * inputs, 5);
    made.y = random_doubles(CASE_ROWS, 6);
    for (size_t i = 0; i < CASE_ROWS; i++) {
        const double *x = made.x + i * inputs;
        double score = x[0] * x[1] + 0.7 * x[inputs - 1];
        made.y[i] = score < -0.2 ? 0 : score < 0.2 ? 1 : 2;
    }
    assert_ok(made.context,
              gml_dataset_from_matrices(made.context, gml_matrix_f64(made.x, CASE_ROWS, inputs),
                                        gml_matrix_f64(made.y, CASE_ROWS, 1), GML_TASK_CLASSIFICATION, &made.data));
    assert_ok(made.context, gml_health_create(made.network, NULL, &made.health));
    return made;
}

void tear_down_health(health_case *made)
{
    gml_health_destroy(made->health);
    gml_dataset_destroy(made->data);
    gml_network_destroy(made->network);
    gml_context_destroy(made->context);
    free(made->x);
    free(made->y);
}

static gml_matrix block_named(const gml_network *network, size_t layer, const char *name)
{
    char full[48];
    snprintf(full, sizeof full, "layers.%zu.%s", layer, name);
    for (size_t i = 0; i < gml_network_block_count(network); i++) {
        gml_block block;
        assert_ok(gml_network_context(network), gml_network_block(network, i, &block));
        if (strcmp(block.name, full) == 0) {
            return block.values;
        }
    }
    ck_abort_msg("there is no block %s", full);
}

static double get_entry(gml_matrix m, size_t row, size_t col)
{
    size_t at = row * m.stride + col;
    return m.dtype == GML_F64 ? ((double *)m.data)[at] : (double)((float *)m.data)[at];
}

static void set_entry(gml_matrix m, size_t row, size_t col, double value)
{
    size_t at = row * m.stride + col;
    if (m.dtype == GML_F64) {
        ((double *)m.data)[at] = value;
    } else {
        ((float *)m.data)[at] = (float)value;
    }
}

double weight_at(const gml_network *network, size_t layer, size_t row, size_t col)
{
    return get_entry(block_named(network, layer, "weight"), row, col);
}

void set_weight(gml_network *network, size_t layer, size_t row, size_t col, double value)
{
    set_entry(block_named(network, layer, "weight"), row, col, value);
}

double bias_at(const gml_network *network, size_t layer, size_t unit)
{
    return get_entry(block_named(network, layer, "bias"), 0, unit);
}

void set_bias(gml_network *network, size_t layer, size_t unit, double value)
{
    set_entry(block_named(network, layer, "bias"), 0, unit, value);
}

const gml_alarm *find_alarm(const gml_health *health, const char *kind, size_t layer)
{
    const gml_alarm *alarm;
    for (size_t i = 0; (alarm = gml_health_alarm(health, i)) != NULL; i++) {
        if (strcmp(alarm->kind->name, kind) == 0 && alarm->layer == layer) {
            return alarm;
        }
    }
    return NULL;
}

void assert_silent(const gml_health *health, const char *what)
{
    const gml_alarm *alarm = gml_health_alarm(health, 0);
    ck_assert_msg(alarm == NULL, "%s: %s: %s", what, alarm != NULL ? alarm->kind->name : "",
                  alarm != NULL ? alarm->text : "");
}

gml_layer_health layer_health(const gml_health *health, size_t layer)
{
    gml_layer_health view;
    ck_assert_int_eq(gml_health_layer(health, layer, &view), GML_OK);
    return view;
}

gml_unit_health unit_health(const gml_health *health, size_t layer, size_t unit)
{
    gml_unit_health view;
    ck_assert_int_eq(gml_health_unit(health, layer, unit, &view), GML_OK);
    return view;
}
