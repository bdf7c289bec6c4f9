/* explain/effects/column_judge.c - scores of a network with permuted columns. */
#include "explain/effects/column_judge.h"

#include <math.h>
#include <string.h>

static gml_status create_metric(const gml_network *network, const gml_dataset *dataset, const char *metric,
                                gml_column_judge *judge)
{
    gml_metric_facts facts;
    gml_status status = gml_metric_facts_of(network->context, metric, &facts);
    if (status != GML_OK) {
        return status;
    }
    judge->metric = metric;
    judge->higher_is_better = facts.higher_is_better != 0;
    return gml_network_scorer_create(network, dataset, gml_network_fact(network, "loss"), &judge->metric, 1, false,
                                     &judge->scorer);
}

gml_status gml_column_judge_create(const gml_network *network, const gml_dataset *dataset, const char *metric,
                                   gml_column_judge *judge)
{
    *judge = (gml_column_judge){0};
    const bool loss = strcmp(metric, "loss") == 0;
    gml_status status = loss ? gml_evaluator_create(network, dataset, "the explanation",
                                                    gml_network_fact(network, "loss"), &judge->evaluator)
                             : create_metric(network, dataset, metric, judge);
    if (status == GML_OK) {
        const size_t most = loss ? judge->evaluator.batch : judge->scorer.chunk;
        status = gml_permuted_create(network->context, dataset, most, &judge->permuted);
    }
    if (status != GML_OK) {
        gml_column_judge_destroy(judge);
    }
    return status;
}

void gml_column_judge_destroy(gml_column_judge *judge)
{
    gml_permuted_destroy(&judge->permuted);
    gml_evaluator_destroy(&judge->evaluator);
    gml_network_scorer_destroy(&judge->scorer);
}

static gml_status run_loss(gml_column_judge *judge, double *score)
{
    gml_metrics metrics;
    gml_status status = gml_evaluator_run(&judge->evaluator, &metrics);
    if (status == GML_OK && !isfinite(metrics.loss)) {
        status = gml_fail(judge->evaluator.network->context, GML_ERROR_DATA,
                          "the loss of these samples is %g; a finite one is needed", metrics.loss);
    }
    *score = status == GML_OK ? metrics.loss : NAN;
    return status;
}

static gml_status run_metric(gml_column_judge *judge, double *score)
{
    gml_metric_value value;
    gml_status status = gml_network_scorer_run(&judge->scorer, &value, gml_matrix_none());
    if (status == GML_OK && isnan(value.value)) {
        status = gml_fail(judge->scorer.network->context, GML_ERROR_DATA,
                          "metric %s is not defined for these samples: %s", judge->metric, value.reason);
    }
    *score = status == GML_OK ? value.value : NAN;
    return status;
}

gml_status gml_column_judge_run(gml_column_judge *judge, const gml_stream *stream, const size_t *columns, size_t count,
                                double *score)
{
    gml_permuted *permuted = stream != NULL ? &judge->permuted : NULL;
    if (permuted != NULL) {
        gml_permuted_draw(permuted, columns, count, stream);
    }
    judge->evaluator.permuted = judge->scorer.permuted = permuted;
    return judge->metric == NULL ? run_loss(judge, score) : run_metric(judge, score);
}
