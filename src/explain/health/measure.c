/* explain/health/measure.c - counts on a dataset: batches of random samples forward and backward, by the tasks of
 * training. */
#include <math.h>
#include <string.h>

#include "base/layout.h"
#include "base/least.h"
#include "engine/objective.h"
#include "explain/health/health.h"
#include "explain/health/noise.h"
#include "kernel/product/gemm.h"
#include "measure/evaluate.h"

enum { SAMPLES = 10000, BATCH = 256, LEAST_BATCHES = 8 };

typedef struct measurement {
    gml_health *health;
    const gml_dataset *dataset;
    bool targets; /* the dataset has them: there are gradients */
    gml_window *window;
    gml_objective objective;
    gml_workspace workspace;
    gml_target_setup setup;
    gml_panel_result *results; /* [panels] */
    gml_noise noise;
    gml_weight_slots slots;
    gml_twins twins;
    size_t *found; /* [units]: twins */
    gml_epoch order;
    size_t samples, batch;
    void *arena;
    size_t arena_size;

    /* The current batch. */
    size_t rows;
    gml_input input;
    gml_target target;
} measurement;

/* ---- creation ---- */

static void lay_out(void *owner, gml_layout *layout)
{
    measurement *of = owner;
    const gml_network *network = of->health->network;
    size_t size = network->kernels->size;
    of->results = gml_layout_take(layout, of->arena, of->workspace.panels, 1, sizeof *of->results);
    of->found = gml_layout_take(layout, of->arena, of->health->unit_count, 1, sizeof *of->found);
    of->noise.sum = gml_layout_take(layout, of->arena, network->parameter_bytes, 1, 1);
    of->setup.classes = gml_layout_take(layout, of->arena, of->batch, 1, size);
    of->setup.values = gml_layout_take(layout, of->arena, of->batch, gml_network_outputs(network), size);
    of->setup.weights = gml_layout_take(layout, of->arena, of->batch, 1, sizeof(double));
}

static gml_status check_data(measurement *of)
{
    const gml_network *network = of->health->network;
    const char *loss = of->health->options.loss != NULL ? of->health->options.loss : gml_network_fact(network, "loss");
    gml_status status = gml_objective_bind(network, loss, &of->objective);
    of->targets = of->dataset->targets.data != NULL;
    if (status == GML_OK && of->targets) {
        status = gml_check_dataset(network, of->dataset, of->objective.row);
    } else if (status == GML_OK) {
        status = gml_network_check_names(network, &of->dataset->schema);
    }
    if (status == GML_OK) {
        status = gml_network_check_samples(network, of->dataset, 0, of->dataset->size, gml_matrix_none(), NULL);
    }
    return status;
}

static gml_status create_memory(measurement *of)
{
    const gml_network *network = of->health->network;
    gml_workspace_options options = {.batch = of->batch, .backward = true, .keep_gradients = true};
    options.member_losses = true;
    options.linear_output = of->objective.linear_output;
    options.loss_memory = of->objective.memory;
    gml_status status = gml_workspace_create(network, &options, &of->workspace);
    if (status == GML_OK) {
        status = gml_weight_slots_create(&of->workspace, &of->slots);
    }
    if (status == GML_OK) {
        status = gml_twins_create(of->health, of->batch, &of->twins);
    }
    if (status == GML_OK) {
        status = gml_epoch_create(network->context, of->dataset, of->batch, &of->order);
    }
    if (status == GML_OK) {
        status = gml_layout_make(network->context, lay_out, of, "a measurement of health", network->description,
                                 &of->arena, &of->arena_size);
    }
    if (status == GML_OK) {
        of->setup.loss = of->objective.row;
        of->setup.masked = of->dataset->masked;
        of->noise.batch = of->batch;
        memset(of->noise.sum, 0, network->parameter_bytes);
    }
    return status;
}

static void destroy(measurement *of)
{
    gml_weight_slots_destroy(&of->slots);
    gml_twins_destroy(&of->twins);
    gml_epoch_destroy(&of->order);
    gml_workspace_destroy(&of->workspace);
    gml_release(of->health->context, of->arena, of->arena_size, 1);
}

/* ---- a batch ---- */

static void rows_task(void *argument, gml_share share)
{
    measurement *of = argument;
    size_t layers = of->health->layer_count;
    gml_rows rows = gml_workspace_rows(&of->workspace, of->rows, share.first);
    gml_panel_gather(&of->workspace, &of->input, rows);
    gml_panel_forward(&of->workspace, rows, 0, layers);
    if (!of->targets) {
        return;
    }
    of->results[share.first] = gml_panel_loss(&of->workspace, &of->objective, &of->target, rows, GML_PANEL_GRADIENT);
    if (of->results[share.first].bad.row == SIZE_MAX) {
        gml_panel_backward(&of->workspace, rows, 0, layers);
    }
}

static bool targets_are_good(void *argument, size_t part)
{
    const measurement *of = argument;
    (void)part;
    size_t i = 0, panels = of->targets ? gml_workspace_panels(&of->workspace, of->rows) : 0;
    while (i < panels && of->results[i].bad.row == SIZE_MAX) {
        i++;
    }
    return i == panels;
}

static void values_task(void *argument, gml_share share)
{
    const measurement *of = argument;
    gml_window_count(of->health, of->window, &of->workspace, of->rows, of->targets ? of->target.divisor : 0, share);
}

