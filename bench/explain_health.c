/* bench/explain_health.c - what health costs: epochs of training with and without an observer, which must have the same
 * bits; health of a dataset; singular values. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "explain_case.h"

static const char fashion[] = "/usr/share/datasets/fashion-mnist";

/* An epoch is far longer than a usual turn: its turns are longer, or there would be few rounds. */
enum { EPOCH_TURNS = 16 };

/* Images of 784 pixels in 10 classes, opened when a case is timed. */
typedef struct gallery {
    const bench_options *options;
    gml_context *context;
    gml_dataset *dataset;
    uint8_t *pixels, *labels; /* null where the dataset has its own memory */
    json_t *cases;
} gallery;

static void draw_images(gallery *of, size_t rows)
{
    of->pixels = bench_allocate(rows, 784);
    of->labels = bench_allocate(rows, 1);
    uint32_t state = 1;
    for (size_t i = 0; i < rows * 784; i++) {
        state = state * 1664525 + 1013904223;
        of->pixels[i] = (state >> 31) != 0 ? (uint8_t)(state >> 16) : 0; /* half of Fashion-MNIST is 0 as well */
    }
    for (size_t i = 0; i < rows; i++) {
        of->labels[i] = (uint8_t)(i % 10);
    }
    bench_must(of->context,
               gml_dataset_from_matrices(of->context, gml_matrix_u8(of->pixels, rows, 784),
                                         gml_matrix_u8(of->labels, rows, 1), GML_TASK_CLASSIFICATION, &of->dataset));
}

/* Fashion-MNIST or the given folder; else random images of the same shape. A quick run has few random images. */
static void open_images(gallery *of)
{
    const char *folder = of->options->data != NULL ? of->options->data : fashion;
    if (of->dataset != NULL) {
        return;
    }
    if (of->options->data == NULL && (of->options->quick || !gml_dataset_part_exists(of->context, folder, "train"))) {
        printf("Health is timed on random images.\n");
        draw_images(of, of->options->quick ? 1024 : 60000);
        return;
    }
    const gml_dataset_options part = {.part = "train"};
    bench_must(of->context, gml_dataset_open(of->context, folder, &part, &of->dataset));
}

static void close_images(gallery *of)
{
    gml_dataset_destroy(of->dataset);
    free(of->pixels);
    free(of->labels);
}

/* ---- epochs ---- */

typedef struct training {
    gml_context *context;
    gml_network *network;
    gml_health *health; /* null: trains without an observer */
    const gml_dataset *dataset;
} training;

static training start(const gallery *from, const char *description, bool observed)
{
    training made = {from->context, explain_network(from->context, description), NULL, from->dataset};
    bench_must(from->context, gml_network_adapt(made.network, from->dataset, GML_SCALING_AUTO));
    if (observed) {
        bench_must(from->context, gml_health_create(made.network, NULL, &made.health));
    }
    return made;
}

static void stop(training *of)
{
    gml_health_destroy(of->health);
    gml_network_destroy(of->network);
}

static void run_epoch(void *argument)
{
    const training *of = argument;
    const gml_train_options options = {.optimizer = "adam",
                                       .learning_rate = 1e-3,
                                       .batch = 128,
                                       .epochs = 1,
                                       .observer = gml_health_observer(of->health)};
    bench_must(of->context, gml_fit(of->network, of->dataset, NULL, &options, NULL, NULL));
}

/* Observing changes no bit of the training. */
static void verify_equal(const training *a, const training *b)
{
    for (size_t i = 0; i < gml_network_block_count(a->network); i++) {
        gml_block x, y;
        gml_network_block(a->network, i, &x);
        gml_network_block(b->network, i, &y);
        if (memcmp(x.values.data, y.values.data, x.values.rows * x.values.cols * sizeof(float)) != 0) {
            bench_fail("%s differs between training with and without an observer", x.name);
        }
    }
}

static void time_epochs(gallery *from, const char *description)
{
    char name[BENCH_DESCRIPTION];
    snprintf(name, sizeof name, "health while training, an epoch of %s, batch 128", description);
    if (!bench_wanted(from->options, name)) {
        return;
    }
    open_images(from);
    training trainings[] = {start(from, description, false), start(from, description, false),
                            start(from, description, true)};
    bench_contender contenders[] = {{"without an observer", run_epoch, &trainings[0]},
                                    {"without an observer, once more", run_epoch, &trainings[1]},
                                    {"with gml_health_observer", run_epoch, &trainings[2]}};
    for (size_t i = 0; i < 3; i++) {
        run_epoch(&trainings[i]);
        verify_equal(&trainings[0], &trainings[i]);
    }
    bench_options turns = *from->options;
    turns.slice *= turns.quick ? 1 : EPOCH_TURNS;
    explain_time(&turns, &(explain_case){name, "the ratio of the last at most 1.02", contenders, 3}, from->cases);
    for (size_t i = 0; i < 3; i++) {
        stop(&trainings[i]);
    }
}

/* ---- afterwards ---- */

static void run_measure(void *argument)
{
    const training *of = argument;
    bench_must(of->context, gml_health_measure(of->health, of->dataset));
}

/* A health of the same network that finds no singular values and no duplicates. */
static training without_extras(const training *of)
{
    training made = *of;
    const gml_health_options options = {.spectra = GML_CHOICE_NO, .duplicates = GML_CHOICE_NO};
    bench_must(of->context, gml_health_create(of->network, &options, &made.health));
    return made;
}

static void time_measure(gallery *from, const char *description)
{
    char name[BENCH_DESCRIPTION];
    snprintf(name, sizeof name, "gml_health_measure of %s", description);
    if (!bench_wanted(from->options, name)) {
        return;
    }
    open_images(from);
    training whole = start(from, description, true), bare = without_extras(&whole);
    gml_health_summary summary;
    run_measure(&whole);
    bench_must(from->context, gml_health_summarize(whole.health, &summary));
    if (summary.samples == 0 || !(summary.gradient_norm > 0)) {
        bench_fail("%s: no samples, or no gradient", name);
    }
    bench_contender contenders[] = {{"without spectra and duplicates", run_measure, &bare},
                                    {"with both", run_measure, &whole}};
    explain_time(from->options, &(explain_case){name, NULL, contenders, 2}, from->cases);
    gml_health_destroy(bare.health);
    stop(&whole);
}

void explain_health_cases(const bench_options *options, json_t *cases)
{
    static const char wide[] = "784 -> 512 relu -> 256 relu -> 10 softmax", narrow[] = "784 -> 32 relu -> 10 softmax";
    gallery images = {.options = options, .context = bench_context(options->threads), .cases = cases};
    if (options->quick) {
        time_epochs(&images, narrow);
        time_measure(&images, narrow);
    } else {
        time_epochs(&images, wide);
        time_measure(&images, wide);
    }
    close_images(&images);
    gml_context_destroy(images.context);
}
