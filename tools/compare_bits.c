/* Trains one network and writes every bit of the results. tools/compare-bits compiles this against the library of a
 * build folder and runs it once for each configuration:
 *
 *     compare_bits draw  MODEL KEY=VALUE...    writes a network with drawn weights to MODEL
 *     compare_bits train MODEL KEY=VALUE...    loads MODEL, trains it, writes the results to files beside MODEL:
 *                                              MODEL.trained, MODEL.predictions, MODEL.gradients, and losses to stdout
 *
 * It uses public headers only. The data are integers divided by powers of two, so they do not depend on the rounding of
 * C library functions. */
#include <gemmule/gemmule.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NO_KERNELS = 77 }; /* exit code: the build or the processor lacks the kernel set */

/* A configuration. Missing texts are null, missing numbers 0. */
typedef struct configuration {
    const char *network, *type, *isa, *products, *data, *folder, *run, *scaling;
    double threads, samples, validation, draw_seed, weighted, fold;
    gml_train_options train;
    double batch, accumulate, epochs, seed, missing, output_bias;
} configuration;

typedef struct key {
    const char *name;
    size_t offset;
    int number;
} key;

#define TEXT(name, field)                                                                                              \
    {                                                                                                                  \
        name, offsetof(configuration, field), 0                                                                        \
    }
#define NUMBER(name, field)                                                                                            \
    {                                                                                                                  \
        name, offsetof(configuration, field), 1                                                                        \
    }

static const key keys[] = {
    TEXT("network", network),
    TEXT("type", type),
    TEXT("isa", isa),
    TEXT("products", products),
    TEXT("data", data),
    TEXT("folder", folder),
    TEXT("run", run),
    TEXT("scaling", scaling),
    NUMBER("threads", threads),
    NUMBER("samples", samples),
    NUMBER("validation", validation),
    NUMBER("draw_seed", draw_seed),
    NUMBER("weighted", weighted),
    NUMBER("fold", fold),
    TEXT("loss", train.loss),
    TEXT("optimizer", train.optimizer),
    TEXT("groups", train.groups),
    TEXT("schedule", train.schedule),
    TEXT("average", train.average),
    TEXT("class_weights", train.class_weights),
    NUMBER("learning_rate", train.learning_rate),
    NUMBER("l2", train.l2),
    NUMBER("l1", train.l1),
    NUMBER("max_norm", train.max_norm),
    NUMBER("clip_norm", train.clip_norm),
    NUMBER("clip_value", train.clip_value),
    NUMBER("gradient_noise", train.gradient_noise),
    NUMBER("noise_decay", train.noise_decay),
    NUMBER("batch", batch),
    NUMBER("accumulate", accumulate),
    NUMBER("epochs", epochs),
    NUMBER("seed", seed),
    NUMBER("missing", missing),
    NUMBER("output_bias", output_bias),
};

static void fail(const char *where, const char *why)
{
    fprintf(stderr, "%s: %s\n", where, why);
    exit(1);
}

static void must(gml_context *context, gml_status status, const char *where)
{
    if (status != GML_OK) {
        fail(where, gml_context_message(context));
    }
}

static void *take(size_t count, size_t size)
{
    void *memory = calloc(count > 0 ? count : 1, size);
    if (memory == NULL) {
        fail("memory", "not enough");
    }
    return memory;
}

static configuration read_configuration(int count, char **words)
{
    configuration c = {0};
    for (int i = 0; i < count; i++) {
        char *value = strchr(words[i], '=');
        const key *found = NULL;
        for (size_t k = 0; value != NULL && k < sizeof keys / sizeof *keys; k++) {
            if (strlen(keys[k].name) == (size_t)(value - words[i]) &&
                strncmp(words[i], keys[k].name, strlen(keys[k].name)) == 0) {
                found = &keys[k];
            }
        }
        if (found == NULL) {
            fail(words[i], "no such key");
        } else if (found->number) {
            *(double *)((char *)&c + found->offset) = strtod(value + 1, NULL);
        } else {
            *(const char **)((char *)&c + found->offset) = value + 1;
        }
    }
    c.train.batch = (size_t)c.batch;
    c.train.accumulate = (size_t)c.accumulate;
    c.train.epochs = (size_t)c.epochs;
    c.train.seed = (uint64_t)c.seed;
    c.train.missing_targets = c.missing != 0;
    c.train.output_bias = (gml_choice)c.output_bias;
    return c;
}

