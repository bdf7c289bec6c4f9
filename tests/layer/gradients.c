/* tests/layer/gradients.c - every kind of layer and trainable activation has the gradient of its formula. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kinds_case.h"
#include "layer/activation.h"

enum { MOST_BLOCKS = 64 };

static void check_gradients(gml_context *context, const char *description)
{
    gml_network *network = new_network(context, description, GML_F64, 4);
    stir(network);
    size_t inputs = gml_network_inputs(network), outputs = gml_network_outputs(network), count = 0;
    double *x = random_doubles(ROWS * inputs, 8), *y = random_doubles(ROWS * outputs, 9);
    gml_check_block blocks[MOST_BLOCKS];
    assert_ok(context, gml_gradient_check(network, gml_matrix_f64(x, ROWS, inputs), gml_matrix_f64(y, ROWS, outputs),
                                          "mean_squared_error", 0, blocks, MOST_BLOCKS, &count));
    for (size_t i = 0; i < count; i++) {
        ck_assert_msg(blocks[i].worst <= 1e-6, "%s: %s differs by %g", description, blocks[i].name, blocks[i].worst);
        ck_assert_msg(blocks[i].float_worst <= 5e-5, "%s: %s in float differs by %g", description, blocks[i].name,
                      blocks[i].float_worst);
        bool statistic = strstr(blocks[i].name, "running") != NULL || strstr(blocks[i].name, "edges") != NULL;
        ck_assert_msg(statistic || blocks[i].checked > 0, "%s: nothing of %s was checked", description, blocks[i].name);
    }
    free(x), free(y);
    gml_network_destroy(network);
}

TEST(every_kind_has_the_gradient_of_its_formula_wherever_it_stands)
{
    gml_context *context = test_context();
    const gml_entry *entry;
    for (size_t i = 0; (entry = gml_layer_entry(i)) != NULL; i++) {
        char kind[64], description[256];
        if (strcmp(entry->name, "embedding") == 0) { /* reads codes alone: tests/layer/inputs.c */
            continue;
        }
        write_kind(entry, kind, sizeof kind);
        snprintf(description, sizeof description, "8 -> 8 tanh -> %s -> 8 sigmoid -> %s -> 3 tanh", kind, kind);
        check_gradients(context, description);
        bool residual = strcmp(entry->name, "residual") == 0;
        snprintf(description, sizeof description, "6 -> %s -> 8 tanh -> 8 tanh -> %s", residual ? "6" : kind, kind);
        check_gradients(context, description);
    }
    gml_context_destroy(context);
}

TEST(every_trainable_activation_has_the_gradient_of_its_function_by_all_it_learns)
{
    gml_context *context = test_context();
    for (size_t i = 0; gml_trainable_entry(i) != NULL; i++) {
        const char *name = gml_trainable_entry(i)->name;
        for (size_t per = 0; per < 2; per++) {
            char call[64], description[256];
            snprintf(call, sizeof call, "%s(per=%s)", name, per == 0 ? "layer" : "unit");
            snprintf(description, sizeof description, "5 -> 7 %s -> 6 tanh -> %s -> 3 %s", call, call, call);
            check_gradients(context, description);
        }
    }
    gml_context_destroy(context);
}

TEST(mixed_nets_have_the_gradient_of_their_function)
{
    gml_context *context = test_context();
    for (size_t i = 0; i < sizeof MIXED / sizeof MIXED[0]; i++) {
        check_gradients(context, MIXED[i]);
    }
    gml_context_destroy(context);
}
