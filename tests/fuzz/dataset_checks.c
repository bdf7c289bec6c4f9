/* tests/fuzz/dataset_checks.c - what holds of every data set that was read. */
#include "dataset_checks.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static double *numbers(size_t rows, size_t cols)
{
    double *made = malloc(rows * cols * sizeof *made + 1);
    fuzz_check(made != NULL, "the fuzzer has memory");
    return made;
}

static void check_names(const gml_dataset *dataset)
{
    size_t classes = gml_dataset_classes(dataset), features = gml_dataset_features(dataset);
    for (size_t i = 0; i < classes; i++) {
        fuzz_check(gml_dataset_class_name(dataset, i) != NULL, "every class has a name");
    }
    for (size_t i = 1; i < classes && i < 50; i++) {
        fuzz_check(strcmp(gml_dataset_class_name(dataset, i - 1), gml_dataset_class_name(dataset, i)) != 0,
                   "classes have names of their own");
    }
    fuzz_check(gml_dataset_class_name(dataset, classes) == NULL, "there is no name past the last class");
    fuzz_check(gml_dataset_feature_name(dataset, features) == NULL, "there is no name past the last input");
}

/* Inputs are finite numbers, codes of levels, or missing; of plain numbers none is missing. Arrays that may have bad
 * inputs have them as they are. */
static void check_inputs(const gml_dataset *dataset, const gml_dataset_options *options, const double *inputs)
{
    size_t rows = gml_dataset_size(dataset), features = gml_dataset_features(dataset);
    for (size_t j = 0; j < features; j++) {
        gml_column column;
        fuzz_ok(gml_dataset_column(dataset, j, &column));
        for (size_t i = 0; i < rows; i++) {
            double x = inputs[i * features + j];
            bool is_bad = options->bad_inputs && isinf(x);
            bool is_code = x >= 0 && x <= (double)column.level_count && x == floor(x);
            fuzz_check(isnan(x) || is_bad || (column.kind == GML_COLUMN_CATEGORY ? is_code : isfinite(x)),
                       "inputs are numbers, codes, days or missing");
        }
        for (size_t i = 1; i < column.level_count && i < 50; i++) {
            fuzz_check(strcmp(column.levels[i - 1], column.levels[i]) != 0, "levels have names of their own");
        }
    }
}

/* Targets are finite numbers, or class numbers below the number of classes, or not known where that is allowed. */
static void check_targets(const gml_dataset *dataset, const gml_dataset_options *options, const double *targets)
{
    size_t count = gml_dataset_size(dataset) * gml_dataset_targets(dataset), classes = gml_dataset_classes(dataset);
    for (size_t i = 0; i < count; i++) {
        bool missing = options->missing_targets && isnan(targets[i]);
        bool is_class = targets[i] >= 0 && targets[i] < (double)classes && targets[i] == floor(targets[i]);
        fuzz_check(missing || (classes > 0 ? is_class : isfinite(targets[i])), "targets are classes or finite");
    }
}

static void check_split(gml_dataset *dataset)
{
    gml_dataset *first = NULL, *second = NULL;
    if (gml_dataset_size(dataset) < 2 || gml_dataset_groups(dataset) == 1) { /* one group cannot be cut */
        return;
    }
    fuzz_ok(gml_dataset_split(dataset, 0.3, 1, &first, &second));
    if (first != NULL) {
        fuzz_check(gml_dataset_size(first) > 0 && gml_dataset_size(second) > 0 &&
                       gml_dataset_size(first) + gml_dataset_size(second) == gml_dataset_size(dataset),
                   "a split has every sample once");
    }
    gml_dataset_destroy(second);
    gml_dataset_destroy(first);
}

/* All numbers of a data set; false where there are none, as memory was refused. */
static bool gather(const gml_dataset *dataset, double **inputs, double **targets)
{
    size_t rows = gml_dataset_size(dataset), features = gml_dataset_features(dataset);
    size_t outputs = gml_dataset_targets(dataset);
    *inputs = numbers(rows, features);
    *targets = numbers(rows, outputs);
    gml_matrix to = outputs > 0 ? gml_matrix_f64(*targets, rows, outputs) : gml_matrix_none();
    gml_status status = gml_dataset_gather(dataset, NULL, rows, gml_matrix_f64(*inputs, rows, features), to);
    fuzz_ok(status);
    return status == GML_OK;
}

