/* tools/rate_table.c - a chosen learning rate beside fixed ones: trains a network on one data set, for each optimizer
 * and seed, at the rate that gml_find_rate suggests and at 13 rates from 1e-5 to 10. tools/rate-table compiles and runs
 * it.
 *
 *     rate_table NAME PATH SHARE FIRST_SEED LAST_SEED
 *
 * SHARE is the part of the data that is used. Data, network and epochs are those of `gemmule train PATH`: a fifth for
 * validation, a hidden layer of 128 relu units, batches of 32, and epochs for 3000 batches, at most 300. Writes a JSON
 * object for each optimizer and seed: the losses of validation, least over the epochs and last; null: diverged. */
#include <gemmule/gemmule.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { RATES = 13, BATCH = 32, ENOUGH_BATCHES = 3000, LEAST_EPOCHS = 10, MOST_EPOCHS = 300 };

static const char *const optimizers[] = {"momentum", "adam", "rmsprop"};

static void check(const gml_context *context, gml_status status)
{
    if (status != GML_OK) {
        fprintf(stderr, "rate_table: %s\n", gml_context_message(context));
        exit(1);
    }
}

/* ---- one fit ---- */

typedef struct outcome {
    double least, last; /* validation loss */
} outcome;

static int note_epoch(void *user, const gml_progress *progress)
{
    outcome *found = user;
    found->last = progress->validation->loss;
    found->least = fmin(found->least, found->last);
    return 0;
}

static outcome fit_at(double rate, const gml_network *network, const gml_dataset *train, const gml_dataset *validation,
                      gml_train_options options)
{
    gml_context *context = gml_network_context(network);
    outcome found = {(double)INFINITY, (double)INFINITY};
    const gml_fit_callbacks callbacks = {.user = &found, .on_epoch = note_epoch};
    gml_network *copy = NULL;
    options.learning_rate = rate;
    check(context, gml_network_copy(network, GML_F32, &copy));
    const gml_status status = gml_fit(copy, train, validation, &options, &callbacks, NULL);
    if (status == GML_ERROR_DIVERGED) {
        found.last = (double)INFINITY;
    } else {
        check(context, status);
    }
    gml_network_destroy(copy);
    return found;
}

/* ---- one line of the table ---- */

static void write_number(double value)
{
    if (isfinite(value)) {
        printf("%.17g", value);
    } else {
        fputs("null", stdout);
    }
}

static void write_outcome(double rate, outcome found)
{
    printf("{\"rate\": ");
    write_number(rate > 0 ? rate : (double)NAN);
    printf(", \"least\": ");
    write_number(found.least);
    printf(", \"last\": ");
    write_number(found.last);
    putchar('}');
}

/* 10^(k/2) to four digits, k from -10. */
static double fixed_rate(int index)
{
    char text[32];
    snprintf(text, sizeof text, "%.3e", pow(10, (index - 10) / 2.0));
    return strtod(text, NULL);
}

static void compare(gml_context *context, const char *name, const char *optimizer, uint64_t seed, gml_dataset *data)
{
    gml_dataset *train = NULL, *validation = NULL;
    gml_network *network = NULL;
    char net[128];
    const size_t classes = gml_dataset_classes(data);
    check(context, gml_dataset_split(data, 0.2, seed, &train, &validation));
    snprintf(net, sizeof net, "%zu -> 128 relu -> %zu%s", gml_dataset_features(data), classes > 0 ? classes : 1,
             classes > 0 ? " softmax" : "");
    check(context, gml_network_create(context, net, &(gml_network_options){.seed = seed}, &network));
    check(context, gml_network_adapt(network, train, GML_SCALING_AUTO));

    const size_t batches = (gml_dataset_size(train) + BATCH - 1) / BATCH;
    const size_t enough = (ENOUGH_BATCHES + batches - 1) / batches;
    const gml_train_options options = {.optimizer = optimizer,
                                       .batch = BATCH,
                                       .seed = seed,
                                       .epochs = enough < LEAST_EPOCHS  ? LEAST_EPOCHS
                                                 : enough > MOST_EPOCHS ? MOST_EPOCHS
                                                                        : enough};
    gml_rate_result result;
    check(context, gml_find_rate(network, train, validation, &options, NULL, NULL, &result));
    printf("{\"data\": \"%s\", \"optimizer\": \"%s\", \"seed\": %d, \"cost\": %.3f, \"auto\": ", name, optimizer,
           (int)seed, (double)result.steps / (double)(batches * options.epochs));
    write_outcome(result.rate, fit_at(result.rate, network, train, validation, options));
    printf(", \"curve\": ");
    write_outcome(result.curve_rate, fit_at(result.curve_rate, network, train, validation, options));
    printf(", \"fixed\": [");
    for (int i = 0; i < RATES; i++) {
        const double rate = fixed_rate(i);
        fputs(i > 0 ? ", " : "", stdout);
        write_outcome(rate, fit_at(rate, network, train, validation, options));
    }
    puts("]}");
    fflush(stdout);
    gml_network_destroy(network);
    gml_dataset_destroy(validation);
    gml_dataset_destroy(train);
}

int main(int argc, char **argv)
{
    /* Small networks: other programs that run beside it would hold up threads that wait for each other. */
    const gml_context_options one_thread = {.threads = 1};
    char message[GML_MESSAGE_SIZE];
    gml_context *context = NULL;
    gml_dataset *data = NULL, *rest = NULL, *part = NULL;
    if (argc != 6 || gml_context_create(&one_thread, &context, message, sizeof message) != GML_OK) {
        fprintf(stderr, "usage: rate_table NAME PATH SHARE FIRST_SEED LAST_SEED\n");
        return 1;
    }
    const double share = strtod(argv[3], NULL);
    const gml_dataset_options options = {.part = "train", .targets = GML_CHOICE_YES};
    check(context, gml_dataset_open(context, argv[2], &options, &data));
    if (share < 1) {
        check(context, gml_dataset_split(data, share, 1, &rest, &part));
    }
    for (uint64_t seed = strtoull(argv[4], NULL, 10); seed <= strtoull(argv[5], NULL, 10); seed++) {
        for (size_t i = 0; i < sizeof optimizers / sizeof optimizers[0]; i++) {
            compare(context, argv[1], optimizers[i], seed, part != NULL ? part : data);
        }
    }
    gml_dataset_destroy(part);
    gml_dataset_destroy(rest);
    gml_dataset_destroy(data);
    gml_context_destroy(context);
    return 0;
}
