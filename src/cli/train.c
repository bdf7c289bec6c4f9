/* cli/train.c - `gemmule train`: from data to a saved model. */
#include "train.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "exit.h"
#include "interrupt.h"
#include "load.h"
#include "output.h"
#include "progress.h"
#include "report.h"

enum { DEFAULT_BATCH = 32, LEAST_EPOCHS = 10, MOST_EPOCHS = 300, ENOUGH_STEPS = 3000, FEW_SAMPLES = 10 };

/* What a run holds, given back together. */
typedef struct train_run {
    train_flags flags;
    const char *path; /* of the data */
    gml_context *context;
    gml_dataset *data, *train, *validation, *test; /* train and validation: parts of data; or both null */
    gml_network *network;
} train_run;

static void run_clear(train_run *run)
{
    gml_network_destroy(run->network);
    gml_dataset_destroy(run->test);
    gml_dataset_destroy(run->validation);
    gml_dataset_destroy(run->train);
    gml_dataset_destroy(run->data);
    gml_context_destroy(run->context);
}

static const gml_dataset *train_part(const train_run *run)
{
    return run->train != NULL ? run->train : run->data;
}

/* Opens the data and holds back the validation part. */
static int open_train_data(train_run *run)
{
    const train_flags *flags = &run->flags;
    const gml_dataset_options options = {.part = "train",
                                         .header = flags->file.header,
                                         .target = flags->file.target,
                                         .targets = GML_CHOICE_YES,
                                         .task = flags->task};
    gml_status status = gml_dataset_open(run->context, run->path, &options, &run->data);
    if (status != GML_OK) {
        return complain_status(run->context, status);
    }
    if (gml_dataset_task(run->data) == GML_TASK_CLASSIFICATION && gml_dataset_classes(run->data) < 2) {
        return complain(EXIT_DATA, "%s: all samples have the class '%s'; at least two classes are needed", run->path,
                        gml_dataset_class_name(run->data, 0));
    }
    double share = flags->validation;
    if (share < 0) {
        const bool enough = gml_dataset_size(run->data) >= FEW_SAMPLES;
        share = enough && !has_test_part(run->context, run->path) ? 0.2 : 0;
    }
    if (share > 0) {
        status = gml_dataset_split(run->data, share, flags->fit.seed, &run->train, &run->validation);
    }
    return status == GML_OK ? 0 : complain_status(run->context, status);
}

/* The units and the activation of the last layer: one for each class or target; with binary cross-entropy, two classes
 * share one sigmoid. */
static void print_last_layer(FILE *stream, const train_run *run)
{
    const char *loss = run->flags.fit.loss;
    const size_t classes = gml_dataset_classes(run->data);
    if (gml_dataset_task(run->data) != GML_TASK_CLASSIFICATION) {
        fprintf(stream, " -> %zu", gml_dataset_targets(run->data));
    } else if (loss != NULL && strcmp(loss, "binary_cross_entropy") == 0) {
        fprintf(stream, " -> %zu sigmoid", classes == 2 ? 1 : classes);
    } else {
        fprintf(stream, " -> %zu softmax", classes);
    }
}

/* The network's description from the flags and the data, in memory of the caller's; null: no memory. */
static char *describe_network(const train_run *run)
{
    const train_flags *flags = &run->flags;
    char *text = NULL;
    size_t size;
    FILE *stream = flags->net == NULL ? open_memstream(&text, &size) : NULL;
    if (stream == NULL) {
        return flags->net != NULL ? strdup(flags->net) : NULL;
    }
    const char *equals = flags->initializer != NULL ? " init=" : "";
    const char *initializer = flags->initializer != NULL ? flags->initializer : "";
    const char *activation = flags->activation != NULL ? flags->activation : "relu";
    fprintf(stream, "%zu", gml_dataset_features(run->data));
    for (size_t i = 0; i < flags->hidden_count; i++) {
        fprintf(stream, " -> %zu %s%s%s", flags->hidden[i], activation, equals, initializer);
    }
    print_last_layer(stream, run);
    fprintf(stream, "%s%s", equals, initializer);
    return fclose(stream) == 0 ? text : NULL;
}

/* A system that promises memory it does not have would kill the program later: so what is plainly too large is refused
 * here. Training needs the weights, their gradients and, with Adam, two moments. */
static int refuse_giant(gml_context *context, const char *description, gml_dtype dtype)
{
    size_t count = 0;
    if (gml_network_measure(context, description, &count) != GML_OK) {
        return 0; /* making the network will say what is wrong */
    }
    const double parameters = (double)count;
    const double need = 4 * parameters * (double)gml_dtype_size(dtype);
    const double have = (double)sysconf(_SC_PHYS_PAGES) * (double)sysconf(_SC_PAGESIZE);
    char need_text[16], have_text[16];
    if (need <= have) {
        return 0;
    }
    return complain(EXIT_MEMORY,
                    "the network '%.100s' has %.4g parameters: training takes about %s of memory, and this machine has "
                    "%s; try smaller layers (--hidden)",
                    description, parameters, size_text(need, need_text), size_text(have, have_text));
}

static int make_network(train_run *run)
{
    const train_flags *flags = &run->flags;
    char *description = describe_network(run);
    if (description == NULL) {
        return complain(EXIT_MEMORY, "not enough memory for the network's description");
    }
    const int refused = refuse_giant(run->context, description, flags->network.dtype);
    gml_status status = GML_OK;
    if (refused == 0) {
        status = gml_network_create(run->context, description, &flags->network, &run->network);
    }
    free(description);
    if (refused == 0 && status == GML_OK) {
        status = gml_network_adapt(run->network, train_part(run), flags->scaling);
    }
    return status == GML_OK ? refused : complain_status(run->context, status);
}

