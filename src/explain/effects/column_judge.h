/* explain/effects/column_judge.h - the score of a network on a dataset, by the loss or a metric, with and without
 * permuted columns. */
#ifndef GML_EXPLAIN_COLUMN_JUDGE_H
#define GML_EXPLAIN_COLUMN_JUDGE_H

#include "measure/evaluate.h"
#include "measure/network_scorer.h"

typedef struct gml_column_judge {
    const char *metric; /* null: the loss */
    bool higher_is_better;
    gml_evaluator evaluator;   /* of the loss */
    gml_network_scorer scorer; /* of a metric */
    gml_permuted permuted;
} gml_column_judge;

/* Makes a judge by a metric, or by the loss for "loss". The text must stay. Errors: as gml_evaluate and
 * gml_score_network. */
gml_status gml_column_judge_create(const gml_network *network, const gml_dataset *dataset, const char *metric,
                                   gml_column_judge *judge);
void gml_column_judge_destroy(gml_column_judge *judge);

/* Computes the score; with `columns` [count] permuted in an order drawn from the stream, or as the data is if `stream`
 * is null. Allocates nothing after the first call. Errors: data (the score is not defined, or not finite; the reason in
 * the message). */
gml_status gml_column_judge_run(gml_column_judge *judge, const gml_stream *stream, const size_t *columns, size_t count,
                                double *score);

#endif