static int is(const char *text, const char *name)
{
    return text != NULL && strcmp(text, name) == 0;
}

/* ---- data ---- */

/* The next number of a linear congruential generator: a multiple of 1/4096 in [-1, 1). */
static double draw(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (double)(*state >> 51) / 4096 - 1;
}

/* Returns a target for sample x, valid for the losses of this kind of data. */
static double target(const char *data, const double *x, size_t features, size_t k)
{
    double a = x[k % features], b = x[(k + 1) % features], value = a * b + a / 2 - b / 4;
    if (is(data, "classes")) {
        return (value > 0.25) + (value > -0.25);
    }
    if (is(data, "counts")) {
        return (double)(int)(4 * (value + 2));
    }
    if (is(data, "amounts")) {
        return value + 2.5;
    }
    return is(data, "chances") ? value > 0 : 3 * value + 1;
}

static gml_dataset *make_data(gml_context *context, const configuration *c, size_t features, size_t targets,
                              size_t samples, uint64_t seed)
{
    double *x = take(samples * features, sizeof *x), *y = take(samples * targets, sizeof *y);
    double *weights = take(samples, sizeof *weights);
    for (size_t i = 0; i < samples; i++) {
        for (size_t j = 0; j < features; j++) {
            x[i * features + j] = draw(&seed);
        }
        for (size_t k = 0; k < targets; k++) {
            int missing = c->missing != 0 && draw(&seed) > 0.5;
            y[i * targets + k] = missing ? strtod("nan", NULL) : target(c->data, x + i * features, features, k);
        }
        weights[i] = draw(&seed) + 1;
    }
    gml_dataset_parts parts = {
        .inputs = gml_matrix_f64(x, samples, features),
        .targets = gml_matrix_f64(y, samples, targets),
        .task = is(c->data, "classes") ? GML_TASK_CLASSIFICATION : GML_TASK_REGRESSION,
        .weights = c->weighted != 0 ? gml_matrix_f64(weights, samples, 1) : gml_matrix_none(),
        .missing_targets = c->missing != 0,
    };
    gml_dataset *dataset = NULL;
    must(context, gml_dataset_create(context, &parts, &dataset), "dataset");
    return dataset;
}

/* Makes training and validation data. The memory is not freed before the process ends. */
static void open_data(gml_context *context, const gml_network *network, const configuration *c, gml_dataset **data,
                      gml_dataset **validation)
{
    *validation = NULL;
    if (is(c->data, "digits")) {
        gml_dataset *whole = NULL, *rest = NULL;
        must(context, gml_dataset_open(context, c->folder, NULL, &whole), c->folder);
        must(context, gml_dataset_split(whole, c->samples / (double)gml_dataset_size(whole), 1, &rest, data), "split");
        if (c->validation != 0) {
            gml_dataset *left = NULL;
            must(context, gml_dataset_split(rest, c->validation / (double)gml_dataset_size(rest), 2, &left, validation),
                 "split");
        }
        return;
    }
    size_t inputs = gml_network_inputs(network), outputs = gml_network_outputs(network);
    size_t targets = is(c->data, "classes") ? 1 : c->train.loss ? gml_loss_targets(c->train.loss, outputs) : outputs;
    *data = make_data(context, c, inputs, targets, (size_t)c->samples, 1);
    if (c->validation != 0) {
        *validation = make_data(context, c, inputs, targets, (size_t)c->validation, 2);
    }
}

/* ---- results ---- */

static FILE *open_result(const char *model, const char *ending)
{
    char path[4096];
    snprintf(path, sizeof path, "%s.%s", model, ending);
    FILE *file = fopen(path, "wb");
    if (file == NULL) {
        fail(path, "cannot be written");
    }
    return file;
}

static void write_matrix(FILE *file, gml_matrix m)
{
    size_t size = gml_dtype_size(m.dtype);
    for (size_t i = 0; i < m.rows; i++) {
        fwrite((const char *)m.data + i * m.stride * size, size, m.cols, file);
    }
}

