/* cli/predict/sink.c - writing predictions as CSV or NPY. */
#include "cli/predict/sink.h"

#include <math.h>
#include <stdlib.h>

static size_t columns_of(const prediction_sink *sink)
{
    return sink->labels ? 1 : predictions_columns(&sink->table);
}

bool sink_begin(const gml_network *network, size_t total, prediction_sink *sink)
{
    sink->table = predictions_create(network);
    if (sink->bounds) {
        predictions_add_bounds(&sink->table);
    }
    sink->type = sink->labels ? NPY_I64 : gml_network_dtype(network) == GML_F64 ? NPY_F64 : NPY_F32;
    sink->numbers = calloc(columns_of(sink), sizeof *sink->numbers);
    if (sink->npy && total == 0) {
        sink->spool = tmpfile();
    } else {
        sink->rows = total;
    }
    return sink->numbers != NULL && (!sink->npy || total > 0 || sink->spool != NULL);
}

static void put_header(prediction_sink *sink)
{
    if (sink->headed || sink->spool != NULL) {
        return;
    }
    sink->headed = true;
    if (sink->npy) {
        npy_print_header(sink->stream, sink->type, sink->rows, sink->labels ? 0 : columns_of(sink));
    } else if (sink->no_header) {
        return;
    } else if (sink->labels) {
        fputs("class\n", sink->stream);
    } else {
        predictions_print_header(sink->stream, &sink->table);
    }
}

bool sink_takes_floats(const prediction_sink *sink)
{
    const prediction_table *table = &sink->table;
    return sink->npy && sink->type == NPY_F32 && table->link == NULL && table->variances == 0 &&
           predictions_columns(table) == table->outputs;
}

void sink_put_floats(prediction_sink *sink, const float *outputs, size_t rows)
{
    put_header(sink);
    sink->rows += sink->spool != NULL ? rows : 0;
    fwrite(outputs, sizeof *outputs, rows * sink->table.outputs, sink->spool != NULL ? sink->spool : sink->stream);
}

static void put_numbers(const prediction_sink *sink, const double *outputs)
{
    const size_t columns = columns_of(sink);
    for (size_t i = 0; i < columns; i++) {
        sink->numbers[i] = outputs == NULL ? (double)NAN
                           : sink->labels  ? (double)predictions_class(&sink->table, outputs)
                                           : predictions_value(&sink->table, outputs, i);
    }
    npy_print_numbers(sink->spool != NULL ? sink->spool : sink->stream, sink->type, sink->numbers, columns);
}

void sink_put(prediction_sink *sink, const double *outputs)
{
    put_header(sink);
    sink->rows += sink->spool != NULL;
    if (sink->npy) {
        put_numbers(sink, outputs);
    } else if (outputs == NULL) {
        fputc('\n', sink->stream);
    } else if (sink->labels) {
        predictions_print_class(sink->stream, &sink->table, predictions_class(&sink->table, outputs));
        fputc('\n', sink->stream);
    } else {
        predictions_print_row(sink->stream, &sink->table, outputs);
    }
}

const char *sink_gap(const prediction_sink *sink)
{
    return !sink->npy ? "an empty line" : sink->labels ? "-1" : "NaN";
}

bool sink_finish(prediction_sink *sink)
{
    char piece[1 << 14];
    FILE *spool = sink->spool;
    sink->spool = NULL;
    put_header(sink);
    if (spool == NULL) {
        return true;
    }
    bool fine = fflush(spool) == 0 && fseek(spool, 0, SEEK_SET) == 0;
    for (size_t got; fine && (got = fread(piece, 1, sizeof piece, spool)) > 0;) {
        fwrite(piece, 1, got, sink->stream);
    }
    fine = fine && ferror(spool) == 0;
    fclose(spool);
    return fine;
}

void sink_clear(prediction_sink *sink)
{
    if (sink->spool != NULL) {
        fclose(sink->spool);
    }
    free(sink->numbers);
}
