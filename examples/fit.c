/* Level 4: a whole fit, with validation data, progress, and early stopping when the validation loss no longer falls. */
#include <gemmule/gemmule.h>
#include <math.h>
#include <stdio.h>

enum { N = 600, STOP_EARLY = 1, PATIENCE = 20 };

typedef struct watch {
    double best;    /* lowest validation loss so far */
    size_t best_at; /* its epoch */
} watch;

/* Called after every epoch. A nonzero return value stops the fit and is stored in the report. */
static int on_epoch(void *user, const gml_progress *progress)
{
    watch *seen = user;
    if (progress->validation->loss < 0.99 * seen->best) {
        seen->best = progress->validation->loss;
        seen->best_at = progress->epoch;
    }
    if (progress->epoch % 25 == 0) {
        printf("epoch %3zu  train %.5f  validation %.5f  r2 %.4f\n", progress->epoch, progress->loss,
               progress->validation->loss, progress->validation->r2);
    }
    return progress->epoch - seen->best_at >= PATIENCE ? STOP_EARLY : 0;
}

int main(void)
{
    static double x[N][2], y[N];
    for (int i = 0; i < N; i++) { /* a grid over the square, in the unit of the targets */
        x[i][0] = fmod(i * 0.754877666, 1.0);
        x[i][1] = fmod(i * 0.569840291, 1.0);
        y[i] = 100 + 30 * sin(4 * x[i][0]) * x[i][1];
    }

    gml_context *context = NULL;
    gml_dataset *data = NULL, *train = NULL, *validation = NULL;
    gml_network *network = NULL;
    gml_train_options options = {.optimizer = "adam", .learning_rate = 0.01, .batch = 32, .epochs = 1000};
    watch seen = {.best = INFINITY};
    gml_fit_callbacks callbacks = {.user = &seen, .on_epoch = on_epoch};
    gml_fit_report report = {0};

    gml_status status = gml_context_create(NULL, &context, NULL, 0);
    if (status != GML_OK ||
        (status = gml_dataset_from_matrices(context, gml_matrix_f64(x[0], N, 2), gml_matrix_f64(y, N, 1),
                                            GML_TASK_REGRESSION, &data)) != GML_OK ||
        (status = gml_dataset_split(data, 0.2, 1, &train, &validation)) != GML_OK ||
        (status = gml_network_create(context, "2 -> 32 tanh -> 1", NULL, &network)) != GML_OK ||
        (status = gml_network_adapt(network, train, GML_SCALING_STANDARD)) != GML_OK ||
        (status = gml_fit(network, train, validation, &options, &callbacks, &report)) != GML_OK) {
        fprintf(stderr, "%s\n", context ? gml_context_message(context) : gml_status_name(status));
    }
    printf("%s after %zu epochs: r2 %.4f, root mean squared error %.3f\n",
           report.stopped == STOP_EARLY ? "stopped early" : "ended", report.epochs, report.validation.r2,
           report.validation.rmse);

    int good = status == GML_OK && report.validation.r2 > 0.99;
    gml_network_destroy(network);
    gml_dataset_destroy(validation);
    gml_dataset_destroy(train);
    gml_dataset_destroy(data);
    gml_context_destroy(context);
    return !good;
}
