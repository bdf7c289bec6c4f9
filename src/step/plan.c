/* step/plan.c - gml_network_plan: the phases of a trainer's step, split by work and layer. */
#include "gemmule/plan.h"
#include "base/least.h"

#include "kernel/product/choose.h"
#include "step/compact.h"
#include "step/orthogonal.h"
#include "step/phases.h"

/* The work of a phase on one layer, and the plan part that describes it. */
typedef struct layer_piece {
    const gml_trainer *trainer;
    const gml_phase *phase;
    const gml_layer *layer;
    const gml_layer_memory *memory;
    gml_plan_part *part;
    size_t batch, panel; /* rows */
} layer_piece;

/* Sets the shape of the tasks [rows x cols]; at most a batch of rows. */
static void set_tasks(const layer_piece *piece, size_t rows, size_t cols)
{
    piece->part->rows = gml_least(rows, piece->batch);
    piece->part->cols = cols;
}

/* Adds the memory traffic of one pass over `arrays` arrays [rows x cols]. */
static void add_pass(const layer_piece *piece, size_t rows, size_t cols, size_t arrays)
{
    size_t size = piece->trainer->network->kernels->size;
    piece->part->bytes += (double)rows * (double)cols * (double)arrays * (double)size;
}

/* Adds the flops and memory traffic of `count` products C [m x n] = A [m x k] B [k x n]. Each task reads its `rows` of
 * A and its columns of B. */
static void add_products(const layer_piece *piece, size_t count, const gml_gemm *product, size_t rows, bool native)
{
    gml_plan_part *part = piece->part;
    double m = (double)product->m, n = (double)product->n, k = (double)product->k;
    double down = (double)((product->m + rows - 1) / rows), products = (double)count;
    double across = (double)((product->n + part->cols - 1) / part->cols);
    part->flops += products * 2 * m * n * k;
    part->bytes += products * (m * k * across + k * n * down + m * n) * (double)piece->trainer->network->kernels->size;
    part->products = native ? "native" : "OpenBLAS";
}

/* ---- rows ---- */

static void describe_gather(const layer_piece *piece)
{
    set_tasks(piece, piece->panel, piece->layer->in);
    add_pass(piece, piece->batch, piece->layer->in, 2);
}

static void describe_measure(const layer_piece *piece)
{
    set_tasks(piece, piece->memory->tile.rows, piece->layer->in);
    add_pass(piece, piece->batch, piece->layer->in, 1);
}

/* Adds the product of rows of the batch from `from` to `to` numbers by the weights of a layer. */
static void add_row_product(const layer_piece *piece, const gml_layer *layer, size_t to, size_t from, bool native)
{
    const gml_gemm product = {.m = piece->batch * layer->shares, .n = to / layer->members, .k = from / layer->members};
    add_products(piece, layer->matrices, &product, piece->part->rows * layer->shares, native);
}

/* Reads x or z; writes y and the saved values. A native product without an activation needs no further pass. */
static void describe_forward(const layer_piece *piece)
{
    const gml_layer_memory *memory = piece->memory;
    size_t batch = piece->batch, out = piece->layer->out;
    bool multiplies = piece->layer->weight != NULL;
    set_tasks(piece, memory->tile.rows, memory->tile.cols);
    if (multiplies) {
        add_row_product(piece, piece->layer, out, piece->layer->in, memory->native_forward);
    }
    if (!multiplies || !memory->native_forward || !memory->activation->identity) {
        add_pass(piece, batch, out, memory->saved != NULL ? 3 : 2);
    }
}

/* Reads outputs and targets, writes the gradient. */
static void describe_loss(const layer_piece *piece)
{
    set_tasks(piece, piece->panel, piece->layer->out);
    add_pass(piece, piece->batch, piece->layer->out, 3);
}

/* Propagates the gradient of the next layer, then multiplies by the derivative: reads the saved values, reads and
 * writes the gradient. */
static void describe_backward(const layer_piece *piece)
{
    size_t batch = piece->batch, out = piece->layer->out;
    const gml_layer *next = piece->layer + 1;
    bool last = piece->part->layer + 1 == piece->trainer->network->spec.layer_count;
    set_tasks(piece, piece->memory->tile.rows, piece->memory->tile.cols);
    if (!last && next->weight != NULL) {
        add_row_product(piece, next, out, next->out, piece->memory[1].native_backward);
    } else if (!last) {
        add_pass(piece, batch, out, 2);
    }
    add_pass(piece, batch, out, 3);
}

/* ---- weights ---- */

/* Counts the layer's tasks and finds the size of the largest panel of weights. */
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

/* Besides dW: the vector gradients of all row panels are added up. */
static void describe_gradient(const layer_piece *piece)
{
    const gml_workspace *workspace = &piece->trainer->scratch.workspace;
    const gml_layer *layer = piece->layer;
    count_weight_tasks(piece);
    if (layer->weight != NULL) {
        const gml_gemm product = {
            .m = layer->weight_rows / layer->matrices, .n = layer->weight_cols, .k = workspace->batch * layer->shares};
        add_products(piece, layer->matrices, &product, piece->part->rows, piece->memory->native_weights);
    }
    size_t panels = gml_workspace_tile_panels(workspace, piece->part->layer, workspace->batch);
    add_pass(piece, panels, layer->vector_entries, 1);
}

