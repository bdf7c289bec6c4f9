/* reference/attributions.c - attributions of one sample by their textbook formulas, in double. */
#include "reference/attributions.h"

#include <math.h>
#include <string.h>

static bool averages(const gml_reference_explained *of)
{
    return strcmp(of->network->layers[of->network->layer_count - 1].kind->name, "average") == 0;
}

static void run(const gml_reference_explained *of, const double *x)
{
    const gml_reference_batch batch = {.rows = 1, .x = x};
    gml_reference_forward(of->network, &batch, of->memory);
    const size_t last = of->network->layer_count - 1;
    const gml_reference_place average = gml_reference_place_of(of->network, 1, of->memory, last);
    if (of->score && averages(of)) { /* the z of the members, and not their outputs */
        const gml_reference_place outputs = gml_reference_place_of(of->network, 1, of->memory, last - 1);
        memcpy(outputs.y, outputs.z, outputs.layer->out * sizeof *outputs.y);
        average.layer->kind->forward(&average);
    }
}

double gml_reference_explain(const gml_reference_explained *of, const double *x)
{
    run(of, x);
    const gml_reference_place last = gml_reference_place_of(of->network, 1, of->memory, of->network->layer_count - 1);
    return of->factor * (of->score && !averages(of) ? last.z : last.y)[of->column] + of->shift;
}

/* ---- gradients ---- */

void gml_reference_explain_gradient(const gml_reference_explained *of, const double *x, double *gradient)
{
    run(of, x);
    gml_reference_input_gradient(of->network, 1, of->memory, of->column, of->score, gradient);
    for (size_t j = 0; j < of->inputs; j++) {
        gradient[j] *= of->factor;
    }
}

void gml_reference_smooth_gradient(const gml_reference_explained *of, const double *x, size_t samples,
                                   const double *noise, double *a)
{
    double point[GML_REFERENCE_INPUTS], gradient[GML_REFERENCE_INPUTS];
    memset(a, 0, of->inputs * sizeof *a);
    for (size_t s = 0; s < samples; s++) {
        for (size_t j = 0; j < of->inputs; j++) {
            point[j] = x[j] + noise[s * of->inputs + j];
        }
        gml_reference_explain_gradient(of, point, gradient);
        for (size_t j = 0; j < of->inputs; j++) {
            a[j] += gradient[j] / (double)samples;
        }
    }
}

/* Point `s` of a path with `steps` points, its value, and the gradient along the path. */
static double path_point(const gml_reference_explained *of, const double *x, const double *base, double t,
                         double *gradient, double *along)
{
    double point[GML_REFERENCE_INPUTS];
    for (size_t j = 0; j < of->inputs; j++) {
        point[j] = base[j] + t * (x[j] - base[j]);
    }
    gml_reference_explain_gradient(of, point, gradient);
    *along = 0;
    for (size_t j = 0; j < of->inputs; j++) {
        *along += gradient[j] * (x[j] - base[j]);
    }
    return gml_reference_explain(of, point);
}

void gml_reference_integrated_gradients(const gml_reference_explained *of, const double *x, const double *base,
                                        size_t steps, double noise, double *a)
{
    double g0[GML_REFERENCE_INPUTS], g1[GML_REFERENCE_INPUTS], s0, s1, rest = 0;
    memset(a, 0, of->inputs * sizeof *a);
    for (size_t k = 1; k < steps; k++) {
        const double t0 = pow((double)(k - 1) / (double)(steps - 1), 2), t1 = pow((double)k / (double)(steps - 1), 2);
        const double f0 = path_point(of, x, base, t0, g0, &s0), f1 = path_point(of, x, base, t1, g1, &s1);
        const double h = t1 - t0, least = (fabs(s0) + fabs(s1)) / 1000 + 10 * noise * fabs(f1) / h;
        const double square = pow(s1 - s0, 2) + least * least;
        double weight = square > 0 ? h / 2 + (f1 - f0 + rest - h / 2 * (s0 + s1)) * (s1 - s0) / square : h / 2;
        weight = weight < 0 ? 0 : weight > h ? h : weight;
        rest += f1 - f0 - (h - weight) * s0 - weight * s1;
        for (size_t j = 0; j < of->inputs; j++) {
            a[j] += (x[j] - base[j]) * ((h - weight) * g0[j] + weight * g1[j]);
        }
    }
}

/* ---- replaced inputs ---- */

void gml_reference_occlusion(const gml_reference_explained *of, const double *x, const double *base, double *a)
{
    double point[GML_REFERENCE_INPUTS];
    const double value = gml_reference_explain(of, x);
    for (size_t j = 0; j < of->inputs; j++) {
        memcpy(point, x, of->inputs * sizeof *x);
        point[j] = base[j];
        a[j] = value - gml_reference_explain(of, point);
    }
}

