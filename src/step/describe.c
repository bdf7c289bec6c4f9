/* step/describe.c - gml_network_plan: the phases of a step as its trainer lists them, each taken apart by layers, and
 * its tasks handed out as threads would take them. */
#include "engine/cost.h"
#include "gemmule/plan.h"
#include "kernel/product/choose.h"
#include "step/compact.h"
#include "step/orthogonal.h"
#include "step/price.h"

/* In the order in which a task does them. */
typedef struct work_row {
    gml_work work;
    const char *name;
    gml_price (*price)(const gml_piece *piece, gml_share share);
} work_row;

static const work_row WORKS[] = {
    {GML_WORK_GATHER, "gather", gml_price_gather},       {GML_WORK_FORWARD, "forward", gml_price_forward},
    {GML_WORK_MEASURE, "measure", gml_price_measure},    {GML_WORK_LOSS, "loss", gml_price_loss},
    {GML_WORK_BACKWARD, "backward", gml_price_backward}, {GML_WORK_GRADIENT, "gradient", gml_price_gradient},
    {GML_WORK_UPDATE, "update", gml_price_update},       {GML_WORK_ORTHOGONAL, "matrices", gml_price_orthogonal},
};
enum { WORK_COUNT = sizeof WORKS / sizeof WORKS[0] };

/* One part of the phase under way. */
typedef struct phase_part {
    const work_row *row;
    gml_piece piece;
    gml_price price; /* of all its tasks */
    gml_plan_part told;
} phase_part;

typedef struct description {
    const gml_trainer *trainer;
    phase_part *parts; /* room for those of one phase */
    size_t count;
    gml_plan *plan;
    gml_plan_part *out;
    size_t capacity;
} description;

/* ---- the parts of a phase ---- */

/* Layers [first, end) to which a phase does a work, or from end - 1 down to the first. */
typedef struct layer_range {
    size_t first, end;
} layer_range;