static void close_result(FILE *file)
{
    if (fclose(file) != 0) {
        fail("results", "cannot be written");
    }
}

static gml_matrix make_matrix(gml_dtype type, size_t rows, size_t cols)
{
    return gml_matrix_view(take(rows * cols, gml_dtype_size(type)), type, rows, cols);
}

/* Writes the predictions: for all samples in one call, and for the first sample alone. */
static void write_predictions(gml_context *context, const gml_network *network, gml_matrix x, const char *model)
{
    FILE *file = open_result(model, "predictions");
    gml_matrix y = make_matrix(gml_network_dtype(network), x.rows, gml_network_outputs(network));
    must(context, gml_network_predict(network, x, y), "predict");
    write_matrix(file, y);
    must(context, gml_network_predict(network, gml_matrix_rows(x, 0, 1), gml_matrix_rows(y, 0, 1)), "predict");
    write_matrix(file, gml_matrix_rows(y, 0, 1));
    close_result(file);
}

/* Writes the gradients of all blocks and of the inputs for some samples, from a gml_pass. */
static void write_gradients(gml_context *context, const gml_network *network, gml_matrix x, const char *model)
{
    FILE *file = open_result(model, "gradients");
    gml_dtype type = gml_network_dtype(network);
    x = gml_matrix_rows(x, 0, x.rows < 20 ? x.rows : 20);
    gml_matrix y = make_matrix(type, x.rows, gml_network_outputs(network)), dx = make_matrix(type, x.rows, x.cols);
    gml_pass *pass = NULL;
    must(context, gml_pass_create(network, x.rows, &pass), "pass");
    must(context, gml_pass_forward(pass, x, y), "forward");
    must(context, gml_pass_backward(pass, y, dx), "backward");
    write_matrix(file, dx);
    for (size_t i = 0; i < gml_network_block_count(network); i++) {
        gml_block block;
        must(context, gml_pass_gradient(pass, i, &block), "gradient");
        write_matrix(file, block.values);
    }
    gml_pass_destroy(pass);
    close_result(file);
}

/* ---- training ---- */

static int print_epoch(void *user, const gml_progress *progress)
{
    (void)user;
    printf("epoch %zu: %a at %a", progress->epoch, progress->loss, progress->rate);
    if (progress->validation != NULL) {
        printf(", validation %a", progress->validation->loss);
    }
    printf("\n");
    return 0;
}

static void print_report(const gml_fit_report *report)
{
    printf("%zu epochs, %zu samples: %a\n", report->epochs, report->samples, report->train_loss);
    if (report->validation.samples > 0) {
        const gml_metrics *v = &report->validation;
        printf("validation %a, accuracy %a, rmse %a, r2 %a\n", v->loss, v->accuracy, v->rmse, v->r2);
    }
}

/* Trains with gml_trainer_step on batches in the order of the data, and calls what a fit does not: sets the learning
 * rate, reads gradients, puts averaged weights into the network and back. */
static void run_steps(gml_context *context, gml_network *network, gml_matrix x, gml_matrix y, gml_train_options options)
{
    gml_trainer *trainer = NULL;
    options.keep_gradients = 1;
    must(context, gml_trainer_create(network, &options, &trainer), "trainer");
    size_t step = 0;
    for (size_t epoch = 0; epoch < options.epochs; epoch++) {
        for (size_t first = 0; first < x.rows; first += options.batch) {
            size_t count = x.rows - first < options.batch ? x.rows - first : options.batch;
            double loss;
            must(context,
                 gml_trainer_step(trainer, gml_matrix_rows(x, first, count), gml_matrix_rows(y, first, count), &loss),
                 "step");
            gml_block gradient;
            must(context, gml_trainer_gradient(trainer, 0, &gradient), "gradient");
            double entry = gradient.values.dtype == GML_F32 ? (double)*(float *)gradient.values.data
                                                            : *(double *)gradient.values.data;
            printf("step %zu: %a, gradient %a\n", step++, loss, entry);
        }
        must(context, gml_trainer_set_learning_rate(trainer, 0.01 / (double)(epoch + 1)), "rate");
        if (options.average != NULL) {
            must(context, gml_trainer_use_average(trainer, 1), "average");
            must(context, gml_trainer_use_average(trainer, epoch + 1 == options.epochs), "average");
        }
    }
    gml_trainer_destroy(trainer);
}

