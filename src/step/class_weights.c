/* step/class_weights.c - class weights, given as numbers or balanced: each class then has the same total weight. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "step/settings.h"

/* weight = n / (classes present * samples of the class) */
static gml_status balance(gml_context *context, const gml_dataset *dataset, size_t classes, double *weights)
{
    if (dataset == NULL || dataset->schema.task != GML_TASK_CLASSIFICATION) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "class_weights: balanced weights follow from %s",
                        dataset == NULL ? "a dataset: use gml_fit" : "class numbers; the targets are values");
    }
    double known = 0, present = 0;
    memset(weights, 0, classes * sizeof *weights);
    for (size_t i = 0; i < dataset->size; i++) {
        double number = gml_dataset_target_of(dataset, i);
        if (number >= 0 && number < (double)classes) {
            weights[(size_t)number]++;
            known++;
        }
    }
    for (size_t c = 0; c < classes; c++) {
        present += weights[c] > 0;
    }
    for (size_t c = 0; c < classes; c++) {
        weights[c] = weights[c] > 0 ? known / (present * weights[c]) : 0;
    }
    return GML_OK;
}

static gml_status check_weights(gml_context *context, size_t found, size_t classes, const double *weights)
{
    double sum = 0;
    for (size_t c = 0; c < classes && c < found; c++) {
        sum += weights[c];
    }
    if (found != classes) {
        return gml_fail(context, GML_ERROR_ARGUMENT,
                        "class_weights: there are %zu numbers; the network has %zu classes", found, classes);
    }
    return sum > 0 ? GML_OK
                   : gml_fail(context, GML_ERROR_ARGUMENT, "class_weights are all 0; at least one must be above 0");
}

gml_status gml_class_weights_read(gml_context *context, const char *text, const gml_dataset *dataset, size_t classes,
                                  double *weights)
{
    if (strcmp(text, "balanced") == 0) {
        return balance(context, dataset, classes, weights);
    }
    if (dataset != NULL && dataset->schema.task != GML_TASK_CLASSIFICATION) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "class_weights are for class numbers; the targets are values");
    }
    size_t found = 0;
    for (const char *at = text; at != NULL; found++) {
        const char *end = strchr(at, ',');
        size_t length = end != NULL ? (size_t)(end - at) : strlen(at);
        double weight;
        if (!gml_text_to_double(at, length, &weight) || !isfinite(weight) || weight < 0) {
            return gml_fail(context, GML_ERROR_ARGUMENT,
                            "class_weights: \"%.*s\" is not a finite number >= 0; \"balanced\" or a number for each "
                            "class, separated by commas, is needed",
                            length < 60 ? (int)length : 60, at);
        }
        if (found < classes) {
            weights[found] = weight;
        }
        at = end != NULL ? end + 1 : NULL;
    }
    return check_weights(context, found, classes, weights);
}
