/* A table of mixed columns: a number with a missing cell and a category. A recipe prepares them, the model file keeps
 * the preparation, and predictions are explained by column. columns [FILE] */
#include <gemmule/gemmule.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { N = 120, COLUMNS = 3 };

static const char *const colors[] = {"blue", "green", "red"};
static const char *const names[COLUMNS] = {"weight", "color", "noise"};

/* The price is twice the weight, and 10 more for a red thing; some weights are not known. */
static void fill(double x[N][COLUMNS], double y[N])
{
    for (int i = 0; i < N; i++) {
        const double weight = i * 37 % 50 / 5.0;
        const int color = i * i % 7 % 3;
        x[i][0] = i % 12 == 5 ? NAN : weight;
        x[i][1] = color;
        x[i][2] = i * 61 % 11;
        y[i] = 2 * weight + (color == 2 ? 10 : 0);
    }
}

static gml_status explain(const gml_network *network, double x[N][COLUMNS])
{
    const gml_attribution_options options = {.method = "shapley", .baseline = gml_matrix_f64(x[0], 30, COLUMNS)};
    double parts[COLUMNS];
    gml_attribution_report report;
    gml_status status =
        gml_attribute(network, gml_matrix_f64(x[2], 1, COLUMNS), &options, gml_matrix_f64(parts, 1, COLUMNS), &report);
    if (status == GML_OK) {
        printf("a %s thing of weight %g: %.1f, which is %.1f on average", colors[(int)x[2][1]], x[2][0], report.value,
               report.base);
        for (int j = 0; j < COLUMNS; j++) {
            printf(", %+.1f for its %s", parts[j], names[j]);
        }
        printf("\n");
    }
    return status;
}

int main(int argc, char **argv)
{
    const char *path = argc > 1 ? argv[1] : "example_columns.safetensors";
    static double x[N][COLUMNS], y[N];
    float before[N] = {0}, after[N] = {1};
    const gml_column columns[COLUMNS] = {{.kind = GML_COLUMN_NUMBER},
                                         {.kind = GML_COLUMN_CATEGORY, .levels = colors, .level_count = 3},
                                         {.kind = GML_COLUMN_NUMBER}};
    const gml_recipe recipe = {.hidden = "16 tanh",
                               .fit = {.epochs = 300, .batch = 16, .learning_rate = 0.01},
                               .preparation = "number -> impute(value=median) -> standard; category -> one_hot"};
    const gml_dataset_parts parts = {.inputs = gml_matrix_f64(x[0], N, COLUMNS),
                                     .targets = gml_matrix_f64(y, N, 1),
                                     .task = GML_TASK_REGRESSION,
                                     .columns = columns};
    const gml_matrix rows = gml_matrix_f64(x[0], N, COLUMNS);
    gml_context *context = NULL;
    gml_dataset *data = NULL;
    gml_network *network = NULL, *loaded = NULL;
    gml_metrics metrics = {0};
    fill(x, y);
    const gml_train_options options = gml_recipe_fit_options(&recipe, N);
    gml_status status = gml_context_create(NULL, &context, NULL, 0);
    if (status != GML_OK || (status = gml_dataset_create(context, &parts, &data)) != GML_OK ||
        (status = gml_recipe_network(&recipe, data, &network)) != GML_OK || /* fits the preparation as well */
        (status = gml_fit(network, data, NULL, &options, NULL, NULL)) != GML_OK ||
        (status = gml_evaluate(network, data, NULL, &metrics)) != GML_OK ||
        (status = gml_network_predict(network, rows, gml_matrix_f32(before, N, 1))) != GML_OK ||
        (status = gml_model_save(network, path)) != GML_OK ||
        (status = gml_model_load(context, path, &loaded)) != GML_OK ||
        (status = gml_network_predict(loaded, rows, gml_matrix_f32(after, N, 1))) != GML_OK) {
        fprintf(stderr, "%s\n", context ? gml_context_message(context) : gml_status_name(status));
    }
    int good = status == GML_OK && memcmp(before, after, sizeof before) == 0 && metrics.r2 > 0.9;
    if (status == GML_OK) {
        const gml_preparation *preparation = gml_network_preparation(loaded);
        gml_prepared_input input;
        printf("%zu columns, R2 %.3f; inputs:", gml_network_columns(loaded), metrics.r2);
        for (size_t i = 0; i < gml_preparation_inputs(preparation); i++) {
            gml_preparation_input(preparation, i, &input);
            printf("%s %s", i > 0 ? "," : "", input.name);
        }
        printf("\n");
        good = explain(loaded, x) == GML_OK && good;
    }
    gml_network_destroy(loaded);
    gml_network_destroy(network);
    gml_dataset_destroy(data);
    gml_context_destroy(context);
    return !good;
}
