/* step/orthogonal.c - the iteration of Newton and Schulz as muon has it, for all matrices of weights at once:
 *
 *     rows of X:  squares;   (one thread) the norms;   rows of X: X /= |X| + eps
 *     rows of A:  A = X X' -> rows of B: B = b A + c A A -> rows of X: X = a X + B X;   and again
 *
 * A and B are symmetric: their rows are computed as far as the diagonal, and copied into the columns above it. A matrix
 * of more rows than columns is not turned over: for it A = X' X, and X = a X + X B. */
#include "step/orthogonal.h"

#include <math.h>

#include "base/layout.h"
#include "kernel/entry/entry.h"
#include "kernel/matrix/matrix.h"
#include "kernel/product/choose.h"
#include "kernel/product/multiply.h"
#include "step/refusal.h"
#include "step/update.h"

/* Of the source; the iteration does not end in 1, but for singular values between 0.7 and 1.2. */
static const double A_SHARE = 3.4445, B_SHARE = -4.7750, C_SHARE = 2.0315, EPS = 1e-7;

enum { ROWS = 64 }; /* of a matrix that one task takes */

/* What the tasks of a phase do: the first two once, the others in turn. */
enum { SQUARES, DIVIDE, GRAM, POLYNOMIAL, MULTIPLY };
enum { ONCE = GRAM, IN_TURN = 3 };

/* ---- making one ---- */

static size_t side_of(const gml_layer *layer)
{
    return layer->in < layer->out ? layer->in : layer->out;
}

/* In the phases up to DIVIDE and in MULTIPLY a task takes rows of X, in the others of A and B. */
static size_t rows_of(const gml_layer *layer, size_t work)
{
    bool square = work == GRAM || work == POLYNOMIAL;
    return layer->weight == NULL ? 0 : square ? side_of(layer) : layer->in;
}

static size_t pieces_of(const gml_layer *layer, size_t work)
{
    return (rows_of(layer, work) + ROWS - 1) / ROWS;
}

static size_t count_pieces(const gml_network *network, size_t work)
{
    size_t count = 0;
    for (size_t i = 0; i < network->spec.layer_count; i++) {
        count += pieces_of(&network->layers[i], work);
    }
    return count;
}

/* Two square matrices for each layer; returns where the first of layer i begins, and adds up the work. */
static size_t lay_out_squares(const gml_network *network, gml_layout *layout, size_t i, double *flops)
{
    const gml_layer *layer = &network->layers[i];
    size_t side = layer->weight != NULL ? side_of(layer) : 0, squares;
    double n = (double)side;
    layout->overflow = __builtin_mul_overflow(side, 2 * side, &squares) || layout->overflow;
    *flops += n * (4 * (double)layer->in * (double)layer->out + 2 * n * n);
    return gml_layout_add(layout, squares, 1, network->kernels->size);
}

gml_status gml_orthogonal_create(gml_trainer *trainer)
{
    const gml_network *network = trainer->network;
    gml_orthogonal *made = &trainer->scratch.orthogonal;
    if (trainer->settings.optimizer_row->iterations == 0) {
        return GML_OK;
    }
    size_t layers = network->spec.layer_count;
    gml_layout layout = {0};
    size_t other = gml_layout_add(&layout, network->parameter_bytes, GML_ORTHOGONAL_KEPT, 1);
    size_t scales = gml_layout_add(&layout, layers, 1, sizeof(double));
    size_t squares = gml_layout_add(&layout, count_pieces(network, SQUARES), 1, sizeof(double));
    size_t places = gml_layout_add(&layout, layers, 1, sizeof(size_t)), matrices = layout.size;
    for (size_t i = 0; i < layers; i++) {
        lay_out_squares(network, &layout, i, &made->flops);
    }
    if (layout.overflow) {
        return gml_fail(network->context, GML_ERROR_SHAPE, "%s for %s: its size is more than can be counted",
                        trainer->settings.optimizer.entry->name, network->description);
    }
    made->arena = gml_allocate(network->context, layout.size, 1, "the matrices of an optimizer");
    if (made->arena == NULL) {
        return GML_ERROR_MEMORY;
    }
    made->arena_size = layout.size;
    made->steps = (size_t)trainer->settings.optimizer.values[trainer->settings.optimizer_row->iterations];
    made->flops *= (double)made->steps;
    double flops = gml_trainer_flops(trainer, trainer->scratch.workspace.batch);
    gml_multiply_reserve(network->context, gml_plan_threads(flops, network->context->threads), network->widest);
    trainer->scratch.workspace.calls_blas = true;
    made->x[0] = trainer->state.arrays[1];
    made->x[1] = made->arena + other; /* free until the norms are known, so it keeps an array until then */
    for (size_t i = 0; i < GML_ORTHOGONAL_KEPT; i++) {
        made->kept[i] = made->arena + other + i * network->parameter_bytes;
    }
    made->scales = (double *)(void *)(made->arena + scales);
    made->squares = (double *)(void *)(made->arena + squares);
    made->places = (size_t *)(void *)(made->arena + places);
    layout = (gml_layout){.size = matrices};
    double ignored = 0;
    for (size_t i = 0; i < layers; i++) {
        made->places[i] = lay_out_squares(network, &layout, i, &ignored);
    }
    return GML_OK;
}

