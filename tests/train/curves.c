/* tests/train/curves.c - the loss curves of scikit-learn's networks on iris and digits, from tests/curves/: same start,
 * same order of samples, same settings. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "harness.h"
#include "tensor_file.h"

/* One data set. Batches are gathered from x and y into bx and by. */
typedef struct course {
    tensor_file *file;
    gml_context *context;
    const uint8_t *y;
    const uint16_t *order; /* [epochs x samples], or of no epoch: all samples are one batch */
    double *x;             /* [samples x features], each feature scaled to [0, 1] */
    double *bx;
    uint8_t *by;
    size_t samples, features, orders, batch;
} course;

static void scale_to_unit(course *c, const uint8_t *raw)
{
    for (size_t j = 0; j < c->features; j++) {
        double low = raw[j], high = raw[j];
        for (size_t i = 0; i < c->samples; i++) {
            low = fmin(low, raw[i * c->features + j]);
            high = fmax(high, raw[i * c->features + j]);
        }
        for (size_t i = 0; i < c->samples; i++) {
            c->x[i * c->features + j] = high > low ? (raw[i * c->features + j] - low) / (high - low) : 0;
        }
    }
}

static course begin(const char *name)
{
    course c = {.file = open_tensor_file("curves", name), .context = test_context()};
    size_t shape[2];
    const uint8_t *raw = tensor_values(c.file, "x", 2, shape);
    c.samples = shape[0];
    c.features = shape[1];
    c.y = tensor_values(c.file, "y", 2, shape);
    c.order = tensor_values(c.file, "order", 2, shape);
    c.orders = shape[0];
    c.batch = (size_t)tensor_number(c.file, "batch");
    c.x = malloc(c.samples * c.features * sizeof *c.x);
    c.bx = malloc(c.batch * c.features * sizeof *c.bx);
    c.by = malloc(c.batch);
    ck_assert(c.x != NULL && c.bx != NULL && c.by != NULL);
    scale_to_unit(&c, raw);
    return c;
}

static void end(course *c)
{
    close_tensor_file(c->file);
    free(c->x);
    free(c->bx);
    free(c->by);
    gml_context_destroy(c->context);
}

/* A network of doubles with the parameters of the file. */
static gml_network *start_network(const course *c)
{
    gml_network *network = NULL;
    gml_network_options options = {.dtype = GML_F64};
    assert_ok(c->context, gml_network_create(c->context, tensor_text(c->file, "network"), &options, &network));
    size_t count, used = 0;
    const double *parameters = tensor_values(c->file, "parameters", 1, &count);
    for (size_t b = 0; b < gml_network_block_count(network); b++) {
        gml_block block;
        assert_ok(c->context, gml_network_block(network, b, &block));
        for (size_t i = 0; i < block.values.rows; i++) {
            for (size_t j = 0; j < block.values.cols; j++) {
                ((double *)block.values.data)[i * block.values.stride + j] = parameters[used++];
            }
        }
    }
    ck_assert_uint_eq(used, count);
    return network;
}

/* Half the sum of the squares of all weights; biases are blocks of one row. */
static double decay_term(const gml_network *network)
{
    double sum = 0;
    for (size_t b = 0; b < gml_network_block_count(network); b++) {
        gml_block block;
        gml_network_block(network, b, &block);
        for (size_t i = 0; block.values.rows > 1 && i < block.values.rows; i++) {
            for (size_t j = 0; j < block.values.cols; j++) {
                double w = ((const double *)block.values.data)[i * block.values.stride + j];
                sum += w * w / 2;
            }
        }
    }
    return sum;
}

static void gather(const course *c, size_t epoch, size_t first, size_t rows)
{
    for (size_t i = 0; i < rows; i++) {
        size_t sample = epoch < c->orders ? c->order[epoch * c->samples + first + i] : first + i;
        for (size_t j = 0; j < c->features; j++) {
            c->bx[i * c->features + j] = c->x[sample * c->features + j];
        }
        c->by[i] = c->y[sample];
    }
}

/* As scikit-learn counts it: with the decay, which it divides by the samples of the batch. */
static double epoch_loss(const course *c, gml_trainer *trainer, const gml_network *network, size_t epoch)
{
    double sum = 0, alpha = tensor_number(c->file, "alpha");
    for (size_t first = 0; first < c->samples; first += c->batch) {
        size_t rows = c->samples - first < c->batch ? c->samples - first : c->batch;
        gather(c, epoch, first, rows);
        double decay = alpha * decay_term(network), loss;
        assert_ok(c->context, gml_trainer_step(trainer, gml_matrix_f64(c->bx, rows, c->features),
                                               gml_matrix_u8(c->by, rows, 1), &loss));
        sum += loss * (double)rows + decay;
    }
    return sum / (double)c->samples;
}

/* Trains as the curve `name` was made and returns the greatest difference from it, over its value there. */
static double stray(const course *c, const char *name, const char *optimizer)
{
    gml_network *network = start_network(c);
    gml_trainer *trainer = NULL;
    gml_train_options options = {
        .optimizer = optimizer, .batch = c->batch, .l2 = tensor_number(c->file, "alpha") / (double)c->batch};
    assert_ok(c->context, gml_trainer_create(network, &options, &trainer));
    size_t epochs;
    const double *curve = tensor_values(c->file, name, 1, &epochs);
    double worst = 0, loss = 0;
    for (size_t epoch = 0; epoch < epochs; epoch++) {
        loss = epoch_loss(c, trainer, network, epoch);
        worst = fmax(worst, fabs(loss - curve[epoch]) / curve[epoch]);
    }
    printf("%-9s %3zu epochs: loss %.6f, scikit-learn's %.6f; at most %.2g apart\n", name, epochs, loss,
           curve[epochs - 1], worst);
    gml_trainer_destroy(trainer);
    gml_network_destroy(network);
    return worst;
}

static void check_curves(const char *name)
{
    static const char *const strategies[][2] = {{"constant", "sgd(lr=0.2)"},
                                                {"momentum", "momentum(lr=0.2, momentum=0.9)"},
                                                {"nesterov", "nesterov(lr=0.2, momentum=0.9)"}};
    course c = begin(name);
    printf("%s, %s\n", name, tensor_text(c.file, "network"));
    for (size_t i = 0; i < 3; i++) {
        ck_assert_double_le(stray(&c, strategies[i][0], strategies[i][1]), 0.02);
    }
    end(&c);
}

TEST(iris_is_learned_along_the_curves_of_scikit_learn)
{
    check_curves("iris.safetensors");
}

TEST(digits_are_learned_along_the_curves_of_scikit_learn)
{
    check_curves("digits.safetensors");
}

int main(void)
{
    return run_tests("curves", 60);
}
