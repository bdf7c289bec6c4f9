/* step/orthogonal.c - Muon's Newton-Schulz iteration, for all weight matrices X [in x out] at once:
 *
 *     rows of X:  squares;   (one thread) the norms;   rows of X: X /= |X| + eps
 *     rows of A:  A = X X' -> rows of B: B = b A + c A A -> rows of X: X = a X + B X;   repeated
 *
 * A and B [in x in] are symmetric: only their lower triangles are computed, then mirrored. A matrix with more rows than
 * columns is not transposed: A = X' X and B are [out x out], and X = a X + X B. */
#include "step/orthogonal.h"

#include <math.h>

#include "base/layout.h"
#include "kernel/entry/entry.h"
#include "kernel/matrix/matrix.h"
#include "kernel/product/choose.h"
#include "kernel/product/multiply.h"
#include "step/refusal.h"
#include "step/update.h"

/* From Muon's source. The singular values do not converge to 1; they end between 0.7 and 1.2. */
static const double A_SHARE = 3.4445, B_SHARE = -4.7750, C_SHARE = 2.0315, EPS = 1e-7;

enum { ROWS = 64 }; /* rows of a matrix per task */

/* The work of a phase: SQUARES and DIVIDE run once, the other three in each iteration. */
enum { SQUARES, DIVIDE, GRAM, POLYNOMIAL, MULTIPLY };
enum { FIRST_WORKS = GRAM, ITERATION_WORKS = 3 };

/* ---- memory ---- */

static size_t side_of(const gml_layer *layer)
{
    return layer->weight_rows < layer->weight_cols ? layer->weight_rows : layer->weight_cols;
}

/* Tasks of SQUARES, DIVIDE and MULTIPLY take rows of X, those of GRAM and POLYNOMIAL rows of A and B. */
static size_t rows_of(const gml_layer *layer, size_t work)
{
    bool square = work == GRAM || work == POLYNOMIAL;
    return layer->weight == NULL ? 0 : square ? side_of(layer) : layer->weight_rows;
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

/* The arena: saved arrays | scales | squares of pieces | offsets | A and B of each layer */
static void lay_out(void *owner, gml_layout *layout)
{
    gml_trainer *trainer = owner;
    const gml_network *network = trainer->network;
    gml_orthogonal *own = &trainer->scratch.orthogonal;
    size_t layers = network->spec.layer_count;
    for (size_t i = 0; i < GML_ORTHOGONAL_SAVED; i++) {
        own->saved[i] = gml_layout_take(layout, own->arena, network->parameter_bytes, 1, 1);
    }
    own->scales = gml_layout_take(layout, own->arena, layers, 1, sizeof(double));
    own->squares = gml_layout_take(layout, own->arena, count_pieces(network, SQUARES), 1, sizeof(double));
    own->offsets = gml_layout_take(layout, own->arena, layers, 1, sizeof(size_t));
    for (size_t i = 0; i < layers; i++) {
        size_t side = network->layers[i].weight != NULL ? side_of(&network->layers[i]) : 0;
        size_t offset = gml_layout_add(layout, side, side, 2 * network->kernels->size);
        if (own->arena != NULL) {
            own->offsets[i] = offset;
        }
    }
}

/* Returns the flops of one iteration. */
static double count_flops(const gml_network *network)
{
    double flops = 0;
    for (size_t i = 0; i < network->spec.layer_count; i++) {
        const gml_layer *layer = &network->layers[i];
        double n = layer->weight != NULL ? (double)side_of(layer) : 0;
        flops += n * (4 * (double)layer->weight_rows * (double)layer->weight_cols + 2 * n * n);
    }
    return flops;
}

gml_status gml_orthogonal_create(gml_trainer *trainer)
{
    const gml_network *network = trainer->network;
    gml_context *context = network->context;
    gml_orthogonal *own = &trainer->scratch.orthogonal;
    size_t iterations = trainer->settings.optimizer_row->iterations;
    if (iterations == 0) {
        return GML_OK;
    }
    gml_status status = gml_layout_make(context, lay_out, trainer, trainer->settings.optimizer.entry->name,
                                        network->description, &own->arena, &own->arena_size);
    if (status != GML_OK) {
        return status;
    }
    own->x[0] = trainer->state.arrays[1];
    own->x[1] = own->saved[0]; /* overwritten only after the norms are accepted: nothing is restored then */
    own->iterations = (size_t)trainer->settings.optimizer.values[iterations];
    own->flops = (double)own->iterations * count_flops(network);
    double flops = gml_trainer_flops(trainer, trainer->scratch.workspace.batch);
    gml_multiply_reserve(context, gml_plan_threads(flops, context->threads), network->widest);
    trainer->scratch.workspace.calls_blas = true;
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
    return part < FIRST_WORKS ? part : FIRST_WORKS + (part - FIRST_WORKS) % ITERATION_WORKS;
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
    bool tall = layer->weight_rows > layer->weight_cols;
    piece.first = (pieces_of(layer, work) - 1 - index) * ROWS; /* the longest rows first */
    piece.count = rows - piece.first < ROWS ? rows - piece.first : ROWS;
    gml_gemm *product = &piece.product;
    product->m = piece.count;
    if (work == GRAM) {
        product->n = piece.first + piece.count;
        product->k = tall ? layer->weight_rows : layer->weight_cols;
        product->a_transposed = tall;
        product->b_transposed = !tall;
    } else if (work >= POLYNOMIAL) {
        product->n = work == POLYNOMIAL ? piece.first + piece.count : layer->weight_cols;
        product->k = side;
    }
    return piece;
}

typedef struct matrix {
    char *at;
    size_t stride;
} matrix;

/* The matrices of a layer: X, the next X, A and B. */
typedef struct matrices {
    matrix x, next, a, b;
} matrices;

static matrices matrices_of(const gml_trainer *trainer, size_t part, size_t index)
{
    const gml_network *network = trainer->network;
    const gml_layer *layer = &network->layers[index];
    const gml_orthogonal *own = &trainer->scratch.orthogonal;
    size_t offset = (size_t)((const char *)layer->weight - (const char *)network->parameters);
    size_t current = part < FIRST_WORKS ? 0 : (part - FIRST_WORKS) / ITERATION_WORKS % 2, side = side_of(layer);
    char *a = (char *)own->arena + own->offsets[index];
    return (matrices){.x = {(char *)own->x[current] + offset, layer->weight_cols},
                      .next = {(char *)own->x[1 - current] + offset, layer->weight_cols},
                      .a = {a, side},
                      .b = {a + side * side * network->kernels->size, side}};
}

/* Computes the piece's rows of C = A B, A' B or A B'. */
static void multiply(const gml_network *network, gml_orthogonal_piece *piece, matrix a, matrix b, matrix c)
{
    size_t size = network->kernels->size;
    gml_gemm *product = &piece->product;
    product->a = a.at + piece->first * (product->a_transposed ? 1 : a.stride) * size;
    product->b = b.at;
    product->c = c.at + piece->first * c.stride * size;
    product->a_stride = a.stride;
    product->b_stride = b.stride;
    product->c_stride = c.stride;
    if (gml_product_is_native(network->context, size, product)) {
        gml_multiply(network->context, network->kernels, product, NULL);
    } else {
        gml_gemm_run(network->kernels->dtype, product);
    }
}

static void norm_task(void *argument, gml_share share)
{
    gml_trainer *trainer = argument;
    const gml_kernels *kernels = trainer->network->kernels;
    gml_orthogonal_piece piece = gml_orthogonal_piece_at(trainer, share.part, share.first);
    matrices m = matrices_of(trainer, share.part, piece.layer);
    void *x = m.x.at + piece.first * m.x.stride * kernels->size;
    size_t count = piece.count * m.x.stride;
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
            gml_update_restore(trainer);
            trainer->scratch.step.status = gml_trainer_fail_diverged(trainer, "the norm of a matrix's direction", norm);
            return false;
        }
        trainer->scratch.orthogonal.scales[i] = 1 / (norm + EPS);
    }
    return true;
}

