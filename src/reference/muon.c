/* reference/muon.c - one step of Muon, after the code of Jordan et al., Muon: An optimizer for hidden layers in neural
 * networks, 2024 (kellerjordan.github.io/posts/muon), with the decay of Liu et al., Muon is Scalable for LLM Training,
 * 2025. As in that code, matrices are [out x in]. */
#include <math.h>

#include "reference/functions.h"

/* to [cols x rows] = from' */
static void transpose(size_t rows, size_t cols, const double *from, double *to)
{
    for (size_t i = 0; i < rows; i++) {
        for (size_t j = 0; j < cols; j++) {
            to[j * rows + i] = from[i * cols + j];
        }
    }
}

/* c [m x n] = a [m x k] b [k x n] */
static void multiply(size_t m, size_t n, size_t k, const double *a, const double *b, double *c)
{
    for (size_t i = 0; i < m; i++) {
        for (size_t j = 0; j < n; j++) {
            c[i * n + j] = 0;
            for (size_t l = 0; l < k; l++) {
                c[i * n + j] += a[i * k + l] * b[l * n + j];
            }
        }
    }
}

/* X [rows x cols], rows <= cols: for _ in range(steps): A = X @ X.T; B = b * A + c * A @ A; X = a * X + B @ X */
static void iterate(size_t rows, size_t cols, size_t steps, double *x, double *work)
{
    static const double A = 3.4445, B = -4.7750, C = 2.0315;
    double *turned = work, *product = turned + rows * cols, *a = product + rows * cols, *b = a + rows * rows;
    double *squared = b + rows * rows;
    for (size_t step = 0; step < steps; step++) {
        transpose(rows, cols, x, turned);
        multiply(rows, rows, cols, x, turned, a);
        multiply(rows, rows, rows, a, a, squared);
        for (size_t i = 0; i < rows * rows; i++) {
            b[i] = B * a[i] + C * squared[i];
        }
        multiply(rows, cols, rows, b, x, product);
        for (size_t i = 0; i < rows * cols; i++) {
            x[i] = A * x[i] + product[i];
        }
    }
}

/* newtonschulz5(G) of G [rows x cols], in place: X = G / (G.norm() + eps); if rows > cols: X = X.T; ... */
static void orthogonalize(size_t rows, size_t cols, size_t steps, double *g, double *work)
{
    static const double EPS = 1e-7;
    double squares = 0, *x = work, *rest = work + rows * cols;
    for (size_t i = 0; i < rows * cols; i++) {
        squares += g[i] * g[i];
    }
    for (size_t i = 0; i < rows * cols; i++) {
        g[i] /= sqrt(squares) + EPS;
    }
    if (rows <= cols) {
        iterate(rows, cols, steps, g, rest);
        return;
    }
    transpose(rows, cols, g, x);
    iterate(cols, rows, steps, x, rest);
    transpose(cols, rows, x, g);
}

static void step_vector(const gml_reference_update_call *call)
{
    const double *p = call->parameters, adamw[] = {p[4], p[5], p[6], p[7], 0};
    gml_reference_update_call vector = *call;
    vector.parameters = adamw;
    gml_reference_update(gml_reference_find_optimizer("adamw"), &vector);
}

void gml_reference_muon(const gml_reference_update_call *call, size_t in, size_t out, double *work)
{
    if (in == 0) {
        step_vector(call);
        return;
    }
    const double *p = call->parameters;
    gml_reference_update(gml_reference_find_optimizer("muon"), call);
    double *x = work;
    transpose(in, out, call->state[1], x);
    orthogonalize(out, in, (size_t)p[3], x, work + in * out);
    double scale = sqrt(fmax(1, (double)out / (double)in));
    for (size_t i = 0; i < in; i++) {
        for (size_t o = 0; o < out; o++) {
            call->w[i * out + o] -= p[0] * scale * x[o * in + i];
        }
    }
}