/* The test part is read as the network wants it, so that its classes have the same numbers. */
static int open_test_data(train_run *run)
{
    if (!has_test_part(run->context, run->path)) {
        return 0;
    }
    return open_for_network(run->network, run->path, "t10k", &run->flags.file, true, &run->test);
}

static void settle_fit_options(train_run *run)
{
    gml_train_options *fit = &run->flags.fit;
    const size_t samples = gml_dataset_size(train_part(run));
    fit->batch = fit->batch == 0 ? DEFAULT_BATCH : fit->batch;
    fit->batch = fit->batch < samples ? fit->batch : samples;
    if (fit->epochs == 0) {
        const size_t steps = (samples + fit->batch - 1) / fit->batch;
        const size_t epochs = (ENOUGH_STEPS + steps - 1) / steps;
        fit->epochs = epochs < LEAST_EPOCHS ? LEAST_EPOCHS : epochs > MOST_EPOCHS ? MOST_EPOCHS : epochs;
    }
}

static int on_step(void *bar, const gml_progress *progress)
{
    progress_step(bar, progress);
    return interrupt();
}

static int on_epoch(void *bar, const gml_progress *progress)
{
    progress_epoch(bar, progress);
    return interrupt();
}

/* What training found out travels with the model; a figure there is not is left out. */
static gml_status set_figure(gml_network *network, const char *name, double value)
{
    char text[32];
    snprintf(text, sizeof text, "%.6g", value);
    return isfinite(value) ? gml_network_set_fact(network, name, text) : GML_OK;
}

static gml_status set_figures(gml_network *network, const char *part, const gml_metrics *metrics)
{
    const struct {
        const char *name;
        double value;
    } figures[] = {
        {"loss", metrics->loss}, {"accuracy", metrics->accuracy}, {"rmse", metrics->rmse}, {"r2", metrics->r2}};
    gml_status status = GML_OK;
    for (size_t i = 0; metrics->samples > 0 && status == GML_OK && i < sizeof figures / sizeof figures[0]; i++) {
        char name[32];
        snprintf(name, sizeof name, "%s_%s", part, figures[i].name);
        status = set_figure(network, name, figures[i].value);
    }
    return status;
}

/* Trains, tests and saves. A run that diverged or was interrupted is not tested, but saved. */
static int train_and_save(train_run *run, train_result *result)
{
    gml_network *network = run->network;
    progress_bar bar = progress_create(run->flags.quiet, run->flags.fit.schedule != NULL);
    const gml_fit_callbacks callbacks = {&bar, on_step, on_epoch};
    catch_interrupts();
    result->train_samples = gml_dataset_size(train_part(run));
    result->status = gml_fit(network, train_part(run), run->validation, &run->flags.fit, &callbacks, &result->report);
    progress_clear(&bar);
    result->signal = interrupt();
    if (result->status != GML_OK && result->status != GML_ERROR_DIVERGED) {
        return complain_status(run->context, result->status);
    }
    if (result->status == GML_ERROR_DIVERGED) {
        complain_status(run->context, result->status);
    }
    gml_status status = GML_OK;
    if (result->status == GML_OK && result->signal == 0 && run->test != NULL) {
        status = gml_evaluate(network, run->test, NULL, &result->test);
    }
    if (status == GML_OK) {
        status = set_figures(network, "validation", &result->report.validation);
    }
    if (status == GML_OK) {
        status = set_figures(network, "test", &result->test);
    }
    if (status == GML_OK) {
        status = gml_model_save(network, run->flags.output);
    }
    return status == GML_OK ? 0 : complain_status(run->context, status);
}

static int report(const train_run *run, const train_result *result)
{
    const train_flags *flags = &run->flags;
    if (!flags->quiet) {
        train_report_text(flags->json ? stderr : stdout, flags, run->network, result);
    }
    if (result->status == GML_ERROR_DIVERGED) {
        complain(EXIT_DIVERGED,
                 "the weights of the last good epoch are in %s; try a smaller --lr, --clip-norm 1, or scaled inputs "
                 "(--scale standard)",
                 flags->output);
    }
    const int failure = flags->json ? train_report_json(flags, run->network, result) : 0;
    if (failure != 0) {
        return failure;
    }
    if (result->status == GML_ERROR_DIVERGED) {
        return EXIT_DIVERGED;
    }
    return result->signal != 0 ? EXIT_SIGNAL + result->signal : 0;
}

static int train(train_run *run)
{
    train_result result = {.status = GML_OK};
    if (!output_path_is_usable(run->flags.output)) {
        return EXIT_CREATE;
    }
    run->path = find_data(run->flags.data);
    if (run->path == NULL) {
        return EXIT_NO_INPUT;
    }
    int code = open_context(run->flags.file.threads, &run->context);
    if (code == 0) {
        code = open_train_data(run);
    }
    if (code == 0) {
        code = make_network(run);
    }
    if (code == 0) {
        code = open_test_data(run);
    }
    if (code != 0) {
        return code;
    }
    settle_fit_options(run);
    code = train_and_save(run, &result);
    return code != 0 ? code : report(run, &result);
}

int run_train(int argc, char **argv)
{
    static train_run run; /* its list of hidden layers is large for a stack */
    train_flags_parse(argc, argv, &run.flags);
    const int code = train(&run);
    run_clear(&run);
    return code;
}
