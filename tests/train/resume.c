/* tests/train/resume.c - a fit that is stopped at any batch goes on from its checkpoint bit for bit.
 *
 * GEMMULE_TEST_RESUMES in the environment says how many random configurations are tried; 60 by default. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "faults.h"
#include "harness.h"
#include "numbers.h"

enum { MOST_ROWS = 90, INPUTS = 4, OUTPUTS = 3 };

/* ---- random configurations ---- */

static uint32_t state;

static size_t below(size_t count)
{
    state = state * 1664525u + 1013904223u;
    return (size_t)((uint64_t)(state >> 8) * count >> 24);
}

#define CHOOSE(list) list[below(sizeof(list) / sizeof(list)[0])]

static const char *const nets[] = {
    "4 -> 9 relu -> 3",
    "4 -> 8 tanh -> 8 silu -> 3",
    "4 -> 9 relu -> batchnorm -> dropout(rate=0.3) -> 6 tanh -> 3",
    "4 -> 6 prelu(per=unit) -> layernorm -> 6 snake -> 3",
    "4 -> 7 piecewise_linear -> gaussian_noise(std=0.1) -> 3",
    "4 -> 6 bias=no -> weight_norm -> rational -> 6 mixture -> 3",
    "4 -> batchnorm -> 5 selu -> alpha_dropout(rate=0.1) -> 3",
    "4 -> 8 mix(f=mish) -> 8 -> geglu -> 3",
};
static const char *const schedules[] = {NULL,
                                        NULL,
                                        "cosine(warmup=3)",
                                        "coslog(cycles=2)",
                                        "step(every=2, factor=0.5)",
                                        "reduce_on_plateau(patience=0, factor=0.5)",
                                        "reduce_on_plateau(patience=0, factor=0.5, cooldown=2, threshold=0.9)"};
static const char *const factors[] = {NULL, NULL, "flat_cosine", "linear(end=0.1)"};
static const char *const averages[] = {NULL, NULL, "ema(decay=0.8)", "swa(start=0.4)"};
static const char *const groups[] = {NULL, NULL, "weights(last=1, rate=0.3)",
                                     "all(first=1, last=1, rate=0); biases(rate=2)"};

static const char *const metrics[] = {NULL, "loss", "r2", "mae", "explained_variance"};

/* The options of a fit and what it is made of. */
typedef struct configuration {
    const char *net;
    gml_dtype dtype;
    size_t rows;
    bool validated, weighted;
    gml_train_options options;
    char text[500];
} configuration;

static bool is_full_batch(const char *optimizer)
{
    return strcmp(optimizer, "lbfgs") == 0 || strcmp(optimizer, "levenberg_marquardt") == 0;
}

/* True if the optimizer averages the weights by itself, which no option for the weights goes with. */
static bool has_average(const char *optimizer)
{
    return strstr(optimizer, "schedule_free") != NULL;
}

static void choose_more(gml_train_options *options)
{
    options->accumulate = 1 + below(3);
    options->groups = CHOOSE(groups);
    options->noise_schedule = CHOOSE(factors);
    options->decay_schedule = CHOOSE(factors);
    options->clip_norm = below(3) == 0 ? 0.5 : 0;
    options->gradient_noise = below(4) == 0 ? 0.01 : 0;
    if (!has_average(options->optimizer)) {
        options->average = CHOOSE(averages);
        options->l1 = below(4) == 0 ? 1e-3 : 0;
        options->max_norm = below(4) == 0 ? 1 : 0;
    }
}

