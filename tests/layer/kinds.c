/* tests/layer/kinds.c - kinds of layers besides dense ones: their gradients, and that training, predicting and files
 * agree about them. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "faults.h"
#include "harness.h"
#include "layer/activation.h"
#include "numbers.h"

enum { MOST_BLOCKS = 64, ROWS = 9 };

static gml_network *make(gml_context *context, const char *description, gml_dtype dtype)
{
    gml_network_options options = {.dtype = dtype, .seed = 4};
    gml_network *network = NULL;
    assert_ok(context, gml_network_create(context, description, &options, &network));
    return network;
}

/* Gains, biases and statistics that are not what they begin with. */
static void stir(gml_network *network)
{
    for (size_t i = 0; i < gml_network_block_count(network); i++) {
        gml_block block;
        gml_network_block(network, i, &block);
        double *noise = random_doubles(block.values.cols, i + 1);
        size_t entries = block.role == GML_ROLE_ACTIVATION ? 0 : block.values.cols;
        for (size_t k = 0; block.role != GML_ROLE_WEIGHT && k < entries; k++) {
            double *values = block.values.data;
            values[k] += block.role == GML_ROLE_STATISTIC ? fabs(noise[k]) : 0.3 * noise[k];
        }
        free(noise);
    }
}

static void check_gradients(gml_context *context, const char *description)
{
    gml_network *network = make(context, description, GML_F64);
    stir(network);
    size_t inputs = gml_network_inputs(network), outputs = gml_network_outputs(network), count = 0;
    double *x = random_doubles(ROWS * inputs, 8), *y = random_doubles(ROWS * outputs, 9);
    gml_check_block blocks[MOST_BLOCKS];
    assert_ok(context, gml_gradient_check(network, gml_matrix_f64(x, ROWS, inputs), gml_matrix_f64(y, ROWS, outputs),
                                          "mean_squared_error", 0, blocks, MOST_BLOCKS, &count));
    for (size_t i = 0; i < count; i++) {
        ck_assert_msg(blocks[i].worst <= 1e-6, "%s: %s differs by %g", description, blocks[i].name, blocks[i].worst);
        ck_assert_msg(blocks[i].float_worst <= 5e-5, "%s: %s in float differs by %g", description, blocks[i].name,
                      blocks[i].float_worst);
        bool statistic = strstr(blocks[i].name, "running") != NULL;
        ck_assert_msg(statistic || blocks[i].checked > 0, "%s: nothing of %s was checked", description, blocks[i].name);
    }
    free(x), free(y);
    gml_network_destroy(network);
}

/* A row of the table as it may stand in any description: some are not written by their name, or not alone. */
static void write_kind(const gml_entry *entry, char *text, size_t size)
{
    static const char *const otherwise[][2] = {
        {"dense", "8 tanh"}, {"activation", "leaky_relu(slope=0.5)"}, {"weight_norm", "8 bias=no -> weight_norm"}};
    snprintf(text, size, "%s", entry->name);
    for (size_t i = 0; i < sizeof otherwise / sizeof otherwise[0]; i++) {
        if (strcmp(entry->name, otherwise[i][0]) == 0) {
            snprintf(text, size, "%s", otherwise[i][1]);
        }
    }
}

TEST(every_kind_has_the_gradient_of_its_formula_wherever_it_stands)
{
    gml_context *context = test_context();
    const gml_entry *entry;
    for (size_t i = 0; (entry = gml_layer_entry(i)) != NULL; i++) {
        char kind[64], description[256];
        write_kind(entry, kind, sizeof kind);
        snprintf(description, sizeof description, "8 -> 8 tanh -> %s -> 8 sigmoid -> %s -> 3 tanh", kind, kind);
        check_gradients(context, description);
        bool residual = strcmp(entry->name, "residual") == 0;
        snprintf(description, sizeof description, "6 -> %s -> 8 tanh -> 8 tanh -> %s", residual ? "6" : kind, kind);
        check_gradients(context, description);
    }
    gml_context_destroy(context);
}

TEST(every_trainable_activation_has_the_gradient_of_its_function_by_all_it_learns)
{
    gml_context *context = test_context();
    for (size_t i = 0; gml_trainable_entry(i) != NULL; i++) {
        const char *name = gml_trainable_entry(i)->name;
        for (size_t per = 0; per < 2; per++) {
            char call[64], description[256];
            snprintf(call, sizeof call, "%s(per=%s)", name, per == 0 ? "layer" : "unit");
            snprintf(description, sizeof description, "5 -> 7 %s -> 6 tanh -> %s -> 3 %s", call, call, call);
            check_gradients(context, description);
        }
    }
    gml_context_destroy(context);
}