/* Copies the piece's rows left of the diagonal block into the columns above it. */
static void mirror(const gml_kernels *kernels, const gml_orthogonal_piece *piece, matrix m)
{
    kernels->matrix->transpose(piece->count, piece->first, m.stride, m.at + piece->first * m.stride * kernels->size,
                               m.stride, m.at + piece->first * kernels->size);
}

static void product_task(void *argument, gml_share share)
{
    gml_trainer *trainer = argument;
    const gml_network *network = trainer->network;
    const gml_kernels *kernels = network->kernels;
    gml_orthogonal_piece piece = gml_orthogonal_piece_at(trainer, share.part, share.first);
    matrices m = matrices_of(trainer, share.part, piece.layer);
    size_t work = work_of(share.part), size = kernels->size;
    if (gml_group_frozen(&trainer->settings.groups, piece.layer, GML_ROLE_WEIGHT)) {
        return;
    }
    if (work == GRAM) {
        multiply(network, &piece, m.x, m.x, m.a); /* A = X X' or X' X */
        mirror(kernels, &piece, m.a);
    } else if (work == POLYNOMIAL) {
        multiply(network, &piece, m.a, m.a, m.b);
        for (size_t i = piece.first; i < piece.first + piece.count; i++) { /* B = b A + c A A */
            size_t row = i * m.a.stride * size;
            kernels->entry->combine(piece.product.n, B_SHARE, m.a.at + row, C_SHARE, m.b.at + row);
        }
        mirror(kernels, &piece, m.b);
    } else {
        bool tall = network->layers[piece.layer].weight_rows > m.x.stride;
        size_t start = piece.first * m.x.stride * size, count = piece.count * m.x.stride;
        multiply(network, &piece, tall ? m.x : m.b, tall ? m.b : m.x, m.next);
        kernels->entry->combine(count, A_SHARE, m.x.at + start, 1, m.next.at + start); /* a X + B X or X B */
    }
}

/* ---- the phases ---- */

size_t gml_orthogonal_most_phases(const gml_trainer *trainer)
{
    size_t index = trainer->settings.optimizer_row->iterations;
    return index > 0 ? FIRST_WORKS + ITERATION_WORKS * (size_t)trainer->settings.optimizer.values[index] : 0;
}

size_t gml_orthogonal_phases(const gml_trainer *trainer, gml_phase *phases)
{
    size_t count = gml_orthogonal_most_phases(trainer);
    for (size_t part = 0; part < count; part++) {
        size_t work = work_of(part), pieces = count_pieces(trainer->network, work);
        phases[part] = (gml_phase){.work = GML_WORK_ORTHOGONAL, .part = part, .count = pieces};
        phases[part].task = part < FIRST_WORKS ? norm_task : product_task;
        phases[part].finish = work == SQUARES ? find_norms : NULL;
    }
    return count;
}

const void *gml_orthogonal_direction(const gml_trainer *trainer, size_t layer, size_t offset, double *scale)
{
    const gml_orthogonal *own = &trainer->scratch.orthogonal;
    const gml_layer *of = &trainer->network->layers[layer];
    *scale = sqrt(fmax(1, (double)of->weight_cols / (double)of->weight_rows));
    return (const char *)own->x[own->iterations % 2] + offset;
}
