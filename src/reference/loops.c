/* reference/loops.c - the training step in plain loops, in its two layouts.
 *
 * The layouts differ in the four loop nests of a table; the order of layers is the same. The memory of a batch of n
 * samples, in floats:
 *
 *     y [n x out] of layer 0 | of layer 1 | ... | gradient [n x widest] | next gradient [n x widest]
 *
 * The build defines GML_CLONES: if the compiler supports it, the vectorised nests are compiled for several instruction
 * sets, and the best one is chosen at program start. */
#include "reference/loops.h"

#include <math.h>
#include <string.h>

typedef struct loop_nests {
    /* y [n x out] = x [n x in] w [in x out] + b [out] */
    void (*forward)(size_t n, size_t in, size_t out, const float *x, const float *w, const float *b, float *y);
    /* dw [in x out] = x^T [in x n] dy [n x out] */
    void (*weights)(size_t n, size_t in, size_t out, const float *x, const float *dy, float *dw);
    /* dx [n x in] = dy [n x out] w^T [out x in] */
    void (*inputs)(size_t n, size_t in, size_t out, const float *dy, const float *w, float *dx);
    /* w -= rate * dw */
    void (*update)(size_t count, float rate, const float *dw, float *w);
} loop_nests;

/* ---- textbook layout: each entry is one inner product ---- */

static void textbook_forward(size_t n, size_t in, size_t out, const float *x, const float *w, const float *b, float *y)
{
    for (size_t s = 0; s < n; s++) {
        for (size_t o = 0; o < out; o++) {
            float sum = b[o];
            for (size_t i = 0; i < in; i++) {
                sum += x[s * in + i] * w[i * out + o];
            }
            y[s * out + o] = sum;
        }
    }
}

static void textbook_weights(size_t n, size_t in, size_t out, const float *x, const float *dy, float *dw)
{
    for (size_t i = 0; i < in; i++) {
        for (size_t o = 0; o < out; o++) {
            float sum = 0;
            for (size_t s = 0; s < n; s++) {
                sum += x[s * in + i] * dy[s * out + o];
            }
            dw[i * out + o] = sum;
        }
    }
}

static void textbook_inputs(size_t n, size_t in, size_t out, const float *dy, const float *w, float *dx)
{
    for (size_t s = 0; s < n; s++) {
        for (size_t i = 0; i < in; i++) {
            float sum = 0;
            for (size_t o = 0; o < out; o++) {
                sum += dy[s * out + o] * w[i * out + o];
            }
            dx[s * in + i] = sum;
        }
    }
}

static void textbook_update(size_t count, float rate, const float *dw, float *w)
{
    for (size_t i = 0; i < count; i++) {
        w[i] -= rate * dw[i];
    }
}

static const loop_nests textbook = {textbook_forward, textbook_weights, textbook_inputs, textbook_update};

/* ---- vectorisable layout: the inner loop runs along rows of w, which are contiguous ---- */

GML_CLONES
static void vectorized_forward(size_t n, size_t in, size_t out, const float *restrict x, const float *restrict w,
                               const float *restrict b, float *restrict y)
{
    for (size_t s = 0; s < n; s++) {
        for (size_t o = 0; o < out; o++) {
            y[s * out + o] = b[o];
        }
        for (size_t i = 0; i < in; i++) {
            float entry = x[s * in + i];
            for (size_t o = 0; o < out; o++) {
                y[s * out + o] += entry * w[i * out + o];
            }
        }
    }
}

/* The loop over samples is inside, so a row of dw stays in the L1 cache. */
GML_CLONES
static void vectorized_weights(size_t n, size_t in, size_t out, const float *restrict x, const float *restrict dy,
                               float *restrict dw)
{
    for (size_t i = 0; i < in; i++) {
        for (size_t o = 0; o < out; o++) {
            dw[i * out + o] = 0;
        }
        for (size_t s = 0; s < n; s++) {
            float entry = x[s * in + i];
            for (size_t o = 0; o < out; o++) {
                dw[i * out + o] += entry * dy[s * out + o];
            }
        }
    }
}

/* A single sum cannot be vectorised, since the order of its terms is fixed; several independent sums can. */
GML_CLONES
static void vectorized_inputs(size_t n, size_t in, size_t out, const float *restrict dy, const float *restrict w,
                              float *restrict dx)
{
    enum { SUMS = 32 };
    for (size_t s = 0; s < n; s++) {
        for (size_t i = 0; i < in; i++) {
            const float *gradient = dy + s * out, *row = w + i * out;
            float sums[SUMS] = {0}, sum = 0;
            size_t o = 0;
            for (; o + SUMS <= out; o += SUMS) {
                for (size_t j = 0; j < SUMS; j++) {
                    sums[j] += gradient[o + j] * row[o + j];
                }
            }
            for (; o < out; o++) {
                sum += gradient[o] * row[o];
            }
            for (size_t j = 0; j < SUMS; j++) {
                sum += sums[j];
            }
            dx[s * in + i] = sum;
        }
    }
}

GML_CLONES
static void vectorized_update(size_t count, float rate, const float *restrict dw, float *restrict w)
{
    for (size_t i = 0; i < count; i++) {
        w[i] -= rate * dw[i];
    }
}

