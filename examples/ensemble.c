/* Level 4, concurrent fits: the same network from four seeds, each trained on one thread. The mean of the predictions
 * is more accurate than each network's. */
#include <gemmule/gemmule.h>
#include <math.h>
#include <stdio.h>

enum { SEEDS = 4, N = 200 };

static float x[N], noisy[N], truth[N], answers[SEEDS][N], mean[N];

static double error_of(const float *y)
{
    double sum = 0;
    for (int i = 0; i < N; i++) {
        sum += (y[i] - truth[i]) * (y[i] - truth[i]);
    }
    return sqrt(sum / N);
}

int main(void)
{
    for (int i = 0; i < N; i++) {
        x[i] = (float)(2.0 * i / N - 1);
        truth[i] = sinf(4 * x[i]);
        noisy[i] = truth[i] + (float)(fmod(i * 0.754877666, 1.0) - 0.5);
    }

    gml_context *context = NULL;
    gml_dataset *data = NULL;
    gml_fit_job jobs[SEEDS] = {0};
    gml_status status = gml_context_create(NULL, &context, NULL, 0);
    if (status == GML_OK) {
        status = gml_dataset_from_matrices(context, gml_matrix_f32(x, N, 1), gml_matrix_f32(noisy, N, 1),
                                           GML_TASK_REGRESSION, &data);
    }
    for (int k = 0; k < SEEDS && status == GML_OK; k++) {
        gml_network_options options = {.seed = (uint64_t)k};
        status = gml_network_create(context, "1 -> 32 tanh -> 32 tanh -> 1", &options, &jobs[k].network);
        jobs[k].dataset = data;
        jobs[k].options = (gml_train_options){.learning_rate = 0.01, .epochs = 100, .seed = (uint64_t)k};
    }
    if (status == GML_OK) {
        status = gml_fit_many(context, jobs, SEEDS);
    }

    double single = 0;
    for (int k = 0; k < SEEDS && status == GML_OK; k++) {
        status = gml_network_predict(jobs[k].network, gml_matrix_f32(x, N, 1), gml_matrix_f32(answers[k], N, 1));
        for (int i = 0; i < N; i++) {
            mean[i] += answers[k][i] / SEEDS;
        }
        single += error_of(answers[k]) / SEEDS;
        printf("seed %d: %s, error %.4f\n", k, gml_status_name(jobs[k].status), error_of(answers[k]));
    }
    if (status != GML_OK) {
        fprintf(stderr, "%s\n", context ? gml_context_message(context) : gml_status_name(status));
    }
    printf("the mean of all: error %.4f; of one, on average: %.4f\n", error_of(mean), single);

    int good = status == GML_OK && error_of(mean) < single && error_of(mean) < 0.2;
    for (int k = 0; k < SEEDS; k++) {
        gml_network_destroy(jobs[k].network);
    }
    gml_dataset_destroy(data);
    gml_context_destroy(context);
    return !good;
}
