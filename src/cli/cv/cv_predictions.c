/* cli/cv/cv_predictions.c - the predictions of a cross-validation as CSV: row, fold, actual targets, and the columns of
 * `gemmule predict`; or as NPY: the columns alone, a row for each sample. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cv/cv.h"
#include "cli/report/npy.h"
#include "cli/report/predictions.h"
#include "cli/shell/exit.h"
#include "cli/shell/output.h"

/* What the rows are printed from. */
typedef struct rows {
    const cv_run *cv;
    prediction_table table;
    double *row;    /* [outputs] */
    double *actual; /* [targets] */
    size_t targets;
} rows;

/* An unknown target is an empty field. */
static void print_target(FILE *stream, const rows *from, double target)
{
    if (!isnan(target) && from->table.classes > 0) {
        predictions_print_class(stream, &from->table, (size_t)target);
    } else if (!isnan(target)) {
        fprintf(stream, "%.15g", target);
    }
    fputc(',', stream);
}

/* Copies the prediction of a sample to `row`, as probabilities or values; false if it has none. */
static bool take_row(const rows *from, size_t sample, gml_status *status)
{
    const gml_cv_result *result = from->cv->result;
    const gml_matrix all = result->predictions;
    memcpy(from->row, (const double *)all.data + sample * all.stride, all.cols * sizeof *from->row);
    if (isnan(from->row[0])) {
        return false;
    }
    if (from->table.classes > 0 && result->probabilities == 0) {
        *status = predictions_finish(&from->table, gml_matrix_f64(from->row, 1, all.cols));
    }
    return *status == GML_OK;
}

/* Prints a sample that has a prediction. */
static gml_status print_row(FILE *stream, const rows *from, size_t sample)
{
    const gml_cv_result *result = from->cv->result;
    gml_status status = gml_dataset_gather(from->cv->run.data.all, &sample, 1, gml_matrix_none(),
                                           gml_matrix_f64(from->actual, 1, from->targets));
    if (status != GML_OK || !take_row(from, sample, &status)) {
        return status;
    }
    fprintf(stream, "%zu,", sample + 1);
    if (result->repeats == 1) {
        fprintf(stream, "%zu,", gml_split_fold_of(from->cv->split, 0, sample) + 1);
    }
    for (size_t i = 0; i < from->targets; i++) {
        print_target(stream, from, from->actual[i]);
    }
    predictions_print_row(stream, &from->table, from->row);
    return GML_OK;
}

/* "actual," or, of several targets, "actual height,actual weight,". */
static void print_actual_names(FILE *stream, const rows *from)
{
    for (size_t i = 0; i < from->targets; i++) {
        const char *name = gml_dataset_target_name_at(from->cv->run.data.all, i);
        char heading[128] = "actual";
        if (from->targets > 1 && name != NULL) {
            snprintf(heading, sizeof heading, "actual %.100s", name);
        } else if (from->targets > 1) {
            snprintf(heading, sizeof heading, "actual %zu", i + 1);
        }
        print_csv_field(stream, heading);
        fputc(',', stream);
    }
}

static gml_status print_rows(FILE *stream, const rows *from)
{
    gml_status status = GML_OK;
    fputs(from->cv->result->repeats == 1 ? "row,fold," : "row,", stream);
    print_actual_names(stream, from);
    predictions_print_header(stream, &from->table);
    for (size_t i = 0; i < from->cv->result->predictions.rows && status == GML_OK; i++) {
        status = print_row(stream, from, i);
    }
    return status;
}

/* Writes the numbers of all samples; NaN where there is no prediction. */
static gml_status print_array(FILE *stream, const rows *from)
{
    const size_t samples = from->cv->result->predictions.rows, columns = predictions_columns(&from->table);
    gml_status status = GML_OK;
    npy_print_header(stream, NPY_F64, samples, columns);
    for (size_t i = 0; i < samples && status == GML_OK; i++) {
        const bool known = take_row(from, i, &status);
        for (size_t j = 0; j < columns; j++) {
            const double number = known ? predictions_value(&from->table, from->row, j) : (double)NAN;
            npy_print_numbers(stream, NPY_F64, &number, 1);
        }
    }
    return status;
}

static int close_predictions(FILE *stream, const cv_run *cv, gml_status status)
{
    if (status == GML_OK) {
        return output_close(stream, cv->predictions);
    }
    output_discard(stream, cv->predictions);
    return complain_status(cv->run.context, status);
}

int cv_write_predictions(const cv_run *cv)
{
    gml_network *network = cv->run.network; /* has the names */
    const char *loss = cv->run.flags.fit.loss;
    gml_status status = loss != NULL ? gml_network_set_fact(network, "loss", loss) : GML_OK;
    rows from = {.cv = cv, .table = predictions_create(network)};
    from.targets = gml_dataset_targets(cv->run.data.all);
    from.row = calloc(from.table.outputs + from.targets, sizeof *from.row);
    from.actual = from.row + from.table.outputs;
    FILE *stream = from.row != NULL ? output_open(cv->predictions, cv->run.path) : NULL;
    int code = from.row == NULL ? complain(EXIT_MEMORY, "not enough memory for the predictions") : EXIT_CREATE;
    if (stream != NULL) {
        if (status == GML_OK) {
            status = npy_is_named(cv->predictions) ? print_array(stream, &from) : print_rows(stream, &from);
        }
        code = close_predictions(stream, cv, status);
    }
    free(from.row);
    return code;
}
