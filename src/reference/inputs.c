/* reference/inputs.c - layers on the inputs of a network, as plain loops. */
#include <math.h>

#include "reference/layers.h"

static void add_to(const gml_reference_layer *layer, size_t vector, size_t entry, double value)
{
    if (layer->vector_gradients[vector] != NULL) {
        layer->vector_gradients[vector][entry] += value;
    }
}

/* ---- scale and affine: y = x scale + bias ---- */

enum { SCALE, BIAS };

void gml_reference_scale_forward(const gml_reference_place *p)
{
    const gml_reference_layer *layer = p->layer;
    for (size_t i = 0; i < p->rows * layer->out; i++) {
        size_t column = i % layer->out;
        p->y[i] = p->x[i] * layer->vectors[SCALE][column] + (layer->vectors[BIAS] ? layer->vectors[BIAS][column] : 0);
    }
}

void gml_reference_scale_backward(const gml_reference_place *p)
{
    const gml_reference_layer *layer = p->layer;
    for (size_t i = 0; i < p->rows * layer->out; i++) {
        size_t column = i % layer->out;
        add_to(layer, SCALE, column, p->dy[i] * p->x[i]);
        add_to(layer, BIAS, column, p->dy[i]);
        p->dx[i] += p->dy[i] * layer->vectors[SCALE][column];
    }
}

/* ---- embeddings: some inputs become `size` outputs each, the others are passed on ---- */

/* The inputs of a layer that are embedded, and the outputs of each. */
typedef struct taken {
    size_t first, count, size;
} taken;

static void pass_others(const gml_reference_place *p, taken of, bool back)
{
    const gml_reference_layer *layer = p->layer;
    for (size_t s = 0; s < p->rows; s++) {
        for (size_t i = 0; i < layer->in; i++) {
            size_t at = s * layer->out + (i < of.first ? i : i + of.count * (of.size - 1));
            if (i >= of.first && i < of.first + of.count) {
                continue;
            }
            if (back) {
                p->dx[s * layer->in + i] += p->dy[at];
            } else {
                p->z[at] = p->y[at] = p->x[s * layer->in + i];
            }
        }
    }
}

/* Entry of x, and of y, of embedded input n in a row. */
static size_t x_at(const gml_reference_place *p, taken of, size_t row, size_t n)
{
    return row * p->layer->in + of.first + n;
}

static size_t y_at(const gml_reference_place *p, taken of, size_t row, size_t n)
{
    return row * p->layer->out + of.first + n * of.size;
}

static taken codes_of(const gml_reference_layer *layer)
{
    size_t columns = (size_t)layer->arguments[0];
    return (taken){.first = layer->in - columns, .count = columns, .size = (size_t)layer->arguments[2]};
}

/* False for an input that is the code of no level. */
static bool is_code(const gml_reference_layer *layer, double code)
{
    return code >= 0 && code < layer->arguments[1];
}

void gml_reference_embedding_forward(const gml_reference_place *p)
{
    taken of = codes_of(p->layer);
    pass_others(p, of, false);
    for (size_t i = 0; i < p->rows * of.count * of.size; i++) {
        size_t row = i / (of.count * of.size), n = i / of.size % of.count, j = i % of.size;
        double code = round(p->x[x_at(p, of, row, n)]);
        p->y[y_at(p, of, row, n) + j] =
            is_code(p->layer, code) ? p->layer->vectors[0][(size_t)code * of.size + j] : NAN;
    }
}

void gml_reference_embedding_backward(const gml_reference_place *p)
{
    taken of = codes_of(p->layer);
    pass_others(p, of, true);
    for (size_t i = 0; i < p->rows * of.count * of.size; i++) {
        size_t row = i / (of.count * of.size), n = i / of.size % of.count, j = i % of.size;
        double code = round(p->x[x_at(p, of, row, n)]);
        if (is_code(p->layer, code)) {
            add_to(p->layer, 0, (size_t)code * of.size + j, p->dy[y_at(p, of, row, n) + j]);
        }
    }
}

/* ---- pbld and plr ---- */

enum { FREQUENCY, MIX, MIX_BIAS, PHASE };

static taken numbers_of(const gml_reference_layer *layer, size_t size_argument)
{
    return (taken){.count = (size_t)layer->arguments[0], .size = (size_t)layer->arguments[size_argument]};
}

/* Feature k of number n at x, and its slope by the angle: of plr the second half are sines. */
static double feature(const gml_reference_layer *layer, size_t n, size_t k, double x, double *slope)
{
    size_t frequencies = (size_t)layer->arguments[2], at = n * frequencies + k % frequencies;
    double phase = layer->vectors[PHASE] != NULL ? layer->vectors[PHASE][at] : 0;
    double angle = 2 * acos(-1.0) * layer->vectors[FREQUENCY][at] * x + phase;
    *slope = k < frequencies ? -sin(angle) : cos(angle);
    return k < frequencies ? cos(angle) : sin(angle);
}

static void periodic_forward(const gml_reference_place *p, size_t features, size_t direct)
{
    taken of = numbers_of(p->layer, 1);
    size_t learned = of.size - direct;
    pass_others(p, of, false);
    for (size_t i = 0; i < p->rows * of.count; i++) {
        size_t row = i / of.count, n = i % of.count, at = y_at(p, of, row, n);
        double x = p->x[x_at(p, of, row, n)], slope;
        if (direct > 0) {
            p->y[at] = x;
        }
        for (size_t o = 0; o < learned; o++) {
            double sum = p->layer->vectors[MIX_BIAS][n * learned + o];
            for (size_t k = 0; k < features; k++) {
                sum += p->layer->vectors[MIX][(n * learned + o) * features + k] * feature(p->layer, n, k, x, &slope);
            }
            p->z[at + direct + o] = sum;
            p->y[at + direct + o] = direct > 0 ? sum : fmax(sum, 0);
        }
    }
}

