/* cli/predict/sink.h - where predictions go: CSV or NPY, to a stream. */
#ifndef GML_CLI_SINK_H
#define GML_CLI_SINK_H

#include "cli/report/npy.h"
#include "cli/report/predictions.h"

typedef struct prediction_sink {
    FILE *stream;
    prediction_table table;
    bool npy, labels, bounds; /* bounds: of prediction intervals, which the network has */
    bool headed;              /* the header is written */
    bool no_header;           /* CSV: without a row of names */
    npy_type type;            /* of an NPY array */
    FILE *spool;              /* the numbers of an NPY array, until their count is known; or null */
    size_t rows;              /* written so far */
    double *numbers;          /* [columns] */
} prediction_sink;

/* Prepares a sink; the caller has set stream, npy, labels, bounds and no_header. `total` is the number of rows; 0: it
 * is not known before the end. The header of an NPY array has this number, so its entries then go to a temporary file
 * first. Returns false if there is no memory or no temporary file. */
bool sink_begin(const gml_network *network, size_t total, prediction_sink *sink);

/* True if the outputs of a float network [n x outputs] are written as they are. */
bool sink_takes_floats(const prediction_sink *sink);

/* Writes them. */
void sink_put_floats(prediction_sink *sink, const float *outputs, size_t rows);

/* Writes the converted row of a sample [width]; null: what stands for a sample without a prediction. */
void sink_put(prediction_sink *sink, const double *outputs);

/* What stands for a sample without a prediction, in words. */
const char *sink_gap(const prediction_sink *sink);

/* Writes what is left to be written at the end of the rows. False if the temporary file fails. */
bool sink_finish(prediction_sink *sink);

void sink_clear(prediction_sink *sink);

#endif
