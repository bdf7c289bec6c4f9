/* measure/confusion.c - confusion matrices. */
#include <math.h>

#include "base/view.h"
#include "measure/scorer.h"

gml_status gml_confusion_check(gml_context *context, gml_matrix confusion, gml_task task, size_t predictions)
{
    if (confusion.data == NULL || task == GML_TASK_AUTO) { /* auto: there are no targets, which is refused elsewhere */
        return GML_OK;
    }
    if (task == GML_TASK_REGRESSION) {
        return gml_fail(context, GML_ERROR_ARGUMENT,
                        "confusion: the targets are values; a confusion matrix is for "
                        "classes");
    }
    const size_t classes = predictions == 1 ? 2 : predictions;
    return gml_view_check(context, "confusion", confusion, GML_F64, classes, classes);
}

gml_class_score gml_confusion_class(gml_matrix confusion, size_t index)
{
    if (confusion.data == NULL || confusion.dtype != GML_F64 || confusion.rows != confusion.cols ||
        confusion.stride < confusion.cols || index >= confusion.rows) {
        return (gml_class_score){NAN, NAN, NAN, NAN};
    }
    const double *row = gml_view_row(confusion, index);
    double actual = 0, predicted = 0;
    for (size_t j = 0; j < confusion.cols; j++) {
        actual += row[j];
        predicted += ((const double *)gml_view_row(confusion, j))[index];
    }
    const double right = row[index];
    return (gml_class_score){.precision = predicted > 0 ? right / predicted : NAN,
                             .recall = actual > 0 ? right / actual : NAN,
                             .f1 = actual + predicted > 0 ? 2 * right / (actual + predicted) : NAN,
                             .support = actual};
}
