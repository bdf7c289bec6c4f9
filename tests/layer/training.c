/* tests/layer/training.c - noise is drawn and statistics are learned in training, with the same bits on any number of
 * threads. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kinds_case.h"

TEST(dropout_and_noise_are_not_there_when_predicting)
{
    gml_context *context = test_context();
    gml_network *noisy =
        new_network(context, "6 -> gaussian_noise 0.5 -> 9 tanh -> dropout 0.5 -> 3 -> alpha_dropout", GML_F64, 4);
    gml_network *plain = new_network(context, "6 -> 9 tanh -> 3", GML_F64, 4);
    size_t to = 0;
    for (size_t i = 0; i < gml_network_block_count(noisy); i++, to++) {
        gml_block from, into;
        gml_network_block(noisy, i, &from);
        gml_network_block(plain, to, &into);
        memcpy(into.values.data, from.values.data, from.values.rows * from.values.cols * sizeof(double));
    }
    ck_assert_uint_eq(to, gml_network_block_count(plain));
    double *x = random_doubles(ROWS * 6, 3);
    double *a = predict(context, noisy, x, ROWS), *b = predict(context, plain, x, ROWS);
    ck_assert_int_eq(memcmp(a, b, ROWS * 3 * sizeof *a), 0);
    free(x), free(a), free(b);
    gml_network_destroy(noisy);
    gml_network_destroy(plain);
    gml_context_destroy(context);
}

/* The loss of one step at a rate of all but nothing, so that only the noise changes. */
static double step_loss(gml_context *context, gml_trainer *trainer, double *x, double *y)
{
    double loss = 0;
    assert_ok(context, gml_trainer_step(trainer, gml_matrix_f64(x, ROWS, 6), gml_matrix_f64(y, ROWS, 3), &loss));
    return loss;
}

TEST(training_draws_new_noise_at_each_step_and_the_same_for_the_same_seed)
{
    gml_context *context = test_context();
    double *x = random_doubles(ROWS * 6, 3), *y = random_doubles(ROWS * 3, 4), losses[3][2];
    for (uint64_t run = 0; run < 3; run++) {
        gml_network *network = new_network(context, "6 -> 9 tanh -> dropout 0.5 -> 3", GML_F64, 4);
        gml_train_options options = {.optimizer = "sgd", .learning_rate = 1e-300, .batch = ROWS, .seed = run / 2};
        gml_trainer *trainer = NULL;
        assert_ok(context, gml_trainer_create(network, &options, &trainer));
        losses[run][0] = step_loss(context, trainer, x, y);
        losses[run][1] = step_loss(context, trainer, x, y);
        gml_trainer_destroy(trainer);
        gml_network_destroy(network);
    }
    ck_assert(losses[0][0] != losses[0][1]);
    ck_assert(losses[0][0] == losses[1][0] && losses[0][1] == losses[1][1]);
    ck_assert(losses[0][0] != losses[2][0]);
    free(x), free(y);
    gml_context_destroy(context);
}

TEST(batchnorm_learns_mean_and_variance_of_its_inputs_as_pytorch_does)
{
    gml_context *context = test_context();
    enum { COLS = 2, SAMPLES = 4 };
    gml_network *network = new_network(context, "2 -> batchnorm", GML_F64, 4);
    const double first[SAMPLES * COLS] = {1, -3, 2, 5, 4, 0, 9, 2};
    double zeros[SAMPLES * COLS] = {0}, x[SAMPLES * COLS];
    memcpy(x, first, sizeof x);
    gml_train_options options = {.optimizer = "sgd", .learning_rate = 1e-300, .batch = SAMPLES};
    gml_trainer *trainer = NULL;
    assert_ok(context, gml_trainer_create(network, &options, &trainer));
    double mean[COLS] = {0}, variance[COLS] = {1, 1};
    for (size_t step = 0; step < 3; step++) {
        assert_ok(context, gml_trainer_step(trainer, gml_matrix_f64(x, SAMPLES, COLS),
                                            gml_matrix_f64(zeros, SAMPLES, COLS), NULL));
        for (size_t j = 0; j < COLS; j++) {
            double m = 0, v = 0;
            for (size_t i = 0; i < SAMPLES; i++) {
                m += x[i * COLS + j] / SAMPLES;
            }
            for (size_t i = 0; i < SAMPLES; i++) {
                v += (x[i * COLS + j] - m) * (x[i * COLS + j] - m) / (SAMPLES - 1);
            }
            mean[j] = 0.9 * mean[j] + 0.1 * m;
            variance[j] = 0.9 * variance[j] + 0.1 * v;
        }
        for (size_t i = 0; i < SAMPLES * COLS; i++) {
            x[i] += 1;
        }
    }
    double *y = predict(context, network, first, SAMPLES);
    for (size_t i = 0; i < SAMPLES * COLS; i++) {
        double expected = (first[i] - mean[i % COLS]) / sqrt(variance[i % COLS] + 1e-5);
        ck_assert_double_eq_tol(y[i], expected, 1e-12);
    }
    free(y);
    gml_trainer_destroy(trainer);
    gml_network_destroy(network);
    gml_context_destroy(context);
}