/* Reads the gradient; reads and writes parameters and states. */
static void describe_update(const layer_piece *piece)
{
    const gml_layer *layer = piece->layer;
    size_t weights = layer->weight != NULL ? layer->weight_rows * layer->weight_cols : 0;
    count_weight_tasks(piece);
    add_pass(piece, 1, weights + layer->vector_entries, 3 + 2 * piece->trainer->settings.states);
}

/* The product, if the phase has one, and a pass over its output. */
static void describe_orthogonal(const layer_piece *piece)
{
    const gml_network *network = piece->trainer->network;
    gml_plan_part *part = piece->part;
    for (size_t i = 0; i < piece->phase->count; i++) {
        gml_orthogonal_piece rows = gml_orthogonal_piece_at(piece->trainer, piece->phase->part, i);
        size_t cols = rows.product.k > 0 ? rows.product.n : piece->layer->weight_cols;
        if (rows.layer == part->layer) {
            part->rows = gml_most(part->rows, rows.count);
            part->cols = gml_most(part->cols, cols);
            add_pass(piece, rows.count, cols, 2);
        }
        if (rows.layer == part->layer && rows.product.k > 0) {
            bool native = gml_product_is_native(network->context, network->kernels->size, &rows.product);
            add_products(piece, 1, &rows.product, part->rows, native);
        }
    }
}

/* ---- the parts of a phase ---- */

/* In the order in which a task does the works. */
static const struct work {
    gml_work work;
    const char *name;
    void (*describe)(const layer_piece *piece);
} WORKS[] = {
    {GML_WORK_GATHER, "gather", describe_gather},       {GML_WORK_FORWARD, "forward", describe_forward},
    {GML_WORK_MEASURE, "measure", describe_measure},    {GML_WORK_LOSS, "loss", describe_loss},
    {GML_WORK_BACKWARD, "backward", describe_backward}, {GML_WORK_GRADIENT, "gradient", describe_gradient},
    {GML_WORK_UPDATE, "update", describe_update},       {GML_WORK_ORTHOGONAL, "matrices", describe_orthogonal},
};
enum { WORK_COUNT = sizeof WORKS / sizeof WORKS[0] };

/* The layers [first, end) of a phase's work; backward runs from end - 1 down to first. */
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

/* The caller's array of parts; parts beyond its capacity are counted but not written. */
typedef struct part_list {
    gml_plan *plan;
    gml_plan_part *parts; /* [capacity] */
    size_t capacity;
} part_list;

static void describe_part(const part_list *list, const gml_trainer *trainer, const gml_phase *phase,
                          const struct work *work, size_t layer)
{
    gml_plan *plan = list->plan;
    gml_plan_part part = {.name = work->name, .phase = plan->phases, .layer = layer, .products = ""};
    part.tasks = phase->count;
    const gml_workspace *workspace = &trainer->scratch.workspace;
    work->describe(&(layer_piece){trainer, phase, &trainer->network->layers[layer], &workspace->layers[layer], &part,
                                  workspace->batch, workspace->panel});
    plan->flops += part.flops;
    plan->bytes += part.bytes;
    if (plan->parts < list->capacity) {
        list->parts[plan->parts] = part;
    }
    plan->parts++;
}

static void describe_phase(const part_list *list, const gml_trainer *trainer, const gml_phase *phase)
{
    for (const struct work *work = WORKS; work < WORKS + WORK_COUNT; work++) {
        if ((phase->work & (unsigned)work->work) == 0) {
            continue; /* phase->part has another meaning then */
        }
        layer_range range = layers_of(trainer, phase, work->work);
        for (size_t i = 0; i < range.end - range.first; i++) {
            size_t layer = work->work == GML_WORK_BACKWARD ? range.end - 1 - i : range.first + i;
            if (has_tasks(&trainer->network->layers[layer], work->work)) {
                describe_part(list, trainer, phase, work, layer);
            }
        }
    }
    list->plan->phases++;
}

static void describe_step(const part_list *list, gml_trainer *trainer)
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
        describe_phase(list, trainer, &trainer->scratch.phases[i]);
    }
}

gml_status gml_network_plan(gml_network *network, const gml_train_options *options, gml_plan *plan,
                            gml_plan_part *parts, size_t capacity)
{
    gml_status status = gml_refuse_null(gml_network_context(network), __func__,
                                        (gml_argument[]){{"network", network}, {"plan", plan}, {0}});
    if (status == GML_OK) {
        status = gml_refuse_ensemble(network, __func__);
    }
    if (status != GML_OK) {
        return status;
    }
    gml_trainer *trainer = NULL;
    status = gml_trainer_create(network, options, &trainer);
    if (status == GML_OK) {
        const part_list list = {.plan = plan, .parts = parts, .capacity = parts != NULL ? capacity : 0};
        describe_step(&list, trainer);
    }
    gml_trainer_destroy(trainer);
    return status;
}
