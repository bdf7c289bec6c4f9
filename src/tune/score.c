/* tune/score.c - scores of trials, by the metric of the fit. */
#include <math.h>
#include <string.h>

#include "network/network.h"
#include "tune/rate.h"

static const double least_gain = 0.01; /* of the validation loss, as a share of its start */

/* Returns the negative of scores that rise, so that less is better; infinity for none. */
static double order_of(const gml_rate_search *search, double score)
{
    return isnan(score) ? (double)INFINITY : search->rises ? -score : score;
}

bool gml_rate_is_better(const gml_rate_search *search, gml_rate_score a, gml_rate_score b)
{
    const double x = order_of(search, a.score), y = order_of(search, b.score);
    return x < y || (x == y && a.loss < b.loss);
}

gml_status gml_rate_score_network(const gml_rate_search *search, const gml_network *network, const char *loss,
                                  gml_rate_score *found)
{
    gml_metrics metrics;
    gml_metric_value value;
    *found = (gml_rate_score){(double)NAN, (double)INFINITY};
    gml_status status = gml_evaluate(network, search->validation, loss, &metrics);
    if (status != GML_OK || !isfinite(metrics.loss)) {
        return status;
    }
    *found = (gml_rate_score){metrics.loss, metrics.loss};
    if (search->metric != NULL) {
        status = gml_score_network(network, search->validation, &search->metric, 1, &value, gml_matrix_none());
        found->score = status == GML_OK ? value.value : (double)NAN;
    }
    return status;
}

bool gml_rate_improves(const gml_rate_search *search, const gml_rate_trial *trial)
{
    const gml_rate_result *result = search->result;
    const double gain = result->start_loss - trial->loss;
    return search->metric == NULL ? gain > 0 && gain >= least_gain * fabs(result->start_loss)
                                  : order_of(search, trial->score) < order_of(search, result->start_score);
}

gml_status gml_rate_begin_scores(gml_rate_search *search)
{
    const char *metric = search->train_options.metric;
    gml_status status = GML_OK;
    if (metric != NULL && strcmp(metric, "loss") != 0) {
        gml_metric_facts facts = {.higher_is_better = 0};
        status = gml_metric_facts_of(search->network->context, metric, &facts);
        search->metric = metric;
        search->rises = facts.higher_is_better != 0;
    }
    gml_rate_score before = {(double)NAN, (double)NAN};
    if (status == GML_OK) {
        status = gml_rate_score_network(search, search->network, search->train_options.loss, &before);
    }
    search->result->start_loss = before.loss;
    search->result->start_score = before.score;
    return status;
}