/* Weights after some steps, of a net whose every kind of layer is there. */
static void train(gml_dtype dtype, const char *description, size_t threads, size_t batch, int steps, void *weights,
                  size_t capacity, size_t *bytes)
{
    gml_context *context = context_with((gml_context_options){.threads = threads});
    gml_network *network = new_network(context, description, dtype, 4);
    gml_train_options options = {.optimizer = "adam", .batch = batch};
    gml_trainer *trainer = NULL;
    assert_ok(context, gml_trainer_create(network, &options, &trainer));
    size_t in = gml_network_inputs(network), out = gml_network_outputs(network);
    double *x = random_doubles(batch * in, 1), *y = random_doubles(batch * out, 2);
    for (int i = 0; i < steps; i++) {
        size_t rows = i % 3 == 2 ? batch / 2 + 3 : batch;
        assert_ok(context, gml_trainer_step(trainer, gml_matrix_f64(x, rows, in), gml_matrix_f64(y, rows, out), NULL));
    }
    *bytes = 0;
    for (size_t i = 0; i < gml_network_block_count(network); i++) {
        gml_block block;
        gml_network_block(network, i, &block);
        size_t size = block.values.rows * block.values.cols * gml_dtype_size(dtype);
        ck_assert_uint_le(*bytes + size, capacity);
        memcpy((char *)weights + *bytes, block.values.data, size);
        *bytes += size;
    }
    free(x), free(y);
    gml_trainer_destroy(trainer);
    gml_network_destroy(network);
    gml_context_destroy(context);
}

static void same_bits(const char *description, size_t batch, int steps)
{
    enum { CAPACITY = 32 << 20 };
    char *one = malloc(CAPACITY), *many = malloc(CAPACITY);
    ck_assert(one != NULL && many != NULL);
    for (int dtype = GML_F32; dtype <= GML_F64; dtype++) {
        size_t bytes, again;
        train((gml_dtype)dtype, description, 1, batch, steps, one, CAPACITY, &bytes);
        const size_t threads[] = {2, 3, 8};
        for (size_t t = 0; t < 3; t++) {
            train((gml_dtype)dtype, description, threads[t], batch, steps, many, CAPACITY, &again);
            ck_assert_uint_eq(bytes, again);
            ck_assert_msg(memcmp(one, many, bytes) == 0, "%s: other bits with %zu threads", description, threads[t]);
        }
    }
    free(one), free(many);
}

/* At the end of an epoch a fit looks at the last batch once more, to see whether its weights are good. */
TEST(a_fit_lets_batchnorm_learn_from_each_batch_once)
{
    const float x[] = {1, 10, 3, 20, 5, 60}, y[] = {1, 2, 4};
    gml_context *context = test_context();
    gml_network *network = NULL;
    gml_dataset *data = NULL;
    assert_ok(context, gml_network_create(context, "2 -> batchnorm(momentum=0.5) -> 1", NULL, &network));
    assert_ok(context, gml_dataset_from_matrices(context, gml_matrix_f32(x, 3, 2), gml_matrix_f32(y, 3, 1),
                                                 GML_TASK_REGRESSION, &data));
    assert_ok(context, gml_fit(network, data, NULL, &(gml_train_options){.epochs = 1, .batch = 3}, NULL, NULL));
    gml_block mean = {0};
    for (size_t b = 0; mean.role != GML_ROLE_STATISTIC; b++) {
        assert_ok(context, gml_network_block(network, b, &mean));
    }
    ck_assert_float_eq_tol(((const float *)mean.values.data)[0], 1.5f, 1e-6f);
    ck_assert_float_eq_tol(((const float *)mean.values.data)[1], 15.0f, 1e-5f);
    gml_dataset_destroy(data);
    gml_network_destroy(network);
    gml_context_destroy(context);
}

TEST(every_kind_trains_to_the_same_bits_on_any_number_of_threads)
{
    same_bits("40 -> pbld(numbers=10) -> plr(numbers=2, size=3) -> scale -> gaussian_noise -> 64 -> batchnorm -> relu "
              "-> dropout 0.3 -> 64 tanh -> layernorm -> "
              "residual 4 -> "
              "96 prelu(per=unit) -> swiglu -> swish -> rmsnorm -> alpha_dropout 0.1 -> batchnorm -> 5",
              150, 12);
}

LARGE_TEST(large_steps_with_every_kind_train_to_the_same_bits_on_any_number_of_threads)
{
    same_bits("256 -> 512 swish(per=unit) -> batchnorm -> prelu -> dropout 0.3 -> 512 tanh -> layernorm -> residual 3 "
              "-> 768 bias=no -> weight_norm -> swiglu -> affine -> "
              "batchnorm -> 40",
              640, 3);
}

TEST(members_train_to_the_same_bits_on_any_number_of_threads)
{
    same_bits("40 -> members 8 -> scale(std=1) -> 64 bias=no -> affine -> relu -> dropout 0.3 -> 64 swish(per=unit) -> "
              "batchnorm -> residual 2 -> 5 tanh heads -> average",
              150, 12);
}

LARGE_TEST(large_steps_of_members_train_to_the_same_bits_on_any_number_of_threads)
{
    same_bits(
        "64 -> members 32 -> scale(std=1) -> 256 bias=no -> affine -> relu -> dropout 0.1 -> scale -> 256 relu -> "
        "3 heads -> average",
        128, 3);
}