/* Reads the file again and compares all numbers. */
static void check_again(const char *path, const gml_dataset_options *options, const gml_dataset *first,
                        const double *inputs, const double *targets)
{
    gml_dataset *again = NULL;
    double *inputs_again = NULL, *targets_again = NULL;
    size_t rows = gml_dataset_size(first), outputs = gml_dataset_targets(first);
    fuzz_ok(gml_dataset_open(fuzz_context(), path, options, &again));
    if (again == NULL) {
        return;
    }
    fuzz_check(gml_dataset_size(again) == rows && gml_dataset_targets(again) == outputs, "a file reads the same twice");
    if (gather(again, &inputs_again, &targets_again)) {
        fuzz_check(memcmp(inputs, inputs_again, rows * gml_dataset_features(first) * sizeof *inputs) == 0 &&
                       memcmp(targets, targets_again, rows * outputs * sizeof *targets) == 0,
                   "numbers read the same twice");
    }
    free(inputs_again);
    free(targets_again);
    gml_dataset_destroy(again);
}

/* Reads the file of a network row by row to its end; the inputs are those of the whole file, if it can be read. */
static void check_rows(const char *path, const gml_dataset_options *options, size_t rows, const double *inputs)
{
    gml_rows *reading = NULL;
    const gml_dataset *dataset = NULL;
    size_t count = 0;
    gml_status status = gml_rows_open(fuzz_context(), path, options, &reading);
    while (status == GML_OK) {
        double *found = NULL, *targets = NULL;
        status = gml_rows_next(reading, 3, &dataset);
        if (status == GML_OK && dataset == NULL) {
            break;
        }
        if (status == GML_OK && inputs != NULL && gather(dataset, &found, &targets)) {
            const size_t size = gml_dataset_size(dataset) * options->features;
            fuzz_check(count + gml_dataset_size(dataset) <= rows &&
                           memcmp(found, inputs + count * options->features, size * sizeof *found) == 0,
                       "row by row the numbers are the same");
        }
        count += gml_dataset_size(dataset);
        free(found);
        free(targets);
        fuzz_check(inputs == NULL || status == GML_OK, "a file that is read as a whole is read row by row");
        status = gml_rows_can_continue(reading) ? GML_OK : status;
    }
    fuzz_check(inputs == NULL || count == rows, "row by row there are as many rows");
    gml_rows_destroy(reading);
}

void check_dataset(gml_dataset *dataset, const gml_dataset_options *options)
{
    double *inputs = NULL, *targets = NULL;
    fuzz_check(gml_dataset_size(dataset) > 0 && gml_dataset_features(dataset) > 0, "no data set is empty");
    check_names(dataset);
    if (gather(dataset, &inputs, &targets)) {
        check_inputs(dataset, options, inputs);
        check_targets(dataset, options, targets);
    }
    check_split(dataset);
    free(inputs);
    free(targets);
}

void check_table(gml_table *table)
{
    for (size_t i = 0; i < gml_table_columns(table); i++) {
        gml_table_column_view view;
        if (gml_table_column(table, i, &view) == GML_OK) {
            fuzz_check(view.reason != NULL && view.reason[0] != '\0', "each kind has a reason");
            fuzz_check(view.missing <= gml_table_rows(table), "no more cells are missing than there are");
            fuzz_check(view.distinct + view.missing <= gml_table_rows(table), "each value has a cell");
            fuzz_check(!view.used || !view.refused, "what is refused is not used");
            fuzz_check(isnan(view.least) || view.least <= view.greatest, "ranges begin with the least");
        }
    }
}

void check_reading(const char *path, const gml_dataset_options *options)
{
    static const gml_status documented[] = {GML_ERROR_DATA, GML_ERROR_SHAPE,    GML_ERROR_NAME,
                                            GML_ERROR_READ, GML_ERROR_ARGUMENT, GML_ERROR_NOT_FOUND};
    gml_dataset *dataset = NULL;
    double *inputs = NULL, *targets = NULL;
    if (!fuzz_status(gml_dataset_open(fuzz_context(), path, options, &dataset), documented, 6)) {
        fuzz_check(dataset == NULL, "a failed reading gives no data set");
        if (options->features != 0) {
            check_rows(path, options, 0, NULL);
        }
        return;
    }
    check_dataset(dataset, options);
    if (gather(dataset, &inputs, &targets)) {
        check_again(path, options, dataset, inputs, targets);
        if (options->features != 0) {
            check_rows(path, options, gml_dataset_size(dataset), inputs);
        }
    }
    free(inputs);
    free(targets);
    gml_dataset_destroy(dataset);
}