static const char *const MIXED[] = {
    "5 -> 7 bias=no -> batchnorm -> tanh -> 7 silu -> layernorm -> residual 3 -> 6 prelu(per=unit) -> swiglu -> "
    "rmsnorm -> swish -> 2",
    "8 -> 8 tanh -> residual 1 -> residual 2 -> 8 tanh -> residual 4 -> residual 1 -> residual 6 -> 3",
    "6 -> gaussian_noise 0.2 -> batchnorm -> 8 tanh -> alpha_dropout 0.3 -> dropout 0.25 -> prelu -> 4 gelu",
    "6 -> 7 bias=no -> weight_norm -> gelu -> 70 bias=no -> weight_norm -> swish -> residual 1 -> 4 bias=no -> "
    "weight_norm",
};

TEST(mixed_nets_have_the_gradient_of_their_function)
{
    gml_context *context = test_context();
    for (size_t i = 0; i < sizeof MIXED / sizeof MIXED[0]; i++) {
        check_gradients(context, MIXED[i]);
    }
    gml_context_destroy(context);
}

static double *predict(gml_context *context, const gml_network *network, const double *x, size_t rows)
{
    size_t outputs = gml_network_outputs(network);
    double *y = calloc(rows * outputs, sizeof *y);
    assert_ok(context, gml_network_predict(network, gml_matrix_f64((void *)x, rows, gml_network_inputs(network)),
                                           gml_matrix_f64(y, rows, outputs)));
    return y;
}

TEST(predictions_are_what_a_pass_computes)
{
    gml_context *context = test_context();
    for (size_t i = 0; i < sizeof MIXED / sizeof MIXED[0]; i++) {
        gml_network *network = make(context, MIXED[i], GML_F64);
        stir(network);
        enum { MANY = 300 };
        size_t inputs = gml_network_inputs(network), outputs = gml_network_outputs(network);
        double *x = random_doubles(MANY * inputs, 2), *z = calloc(MANY * outputs, sizeof *z);
        double *y = predict(context, network, x, MANY);
        gml_pass *pass = NULL;
        assert_ok(context, gml_pass_create(network, MANY, &pass));
        assert_ok(context, gml_pass_forward(pass, gml_matrix_f64(x, MANY, inputs), gml_matrix_f64(z, MANY, outputs)));
        for (size_t k = 0; k < MANY * outputs; k++) {
            ck_assert_double_eq_tol(y[k], z[k], 1e-12 * (1 + fabs(z[k])));
        }
        gml_pass_destroy(pass);
        free(x), free(y), free(z);
        gml_network_destroy(network);
    }
    gml_context_destroy(context);
}

