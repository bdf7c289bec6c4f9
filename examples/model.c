/* Saves and loads a network. The file has its scaling and the facts of its training; the loaded network predicts the
 * same bits. model [FILE] */
#include <gemmule/gemmule.h>
#include <stdio.h>
#include <string.h>

enum { N = 16 };

int main(int argc, char **argv)
{
    const char *path = argc > 1 ? argv[1] : "example_model.safetensors";
    float x[N][2], y[N], before[N] = {0}, after[N] = {1};
    for (int i = 0; i < N; i++) {
        x[i][0] = (float)(i % 4);
        x[i][1] = (float)(i >> 2);
        y[i] = 3 * x[i][0] - x[i][1];
    }
    gml_matrix inputs = gml_matrix_f32(x[0], N, 2);

    gml_context *context = NULL;
    gml_dataset *data = NULL;
    gml_network *network = NULL, *loaded = NULL;
    gml_train_options options = {.optimizer = "rmsprop", .learning_rate = 0.01, .batch = 4, .epochs = 50};
    gml_status status = gml_context_create(NULL, &context, NULL, 0);
    if (status != GML_OK ||
        (status = gml_dataset_from_matrices(context, inputs, gml_matrix_f32(y, N, 1), GML_TASK_REGRESSION, &data)) !=
            GML_OK ||
        (status = gml_network_create(context, "2 -> 8 tanh -> 1", NULL, &network)) != GML_OK ||
        (status = gml_network_adapt(network, data, GML_SCALING_STANDARD)) != GML_OK ||
        (status = gml_fit(network, data, NULL, &options, NULL, NULL)) != GML_OK ||
        (status = gml_network_predict(network, inputs, gml_matrix_f32(before, N, 1))) != GML_OK ||
        (status = gml_model_save(network, path)) != GML_OK ||
        (status = gml_model_load(context, path, &loaded)) != GML_OK ||
        (status = gml_network_predict(loaded, inputs, gml_matrix_f32(after, N, 1))) != GML_OK) {
        fprintf(stderr, "%s\n", context ? gml_context_message(context) : gml_status_name(status));
    }
    int same = status == GML_OK && memcmp(before, after, sizeof before) == 0;
    if (status == GML_OK) {
        printf("%s: %s, trained with %s; the same predictions: %s\n", path, gml_network_description(loaded),
               gml_network_fact(loaded, "optimizer"), same ? "yes" : "no");
    }
    gml_network_destroy(loaded);
    gml_network_destroy(network);
    gml_dataset_destroy(data);
    gml_context_destroy(context);
    return !same;
}