static const loop_nests vectorized = {vectorized_forward, vectorized_weights, vectorized_inputs, vectorized_update};

/* ---- the layers ---- */

size_t gml_reference_loops_parameters(const gml_reference_loops *loops)
{
    size_t count = 0;
    for (size_t l = 0; l < loops->layer_count; l++) {
        count += (loops->sizes[l] + 1) * loops->sizes[l + 1];
    }
    return count;
}

static size_t widest_layer(const gml_reference_loops *loops)
{
    size_t widest = 0;
    for (size_t l = 0; l <= loops->layer_count; l++) {
        widest = loops->sizes[l] > widest ? loops->sizes[l] : widest;
    }
    return widest;
}

size_t gml_reference_loops_memory(const gml_reference_loops *loops, size_t rows)
{
    size_t columns = 2 * widest_layer(loops);
    for (size_t l = 0; l < loops->layer_count; l++) {
        columns += loops->sizes[l + 1];
    }
    return rows * columns;
}

/* Returns the mean softmax cross-entropy of logits y [n x k]; writes its gradient to dy [n x k]. */
static float cross_entropy(size_t n, size_t k, const float *y, const size_t *labels, float *dy)
{
    float loss = 0;
    for (size_t s = 0; s < n; s++) {
        const float *row = y + s * k;
        float *gradient = dy + s * k, greatest = row[0];
        for (size_t j = 1; j < k; j++) {
            greatest = row[j] > greatest ? row[j] : greatest;
        }
        gradient[0] = expf(row[0] - greatest);
        float sum = gradient[0];
        for (size_t j = 1; j < k; j++) {
            gradient[j] = expf(row[j] - greatest);
            sum += gradient[j];
        }
        for (size_t j = 0; j < k; j++) {
            gradient[j] = (gradient[j] / sum - (j == labels[s] ? 1.0f : 0.0f)) / (float)n;
        }
        loss += logf(sum) + greatest - row[labels[s]];
    }
    return loss / (float)n;
}

static void relu(size_t count, float *y)
{
    for (size_t i = 0; i < count; i++) {
        y[i] = y[i] > 0 ? y[i] : 0;
    }
}

/* dz = dy if y > 0, else 0 */
static void relu_backward(size_t count, const float *y, float *gradient)
{
    for (size_t i = 0; i < count; i++) {
        gradient[i] = y[i] > 0 ? gradient[i] : 0;
    }
}

static void sum_rows(size_t n, size_t out, const float *dy, float *db)
{
    memset(db, 0, out * sizeof *db);
    for (size_t s = 0; s < n; s++) {
        for (size_t o = 0; o < out; o++) {
            db[o] += dy[s * out + o];
        }
    }
}

/* Backward pass from the last layer, with dy = `gradient`, to the first, which needs no dx. */
static void backward(const loop_nests *nests, const gml_reference_loops *loops, size_t rows, const float *x,
                     const float *y, float *gradient)
{
    float *next = gradient + rows * widest_layer(loops);
    float *dw = loops->gradients + gml_reference_loops_parameters(loops);
    const float *w = loops->parameters + gml_reference_loops_parameters(loops);
    for (size_t l = loops->layer_count; l-- > 0;) {
        size_t in = loops->sizes[l], out = loops->sizes[l + 1];
        const float *from = l == 0 ? x : y - rows * in;
        dw -= (in + 1) * out;
        w -= (in + 1) * out;
        nests->weights(rows, in, out, from, gradient, dw);
        sum_rows(rows, out, gradient, dw + in * out);
        if (l > 0) {
            nests->inputs(rows, in, out, gradient, w, next);
            relu_backward(rows * in, from, next);
        }
        float *used = gradient;
        gradient = next;
        next = used;
        y = from;
    }
}

static float take_step(const loop_nests *nests, const gml_reference_loops *loops, size_t rows, const float *x,
                       const size_t *labels, float rate)
{
    const float *from = x, *w = loops->parameters;
    float *y = loops->memory;
    for (size_t l = 0; l < loops->layer_count; l++) {
        size_t in = loops->sizes[l], out = loops->sizes[l + 1];
        nests->forward(rows, in, out, from, w, w + in * out, y);
        if (l + 1 < loops->layer_count) {
            relu(rows * out, y);
        }
        from = y;
        w += (in + 1) * out;
        y += rows * out;
    }
    float loss = cross_entropy(rows, loops->sizes[loops->layer_count], from, labels, y);
    backward(nests, loops, rows, x, from, y);
    nests->update(gml_reference_loops_parameters(loops), rate, loops->gradients, loops->parameters);
    return loss;
}

float gml_reference_textbook_step(const gml_reference_loops *loops, size_t rows, const float *x, const size_t *labels,
                                  float rate)
{
    return take_step(&textbook, loops, rows, x, labels, rate);
}

float gml_reference_vectorized_step(const gml_reference_loops *loops, size_t rows, const float *x, const size_t *labels,
                                    float rate)
{
    return take_step(&vectorized, loops, rows, x, labels, rate);
}
