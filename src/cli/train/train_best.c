/* cli/train/train_best.c - `gemmule train --recipe best`: a search within a time, and the mean of its best networks. */
#include "cli/shell/interrupt.h"
#include "cli/train/train.h"

static const double default_seconds = 60;

/* Replaces the network of the run, which was made to check the flags. */
static gml_status take_network(train_run *run, gml_network *network, train_result *result)
{
    const gml_search_result *found = &run->choice.search;
    gml_network_destroy(run->network);
    run->network = network;
    result->report = found->fit;
    result->report.kept_epochs = found->fit.epochs;
    snprintf(run->choice.assignment, sizeof run->choice.assignment, "%s", found->best.assignment);
    train_explain_choice(run);
    gml_status status = gml_network_set_fact(network, "recipe", run->flags.recipe);
    if (status == GML_OK && run->data.validation != NULL) {
        status = gml_evaluate(network, run->data.validation, NULL, &result->report.validation);
    }
    return status;
}

gml_status train_fit_best(train_run *run, train_result *result)
{
    gml_search_options options = train_choice_options(run);
    gml_network *network = NULL;
    options.seconds = options.seconds > 0 ? options.seconds : default_seconds;
    const gml_status status = gml_find_recipe(run->context, run->data.all, run->data.validation, &run->recipe.base,
                                              &options, &network, &run->choice.search);
    return status == GML_OK && network != NULL ? take_network(run, network, result) : status;
}
