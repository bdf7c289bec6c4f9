/* Prediction intervals: how far off an answer may be. A network learns a noisy curve; samples that it was not trained
 * on tell the bounds between which 90 % of new targets lie, and further ones show that they do. */
#include <gemmule/gemmule.h>
#include <math.h>
#include <stdio.h>

enum { N = 3000, PART = N / 3 };

/* Noise that looks random, from -1 to 1. */
static double noise(int i)
{
    return 2 * fmod(i * 0.618033988749895 + i * (double)i * 0.414213562373095, 1.0) - 1;
}

int main(void)
{
    static double x[N], y[N];
    double at[] = {-1, 0, 1}, low[3], high[3];
    float answer[3];
    const gml_train_options training = {.epochs = 60, .batch = 32, .learning_rate = 0.01};
    const gml_recipe recipe = {.hidden = "16 tanh", .fit = training};
    gml_context *context = NULL;
    gml_dataset *parts[3] = {NULL}; /* for training, for the intervals, for a test */
    gml_network *network = NULL;
    gml_interval_score score = {0};
    gml_status status = gml_context_create(NULL, &context, NULL, 0);
    for (int i = 0; i < N; i++) {
        x[i] = 2 * noise(7 * i + 1);
        y[i] = 20 + 10 * sin(2 * x[i]) + 3 * noise(11 * i + 5);
    }
    for (int k = 0; k < 3 && status == GML_OK; k++) {
        status = gml_dataset_from_matrices(context, gml_matrix_f64(x + k * PART, PART, 1),
                                           gml_matrix_f64(y + k * PART, PART, 1), GML_TASK_REGRESSION, &parts[k]);
    }
    if (status != GML_OK || (status = gml_recipe_network(&recipe, parts[0], &network)) != GML_OK ||
        (status = gml_fit(network, parts[0], NULL, &training, NULL, NULL)) != GML_OK ||
        (status = gml_fit_intervals(network, parts[1], 0.9)) != GML_OK || /* model files keep them */
        (status = gml_score_intervals(network, parts[2], &score)) != GML_OK ||
        (status = gml_network_predict(network, gml_matrix_f64(at, 3, 1), gml_matrix_f32(answer, 3, 1))) != GML_OK ||
        (status = gml_network_bounds(network, gml_matrix_f32(answer, 3, 1), gml_matrix_f64(low, 3, 1),
                                     gml_matrix_f64(high, 3, 1))) != GML_OK) {
        fprintf(stderr, "%s\n", context ? gml_context_message(context) : gml_status_name(status));
    }
    for (int i = 0; i < 3 && status == GML_OK; i++) {
        printf("x %4.1f: y from %.1f to %.1f\n", at[i], low[i], high[i]);
    }
    printf("%.1f %% of %zu new targets are within, and bounds are %.1f apart\n", 100 * score.coverage, score.samples,
           score.mean_width);
    gml_network_destroy(network);
    for (int k = 0; k < 3; k++) {
        gml_dataset_destroy(parts[k]);
    }
    gml_context_destroy(context);
    return !(status == GML_OK && score.coverage > 0.87 && score.coverage < 0.93 && score.mean_width < 7);
}
