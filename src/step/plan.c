/* step/plan.c - gml_network_plan: the phases of a step as its trainer lists them, each taken apart by works and layers.
 */
#include "gemmule/plan.h"
#include "base/least.h"

#include "kernel/product/choose.h"
#include "step/compact.h"
#include "step/orthogonal.h"
#include "step/phases.h"

/* What a phase does to one layer, and the part that tells it. */
typedef struct layer_piece {
    const gml_trainer *trainer;
    const gml_phase *phase;
    const gml_layer *layer;
    const gml_layer_memory *memory;
    gml_plan_part *part;
    size_t batch, panel; /* rows */
} layer_piece;

/* Tasks of [rows x cols], at most a batch of them high. */
static void set_tasks(const layer_piece *piece, size_t rows, size_t cols)
{
    piece->part->rows = gml_least(rows, piece->batch);
    piece->part->cols = cols;
}

/* A pass over rows x cols entries of each of so many arrays. */
static void add_pass(const layer_piece *piece, size_t rows, size_t cols, size_t arrays)
{
    size_t size = piece->trainer->network->kernels->size;
    piece->part->bytes += (double)rows * (double)cols * (double)arrays * (double)size;
}

/* C [m x n] = A [m x k] B [k x n]. Each of the part's tasks reads the rows of A and the columns of B that it needs. */
static void add_product(const layer_piece *piece, const gml_gemm *product, bool native)
{
    gml_plan_part *part = piece->part;
    double m = (double)product->m, n = (double)product->n, k = (double)product->k;
    double down = (double)((product->m + part->rows - 1) / part->rows);
    double across = (double)((product->n + part->cols - 1) / part->cols);
    part->flops += 2 * m * n * k;
    part->bytes += (m * k * across + k * n * down + m * n) * (double)piece->trainer->network->kernels->size;
    part->products = native ? "native" : "OpenBLAS";
}

/* ---- rows ---- */

static void tell_gather(const layer_piece *piece)
{
    set_tasks(piece, piece->panel, piece->layer->in);
    add_pass(piece, piece->batch, piece->layer->in, 2);
}

static void tell_measure(const layer_piece *piece)
{
    set_tasks(piece, piece->memory->tile.rows, piece->layer->in);
    add_pass(piece, piece->batch, piece->layer->in, 1);
}

/* Reads x or z and writes y, and what is saved. A native product without an activation is all in one pass. */
static void tell_forward(const layer_piece *piece)
{
    const gml_layer_memory *memory = piece->memory;
    size_t batch = piece->batch, out = piece->layer->out;
    bool multiplies = piece->layer->weight != NULL;
    set_tasks(piece, memory->tile.rows, memory->tile.cols);
    if (multiplies) {
        add_product(piece, &(gml_gemm){.m = batch, .n = out, .k = piece->layer->in}, memory->native_forward);
    }
    if (!multiplies || !memory->native_forward || !memory->activation->identity) {
        add_pass(piece, batch, out, memory->saved != NULL ? 3 : 2);
    }
}

/* Reads outputs and targets, writes the gradient. */
static void tell_loss(const layer_piece *piece)
{
    set_tasks(piece, piece->panel, piece->layer->out);
    add_pass(piece, piece->batch, piece->layer->out, 3);
}

/* Propagates the gradient of the layer behind. Derives: reads what was saved, reads and writes the gradient. */
static void tell_backward(const layer_piece *piece)
{
    size_t batch = piece->batch, out = piece->layer->out;
    const gml_layer *behind = piece->layer + 1;
    bool last = piece->part->layer + 1 == piece->trainer->network->spec.layer_count;
    set_tasks(piece, piece->memory->tile.rows, piece->memory->tile.cols);
    if (!last && behind->weight != NULL) {
        add_product(piece, &(gml_gemm){.m = batch, .n = out, .k = behind->out}, piece->memory[1].native_backward);
    } else if (!last) {
        add_pass(piece, batch, out, 2);
    }
    add_pass(piece, batch, out, 3);
}

/* ---- weights ---- */