static configuration choose(size_t index)
{
    state = (uint32_t)index * 2654435761u + 1;
    configuration made = {.dtype = below(2) == 0 ? GML_F32 : GML_F64, .rows = 20 + below(MOST_ROWS - 20)};
    size_t optimizers = 0;
    while (gml_optimizer_entry(optimizers) != NULL) {
        optimizers++;
    }
    gml_train_options *options = &made.options;
    options->optimizer = gml_optimizer_entry(index % optimizers)->name;
    bool full_batch = is_full_batch(options->optimizer);
    made.net = full_batch ? nets[below(2)] : CHOOSE(nets);
    options->epochs = 3 + below(5);
    options->batch = 7 + below(20);
    options->seed = below(1000);
    options->drop_last = below(3) == 0;
    options->schedule = CHOOSE(schedules);
    options->l2 = below(3) == 0 ? 1e-2 : 0;
    made.validated = below(3) > 0;
    if (made.validated) {
        options->metric = CHOOSE(metrics);
        options->keep_best = (gml_choice)below(3);
        options->patience = below(4);
    }
    made.weighted = strcmp(options->optimizer, "levenberg_marquardt") != 0 && below(3) == 0;
    if (!full_batch) {
        choose_more(options);
    }
    if (!full_batch && below(4) == 0) { /* diverges, unless the optimizer or the type prevents it */
        options->halvings = 80;
        options->learning_rate = 3e5;
    }
    snprintf(
        made.text, sizeof made.text,
        "%zu: %s, %s, %s, %s, average %s, groups %s, accumulate %zu, metric %s, keep %d, patience %zu, halvings %zu",
        index, made.net, made.dtype == GML_F32 ? "f32" : "f64", options->optimizer, options->schedule, options->average,
        options->groups, options->accumulate, options->metric, (int)options->keep_best, options->patience,
        options->halvings);
    return made;
}

/* ---- a fit ---- */

typedef struct job {
    gml_context *context;
    gml_dataset *data, *validation;
    gml_network *network;
    double *x, *y, *weights;
} job;

static void begin(job *made, const configuration *of, size_t threads)
{
    *made = (job){.context = context_with((gml_context_options){.threads = threads})};
    made->x = random_doubles(of->rows * INPUTS, 5);
    made->y = random_doubles(of->rows * OUTPUTS, 6);
    made->weights = random_doubles(of->rows, 7);
    for (size_t i = 0; i < of->rows; i++) {
        made->weights[i] = fabs(made->weights[i]);
    }
    gml_dataset_parts parts = {.inputs = gml_matrix_f64(made->x, of->rows, INPUTS),
                               .targets = gml_matrix_f64(made->y, of->rows, OUTPUTS),
                               .weights =
                                   of->weighted ? gml_matrix_f64(made->weights, of->rows, 1) : gml_matrix_none()};
    assert_ok(made->context, gml_dataset_create(made->context, &parts, &made->data));
    parts.inputs.rows = parts.targets.rows = parts.weights.rows = 10;
    assert_ok(made->context, gml_dataset_create(made->context, &parts, &made->validation));
}

static void end(job *made)
{
    gml_network_destroy(made->network);
    gml_dataset_destroy(made->validation);
    gml_dataset_destroy(made->data);
    gml_context_destroy(made->context);
    free(made->x);
    free(made->y);
    free(made->weights);
}

static void make_network(job *made, const configuration *of)
{
    const gml_network_options options = {.dtype = of->dtype, .seed = 3};
    assert_ok(made->context, gml_network_create(made->context, of->net, &options, &made->network));
    assert_ok(made->context, gml_network_adapt(made->network, made->data, GML_SCALING_AUTO));
}

/* Where a fit is to be stopped, and how its checkpoint is to be written. */
typedef struct stop {
    size_t batches, seen; /* on_batch is called `seen` times so far */
    size_t epochs;        /* 0: at a batch */
    bool by_hand;         /* by gml_checkpoint_save_fit; else by the fit itself */
    const gml_context *context;
} stop;

static int save(const stop *at, const gml_progress *progress)
{
    if (at->by_hand) {
        assert_ok(at->context, gml_checkpoint_save_fit(progress, in_folder("run")));
    }
    return 1;
}

static int on_batch(void *user, const gml_progress *progress)
{
    stop *at = user;
    at->seen++;
    return at->epochs == 0 && at->seen == at->batches ? save(at, progress) : 0;
}

static int on_epoch(void *user, const gml_progress *progress)
{
    const stop *at = user;
    return at->epochs == progress->epoch ? save(at, progress) : 0;
}

