/* A program of somebody else's: C11 and C++17 at once, built against the installed package. */
#include <gemmule/gemmule.h>
#include <stdio.h>
#include <string.h>

int main(void)
{
    const float x[4][2] = {{0, 0}, {0, 1}, {1, 0}, {1, 1}};
    const float target[4] = {0, 1, 1, 0};
    float y[4];
    gml_context *context = NULL;
    gml_network *network = NULL;
    gml_trainer *trainer = NULL;
    gml_train_options options;
    double loss = 0;
    int wrong = 0;

    memset(&options, 0, sizeof options);
    options.optimizer = "adam(lr=0.05)";
    gml_status status = gml_context_create(NULL, &context, NULL, 0);
    if (status == GML_OK) {
        status = gml_network_create(context, "2 -> 8 tanh -> 1 sigmoid", NULL, &network);
    }
    if (status == GML_OK) {
        status = gml_trainer_create(network, &options, &trainer);
    }
    for (int step = 0; step < 400 && status == GML_OK; step++) {
        status = gml_trainer_step(trainer, gml_matrix_f32(&x[0][0], 4, 2), gml_matrix_f32(target, 4, 1), &loss);
    }
    if (status == GML_OK) {
        status = gml_network_predict(network, gml_matrix_f32(&x[0][0], 4, 2), gml_matrix_f32(y, 4, 1));
    }
    for (int i = 0; i < 4 && status == GML_OK; i++) {
        wrong += (y[i] > 0.5f) != (target[i] > 0.5f);
    }
    if (status != GML_OK) {
        fprintf(stderr, "%s\n", context ? gml_context_message(context) : gml_status_name(status));
    }
    printf("gemmule %s: %s, loss %g, %d wrong\n", gml_version(), gml_status_name(status), loss, wrong);
    gml_trainer_destroy(trainer);
    gml_network_destroy(network);
    gml_context_destroy(context);
    return status != GML_OK || wrong != 0;
}