static void twins_task(void *argument, gml_share share)
{
    const measurement *of = argument;
    gml_twins_count(&of->twins, of->window, &of->workspace, of->rows, share);
}

/* Task by task, so that the order of sums does not depend on how many are merged. */
static void weight_task(void *argument, gml_share share)
{
    const measurement *of = argument;
    for (size_t end = share.first + share.count; share.first < end;) {
        size_t task = share.first;
        share.count = 1;
        gml_weight_panel panel = gml_weight_gradient(&of->workspace, &share, of->rows);
        gml_weight_slots_fill(&of->slots, task, &panel);
    }
}

static void run_phases(measurement *of)
{
    gml_pace pace = {0};
    const gml_phase phases[] = {
        {.count = gml_workspace_panels(&of->workspace, of->rows), .task = rows_task, .finish = targets_are_good},
        {.count = of->health->column_count, .task = values_task},
        {.count = of->twins.count, .task = twins_task},
        {.count = of->targets ? of->workspace.task_count : 0, .task = weight_task}};
    gml_phase list[sizeof phases / sizeof phases[0]];
    size_t count = 0;
    for (size_t i = 0; i < sizeof phases / sizeof phases[0]; i++) {
        if (phases[i].count > 0) {
            list[count++] = phases[i];
        }
    }
    gml_plan_run(of->health->context, &pace,
                 &(gml_batch_work){.phases = list,
                                   .phase_count = count,
                                   .argument = of,
                                   .flops = 3 * of->workspace.row_flops * (double)of->rows,
                                   .calls_blas = true});
}

static gml_status bad_target(const measurement *of)
{
    for (size_t i = 0; of->targets && i < gml_workspace_panels(&of->workspace, of->rows); i++) {
        if (of->results[i].bad.row != SIZE_MAX) {
            return gml_target_refuse(of->health->network, &of->target, &of->results[i].bad);
        }
    }
    return GML_OK;
}

/* The dataset may have fewer samples at hand than were asked for. */
static gml_status count_batch(measurement *of, size_t first)
{
    size_t rows = gml_least(of->batch, of->samples - first);
    const gml_batch batch = gml_epoch_batch(&of->order, first, rows);
    of->rows = batch.rows;
    gml_workspace_input(&of->workspace, batch.x, batch.order, &of->input);
    if (of->targets) {
        gml_status status = gml_target_begin_batch(of->health->network, &of->setup, &batch, &of->target);
        if (status != GML_OK) {
            return status;
        }
    }
    run_phases(of);
    gml_status status = bad_target(of);
    if (status != GML_OK) {
        return status;
    }
    if (of->targets) {
        gml_window_add_slots(of->health, of->window, &of->slots);
        gml_noise_add(&of->noise, &of->workspace, of->rows);
    }
    of->window->samples += of->rows;
    of->window->batches++;
    return GML_OK;
}

/* ---- the result ---- */

static gml_status measure(measurement *of)
{
    gml_health *health = of->health;
    gml_status status = GML_OK;
    gml_health_find_slopes(health, true);
    gml_epoch_draw(&of->order, health->options.seed, 1);
    for (size_t first = 0; first < of->samples && status == GML_OK; first += of->rows) {
        status = count_batch(of, first);
    }
    return status;
}

/* Shows the window. Update ratios stay those of training. What can fail comes first. */
static gml_status show(measurement *of)
{
    gml_health *health = of->health;
    const gml_status status = gml_health_find_spectra(health);
    if (status != GML_OK) {
        return status;
    }
    const gml_window *earlier = &health->windows[health->shown];
    for (size_t i = 0; i < health->layer_count; i++) {
        of->window->layers[i].update_ratio = earlier->layers[i].update_ratio;
        of->window->layers[i].updates = earlier->layers[i].updates;
    }
    gml_twins_find(&of->twins, of->window, of->found);
    memcpy(health->twins, of->found, health->unit_count * sizeof *of->found);
    health->noise_scale = gml_noise_scale(&of->noise, health->network);
    health->shown = 1 - health->shown;
    health->known = true;
    health->shown_epoch = 0;
    gml_health_judge(health);
    gml_health_list_alarms(health, 0);
    return GML_OK;
}

gml_status gml_health_measure(gml_health *health, const gml_dataset *dataset)
{
    gml_status status = gml_refuse_null(health != NULL ? health->context : gml_dataset_context(dataset), __func__,
                                        (gml_argument[]){{"health", health}, {"dataset", dataset}, {0}});
    if (status != GML_OK) {
        return status;
    }
    const gml_health_options *options = &health->options;
    measurement of = {.health = health, .dataset = dataset, .window = &health->windows[1 - health->shown]};
    of.samples = gml_least(options->samples > 0 ? options->samples : SAMPLES, dataset->size);
    of.batch = options->batch > 0 ? options->batch : gml_least(BATCH, of.samples / LEAST_BATCHES + 1);
    of.batch = gml_least(of.batch, of.samples);
    gml_window_clear(of.window);
    status = check_data(&of);
    if (status == GML_OK) {
        status = create_memory(&of);
    }
    if (status == GML_OK) {
        status = measure(&of);
    }
    if (status == GML_OK) {
        status = show(&of);
    }
    destroy(&of);
    gml_window_clear(&health->windows[1 - health->shown]);
    return status;
}