/* The panels of the layer's weights, and the largest of them. */
static void count_weight_tasks(const layer_piece *piece)
{
    const gml_workspace *workspace = &piece->trainer->scratch.workspace;
    gml_plan_part *part = piece->part;
    part->tasks = 0;
    for (size_t i = 0; i < workspace->task_count; i++) {
        const gml_weight_task *task = &workspace->tasks[i];
        if (task->layer == part->layer) {
            part->tasks++;
            part->rows = gml_most(part->rows, task->count);
            part->cols = gml_most(part->cols, task->cols);
        }
    }
}

/* The task that has the vectors adds up the sums that panels of rows left. */
static void tell_gradient(const layer_piece *piece)
{
    const gml_workspace *workspace = &piece->trainer->scratch.workspace;
    const gml_layer *layer = piece->layer;
    count_weight_tasks(piece);
    if (layer->weight != NULL) {
        add_product(piece, &(gml_gemm){.m = layer->in, .n = layer->out, .k = workspace->batch},
                    piece->memory->native_weights);
    }
    size_t panels = gml_workspace_tile_panels(workspace, piece->part->layer, workspace->batch);
    add_pass(piece, panels, layer->vector_entries, 1);
}

/* Reads the gradient; reads and writes parameters and states. */
static void tell_update(const layer_piece *piece)
{
    const gml_layer *layer = piece->layer;
    size_t weights = layer->weight != NULL ? layer->in * layer->out : 0;
    count_weight_tasks(piece);
    add_pass(piece, 1, weights + layer->vector_entries, 3 + 2 * piece->trainer->settings.states);
}

/* A product, where the phase has one, and a pass over what it writes. */
static void tell_orthogonal(const layer_piece *piece)
{
    const gml_network *network = piece->trainer->network;
    gml_plan_part *part = piece->part;
    for (size_t i = 0; i < piece->phase->count; i++) {
        gml_orthogonal_piece rows = gml_orthogonal_piece_at(piece->trainer, piece->phase->part, i);
        size_t cols = rows.product.k > 0 ? rows.product.n : piece->layer->out;
        if (rows.layer == part->layer) {
            part->rows = gml_most(part->rows, rows.count);
            part->cols = gml_most(part->cols, cols);
            add_pass(piece, rows.count, cols, 2);
        }
        if (rows.layer == part->layer && rows.product.k > 0) {
            bool native = gml_product_is_native(network->context, network->kernels->size, &rows.product);
            add_product(piece, &rows.product, native);
        }
    }
}

/* ---- the parts of a phase ---- */

/* In the order in which a task does them. */
static const struct work {
    gml_work work;
    const char *name;
    void (*tell)(const layer_piece *piece);
} WORKS[] = {
    {GML_WORK_GATHER, "gather", tell_gather},       {GML_WORK_FORWARD, "forward", tell_forward},
    {GML_WORK_MEASURE, "measure", tell_measure},    {GML_WORK_LOSS, "loss", tell_loss},
    {GML_WORK_BACKWARD, "backward", tell_backward}, {GML_WORK_GRADIENT, "gradient", tell_gradient},
    {GML_WORK_UPDATE, "update", tell_update},       {GML_WORK_ORTHOGONAL, "matrices", tell_orthogonal},
};
enum { WORK_COUNT = sizeof WORKS / sizeof WORKS[0] };

/* Layers [first, end) to which a phase does a work; backward goes from end - 1 down to the first. */
typedef struct layer_range {
    size_t first, end;
} layer_range;

static layer_range layers_of(const gml_trainer *trainer, const gml_phase *phase, gml_work work)
{
    size_t layers = trainer->network->spec.layer_count, part = phase->part;
    bool tiled = trainer->scratch.workspace.tiled, gathered = false;
    switch (work) {
    case GML_WORK_GATHER:
        gml_trainer_segment(trainer, tiled ? 0 : part, &gathered);
        return (layer_range){0, gathered ? 0 : 1};
    case GML_WORK_MEASURE:
        return (layer_range){part, part + 1};
    case GML_WORK_FORWARD:
    case GML_WORK_BACKWARD:
        return tiled ? (layer_range){part, part + 1}
                     : (layer_range){gml_trainer_segment(trainer, part, &gathered), part};
    case GML_WORK_LOSS:
        return (layer_range){layers - 1, layers};
    default:
        return (layer_range){0, layers};
    }
}