void gml_orthogonal_destroy(gml_trainer *trainer)
{
    gml_release(trainer->network->context, trainer->scratch.orthogonal.arena, trainer->scratch.orthogonal.arena_size,
                1);
}

/* ---- tasks ---- */

static size_t work_of(size_t part)
{
    return part < ONCE ? part : ONCE + (part - ONCE) % IN_TURN;
}

gml_orthogonal_piece gml_orthogonal_piece_at(const gml_trainer *trainer, size_t part, size_t index)
{
    const gml_layer *layers = trainer->network->layers;
    size_t work = work_of(part);
    gml_orthogonal_piece piece = {0};
    while (index >= pieces_of(&layers[piece.layer], work)) {
        index -= pieces_of(&layers[piece.layer++], work);
    }
    const gml_layer *layer = &layers[piece.layer];
    size_t rows = rows_of(layer, work), side = side_of(layer);
    bool tall = layer->in > layer->out;
    piece.first = (pieces_of(layer, work) - 1 - index) * ROWS; /* from the longest to the shortest */
    piece.count = rows - piece.first < ROWS ? rows - piece.first : ROWS;
    gml_gemm *product = &piece.product;
    product->m = piece.count;
    if (work == GRAM) {
        product->n = piece.first + piece.count;
        product->k = tall ? layer->in : layer->out;
        product->a_transposed = tall;
        product->b_transposed = !tall;
    } else if (work >= POLYNOMIAL) {
        product->n = work == POLYNOMIAL ? piece.first + piece.count : layer->out;
        product->k = side;
    }
    return piece;
}

/* C = the piece's product, of whole matrices or, as a piece begins, of rows or columns of the first. */
static void multiply(const gml_network *network, gml_gemm *product)
{
    if (gml_product_is_native(network->context, network->kernels->size, product)) {
        gml_multiply(network->context, network->kernels, product, NULL);
    } else {
        gml_gemm_run(network->kernels->dtype, product);
    }
}

/* The matrices of a piece's layer: X, where the next X goes, A and B, each with its stride. */
typedef struct matrices {
    char *x, *next, *a, *b;
    size_t width, side;
} matrices;

static matrices matrices_of(const gml_trainer *trainer, size_t part, size_t index)
{
    const gml_network *network = trainer->network;
    const gml_layer *layer = &network->layers[index];
    const gml_orthogonal *own = &trainer->scratch.orthogonal;
    size_t offset = (size_t)((const char *)layer->weight - (const char *)network->parameters);
    size_t turn = part < ONCE ? 0 : (part - ONCE) / IN_TURN % 2, side = side_of(layer);
    matrices found = {.width = layer->out, .side = side};
    found.x = (char *)own->x[turn] + offset;
    found.next = (char *)own->x[1 - turn] + offset;
    found.a = own->arena + own->places[index];
    found.b = found.a + side * side * network->kernels->size;
    return found;
}

static void norm_task(void *argument, gml_share share)
{
    gml_trainer *trainer = argument;
    const gml_kernels *kernels = trainer->network->kernels;
    gml_orthogonal_piece piece = gml_orthogonal_piece_at(trainer, share.part, share.first);
    matrices m = matrices_of(trainer, share.part, piece.layer);
    void *x = m.x + piece.first * m.width * kernels->size;
    size_t count = piece.count * m.width;
    if (share.part == SQUARES) {
        trainer->scratch.orthogonal.squares[share.first] = kernels->entry->dot(count, x, x);
    } else {
        kernels->entry->combine(count, trainer->scratch.orthogonal.scales[piece.layer], x, 0, x);
    }
}

static bool find_norms(void *argument, size_t part)
{
    gml_trainer *trainer = argument;
    const gml_network *network = trainer->network;
    for (size_t i = 0, piece = 0; i < network->spec.layer_count; i++) {
        double squares = 0;
        for (size_t last = piece + pieces_of(&network->layers[i], part); piece < last; piece++) {
            squares += trainer->scratch.orthogonal.squares[piece];
        }
        double norm = gml_group_frozen(&trainer->settings.groups, i, GML_ROLE_WEIGHT) ? 0 : sqrt(squares);
        if (!isfinite(norm)) {
            trainer->scratch.step.status = gml_trainer_fail_diverged(trainer, "the norm of a matrix's direction", norm);
            gml_update_restore(trainer);
            return false;
        }
        trainer->scratch.orthogonal.scales[i] = 1 / (norm + EPS);
    }
    return true;
}

