/* A custom activation, given as a function: used in training, checked, saved by its name and loaded again. */
#include <gemmule/gemmule.h>
#include <math.h>
#include <stdio.h>

/* A bump; its width is an argument in the description: f(x) = exp(-(x / width)^2), f'(x) = -2 x / width^2 f(x). Called
 * concurrently from several threads. */
static void bump(void *user, const double *arguments, size_t count, const double *x, double *y, double *slope)
{
    const double width = arguments[0];
    (void)user;
    for (size_t i = 0; i < count; i++) {
        const double u = x[i] / width;
        y[i] = exp(-u * u);
        if (slope != NULL) {
            slope[i] = -2 * u / width * y[i];
        }
    }
}

static const gml_custom_activation bump_record = {
    .entry = {.name = "bump", .parameters = {{"width", 1, 0.01, 100, "half of it, about", NULL}}, .parameter_count = 1},
    .function = bump,
};

/* Points of the plane, and the height of a ring around the origin at each. */
enum { SAMPLES = 400 };
static float x[SAMPLES][2], height[SAMPLES];

static void make_data(void)
{
    for (int i = 0; i < SAMPLES; i++) {
        const int column = i % 20, row = i / 20;
        x[i][0] = (float)column / 10 - 0.95f;
        x[i][1] = (float)row / 10 - 0.95f;
        const float from_ring = sqrtf(x[i][0] * x[i][0] + x[i][1] * x[i][1]) - 0.6f;
        height[i] = expf(-20 * from_ring * from_ring);
    }
}

static gml_status train(gml_context *context, gml_network *network, gml_fit_report *report)
{
    gml_dataset *data = NULL;
    gml_status status = gml_dataset_from_matrices(context, gml_matrix_f32(x[0], SAMPLES, 2),
                                                  gml_matrix_f32(height, SAMPLES, 1), GML_TASK_REGRESSION, &data);
    if (status == GML_OK) {
        const gml_train_options options = {.epochs = 150, .learning_rate = 0.01};
        status = gml_fit(network, data, NULL, &options, NULL, report);
    }
    gml_dataset_destroy(data);
    return status;
}

/* Returns the greatest relative difference between gradients and finite differences. */
static gml_status check_gradient(const gml_network *network, double *worst)
{
    gml_check_block blocks[8];
    size_t count = 0;
    gml_status status = gml_gradient_check(network, gml_matrix_f32(x[0], 8, 2), gml_matrix_f32(height, 8, 1), NULL, 0,
                                           blocks, 8, &count);
    for (size_t i = 0; i < count; i++) {
        *worst = fmax(*worst, blocks[i].worst);
    }
    return status;
}

int main(void)
{
    const char *path = "example-custom.safetensors";
    gml_context *context = NULL;
    gml_network *network = NULL, *again = NULL;
    gml_fit_report report = {0};
    double worst = 0;
    make_data();

    gml_status status = gml_context_create(NULL, &context, NULL, 0);
    if (status == GML_OK) {
        status = gml_register_activation(context, &bump_record); /* before a description or file names it */
    }
    if (status == GML_OK) {
        status = gml_network_create(context, "2 -> 24 bump(width=1.5) -> 12 bump -> 1", NULL, &network);
    }
    if (status == GML_OK) {
        status = check_gradient(network, &worst);
    }
    if (status == GML_OK) {
        status = train(context, network, &report);
    }
    if (status == GML_OK) {
        status = gml_model_save(network, path);
    }
    if (status == GML_OK) {
        status = gml_model_load(context, path, &again);
    }
    if (status != GML_OK) {
        fprintf(stderr, "%s\n", context ? gml_context_message(context) : gml_status_name(status));
    } else {
        printf("%s: gradient right to %.1g, mean squared error %.5f\n", gml_network_description(again), worst,
               report.train_loss);
    }
    remove(path);
    gml_network_destroy(again);
    gml_network_destroy(network);
    gml_context_destroy(context);
    return status != GML_OK || worst > 1e-6 || report.train_loss > 0.01;
}
