/* tests/layer/kinds.c - descriptions, passes, files and folded networks agree about every kind of layer. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "faults.h"
#include "kinds_case.h"
#include "layer/layer.h"

TEST(predictions_are_what_a_pass_computes)
{
    gml_context *context = test_context();
    for (size_t i = 0; i < sizeof MIXED / sizeof MIXED[0]; i++) {
        gml_network *network = new_network(context, MIXED[i], GML_F64, 4);
        stir(network);
        enum { MANY = 300 };
        size_t inputs = gml_network_inputs(network), outputs = gml_network_outputs(network);
        double *x = random_doubles(MANY * inputs, 2), *z = calloc(MANY * outputs, sizeof *z);
        double *y = predict(context, network, x, MANY);
        gml_pass *pass = NULL;
        assert_ok(context, gml_pass_create(network, MANY, &pass));
        assert_ok(context, gml_pass_forward(pass, gml_matrix_f64(x, MANY, inputs), gml_matrix_f64(z, MANY, outputs)));
        for (size_t k = 0; k < MANY * outputs; k++) {
            ck_assert_double_eq_tol(y[k], z[k], 1e-12 * (1 + fabs(z[k])));
        }
        gml_pass_destroy(pass);
        free(x), free(y), free(z);
        gml_network_destroy(network);
    }
    gml_context_destroy(context);
}

TEST(a_model_file_keeps_every_kind_and_its_statistics)
{
    gml_context *context = test_context();
    gml_network *network = new_network(context, MIXED[2], GML_F64, 4), *again = NULL;
    stir(network);
    make_folder();
    const char *path = in_folder("kinds.safetensors");
    assert_ok(context, gml_model_save(network, path));
    assert_ok(context, gml_model_load(context, path, &again));
    ck_assert_str_eq(gml_network_description(network), gml_network_description(again));
    double *x = random_doubles(ROWS * 6, 5);
    double *a = predict(context, network, x, ROWS), *b = predict(context, again, x, ROWS);
    ck_assert_int_eq(memcmp(a, b, ROWS * 4 * sizeof *a), 0);
    remove_folder();
    free(x), free(a), free(b);
    gml_network_destroy(network);
    gml_network_destroy(again);
    gml_context_destroy(context);
}

TEST(a_folded_network_has_no_norms_or_noise_it_can_do_without_and_predicts_the_same)
{
    gml_context *context = test_context();
    const char *const cases[][2] = {
        {"6 -> 8 -> batchnorm -> relu -> 8 -> dropout -> batchnorm -> 4", "6 -> 8 -> relu -> 8 -> 4"},
        {"6 -> batchnorm -> dropout 0.2 -> 8 relu -> batchnorm -> 4 tanh", "6 -> 8 relu -> 4 tanh"},
        {"6 -> 8 -> batchnorm -> 8 -> batchnorm -> residual 2 -> batchnorm -> 2", "6 -> 8 -> 8 -> residual -> 2"},
        {"6 -> 6 -> batchnorm -> residual 1 -> batchnorm", "6 -> 6 -> batchnorm -> residual -> batchnorm"},
        {"6 -> dropout -> residual 1", "6 -> dropout -> residual"},
        {"6 -> 4 bias=no -> batchnorm -> batchnorm -> prelu", "6 -> 4 bias=no -> batchnorm -> batchnorm -> prelu"},
        {"6 -> dropout -> gaussian_noise", "6 -> gaussian_noise"},
        {"6 -> 8 bias=no -> weight_norm -> relu -> 4 bias=no -> weight_norm", "6 -> 8 -> relu -> 4"},
        {"6 -> 8 bias=no init=nguyen_widrow -> weight_norm -> dropout -> 4", "6 -> 8 init=nguyen_widrow -> 4"},
        {"6 -> 6 bias=no -> weight_norm -> residual 2", "6 -> 6 -> residual"},
        {"6 -> 7 tanh -> batchnorm -> 5 bias=no", "6 -> 7 tanh -> batchnorm -> 5 bias=no"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        gml_network *network = new_network(context, cases[i][0], GML_F64, 4), *folded = NULL;
        stir(network);
        assert_ok(context, gml_network_fold(network, &folded));
        ck_assert_str_eq(gml_network_description(folded), cases[i][1]);
        size_t outputs = gml_network_outputs(network);
        ck_assert_uint_eq(outputs, gml_network_outputs(folded));
        double *x = random_doubles(ROWS * 6, 5);
        double *a = predict(context, network, x, ROWS), *b = predict(context, folded, x, ROWS);
        for (size_t k = 0; k < ROWS * outputs; k++) {
            ck_assert_double_eq_tol(a[k], b[k], 1e-12 * (1 + fabs(a[k])));
        }
        free(x), free(a), free(b);
        gml_network_destroy(network);
        gml_network_destroy(folded);
    }
    gml_context_destroy(context);
}

TEST(layers_and_numbers_learned_can_be_read)
{
    gml_context *context = test_context();
    gml_network *network = new_network(context, "6 -> 8 prelu(per=unit) -> batchnorm -> 4 -> glu", GML_F32, 4);
    const struct {
        const char *text, *kind, *activation;
        size_t inputs, outputs, parameters;
    } expected[] = {{"8 prelu(per=unit)", "dense", "prelu", 6, 8, 64},
                    {"batchnorm", "batchnorm", "identity", 8, 8, 16},
                    {"4", "dense", "identity", 8, 4, 36},
                    {"glu", "glu", "identity", 4, 2, 0}};
    gml_layer_view view;
    for (size_t i = 0; i < 4; i++) {
        assert_ok(context, gml_network_layer(network, i, &view));
        ck_assert_str_eq(view.text, expected[i].text);
        ck_assert_str_eq(view.kind, expected[i].kind);
        ck_assert_str_eq(view.activation, expected[i].activation);
        ck_assert_uint_eq(view.inputs, expected[i].inputs);
        ck_assert_uint_eq(view.outputs, expected[i].outputs);
        ck_assert_uint_eq(view.parameters, expected[i].parameters);
    }
    assert_refused(context, gml_network_layer(network, 4, &view), GML_ERROR_ARGUMENT, "index 4", NULL);
    size_t count = 0;
    assert_ok(context, gml_network_measure(context, gml_network_description(network), &count));
    ck_assert_uint_eq(count, 116);
    ck_assert_uint_eq(count, gml_network_parameter_count(network));
    assert_ok(context,
              gml_network_measure(
                  context, "2147483647 -> 2147483647 -> 2147483647 -> 2147483647 -> 2147483647 -> 2147483647", &count));
    ck_assert_uint_eq(count, SIZE_MAX);
    gml_network_destroy(network);
    gml_context_destroy(context);
}

TEST(text_and_json_say_the_same_of_every_kind)
{
    gml_context *context = test_context();
    const gml_entry *entry;
    for (size_t i = 0; (entry = gml_layer_entry(i)) != NULL; i++) {
        char kind[64], text[128];
        write_kind(entry, kind, sizeof kind);
        snprintf(text, sizeof text, "6 -> 6 relu -> %s -> 2", kind);
        gml_network *network = new_network(context, text, GML_F32, 4),
                    *again = new_network(context, gml_network_to_json(network), GML_F32, 4);
        ck_assert_str_eq(gml_network_description(network), text);
        ck_assert_str_eq(gml_network_description(again), text);
        gml_network_destroy(network);
        gml_network_destroy(again);
    }
    gml_context_destroy(context);
}

TEST(a_number_after_a_kind_is_its_first_argument)
{
    gml_context *context = test_context();
    gml_network *network = new_network(context, "4 -> dropout 0.25 -> batchnorm 1e-3 -> 2", GML_F32, 4);
    ck_assert_str_eq(gml_network_description(network), "4 -> dropout(rate=0.25) -> batchnorm(eps=0.001) -> 2");
    gml_network_destroy(network);
    gml_context_destroy(context);
}

TEST(layers_that_do_not_fit_are_refused_at_their_place)
{
    gml_context *context = test_context();
    gml_network *network = NULL;
    const struct {
        const char *description;
        gml_status status;
        const char *where, *what;
    } refusals[] = {
        {"4 -> 5 relu -> glu", GML_ERROR_SHAPE, "character 16", "even"},
        {"4 -> 3 -> residual 1", GML_ERROR_SHAPE, "character 11", "4 numbers"},
        {"4 -> 4 -> residual 3", GML_ERROR_SHAPE, "character 11", "1 are before"},
        {"4 -> residual", GML_ERROR_SHAPE, "character 6", "0 are before"},
        {"4 -> 4 -> residual 1.5", GML_ERROR_SHAPE, "character 11", "1.5"},
        {"4 -> 5 -> weight_norm", GML_ERROR_SHAPE, "character 11", "before it is 5"},
        {"4 -> 5 relu bias=no -> weight_norm", GML_ERROR_SHAPE, "character 24", "before it is 5 relu bias=no"},
        {"4 -> 4 bias=no -> weight_norm -> residual 1", GML_ERROR_SHAPE, "character 34", "yet to scale"},
        {"4 -> weight_norm", GML_ERROR_SHAPE, "character 6", "before it is the inputs"},
        {"4 -> dropout 1", GML_ERROR_ARGUMENT, "layer 1", "rate is 1"},
        {"4 -> dropuot 0.5", GML_ERROR_NAME, "character 6", "did you mean \"dropout\""},
        {"4 -> relu 0.5", GML_ERROR_ARGUMENT, "character 11", "end"},
        {"4 -> dropout 0.5 bias=no", GML_ERROR_ARGUMENT, "character 18", "end"},
        {"{\"inputs\":4,\"layers\":[{\"type\":\"dropout\",\"units\":3}]}", GML_ERROR_NAME, "layer 1", "units"},
        {"{\"inputs\":4,\"layers\":[{\"type\":\"activation\"}]}", GML_ERROR_ARGUMENT, "layer 1", "activation"},
    };
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
        gml_status status = gml_network_create(context, refusals[i].description, NULL, &network);
        assert_refused(context, status, refusals[i].status, refusals[i].where, refusals[i].what, NULL);
    }
    gml_context_destroy(context);
}

int main(void)
{
    return run_tests("layers", 120);
}