TEST(dropout_and_noise_are_not_there_when_predicting)
{
    gml_context *context = test_context();
    gml_network *noisy =
        make(context, "6 -> gaussian_noise 0.5 -> 9 tanh -> dropout 0.5 -> 3 -> alpha_dropout", GML_F64);
    gml_network *plain = make(context, "6 -> 9 tanh -> 3", GML_F64);
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
        gml_network *network = make(context, "6 -> 9 tanh -> dropout 0.5 -> 3", GML_F64);
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
    gml_network *network = make(context, "2 -> batchnorm", GML_F64);
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

/* The first block of a role; fails the test if there is none. */
static gml_block block_of(gml_context *context, const gml_network *network, gml_role role)
{
    gml_block block;
    for (size_t i = 0; gml_network_block(network, i, &block) == GML_OK; i++) {
        if (block.role == role) {
            return block;
        }
    }
    ck_abort_msg("no such block: %s", gml_context_message(context));
}

static double *predict_plain(gml_context *context, const gml_network *from, const char *description, const double *x)
{
    gml_network *plain = make(context, description, GML_F64);
    gml_block weights = block_of(context, from, GML_ROLE_WEIGHT), to = block_of(context, plain, GML_ROLE_WEIGHT);
    memcpy(to.values.data, weights.values.data, weights.values.rows * weights.values.cols * sizeof(double));
    double *y = predict(context, plain, x, ROWS);
    gml_network_destroy(plain);
    return y;
}

TEST(weight_norm_begins_as_the_plain_layer_also_once_it_is_scaled_to_data)
{
    gml_context *context = test_context();
    gml_network *network = make(context, "6 -> 8 bias=no -> weight_norm -> tanh", GML_F64);
    double *x = random_doubles(ROWS * 6, 3);
    for (int scaled = 0; scaled < 2; scaled++) {
        double *y = predict(context, network, x, ROWS),
               *plain = predict_plain(context, network, "6 -> 8 tanh bias_init=zeros", x);
        for (size_t i = 0; i < (size_t)ROWS * 8; i++) {
            ck_assert_double_eq_tol(y[i], plain[i], 1e-14);
        }
        free(y), free(plain);
        assert_ok(context, gml_network_scale_to_data(network, gml_matrix_f64(x, ROWS, 6)));
    }
    free(x);
    gml_network_destroy(network);
    gml_context_destroy(context);
}

TEST(decay_and_bounds_reach_the_weights_before_weight_norm_and_change_no_output)
{
    gml_context *context = test_context();
    gml_network *network = make(context, "6 -> 8 bias=no -> weight_norm", GML_F64);
    double *x = random_doubles(ROWS * 6, 3), *y = predict(context, network, x, ROWS), before[48], gains[8];
    gml_block weights = block_of(context, network, GML_ROLE_WEIGHT), gain = block_of(context, network, GML_ROLE_SCALE);
    memcpy(before, weights.values.data, sizeof before);
    memcpy(gains, gain.values.data, sizeof gains);
    gml_train_options options = {.optimizer = "sgd(lr=0.5)", .l2 = 0.25, .max_norm = 0.5, .batch = ROWS};
    gml_trainer *trainer = NULL;
    assert_ok(context, gml_trainer_create(network, &options, &trainer));
    assert_ok(context, gml_trainer_step(trainer, gml_matrix_f64(x, ROWS, 6), gml_matrix_f64(y, ROWS, 8), NULL));
    double *after = predict(context, network, x, ROWS), most = 0;
    for (size_t i = 0; i < 48; i++) {
        most = fmax(most, fabs(((const double *)weights.values.data)[i] / before[i]));
    }
    ck_assert_double_le(most, 0.875 + 1e-9);
    for (size_t i = 0; i < 8; i++) {
        ck_assert_double_eq_tol(((const double *)gain.values.data)[i], gains[i], 1e-12);
    }
    for (size_t i = 0; i < (size_t)ROWS * 8; i++) {
        ck_assert_double_eq_tol(after[i], y[i], 1e-12);
    }
    free(x), free(y), free(after);
    gml_trainer_destroy(trainer);
    gml_network_destroy(network);
    gml_context_destroy(context);
}

TEST(units_without_weights_give_their_bias_and_finite_gradients)
{
    gml_context *context = test_context();
    gml_network *network = make(context, "6 -> 8 bias=no init=zeros -> weight_norm -> 3", GML_F32);
    double x[ROWS * 6], y[ROWS * 3] = {0}, loss = 0;
    for (size_t i = 0; i < (size_t)ROWS * 6; i++) {
        x[i] = (double)i;
    }
    gml_train_options options = {.optimizer = "sgd(lr=0.5)", .batch = ROWS};
    gml_trainer *trainer = NULL;
    assert_ok(context, gml_trainer_create(network, &options, &trainer));
    for (int step = 0; step < 3; step++) {
        assert_ok(context, gml_trainer_step(trainer, gml_matrix_f64(x, ROWS, 6), gml_matrix_f64(y, ROWS, 3), &loss));
    }
    ck_assert_double_finite(loss);
    gml_trainer_destroy(trainer);
    gml_network_destroy(network);
    gml_context_destroy(context);
}

/* Weights after some steps, of a net whose every kind of layer is there. */
static void train(gml_dtype dtype, const char *description, size_t threads, size_t batch, int steps, void *weights,
                  size_t capacity, size_t *bytes)
{
    gml_context *context = context_with((gml_context_options){.threads = threads});
    gml_network *network = make(context, description, dtype);
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
    same_bits("40 -> gaussian_noise -> 64 -> batchnorm -> relu -> dropout 0.3 -> 64 tanh -> layernorm -> residual 4 -> "
              "96 prelu(per=unit) -> swiglu -> swish -> rmsnorm -> alpha_dropout 0.1 -> batchnorm -> 5",
              150, 12);
}

TEST(large_steps_with_every_kind_train_to_the_same_bits_on_any_number_of_threads)
{
    same_bits("256 -> 512 swish(per=unit) -> batchnorm -> prelu -> dropout 0.3 -> 512 tanh -> layernorm -> residual 3 "
              "-> 768 bias=no -> weight_norm -> swiglu -> "
              "batchnorm -> 40",
              640, 3);
}

TEST(a_model_file_keeps_every_kind_and_its_statistics)
{
    gml_context *context = test_context();
    gml_network *network = make(context, MIXED[2], GML_F64), *again = NULL;
    stir(network);
    make_folder();
    const char *path = in_folder("kinds.safetensors");
    assert_ok(context, gml_model_save(network, path));
    assert_ok(context, gml_model_load(context, path, &again));
    ck_assert_str_eq(gml_network_description(network), gml_network_description(again));
    double *x = random_doubles(ROWS * 6, 5);
    double *a = predict(context, network, x, ROWS), *b = predict(context, again, x, ROWS);
    ck_assert_int_eq(memcmp(a, b, ROWS * 4 * sizeof *a), 0);
    remove_folder();
    free(x), free(a), free(b);
    gml_network_destroy(network);
    gml_network_destroy(again);
    gml_context_destroy(context);
}

TEST(a_folded_network_has_no_norms_or_noise_it_can_do_without_and_predicts_the_same)
{
    gml_context *context = test_context();
    const char *const cases[][2] = {
        {"6 -> 8 -> batchnorm -> relu -> 8 -> dropout -> batchnorm -> 4", "6 -> 8 -> relu -> 8 -> 4"},
        {"6 -> batchnorm -> dropout 0.2 -> 8 relu -> batchnorm -> 4 tanh", "6 -> 8 relu -> 4 tanh"},
        {"6 -> 8 -> batchnorm -> 8 -> batchnorm -> residual 2 -> batchnorm -> 2", "6 -> 8 -> 8 -> residual -> 2"},
        {"6 -> 6 -> batchnorm -> residual 1 -> batchnorm", "6 -> 6 -> batchnorm -> residual -> batchnorm"},
        {"6 -> dropout -> residual 1", "6 -> dropout -> residual"},
        {"6 -> 4 bias=no -> batchnorm -> batchnorm -> prelu", "6 -> 4 bias=no -> batchnorm -> batchnorm -> prelu"},
        {"6 -> dropout -> gaussian_noise", "6 -> gaussian_noise"},
        {"6 -> 8 bias=no -> weight_norm -> relu -> 4 bias=no -> weight_norm", "6 -> 8 -> relu -> 4"},
        {"6 -> 8 bias=no init=nguyen_widrow -> weight_norm -> dropout -> 4", "6 -> 8 init=nguyen_widrow -> 4"},
        {"6 -> 6 bias=no -> weight_norm -> residual 2", "6 -> 6 -> residual"},
        {"6 -> 7 tanh -> batchnorm -> 5 bias=no", "6 -> 7 tanh -> batchnorm -> 5 bias=no"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        gml_network *network = make(context, cases[i][0], GML_F64), *folded = NULL;
        stir(network);
        assert_ok(context, gml_network_fold(network, &folded));
        ck_assert_str_eq(gml_network_description(folded), cases[i][1]);
        size_t outputs = gml_network_outputs(network);
        ck_assert_uint_eq(outputs, gml_network_outputs(folded));
        double *x = random_doubles(ROWS * 6, 5);
        double *a = predict(context, network, x, ROWS), *b = predict(context, folded, x, ROWS);
        for (size_t k = 0; k < ROWS * outputs; k++) {
            ck_assert_double_eq_tol(a[k], b[k], 1e-12 * (1 + fabs(a[k])));
        }
        free(x), free(a), free(b);
        gml_network_destroy(network);
        gml_network_destroy(folded);
    }
    gml_context_destroy(context);
}

TEST(layers_and_numbers_learned_can_be_read)
{
    gml_context *context = test_context();
    gml_network *network = make(context, "6 -> 8 prelu(per=unit) -> batchnorm -> 4 -> glu", GML_F32);
    const struct {
        const char *text, *kind, *activation;
        size_t inputs, outputs, parameters;
    } expected[] = {{"8 prelu(per=unit)", "dense", "prelu", 6, 8, 64},
                    {"batchnorm", "batchnorm", "identity", 8, 8, 16},
                    {"4", "dense", "identity", 8, 4, 36},
                    {"glu", "glu", "identity", 4, 2, 0}};
    gml_layer_view view;
    for (size_t i = 0; i < 4; i++) {
        assert_ok(context, gml_network_layer(network, i, &view));
        ck_assert_str_eq(view.text, expected[i].text);
        ck_assert_str_eq(view.kind, expected[i].kind);
        ck_assert_str_eq(view.activation, expected[i].activation);
        ck_assert_uint_eq(view.inputs, expected[i].inputs);
        ck_assert_uint_eq(view.outputs, expected[i].outputs);
        ck_assert_uint_eq(view.parameters, expected[i].parameters);
    }
    assert_refused(context, gml_network_layer(network, 4, &view), GML_ERROR_ARGUMENT, "index 4", NULL);
    size_t count = 0;
    assert_ok(context, gml_network_measure(context, gml_network_description(network), &count));
    ck_assert_uint_eq(count, 116);
    ck_assert_uint_eq(count, gml_network_parameter_count(network));
    assert_ok(context,
              gml_network_measure(
                  context, "2147483647 -> 2147483647 -> 2147483647 -> 2147483647 -> 2147483647 -> 2147483647", &count));
    ck_assert_uint_eq(count, SIZE_MAX);
    gml_network_destroy(network);
    gml_context_destroy(context);
}

TEST(text_and_json_say_the_same_of_every_kind)
{
    gml_context *context = test_context();
    const gml_entry *entry;
    for (size_t i = 0; (entry = gml_layer_entry(i)) != NULL; i++) {
        char kind[64], text[128];
        write_kind(entry, kind, sizeof kind);
        snprintf(text, sizeof text, "6 -> 6 relu -> %s -> 2", kind);
        gml_network *network = make(context, text, GML_F32),
                    *again = make(context, gml_network_to_json(network), GML_F32);
        ck_assert_str_eq(gml_network_description(network), text);
        ck_assert_str_eq(gml_network_description(again), text);
        gml_network_destroy(network);
        gml_network_destroy(again);
    }
    gml_context_destroy(context);
}

TEST(a_number_after_a_kind_is_its_first_argument)
{
    gml_context *context = test_context();
    gml_network *network = make(context, "4 -> dropout 0.25 -> batchnorm 1e-3 -> 2", GML_F32);
    ck_assert_str_eq(gml_network_description(network), "4 -> dropout(rate=0.25) -> batchnorm(eps=0.001) -> 2");
    gml_network_destroy(network);
    gml_context_destroy(context);
}

TEST(layers_that_do_not_fit_are_refused_at_their_place)
{
    gml_context *context = test_context();
    gml_network *network = NULL;
    const struct {
        const char *description;
        gml_status status;
        const char *where, *what;
    } refusals[] = {
        {"4 -> 5 relu -> glu", GML_ERROR_SHAPE, "character 16", "even"},
        {"4 -> 3 -> residual 1", GML_ERROR_SHAPE, "character 11", "4 numbers"},
        {"4 -> 4 -> residual 3", GML_ERROR_SHAPE, "character 11", "1 are before"},
        {"4 -> residual", GML_ERROR_SHAPE, "character 6", "0 are before"},
        {"4 -> 4 -> residual 1.5", GML_ERROR_SHAPE, "character 11", "1.5"},
        {"4 -> 5 -> weight_norm", GML_ERROR_SHAPE, "character 11", "before it is 5"},
        {"4 -> 5 relu bias=no -> weight_norm", GML_ERROR_SHAPE, "character 24", "before it is 5 relu bias=no"},
        {"4 -> 4 bias=no -> weight_norm -> residual 1", GML_ERROR_SHAPE, "character 34", "yet to scale"},
        {"4 -> weight_norm", GML_ERROR_SHAPE, "character 6", "before it is the inputs"},
        {"4 -> dropout 1", GML_ERROR_ARGUMENT, "layer 1", "rate is 1"},
        {"4 -> dropuot 0.5", GML_ERROR_NAME, "character 6", "did you mean \"dropout\""},
        {"4 -> relu 0.5", GML_ERROR_ARGUMENT, "character 11", "end"},
        {"4 -> dropout 0.5 bias=no", GML_ERROR_ARGUMENT, "character 18", "end"},
        {"{\"inputs\":4,\"layers\":[{\"type\":\"dropout\",\"units\":3}]}", GML_ERROR_NAME, "layer 1", "units"},
        {"{\"inputs\":4,\"layers\":[{\"type\":\"activation\"}]}", GML_ERROR_ARGUMENT, "layer 1", "activation"},
    };
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
        gml_status status = gml_network_create(context, refusals[i].description, NULL, &network);
        assert_refused(context, status, refusals[i].status, refusals[i].where, refusals[i].what, NULL);
    }
    gml_context_destroy(context);
}

int main(void)
{
    return run_tests("layers", 120);
}