/* Runs four concurrent fits with different orders of the samples; the first one trains `network`. */
static void run_many(gml_context *context, gml_network *network, const gml_dataset *data, const configuration *c)
{
    enum { JOBS = 4 };
    gml_fit_job jobs[JOBS] = {{0}};
    for (size_t i = 0; i < JOBS; i++) {
        jobs[i].network = network;
        if (i > 0) {
            must(context, gml_network_copy(network, gml_network_dtype(network), &jobs[i].network), "copy");
        }
        jobs[i].dataset = data;
        jobs[i].options = c->train;
        jobs[i].options.seed += i;
    }
    must(context, gml_fit_many(context, jobs, JOBS), "fit_many");
    for (size_t i = 0; i < JOBS; i++) {
        print_report(&jobs[i].report);
        if (i > 0) {
            gml_network_destroy(jobs[i].network);
        }
    }
}

static gml_scaling_kind scaling(const char *name)
{
    return is(name, "none")       ? GML_SCALING_NONE
           : is(name, "unit")     ? GML_SCALING_UNIT
           : is(name, "standard") ? GML_SCALING_STANDARD
                                  : GML_SCALING_AUTO;
}

static void train(gml_context *context, const char *model, const configuration *c)
{
    gml_network *network = NULL;
    must(context, gml_model_load(context, model, &network), model);
    gml_dataset *data, *validation;
    open_data(context, network, c, &data, &validation);
    must(context, gml_network_adapt(network, data, scaling(c->scaling)), "adapt");

    size_t samples = gml_dataset_size(data);
    gml_matrix x = make_matrix(GML_F64, samples, gml_dataset_features(data));
    gml_matrix y = make_matrix(GML_F64, samples, gml_dataset_targets(data));
    must(context, gml_dataset_gather(data, NULL, samples, x, y), "gather");

    if (is(c->run, "steps")) {
        run_steps(context, network, x, y, c->train);
    } else if (is(c->run, "many")) {
        run_many(context, network, data, c);
    } else {
        gml_fit_callbacks callbacks = {.on_epoch = print_epoch};
        gml_fit_report report;
        must(context, gml_fit(network, data, validation, &c->train, &callbacks, &report), "fit");
        print_report(&report);
    }

    char path[4096];
    snprintf(path, sizeof path, "%s.trained", model);
    must(context, gml_model_save(network, path), "save");
    write_gradients(context, network, x, model);
    if (c->fold != 0) {
        gml_network *folded = NULL;
        must(context, gml_network_fold(network, &folded), "fold");
        gml_network_destroy(network);
        network = folded;
    }
    write_predictions(context, network, x, model);
    gml_network_destroy(network);
}

int main(int count, char **words)
{
    if (count < 4) {
        fail("compare_bits", "draw|train MODEL KEY=VALUE...");
    }
    configuration c = read_configuration(count - 3, words + 3);
    gml_context_options options = {.threads = (size_t)c.threads, .isa = c.isa, .products = c.products};
    gml_context *context = NULL;
    char message[GML_MESSAGE_SIZE];
    gml_status status = gml_context_create(&options, &context, message, sizeof message);
    if (status == GML_ERROR_NAME && c.isa != NULL) {
        return NO_KERNELS;
    } else if (status != GML_OK) {
        fail("context", message);
    }
    if (is(words[1], "draw")) {
        gml_network_options network_options = {.dtype = is(c.type, "f64") ? GML_F64 : GML_F32,
                                               .seed = (uint64_t)c.draw_seed};
        gml_network *network = NULL;
        must(context, gml_network_create(context, c.network, &network_options, &network), c.network);
        must(context, gml_model_save(network, words[2]), "save");
        gml_network_destroy(network);
    } else {
        train(context, words[2], &c);
    }
    gml_context_destroy(context);
    return 0;
}