static layer_range layers_of(const gml_trainer *trainer, const gml_phase *phase, gml_work work)
{
    size_t layers = trainer->network->spec.layer_count, part = phase->part;
    bool tiled = trainer->workspace.tiled, gathered = false;
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

static void list_parts(description *made, const gml_phase *phase)
{
    made->count = 0;
    for (size_t w = 0; w < WORK_COUNT; w++) {
        gml_work work = WORKS[w].work;
        layer_range range = layers_of(made->trainer, phase, work);
        size_t layers = (phase->work & (unsigned)work) != 0 ? range.end - range.first : 0;
        for (size_t i = 0; i < layers; i++) {
            size_t layer = work == GML_WORK_BACKWARD ? range.end - 1 - i : range.first + i;
            if (has_tasks(&made->trainer->network->layers[layer], work)) {
                made->parts[made->count++] = (phase_part){.row = &WORKS[w], .piece = {made->trainer, phase, layer}};
            }
        }
    }
}

/* Prices all parts of a phase on so many threads. Answers the seconds until the last of them has ended: each takes a
 * share when it is through with one, whichever that is. */
static double hand_out(description *made, const gml_phase *phase, size_t threads)
{
    enum { MOST_THREADS = 1024 };
    double busy[MOST_THREADS] = {0}, last = 0;
    size_t size = gml_parallel_share(phase, threads);
    for (size_t p = 0; p < made->count; p++) {
        made->parts[p].price = (gml_price){0};
    }
    for (size_t first = 0; first < phase->count; first += size) {
        size_t left = phase->count - first, next = 0;
        for (size_t i = 1; i < threads; i++) {
            next = busy[i] < busy[next] ? i : next;
        }
        for (size_t p = 0; p < made->count; p++) {
            phase_part *one = &made->parts[p];
            gml_share share = {.part = phase->part, .first = first, .count = left < size ? left : size};
            gml_price price = one->row->price(&one->piece, share);
            one->price = gml_price_add(one->price, price);
            busy[next] += price.seconds;
        }
        last = busy[next] > last ? busy[next] : last;
    }
    return last;
}

/* ---- telling ---- */

/* The first of the layer's pieces, as large as any. */
static gml_orthogonal_piece first_piece(const phase_part *part)
{
    const gml_piece *of = &part->piece;
    size_t index = 0;
    while (gml_orthogonal_piece_at(of->trainer, of->phase->part, index).layer != of->layer) {
        index++;
    }
    return gml_orthogonal_piece_at(of->trainer, of->phase->part, index);
}

static const char *who_multiplies(const gml_workspace *workspace, const phase_part *part)
{
    size_t layer = part->piece.layer, layers = workspace->network->spec.layer_count;
    if (part->price.flops == 0) {
        return "";
    }
    if (part->row->work == GML_WORK_ORTHOGONAL) {
        gml_gemm product = first_piece(part).product;
        return gml_product_is_native(workspace->network->context, workspace->network->kernels->size, &product)
                   ? "own"
                   : "OpenBLAS";
    }
    bool own = part->row->work == GML_WORK_FORWARD    ? workspace->layers[layer].own_forward
               : part->row->work == GML_WORK_GRADIENT ? workspace->layers[layer].own_weights
                                                      : layer + 1 < layers && workspace->layers[layer + 1].own_backward;
    return own ? "own" : "OpenBLAS";
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* The largest of the layer's panels of weights, and how many they are. */
static void count_weight_tasks(const gml_workspace *workspace, gml_plan_part *told)
{
    told->tasks = 0;
    for (size_t i = 0; i < workspace->task_count; i++) {
        const gml_weight_task *task = &workspace->tasks[i];
        if (task->layer == told->layer) {
            told->tasks++;
            told->rows = task->count > told->rows ? task->count : told->rows;
            told->cols = task->cols > told->cols ? task->cols : told->cols;
        }
    }
}

static void tell_tasks(const gml_workspace *workspace, const phase_part *part, gml_plan_part *told)
{
    gml_work work = part->row->work;
    const gml_layer *layer = &workspace->network->layers[told->layer];
    const gml_tile_size *tile = &workspace->layers[told->layer].tile;
    if (work == GML_WORK_GRADIENT || work == GML_WORK_UPDATE) {
        count_weight_tasks(workspace, told);
        return;
    }
    if (work == GML_WORK_ORTHOGONAL) {
        gml_orthogonal_piece piece = first_piece(part);
        told->rows = piece.count;
        told->cols = piece.product.k > 0 ? piece.product.n : layer->out;
        return;
    }
    bool panel = work == GML_WORK_GATHER || work == GML_WORK_LOSS;
    bool inputs = work == GML_WORK_GATHER || work == GML_WORK_MEASURE;
    told->rows = least(panel ? workspace->panel : tile->rows, workspace->batch);
    told->cols = inputs ? layer->in : panel ? layer->out : tile->cols;
}

/* `seconds` is what the phase takes for each second of its parts' work. */
static void tell_part(description *made, phase_part *part, double seconds)
{
    gml_plan *plan = made->plan;
    gml_plan_part *told = &part->told;
    told->name = part->row->name;
    told->phase = plan->phases;
    told->layer = part->piece.layer;
    told->tasks = part->piece.phase->count;
    told->products = who_multiplies(&made->trainer->workspace, part);
    told->flops = part->price.flops;
    told->bytes = part->price.bytes;
    told->seconds = part->price.seconds * seconds;
    tell_tasks(&made->trainer->workspace, part, told);
    plan->flops += told->flops;
    plan->bytes += told->bytes;
    plan->seconds_alone += told->seconds_alone;
    plan->seconds += told->seconds;
    if (plan->parts < made->capacity) {
        made->out[plan->parts] = *told;
    }
    plan->parts++;
}

static void tell_phase(description *made, const gml_phase *phase)
{
    double work = 0;
    hand_out(made, phase, 1);
    for (size_t p = 0; p < made->count; p++) {
        made->parts[p].told.seconds_alone = made->parts[p].price.seconds;
    }
    double seconds = hand_out(made, phase, made->plan->threads) + gml_cost_barrier(made->plan->threads);
    for (size_t p = 0; p < made->count; p++) {
        work += made->parts[p].price.seconds;
    }
    for (size_t p = 0; p < made->count; p++) {
        tell_part(made, &made->parts[p], seconds / work);
    }
    made->plan->phases++;
}

static gml_status describe(gml_trainer *trainer, gml_plan *plan, gml_plan_part *parts, size_t capacity)
{
    gml_context *context = trainer->network->context;
    size_t most_parts = WORK_COUNT * trainer->network->spec.layer_count;
    description made = {.trainer = trainer, .plan = plan, .out = parts, .capacity = parts != NULL ? capacity : 0};
    made.parts = gml_allocate(context, most_parts, sizeof *made.parts, "parts of a plan");
    if (made.parts == NULL) {
        return GML_ERROR_MEMORY;
    }
    trainer->step.rows = trainer->workspace.batch;
    trainer->step.last = !trainer->optimizer_row->full_batch;
    size_t phases = gml_trainer_phases(trainer, true, trainer->phases);
    *plan = (gml_plan){.batch = trainer->step.rows};
    plan->threads = gml_parallel_threads(
        gml_plan_threads(gml_trainer_flops(trainer, trainer->step.rows), context->threads), trainer->phases, phases);
    plan->memory =
        sizeof *trainer + trainer->arena_size + trainer->orthogonal.arena_size + trainer->workspace.arena_size;
    plan->ready = trainer->compact != NULL;
    plan->memory += plan->ready ? trainer->compact->size : 0;
    for (size_t i = 0; i < phases; i++) {
        list_parts(&made, &trainer->phases[i]);
        tell_phase(&made, &trainer->phases[i]);
    }
    gml_release(context, made.parts, most_parts, sizeof *made.parts);
    return GML_OK;
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
        status = describe(trainer, plan, parts, capacity);
    }
    gml_trainer_destroy(trainer);
    return status;
}