/* The mean over the rows of the base with the present inputs from x. */
static double coalition_value(const gml_reference_explained *of, const double *x, const double *base, size_t rows,
                              const uint8_t *present)
{
    double point[GML_REFERENCE_INPUTS], sum = 0;
    for (size_t b = 0; b < rows; b++) {
        for (size_t j = 0; j < of->inputs; j++) {
            point[j] = present[j] ? x[j] : base[b * of->inputs + j];
        }
        sum += gml_reference_explain(of, point);
    }
    return sum / (double)rows;
}

/* Moves to the next order; false after the last. */
static bool next_order(size_t count, size_t *order)
{
    size_t i = count - 1, j = count - 1;
    while (i > 0 && order[i - 1] > order[i]) {
        i--;
    }
    if (i == 0) {
        return false;
    }
    while (order[j] < order[i - 1]) {
        j--;
    }
    size_t kept = order[i - 1];
    order[i - 1] = order[j];
    order[j] = kept;
    for (j = count - 1; i < j; i++, j--) {
        kept = order[i];
        order[i] = order[j];
        order[j] = kept;
    }
    return true;
}

void gml_reference_shapley(const gml_reference_explained *of, const double *x, const double *base, size_t rows,
                           double *a)
{
    size_t order[GML_REFERENCE_INPUTS], orders = 0;
    memset(a, 0, of->inputs * sizeof *a);
    for (size_t j = 0; j < of->inputs; j++) {
        order[j] = j;
    }
    do {
        uint8_t present[GML_REFERENCE_INPUTS];
        memset(present, 0, sizeof present);
        double before = coalition_value(of, x, base, rows, present);
        for (size_t k = 0; k < of->inputs; k++) {
            present[order[k]] = 1;
            const double after = coalition_value(of, x, base, rows, present);
            a[order[k]] += after - before;
            before = after;
        }
        orders++;
    } while (next_order(of->inputs, order));
    for (size_t j = 0; j < of->inputs; j++) {
        a[j] /= (double)orders;
    }
}

/* Solves m x = r by Gaussian elimination with pivots; rows of m are followed by r: [n x n + 1]. */
static void solve(size_t n, double *m, double *x)
{
    const size_t width = n + 1;
    for (size_t k = 0; k < n; k++) {
        size_t pivot = k;
        for (size_t i = k + 1; i < n; i++) {
            pivot = fabs(m[i * width + k]) > fabs(m[pivot * width + k]) ? i : pivot;
        }
        for (size_t j = 0; j < width; j++) {
            const double kept = m[k * width + j];
            m[k * width + j] = m[pivot * width + j];
            m[pivot * width + j] = kept;
        }
        for (size_t i = k + 1; i < n; i++) {
            const double factor = m[i * width + k] / m[k * width + k];
            for (size_t j = k; j < width; j++) {
                m[i * width + j] -= factor * m[k * width + j];
            }
        }
    }
    for (size_t k = n; k-- > 0;) {
        double sum = m[k * width + n];
        for (size_t j = k + 1; j < n; j++) {
            sum -= m[k * width + j] * x[j];
        }
        x[k] = sum / m[k * width + k];
    }
}

/* Minimises sum of w (v - v0 - z a)^2 with sum of a = v1 - v0, by a Lagrange multiplier: its row is the last. */
void gml_reference_kernel_shap(const gml_reference_explained *of, const double *x, const double *base, size_t rows,
                               const gml_reference_coalitions *coalitions, double *a)
{
    const size_t p = of->inputs, n = p + 1, width = n + 1;
    double *m = coalitions->work, solution[GML_REFERENCE_INPUTS + 1];
    uint8_t none[GML_REFERENCE_INPUTS];
    memset(none, 0, sizeof none);
    const double least = coalition_value(of, x, base, rows, none);
    memset(m, 0, n * width * sizeof *m);
    for (size_t c = 0; c < coalitions->count; c++) {
        const uint8_t *z = coalitions->z + c * p;
        const double value = coalition_value(of, x, base, rows, z) - least, w = coalitions->weights[c];
        for (size_t i = 0; i < p; i++) {
            for (size_t j = 0; j < p; j++) {
                m[i * width + j] += w * z[i] * z[j];
            }
            m[i * width + n] += w * z[i] * value;
        }
    }
    for (size_t i = 0; i < p; i++) {
        m[i * width + p] = m[p * width + i] = 1;
    }
    m[p * width + n] = gml_reference_explain(of, x) - least;
    solve(n, m, solution);
    memcpy(a, solution, p * sizeof *a);
}

/* ---- relevance ---- */

/* A layer's relevance on its way down: R of y, to R of x; of a residual also to that of the earlier value. */
typedef struct relevance_place {
    gml_reference_place at;
    double epsilon;
    const double *out;
    double *in, *earlier;
    double biases, absorbed;
} relevance_place;