static gml_fit_report run(const job *made, const configuration *of, gml_train_options options, stop *at)
{
    const gml_fit_callbacks callbacks = {at, on_batch, on_epoch};
    gml_fit_report report;
    gml_status status =
        gml_fit(made->network, made->data, of->validated ? made->validation : NULL, &options, &callbacks, &report);
    const bool diverged = status == GML_ERROR_DIVERGED && options.halvings > 0; /* after the last halving */
    ck_assert_msg(status == GML_OK || diverged, "%s: %s", of->text, gml_context_message(made->context));
    report.stopped = diverged ? -1 : report.stopped;
    return report;
}

/* ---- comparing ---- */

static void assert_same_bits(const configuration *of, const gml_network *a, const gml_network *b)
{
    for (size_t i = 0; i < gml_network_block_count(a); i++) {
        gml_block p, q;
        gml_network_block(a, i, &p);
        gml_network_block(b, i, &q);
        size_t bytes = p.values.rows * p.values.cols * gml_dtype_size(p.values.dtype);
        ck_assert_msg(memcmp(p.values.data, q.values.data, bytes) == 0, "%s: %s differs", of->text, p.name);
    }
}

static void assert_same_report(const configuration *of, const gml_fit_report *a, const gml_fit_report *b)
{
    ck_assert_msg(a->epochs == b->epochs && a->steps == b->steps && a->samples == b->samples &&
                      a->kept_epochs == b->kept_epochs && a->best_epoch == b->best_epoch &&
                      a->halvings == b->halvings && a->stopped == b->stopped &&
                      a->out_of_patience == b->out_of_patience,
                  "%s: the counters differ", of->text);
    ck_assert_msg(memcmp(&a->best_score, &b->best_score, sizeof a->best_score) == 0, "%s: the scores differ", of->text);
    ck_assert_msg(memcmp(&a->train_loss, &b->train_loss, sizeof a->train_loss) == 0, "%s: the losses differ", of->text);
    ck_assert_msg(memcmp(&a->validation, &b->validation, sizeof a->validation) == 0, "%s: the validation differs",
                  of->text);
}

/* Stops a fit of `batches` batches at one of them or after an epoch. */
static stop choose_stop(const gml_fit_report *whole, size_t batches)
{
    stop at = {.by_hand = below(2) == 0};
    if (below(4) == 0) {
        at.epochs = 1 + below(whole->epochs);
    } else {
        at.batches = 1 + below(batches);
    }
    return at;
}

static void try_configuration(size_t index)
{
    const configuration of = choose(index);
    job whole, first, second;
    stop never = {.batches = 0};
    begin(&whole, &of, 1);
    make_network(&whole, &of);
    const gml_fit_report expected = run(&whole, &of, of.options, &never);

    gml_train_options options = of.options;
    stop at = choose_stop(&expected, never.seen);
    begin(&first, &of, 1 + below(2));
    make_network(&first, &of);
    at.context = first.context;
    options.checkpoint = at.by_hand ? NULL : in_folder("run");
    options.checkpoint_epochs = 1000;
    run(&first, &of, options, &at);
    end(&first);

    begin(&second, &of, 1 + below(3));
    assert_ok(second.context, gml_model_load(second.context, in_folder("run"), &second.network));
    options = of.options;
    options.resume = in_folder("run");
    never.seen = 0;
    const gml_fit_report report = run(&second, &of, options, &never);
    assert_same_bits(&of, whole.network, second.network);
    assert_same_report(&of, &expected, &report);
    end(&second);
    end(&whole);
}

static size_t rounds(void)
{
    const char *text = getenv("GEMMULE_TEST_RESUMES");
    return text != NULL ? strtoul(text, NULL, 10) : 60;
}

TEST(a_fit_goes_on_from_any_batch_bit_for_bit_whatever_its_options)
{
    make_folder();
    for (size_t i = 0; i < rounds(); i++) {
        try_configuration(i);
    }
    printf("%zu fits went on bit for bit\n", rounds());
    remove_folder();
}

int main(void)
{
    return run_tests("resume", 3600);
}