/* What rows have left of the diagonal's block goes above it as well. */
static void mirror(const gml_trainer *trainer, const gml_orthogonal_piece *piece, size_t side, char *m)
{
    const gml_kernels *kernels = trainer->network->kernels;
    kernels->matrix->transpose(piece->count, piece->first, side, m + piece->first * side * kernels->size, side,
                               m + piece->first * kernels->size);
}

static void gram_task(void *argument, gml_share share)
{
    gml_trainer *trainer = argument;
    size_t size = trainer->network->kernels->size;
    gml_orthogonal_piece piece = gml_orthogonal_piece_at(trainer, share.part, share.first);
    matrices m = matrices_of(trainer, share.part, piece.layer);
    if (!gml_group_frozen(&trainer->settings.groups, piece.layer, GML_ROLE_WEIGHT)) {
        piece.product.a = m.x + piece.first * (piece.product.a_transposed ? 1 : m.width) * size;
        piece.product.b = m.x;
        piece.product.c = m.a + piece.first * m.side * size;
        piece.product.a_stride = piece.product.b_stride = m.width;
        piece.product.c_stride = m.side;
        multiply(trainer->network, &piece.product);
        mirror(trainer, &piece, m.side, m.a);
    }
}

static void polynomial_task(void *argument, gml_share share)
{
    gml_trainer *trainer = argument;
    const gml_kernels *kernels = trainer->network->kernels;
    gml_orthogonal_piece piece = gml_orthogonal_piece_at(trainer, share.part, share.first);
    matrices m = matrices_of(trainer, share.part, piece.layer);
    size_t start = piece.first * m.side * kernels->size;
    if (!gml_group_frozen(&trainer->settings.groups, piece.layer, GML_ROLE_WEIGHT)) {
        piece.product.a = m.a + start;
        piece.product.b = m.a;
        piece.product.c = m.b + start;
        piece.product.a_stride = piece.product.b_stride = piece.product.c_stride = m.side;
        multiply(trainer->network, &piece.product);
        for (size_t i = 0, row = start; i < piece.count; i++, row += m.side * kernels->size) {
            kernels->entry->combine(piece.product.n, B_SHARE, m.a + row, C_SHARE, m.b + row);
        }
        mirror(trainer, &piece, m.side, m.b);
    }
}

static void multiply_task(void *argument, gml_share share)
{
    gml_trainer *trainer = argument;
    const gml_kernels *kernels = trainer->network->kernels;
    gml_orthogonal_piece piece = gml_orthogonal_piece_at(trainer, share.part, share.first);
    matrices m = matrices_of(trainer, share.part, piece.layer);
    bool tall = trainer->network->layers[piece.layer].in > m.width;
    size_t start = piece.first * m.width * kernels->size;
    if (!gml_group_frozen(&trainer->settings.groups, piece.layer, GML_ROLE_WEIGHT)) {
        piece.product.a = tall ? m.x + start : m.b + piece.first * m.side * kernels->size;
        piece.product.b = tall ? m.b : m.x;
        piece.product.c = m.next + start;
        piece.product.a_stride = m.side;
        piece.product.b_stride = piece.product.c_stride = m.width;
        multiply(trainer->network, &piece.product);
        kernels->entry->combine(piece.count * m.width, A_SHARE, m.x + start, 1, m.next + start);
    }
}

/* ---- the phases ---- */

size_t gml_orthogonal_most_phases(const gml_trainer *trainer)
{
    size_t index = trainer->settings.optimizer_row->iterations;
    return index > 0 ? ONCE + IN_TURN * (size_t)trainer->settings.optimizer.values[index] : 0;
}

size_t gml_orthogonal_phases(const gml_trainer *trainer, gml_phase *phases)
{
    static void (*const tasks[])(void *argument, gml_share share) = {norm_task, norm_task, gram_task, polynomial_task,
                                                                     multiply_task};
    size_t count = gml_orthogonal_most_phases(trainer);
    for (size_t part = 0; part < count; part++) {
        size_t work = work_of(part), pieces = count_pieces(trainer->network, work);
        phases[part] = (gml_phase){.work = GML_WORK_ORTHOGONAL, .part = part, .count = pieces, .task = tasks[work]};
        phases[part].finish = work == SQUARES ? find_norms : NULL;
    }
    return count;
}

const void *gml_orthogonal_direction(const gml_trainer *trainer, size_t layer, size_t offset, double *scale)
{
    const gml_orthogonal *own = &trainer->scratch.orthogonal;
    const gml_layer *of = &trainer->network->layers[layer];
    *scale = sqrt(fmax(1, (double)of->out / (double)of->in));
    return (const char *)own->x[own->steps % 2] + offset;
}