static double shared(relevance_place *place, double z, double offset, double relevance)
{
    const double added = z < 0 ? -place->epsilon : place->epsilon;
    const double share = relevance == 0 ? 0 : relevance / (z + added);
    place->biases += offset * share;
    place->absorbed += added * share;
    return share;
}

static void dense_relevance(relevance_place *place)
{
    const gml_reference_layer *layer = place->at.layer;
    for (size_t k = 0; k < layer->out; k++) {
        const double offset = layer->bias != NULL ? layer->bias[k] : 0;
        const double share = shared(place, place->at.z[k], offset, place->out[k]);
        const size_t first = gml_reference_first_input(layer, k), in = layer->in / gml_reference_members(layer);
        for (size_t i = 0; i < in; i++) {
            place->in[first + i] +=
                place->at.x[first + i] * layer->weight[gml_reference_weight_at(layer, i, k)] * share;
        }
    }
}

/* y = slope x + offset, unit by unit */
static void affine_relevance(relevance_place *place, size_t k, double slope, double offset)
{
    const double x = place->at.x[k];
    place->in[k] += slope * x * shared(place, slope * x + offset, offset, place->out[k]);
}

/* Output k of a layer is the sum of x_i / divisor over i = first, first + step ... below `in`. */
static void sum_relevance(relevance_place *place, size_t k, size_t first, size_t step, size_t in, double divisor)
{
    double z = 0;
    for (size_t i = first; i < in; i += step) {
        z += place->at.x[i] / divisor;
    }
    const double share = shared(place, z, 0, place->out[k]);
    for (size_t i = first; i < in; i += step) {
        place->in[i] += place->at.x[i] / divisor * share;
    }
}

static void layer_relevance(relevance_place *place)
{
    const gml_reference_layer *layer = place->at.layer;
    const char *kind = layer->kind->name;
    if (strcmp(kind, "dense") == 0) {
        dense_relevance(place);
        return;
    }
    for (size_t k = 0; k < layer->out; k++) {
        if (strcmp(kind, "batchnorm") == 0) {
            const double slope = layer->vectors[0][k] / sqrt(layer->vectors[3][k] + layer->arguments[0]);
            affine_relevance(place, k, slope, layer->vectors[1][k] - slope * layer->vectors[2][k]);
        } else if (strcmp(kind, "weight_norm") == 0) {
            double square = 0;
            for (size_t i = 0; i < layer->scaled->in; i++) {
                const double v = layer->scaled->weight[i * layer->out + k];
                square += v * v;
            }
            affine_relevance(place, k, layer->vectors[0][k] / sqrt(square), layer->vectors[1][k]);
        } else if (strcmp(kind, "scale") == 0 || strcmp(kind, "affine") == 0) {
            affine_relevance(place, k, layer->vectors[0][k], layer->vectors[1] != NULL ? layer->vectors[1][k] : 0);
        } else if (strcmp(kind, "members") == 0) {
            sum_relevance(place, k, k % layer->in, layer->in, layer->in, 1);
        } else if (strcmp(kind, "average") == 0) {
            sum_relevance(place, k, k, layer->out, layer->in, (double)layer->members);
        } else if (strcmp(kind, "residual") == 0) {
            const double x = place->at.x[k], e = place->at.earlier[k];
            const double share = shared(place, x + e, 0, place->out[k]);
            place->in[k] += x * share;
            place->earlier[k] += e * share;
        } else {
            place->in[k] += place->out[k];
        }
    }
}

/* The relevance of value `value` in `work`: 0: the inputs, l + 1: outputs of layer l. */
static double *relevance_of(const gml_reference_network *network, double *work, size_t value)
{
    for (size_t l = 0; l < value; l++) {
        work += l == 0 ? network->layers[0].in : network->layers[l - 1].out;
    }
    return work;
}

void gml_reference_relevance(const gml_reference_explained *of, const double *x, double epsilon, double *work,
                             double *a, double *biases, double *absorbed)
{
    const gml_reference_network *network = of->network;
    const size_t layers = network->layer_count;
    const double value = gml_reference_explain(of, x);
    double *last = relevance_of(network, work, layers);
    memset(work, 0, (size_t)(last - work + (ptrdiff_t)network->layers[layers - 1].out) * sizeof *work);
    last[of->column] = value - of->shift;
    *biases = of->shift;
    *absorbed = 0;
    for (size_t l = layers; l-- > 0;) {
        relevance_place place = {.at = gml_reference_place_of(network, 1, of->memory, l), .epsilon = epsilon};
        place.out = relevance_of(network, work, l + 1);
        place.in = relevance_of(network, work, l);
        place.earlier = relevance_of(network, work, place.at.layer->source);
        layer_relevance(&place);
        *biases += place.biases;
        *absorbed += place.absorbed;
    }
    memcpy(a, work, of->inputs * sizeof *a);
}
