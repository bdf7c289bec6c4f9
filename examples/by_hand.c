/* Level 2: single forward and backward passes. The program uses loss and gradients itself: for plain gradient descent
 * on the network's parameters, and for the gradient with respect to the *inputs*. */
#include <gemmule/gemmule.h>
#include <math.h>
#include <stdio.h>

enum { N = 32, INPUTS = 2 };

/* w -= rate * dw for one block of parameters. Blocks are contiguous matrices. */
static void descend(gml_block w, gml_block dw, double rate)
{
    double *values = w.values.data;
    const double *gradient = dw.values.data;
    for (size_t i = 0; i < w.values.rows * w.values.cols; i++) {
        values[i] -= rate * gradient[i];
    }
}

/* Computes one forward and backward pass over the batch, and updates every block. */
static gml_status step(gml_network *network, gml_pass *pass, gml_matrix x, gml_matrix target, double *loss)
{
    double y[N] = {0}, dy[N];
    gml_matrix outputs = gml_matrix_f64(y, N, 1), d_outputs = gml_matrix_f64(dy, N, 1);
    gml_status status = gml_pass_forward(pass, x, outputs);
    if (status == GML_OK) {
        status =
            gml_loss_evaluate(gml_network_context(network), "mean_squared_error", outputs, target, loss, d_outputs);
    }
    if (status == GML_OK) {
        status = gml_pass_backward(pass, d_outputs, gml_matrix_none());
    }
    for (size_t i = 0; i < gml_network_block_count(network) && status == GML_OK; i++) {
        gml_block w, dw;
        status = gml_network_block(network, i, &w);
        if (status == GML_OK && (status = gml_pass_gradient(pass, i, &dw)) == GML_OK) {
            descend(w, dw, 0.1);
        }
    }
    return status;
}

int main(void)
{
    /* The function to learn: sin(a) * cos(b) on a ring. */
    double x[N][INPUTS], target[N], dx[N][INPUTS], one[N], y[N];
    for (int i = 0; i < N; i++) {
        x[i][0] = 1.5 * cos(2 * 3.14159265358979 * i / N);
        x[i][1] = 1.5 * sin(2 * 3.14159265358979 * i / N);
        target[i] = sin(x[i][0]) * cos(x[i][1]);
        one[i] = 1;
    }
    gml_matrix inputs = gml_matrix_f64(x[0], N, INPUTS), targets = gml_matrix_f64(target, N, 1);

    gml_context *context = NULL;
    gml_network *network = NULL;
    gml_pass *pass = NULL;
    gml_network_options options = {.dtype = GML_F64, .seed = 1};
    double loss = 0, first = 0;
    gml_status status = gml_context_create(NULL, &context, NULL, 0);
    if (status != GML_OK || (status = gml_network_create(context, "2 -> 16 tanh -> 1", &options, &network)) != GML_OK ||
        (status = gml_pass_create(network, N, &pass)) != GML_OK) {
        goto done;
    }
    for (int i = 0; i < 2000 && status == GML_OK; i++) {
        status = step(network, pass, inputs, targets, &loss);
        first = i == 0 ? loss : first;
    }
    /* dy = 1 gives the derivative of each output with respect to its inputs. */
    if (status == GML_OK && (status = gml_pass_forward(pass, inputs, gml_matrix_f64(y, N, 1))) == GML_OK) {
        status = gml_pass_backward(pass, gml_matrix_f64(one, N, 1), gml_matrix_f64(dx[0], N, INPUTS));
    }
    printf("loss %.4f -> %.6f; at (%.2f, %.2f) the output moves by %.3f and %.3f for a unit of each input\n", first,
           loss, x[0][0], x[0][1], dx[0][0], dx[0][1]);
done:
    if (status != GML_OK) {
        fprintf(stderr, "%s\n", context ? gml_context_message(context) : gml_status_name(status));
    }
    gml_pass_destroy(pass);
    gml_network_destroy(network);
    gml_context_destroy(context);
    return status != GML_OK || !(loss < 0.01 * first);
}
