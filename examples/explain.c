/* Level 6: what a network has learned. Health watches the units while they train and raises alarms; attributions say
 * which inputs decided one answer; permutation importance says which inputs matter over all samples. */
#include <gemmule/gemmule.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { N = 500, INPUTS = 4, UNITS = 32 };

/* y depends on inputs 1 and 3 alone. */
static void make_samples(double x[N][INPUTS], double y[N])
{
    static const double steps[INPUTS] = {0.754877666, 0.569840291, 0.819172513, 0.671043606};
    for (int i = 0; i < N; i++) {
        for (int j = 0; j < INPUTS; j++) {
            x[i][j] = 2 * fmod(i * steps[j], 1.0) - 1;
        }
        y[i] = 50 + 10 * x[i][1] - 20 * x[i][3] * x[i][3];
    }
}

/* Trains under the eyes of a health, and prints its alarms. Counts those of the kind `expected`. */
static gml_status train(const gml_dataset *data, gml_network *network, const char *expected, int *alarms)
{
    gml_health *health = NULL;
    gml_status status = gml_health_create(network, NULL, &health);
    const gml_train_options options = {.learning_rate = 0.01, .epochs = 60, .observer = gml_health_observer(health)};
    if (status == GML_OK && (status = gml_fit(network, data, NULL, &options, NULL, NULL)) == GML_OK) {
        status = gml_health_finish(health);
    }
    const gml_alarm *alarm;
    for (size_t i = 0; (alarm = gml_health_alarm(health, i)) != NULL; i++) {
        printf("  %s: %s\n", alarm->kind->name, alarm->text);
        *alarms += strcmp(alarm->kind->name, expected) == 0;
    }
    gml_layer_health layer;
    if (status == GML_OK && (status = gml_health_layer(health, 0, &layer)) == GML_OK) {
        printf("  first layer: %zu of %zu units dead, an update changes the weights by %.2g of their norm\n",
               layer.dead, layer.units, layer.update_ratio);
    }
    gml_health_destroy(health);
    return status;
}

/* Kills half of the first layer: biases far below 0. */
static gml_status kill_units(gml_network *network)
{
    gml_block bias;
    gml_status status = gml_network_block(network, 1, &bias); /* after the weights of the first layer */
    for (size_t i = 0; status == GML_OK && i < UNITS / 2; i++) {
        ((float *)bias.values.data)[i] = -100;
    }
    return status;
}

/* The attributions of one sample in the unit of y. They add up to what the prediction is above the base value. */
static gml_status explain_one(const gml_network *network, const double x[INPUTS], double parts[INPUTS])
{
    gml_attribution_report report;
    const gml_attribution_options options = {.method = "shapley"};
    gml_status status =
        gml_attribute(network, gml_matrix_f64(x, 1, INPUTS), &options, gml_matrix_f64(parts, 1, INPUTS), &report);
    if (status == GML_OK) {
        printf("  prediction %.2f = base value %.2f", report.value, report.base);
        for (int j = 0; j < INPUTS; j++) {
            printf(" %+.2f (input %d)", parts[j], j);
        }
        printf("\n");
    }
    return status;
}

int main(void)
{
    static double x[N][INPUTS], y[N];
    gml_context *context = NULL;
    gml_dataset *data = NULL;
    gml_network *network = NULL;
    gml_importance matters[INPUTS];
    double base = 0, parts[INPUTS];
    int alarms = 0, dead = 0;
    make_samples(x, y);

    gml_status status = gml_context_create(NULL, &context, NULL, 0);
    if (status == GML_OK &&
        (status = gml_dataset_from_matrices(context, gml_matrix_f64(x[0], N, INPUTS), gml_matrix_f64(y, N, 1),
                                            GML_TASK_REGRESSION, &data)) == GML_OK &&
        (status = gml_network_create(context, "4 -> 32 relu -> 1", NULL, &network)) == GML_OK &&
        (status = gml_network_adapt(network, data, GML_SCALING_STANDARD)) == GML_OK) {
        printf("a healthy fit:\n");
        status = train(data, network, "dead", &alarms);
    }
    if (status == GML_OK) {
        printf("one answer:\n");
        status = explain_one(network, x[7], parts);
    }
    if (status == GML_OK &&
        (status = gml_permutation_importance(network, data, NULL, &base, matters, gml_matrix_none())) == GML_OK) {
        printf("all samples: r2 is %.4f, and falls as an input is permuted by\n ", base);
        for (int j = 0; j < INPUTS; j++) {
            printf(" %.3f (input %d)", matters[j].mean, j);
        }
        printf("\n");
    }
    if (status == GML_OK && (status = kill_units(network)) == GML_OK) {
        printf("half of the units killed, trained again:\n");
        status = train(data, network, "dead", &dead);
    }
    if (status != GML_OK) {
        fprintf(stderr, "%s\n", context != NULL ? gml_context_message(context) : gml_status_name(status));
    }

    int good = status == GML_OK && alarms == 0 && dead == 1 && fabs(parts[0]) + fabs(parts[2]) < 1;
    good = good && matters[1].low > matters[0].high + 0.1 && matters[3].low > matters[2].high + 0.1;
    gml_network_destroy(network);
    gml_dataset_destroy(data);
    gml_context_destroy(context);
    return !good;
}