static void periodic_backward(const gml_reference_place *p, size_t features, size_t direct)
{
    const gml_reference_layer *layer = p->layer;
    taken of = numbers_of(layer, 1);
    size_t learned = of.size - direct, frequencies = (size_t)layer->arguments[2];
    double turn = 2 * acos(-1.0);
    pass_others(p, of, true);
    for (size_t i = 0; i < p->rows * of.count; i++) {
        size_t row = i / of.count, n = i % of.count, at = y_at(p, of, row, n), from = x_at(p, of, row, n);
        double x = p->x[from], slope;
        p->dx[from] += direct > 0 ? p->dy[at] : 0;
        for (size_t o = 0; o < learned; o++) {
            double back = direct > 0 || p->z[at + o] > 0 ? p->dy[at + direct + o] : 0;
            add_to(layer, MIX_BIAS, n * learned + o, back);
            for (size_t k = 0; k < features; k++) {
                size_t mix = (n * learned + o) * features + k, own = n * frequencies + k % frequencies;
                add_to(layer, MIX, mix, back * feature(layer, n, k, x, &slope));
                double angle = back * layer->vectors[MIX][mix] * slope;
                add_to(layer, FREQUENCY, own, angle * turn * x);
                if (direct > 0) {
                    add_to(layer, PHASE, own, angle);
                }
                p->dx[from] += angle * turn * layer->vectors[FREQUENCY][own];
            }
        }
    }
}

void gml_reference_pbld_forward(const gml_reference_place *p)
{
    periodic_forward(p, (size_t)p->layer->arguments[2], 1);
}

void gml_reference_pbld_backward(const gml_reference_place *p)
{
    periodic_backward(p, (size_t)p->layer->arguments[2], 1);
}

void gml_reference_plr_forward(const gml_reference_place *p)
{
    periodic_forward(p, 2 * (size_t)p->layer->arguments[2], 0);
}

void gml_reference_plr_backward(const gml_reference_place *p)
{
    periodic_backward(p, 2 * (size_t)p->layer->arguments[2], 0);
}

unsigned gml_reference_plr_piece(const gml_reference_layer *layer, size_t unit, double z)
{
    taken of = numbers_of(layer, 1);
    return unit < of.count * of.size && z > 0;
}

/* ---- ple ---- */

enum { LINE, LINE_BIAS, TABLE, EDGES };

/* The bins of number n: those before edges stop to ascend. */
static size_t bins_of(const gml_reference_layer *layer, size_t n)
{
    size_t most = (size_t)layer->arguments[1], bins = 0;
    const double *edges = layer->vectors[EDGES] + n * (most + 1);
    while (bins < most && edges[bins + 1] > edges[bins]) {
        bins++;
    }
    return bins;
}

static double share(const gml_reference_layer *layer, size_t n, size_t t, double x, double *slope)
{
    size_t bins = bins_of(layer, n);
    const double *edges = layer->vectors[EDGES] + n * ((size_t)layer->arguments[1] + 1);
    double width = edges[t + 1] - edges[t], part = (x - edges[t]) / width;
    bool cut = (part < 0 && t > 0) || (part >= 1 && t + 1 < bins);
    *slope = cut ? 0 : 1 / width;
    return cut ? (part < 0 ? 0 : 1) : part;
}

void gml_reference_ple_forward(const gml_reference_place *p)
{
    const gml_reference_layer *layer = p->layer;
    taken of = numbers_of(layer, 2);
    pass_others(p, of, false);
    for (size_t i = 0; i < p->rows * of.count * of.size; i++) {
        size_t row = i / (of.count * of.size), n = i / of.size % of.count, j = i % of.size;
        size_t at = y_at(p, of, row, n) + j, own = n * of.size + j, most = (size_t)layer->arguments[1];
        double x = p->x[x_at(p, of, row, n)], slope;
        p->z[at] = x;
        p->y[at] = layer->vectors[LINE][own] * x + layer->vectors[LINE_BIAS][own];
        for (size_t t = 0; t < bins_of(layer, n); t++) {
            p->y[at] += layer->vectors[TABLE][(n * most + t) * of.size + j] * share(layer, n, t, x, &slope);
        }
    }
}

void gml_reference_ple_backward(const gml_reference_place *p)
{
    const gml_reference_layer *layer = p->layer;
    taken of = numbers_of(layer, 2);
    pass_others(p, of, true);
    for (size_t i = 0; i < p->rows * of.count * of.size; i++) {
        size_t row = i / (of.count * of.size), n = i / of.size % of.count, j = i % of.size;
        size_t from = x_at(p, of, row, n), own = n * of.size + j, most = (size_t)layer->arguments[1];
        double x = p->x[from], back = p->dy[y_at(p, of, row, n) + j], slope;
        add_to(layer, LINE, own, back * x);
        add_to(layer, LINE_BIAS, own, back);
        p->dx[from] += back * layer->vectors[LINE][own];
        for (size_t t = 0; t < bins_of(layer, n); t++) {
            size_t entry = (n * most + t) * of.size + j;
            add_to(layer, TABLE, entry, back * share(layer, n, t, x, &slope));
            p->dx[from] += back * layer->vectors[TABLE][entry] * slope;
        }
    }
}

unsigned gml_reference_ple_piece(const gml_reference_layer *layer, size_t unit, double z)
{
    taken of = numbers_of(layer, 2);
    size_t n = unit / of.size, most = (size_t)layer->arguments[1];
    unsigned piece = 0;
    for (size_t t = 0; n < of.count && t < bins_of(layer, n); t++) {
        piece += z > layer->vectors[EDGES][n * (most + 1) + t];
    }
    return piece;
}