static bool has_tasks(const gml_layer *layer, gml_work work)
{
    bool parameters = work == GML_WORK_GRADIENT || work == GML_WORK_UPDATE;
    return work == GML_WORK_ORTHOGONAL ? layer->weight != NULL
                                       : !parameters || layer->weight != NULL || layer->vector_count > 0;
}

/* The parts of a plan, as far as there is room for them. */
typedef struct part_list {
    gml_plan *plan;
    gml_plan_part *parts; /* [capacity] */
    size_t capacity;
} part_list;

static void tell_part(const part_list *list, const gml_trainer *trainer, const gml_phase *phase,
                      const struct work *work, size_t layer)
{
    gml_plan *plan = list->plan;
    gml_plan_part part = {.name = work->name, .phase = plan->phases, .layer = layer, .products = ""};
    part.tasks = phase->count;
    const gml_workspace *workspace = &trainer->scratch.workspace;
    work->tell(&(layer_piece){trainer, phase, &trainer->network->layers[layer], &workspace->layers[layer], &part,
                              workspace->batch, workspace->panel});
    plan->flops += part.flops;
    plan->bytes += part.bytes;
    if (plan->parts < list->capacity) {
        list->parts[plan->parts] = part;
    }
    plan->parts++;
}

static void tell_phase(const part_list *list, const gml_trainer *trainer, const gml_phase *phase)
{
    for (const struct work *work = WORKS; work < WORKS + WORK_COUNT; work++) {
        layer_range range = layers_of(trainer, phase, work->work);
        size_t layers = (phase->work & (unsigned)work->work) != 0 ? range.end - range.first : 0;
        for (size_t i = 0; i < layers; i++) {
            size_t layer = work->work == GML_WORK_BACKWARD ? range.end - 1 - i : range.first + i;
            if (has_tasks(&trainer->network->layers[layer], work->work)) {
                tell_part(list, trainer, phase, work, layer);
            }
        }
    }
    list->plan->phases++;
}

static void tell_step(const part_list *list, gml_trainer *trainer)
{
    const gml_workspace *workspace = &trainer->scratch.workspace;
    trainer->scratch.step.rows = workspace->batch;
    trainer->scratch.step.last = !trainer->settings.optimizer_row->full_batch;
    size_t phases = gml_trainer_phases(trainer, true, trainer->scratch.phases);
    size_t threads = gml_plan_threads(gml_trainer_flops(trainer, workspace->batch), trainer->network->context->threads);
    *list->plan = (gml_plan){.batch = workspace->batch, .ready = trainer->scratch.compact != NULL};
    list->plan->threads = gml_parallel_threads(threads, trainer->scratch.phases, phases);
    list->plan->memory =
        sizeof *trainer + trainer->arena_size + trainer->scratch.orthogonal.arena_size + workspace->arena_size;
    list->plan->memory += trainer->scratch.compact != NULL ? trainer->scratch.compact->size : 0;
    for (size_t i = 0; i < phases; i++) {
        tell_phase(list, trainer, &trainer->scratch.phases[i]);
    }
}

gml_status gml_network_plan(gml_network *network, const gml_train_options *options, gml_plan *plan,
                            gml_plan_part *parts, size_t capacity)
{
    gml_status status = gml_refuse_null(gml_network_context(network), __func__,
                                        (gml_argument[]){{"network", network}, {"plan", plan}, {0}});
    if (status != GML_OK) {
        return status;
    }
    gml_trainer *trainer = NULL;
    status = gml_trainer_create(network, options, &trainer);
    if (status == GML_OK) {
        const part_list list = {.plan = plan, .parts = parts, .capacity = parts != NULL ? capacity : 0};
        tell_step(&list, trainer);
    }
    gml_trainer_destroy(trainer);
    return status;
}
