/* A table of mixed columns in memory: numbers and texts with gaps. An ensemble of five networks learns a price from it,
 * and predicts the rows of another table. One of these rows has a category that is not in the first table, and one has
 * a missing cell. */
#include <gemmule/gemmule.h>
#include <math.h>
#include <stdio.h>

enum { N = 240, NEW = 3 };

/* The price is twice the weight, and 10 more for a red thing; some weights and colors are not known. */
static gml_status fill(gml_table *table)
{
    static const char *const colors[] = {"blue", "green", "red"};
    static double weight[N], price[N];
    static const char *color[N];
    for (int i = 0; i < N; i++) {
        const int kind = i * i % 7 % 3;
        const double known = i * 37 % 50 / 5.0;
        weight[i] = i % 12 == 5 ? NAN : known;
        color[i] = i % 17 == 3 ? NULL : colors[kind];
        price[i] = 2 * known + (kind == 2 ? 10 : 0);
    }
    gml_status status = gml_table_add_numbers(table, "weight", weight, N);
    if (status == GML_OK) {
        status = gml_table_add_texts(table, "color", color, N);
    }
    return status == GML_OK ? gml_table_add_numbers(table, "price", price, N) : status;
}

/* Rows without a price, in columns of another order. */
static gml_status fill_new(gml_table *table)
{
    static const char *const color[NEW] = {"red", "blue", "ultraviolet"};
    static const double weight[NEW] = {5, 5, NAN};
    gml_status status = gml_table_add_texts(table, "color", color, NEW);
    return status == GML_OK ? gml_table_add_numbers(table, "weight", weight, NEW) : status;
}

int main(void)
{
    const gml_recipe recipe = {.hidden = "16 tanh", .fit = {.epochs = 200, .batch = 16, .learning_rate = 0.01}};
    const gml_dataset_options target = {.target = "price"};
    gml_context *context = NULL;
    gml_table *known = NULL, *new = NULL;
    gml_dataset *data = NULL, *rows = NULL;
    gml_network *ensemble = NULL;
    gml_metrics metrics = {0};
    gml_dataset_options columns;
    float y[NEW];
    gml_status status = gml_context_create(NULL, &context, NULL, 0);
    if (status != GML_OK || (status = gml_table_create(context, &known)) != GML_OK ||
        (status = fill(known)) != GML_OK ||
        (status = gml_dataset_from_table(known, &target, &data)) != GML_OK || /* finds out what the columns are */
        (status = gml_ensemble_fit(&recipe, data, NULL, NULL, &ensemble, NULL)) != GML_OK ||
        (status = gml_evaluate(ensemble, data, NULL, &metrics)) != GML_OK ||
        (status = gml_table_create(context, &new)) != GML_OK || (status = fill_new(new)) != GML_OK) {
        fprintf(stderr, "%s\n", context ? gml_context_message(context) : gml_status_name(status));
    }
    if (status == GML_OK) {
        columns = gml_network_data_options(ensemble); /* the columns that the networks have learned, by name */
        columns.targets = GML_CHOICE_NO;
        if ((status = gml_dataset_from_table(new, &columns, &rows)) != GML_OK ||
            (status = gml_network_predict_dataset(ensemble, rows, gml_matrix_f32(y, NEW, 1))) != GML_OK) {
            fprintf(stderr, "%s\n", gml_context_message(context));
        }
    }
    int good = status == GML_OK && metrics.r2 > 0.8 && fabsf(y[0] - 20) < 3 && fabsf(y[1] - 10) < 3;
    if (status == GML_OK) {
        printf("%zu networks, R2 %.3f; red: %.1f, blue: %.1f, unknown: %.1f\n", gml_network_members(ensemble),
               metrics.r2, (double)y[0], (double)y[1], (double)y[2]);
    }
    gml_network_destroy(ensemble);
    gml_dataset_destroy(rows);
    gml_dataset_destroy(data);
    gml_table_destroy(new);
    gml_table_destroy(known);
    gml_context_destroy(context);
    return !good;
}
