/* The NeuralNetwork(2, 4, 1) of the background text, with sigmoid and without biases, learns XOR one sample at a time.
 *
 * The text's `backward` updates with
 *
 *     output_errors = t - o                       V += h' output_errors * rate
 *     hidden_errors = output_errors V'            W += x' hidden_errors * rate
 *
 * and leaves out the derivative of the activation in both layers; its sigmoid_derivative is defined but never called.
 * The chain rule for the squared error (t - o)^2 / 2 with o = sigmoid(h V), h = sigmoid(x W) is
 *
 *     output_delta = (t - o) * o (1 - o)          V += h' output_delta * rate
 *     hidden_delta = output_delta V' * h (1 - h)  W += x' hidden_delta * rate
 *
 * At the output the missing factor is harmless, since t - o is the gradient of cross-entropy. In the hidden layer it is
 * an error: saturated units get updates as large as all others, and the updates follow the gradient of no loss. From
 * the same weights and at the same rate, the text's rule does not learn XOR; the correct one does. The program runs
 * both. */
#include <gemmule/gemmule.h>
#include <math.h>
#include <stdio.h>

enum { HIDDEN = 4, EPOCHS = 10000 };

static const double X[4][2] = {{0, 0}, {0, 1}, {1, 0}, {1, 1}}, T[4] = {0, 1, 1, 0}, RATE = 0.5;

static double sigmoid(double x)
{
    return 1 / (1 + exp(-x));
}

/* The text's forward pass for one sample: h and o. */
static double text_forward(double w[2][HIDDEN], const double v[HIDDEN], const double x[2], double h[HIDDEN])
{
    double sum = 0;
    for (int j = 0; j < HIDDEN; j++) {
        h[j] = sigmoid(x[0] * w[0][j] + x[1] * w[1][j]);
        sum += h[j] * v[j];
    }
    return sigmoid(sum);
}

/* The text's backward pass, unchanged. */
static void text_backward(double w[2][HIDDEN], double v[HIDDEN], const double x[2], const double h[HIDDEN],
                          double error)
{
    for (int j = 0; j < HIDDEN; j++) {
        double hidden_error = error * v[j];
        v[j] += h[j] * error * RATE;
        w[0][j] += x[0] * hidden_error * RATE;
        w[1][j] += x[1] * hidden_error * RATE;
    }
}

/* Trains by the text's rule from the given weights; computes the outputs for the four samples. */
static void learn_by_text(double w[2][HIDDEN], double v[HIDDEN], double o[4])
{
    double h[HIDDEN];
    for (int i = 0; i < 4 * EPOCHS; i++) {
        double output = text_forward(w, v, X[i % 4], h);
        text_backward(w, v, X[i % 4], h, T[i % 4] - output);
    }
    for (int i = 0; i < 4; i++) {
        o[i] = text_forward(w, v, X[i], h);
    }
}

/* Trains the same network with gemmule. The loss is (t - o)^2, so half the rate gives the same update as the formula.
 */
static gml_status learn(gml_network *network, double o[4])
{
    gml_train_options options = {
        .loss = "mean_squared_error", .optimizer = "sgd", .learning_rate = RATE / 2, .batch = 1};
    gml_trainer *trainer = NULL;
    gml_status status = gml_trainer_create(network, &options, &trainer);
    for (int i = 0; i < 4 * EPOCHS && status == GML_OK; i++) {
        status = gml_trainer_step(trainer, gml_matrix_f64(X[i % 4], 1, 2), gml_matrix_f64(&T[i % 4], 1, 1), NULL);
    }
    gml_trainer_destroy(trainer);
    return status != GML_OK ? status
                            : gml_network_predict(network, gml_matrix_f64(X[0], 4, 2), gml_matrix_f64(o, 4, 1));
}

static double squared_error(const char *whose, const double o[4])
{
    double error = 0;
    for (int i = 0; i < 4; i++) {
        error += (o[i] - T[i]) * (o[i] - T[i]) / 4;
    }
    printf("%-20s 00: %.3f  01: %.3f  10: %.3f  11: %.3f   mean squared error %.4f\n", whose, o[0], o[1], o[2], o[3],
           error);
    return error;
}

int main(void)
{
    gml_context *context = NULL;
    gml_network *network = NULL;
    gml_network_options options = {.dtype = GML_F64, .seed = 1};
    gml_block w, v;
    double text_w[2][HIDDEN], text_v[HIDDEN], text_o[4], o[4];

    gml_status status = gml_context_create(NULL, &context, NULL, 0);
    if (status != GML_OK ||
        (status = gml_network_create(
             context, "2 -> 4 sigmoid init=normal(std=1) bias=no -> 1 sigmoid init=normal(std=1) bias=no", &options,
             &network)) != GML_OK ||
        (status = gml_network_block(network, 0, &w)) != GML_OK ||
        (status = gml_network_block(network, 1, &v)) != GML_OK) {
        fprintf(stderr, "%s\n", context ? gml_context_message(context) : gml_status_name(status));
        gml_context_destroy(context);
        return 1;
    }
    for (size_t j = 0; j < HIDDEN; j++) { /* the same weights for both */
        text_w[0][j] = ((const double *)w.values.data)[j];
        text_w[1][j] = ((const double *)w.values.data)[w.values.stride + j];
        text_v[j] = ((const double *)v.values.data)[j * v.values.stride];
    }
    learn_by_text(text_w, text_v, text_o);
    status = learn(network, o);
    int right = status == GML_OK && squared_error("the text's backward", text_o) > 0.1 &&
                squared_error("the chain rule", o) < 0.01;
    gml_network_destroy(network);
    gml_context_destroy(context);
    return !right;
}
