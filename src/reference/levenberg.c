/* reference/levenberg.c - Marquardt's algorithm after Hagan and Menhaj, Training Feedforward Networks with the
 * Marquardt Algorithm, IEEE Transactions on Neural Networks 5 (1994), section III, with Gaussian elimination. */
#include <math.h>
#include <stdbool.h>

#include "reference/methods.h"

static void exchange(double *a, double *b)
{
    double kept = *a;
    *a = *b;
    *b = kept;
}

/* Solves a x = b with row pivoting; overwrites b with x. */
static void eliminate(size_t n, double *a, double *b)
{
    for (size_t k = 0; k < n; k++) {
        size_t pivot = k;
        for (size_t i = k + 1; i < n; i++) {
            pivot = fabs(a[i * n + k]) > fabs(a[pivot * n + k]) ? i : pivot;
        }
        for (size_t j = 0; j < n; j++) {
            exchange(&a[k * n + j], &a[pivot * n + j]);
        }
        exchange(&b[k], &b[pivot]);
        for (size_t i = k + 1; i < n; i++) {
            double share = a[i * n + k] / a[k * n + k];
            for (size_t j = k; j < n; j++) {
                a[i * n + j] -= share * a[k * n + j];
            }
            b[i] -= share * b[k];
        }
    }
    for (size_t k = n; k-- > 0;) {
        for (size_t j = k + 1; j < n; j++) {
            b[k] -= a[k * n + j] * b[j];
        }
        b[k] /= a[k * n + k];
    }
}

/* (J'J + mu I) dx = -J'e */
static void solve(const gml_reference_squares *problem, const double *j, const double *e, double mu, double *matrix,
                  double *dx)
{
    size_t rows = problem->errors, n = problem->parameters;
    for (size_t a = 0; a < n; a++) {
        dx[a] = 0;
        for (size_t i = 0; i < rows; i++) {
            dx[a] -= j[i * n + a] * e[i];
        }
        for (size_t b = 0; b < n; b++) {
            matrix[a * n + b] = a == b ? mu : 0;
            for (size_t i = 0; i < rows; i++) {
                matrix[a * n + b] += j[i * n + a] * j[i * n + b];
            }
        }
    }
    eliminate(n, matrix, dx);
}

static double sum_of_squares(size_t count, const double *e)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += e[i] * e[i];
    }
    return sum;
}

size_t gml_reference_marquardt(const gml_reference_squares *problem, double *x, double *mu, double up, double down)
{
    size_t rows = problem->errors, n = problem->parameters, tries = 0;
    double *e = problem->work, *j = e + rows, *matrix = j + rows * n, *dx = matrix + n * n, *tried = dx + n;
    problem->find(problem->user, x, e, j); /* (1), (2): the errors and the Jacobian */
    double v = sum_of_squares(rows, e);
    for (bool smaller = false; !smaller; tries++) {
        solve(problem, j, e, *mu, matrix, dx); /* (3) */
        for (size_t k = 0; k < n; k++) {
            tried[k] = x[k] + dx[k];
        }
        double *errors = matrix; /* reuses the memory; (4) */
        problem->find(problem->user, tried, errors, NULL);
        smaller = sum_of_squares(rows, errors) < v;
        *mu *= smaller ? down : up;
    }
    for (size_t k = 0; k < n; k++) {
        x[k] = tried[k];
    }
    return tries;
}
