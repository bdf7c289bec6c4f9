/* bench/whole_fit.c - a whole fit, with the time of each phase. */
#include "whole_fit.h"

#include <stdio.h>
#include <stdlib.h>

#include "harness.h"
#include "setup.h"

static gml_dataset *open_part(gml_context *context, const char *folder, const char *part)
{
    gml_dataset_options options = {.part = part};
    gml_dataset *dataset;
    bench_must(context, gml_dataset_open(context, folder, &options, &dataset));
    return dataset;
}

static gml_network *train(gml_context *context, const gml_dataset *dataset, size_t epochs)
{
    char description[BENCH_DESCRIPTION];
    bench_describe(&(bench_net){.sizes = {gml_dataset_features(dataset), 512, 256, gml_dataset_classes(dataset)}},
                   description);
    gml_train_options options = {.optimizer = "adam", .learning_rate = 1e-3, .batch = 128, .epochs = epochs};
    gml_network *network;
    bench_must(context, gml_network_create(context, description, NULL, &network));
    bench_must(context, gml_network_adapt(network, dataset, GML_SCALING_AUTO));
    bench_must(context, gml_fit(network, dataset, NULL, &options, NULL, NULL));
    return network;
}

int bench_whole_fit(char **arguments)
{
    double start = bench_now();
    gml_context *context = bench_context(strtoul(arguments[1], NULL, 10));
    gml_dataset *learned = open_part(context, arguments[0], "train");
    gml_dataset *unseen = open_part(context, arguments[0], "t10k");
    double loaded = bench_now();
    gml_network *network = train(context, learned, strtoul(arguments[2], NULL, 10));
    double trained = bench_now();
    gml_metrics metrics;
    bench_must(context, gml_evaluate(network, unseen, NULL, &metrics));
    double evaluated = bench_now();
    printf("{\"load\": %.6f, \"train\": %.6f, \"evaluate\": %.6f, \"accuracy\": %.6f, \"version\": \"%s\"}\n",
           loaded - start, trained - loaded, evaluated - trained, metrics.accuracy, gml_version());
    gml_network_destroy(network);
    gml_dataset_destroy(learned);
    gml_dataset_destroy(unseen);
    gml_context_destroy(context);
    return EXIT_SUCCESS;
}
