/* tests/kernel/accuracy_special.c - activations of infinities, zeros, denormals and NaN are as documented. */
#include "kernel/activation/activation.h"
#include "kernel_tables.h"

static void check_special(const gml_kernels *kernels)
{
    double tiny = kernels->dtype == GML_F32 ? 0x1p-149 : 0x1p-1074;
    const struct {
        const char *name;
        double x, y, slope;
    } cases[] = {
        {"sigmoid", INFINITY, 1, 0},
        {"sigmoid", -INFINITY, 0, 0},
        {"sigmoid", 0, 0.5, 0.25},
        {"sigmoid", -0.0, 0.5, 0.25},
        {"sigmoid", tiny, 0.5, 0.25},
        {"sigmoid", NAN, NAN, NAN},
        {"tanh", INFINITY, 1, 0},
        {"tanh", -INFINITY, -1, 0},
        {"tanh", 0, 0, 1},
        {"tanh", -0.0, -0.0, 1},
        {"tanh", tiny, tiny, 1},
        {"tanh", -tiny, -tiny, 1},
        {"tanh", NAN, NAN, NAN},
        {"relu", INFINITY, INFINITY, 1},
        {"relu", -INFINITY, 0, 0},
        {"relu", 0, 0, 0},
        {"relu", -0.0, 0, 0},
        {"relu", tiny, tiny, 1},
        {"relu", -tiny, 0, 0},
        {"relu", NAN, NAN, NAN},
        {"leaky_relu", INFINITY, INFINITY, 1},
        {"leaky_relu", -INFINITY, -INFINITY, 0.5},
        {"leaky_relu", 0, 0, 0.5},
        {"leaky_relu", -4, -2, 0.5},
        {"leaky_relu", NAN, NAN, NAN},
        {"gelu", INFINITY, INFINITY, 1},
        {"gelu", -INFINITY, 0, 0},
        {"gelu", -10000, 0, 0},
        {"gelu", 0, 0, 0.5},
        {"gelu", NAN, NAN, NAN},
        {"gelu_tanh", INFINITY, INFINITY, 1},
        {"gelu_tanh", -INFINITY, 0, 0},
        {"gelu_tanh", -10000, 0, 0},
        {"gelu_tanh", 0, 0, 0.5},
        {"gelu_tanh", NAN, NAN, NAN},
        {"silu", INFINITY, INFINITY, 1},
        {"silu", -INFINITY, 0, 0},
        {"silu", -10000, 0, 0},
        {"silu", 0, 0, 0.5},
        {"silu", NAN, NAN, NAN},
        {"mish", INFINITY, INFINITY, 1},
        {"mish", -INFINITY, 0, 0},
        {"mish", -10000, 0, 0},
        {"mish", NAN, NAN, NAN},
        {"softplus", INFINITY, INFINITY, 1},
        {"softplus", -INFINITY, 0, 0},
        {"softplus", 1000, 1000, 1},
        {"softplus", NAN, NAN, NAN},
        {"step", 0, 1, 1},
        {"step", -0.0, 1, 1},
        {"step", -tiny, 0, 1},
        {"step", 1, 1, 1},
        {"step", -1, 0, 1},
        {"step", 1.5, 1, 0},
        {"step", -1.5, 0, 0},
        {"step", INFINITY, 1, 0},
        {"step", -INFINITY, 0, 0},
        {"step", NAN, NAN, NAN},
        {"sign", 0, 0, 1},
        {"sign", tiny, 1, 1},
        {"sign", -tiny, -1, 1},
        {"sign", -INFINITY, -1, 0},
        {"sign", NAN, NAN, NAN},
        {"log_sigmoid", INFINITY, 0, 0},
        {"log_sigmoid", -INFINITY, -INFINITY, 1},
        {"log_sigmoid", -1000, -1000, 1},
        {"log_sigmoid", NAN, NAN, NAN},
        {"hard_sigmoid", INFINITY, 1, 0},
        {"hard_sigmoid", -INFINITY, 0, 0},
        {"hard_sigmoid", 0, 0.5, rounded(kernels, 1.0 / 6)},
        {"hard_sigmoid", -3, 0, 0},
        {"hard_sigmoid", NAN, NAN, NAN},
        {"hard_tanh", INFINITY, 1, 0},
        {"hard_tanh", -INFINITY, -1, 0},
        {"hard_tanh", tiny, tiny, 1},
        {"hard_tanh", -1, -1, 0},
        {"hard_tanh", NAN, NAN, NAN},
        {"lecun_tanh", 0, 0, rounded(kernels, rounded(kernels, 1.7159) * rounded(kernels, 2.0 / 3))},
        {"lecun_tanh", INFINITY, rounded(kernels, 1.7159), 0},
        {"lecun_tanh", -INFINITY, -rounded(kernels, 1.7159), 0},
        {"lecun_tanh", NAN, NAN, NAN},
        {"softsign", INFINITY, 1, 0},
        {"softsign", -INFINITY, -1, 0},
        {"softsign", -0.0, -0.0, 1},
        {"softsign", tiny, tiny, 1},
        {"softsign", NAN, NAN, NAN},
        {"relu6", INFINITY, 6, 0},
        {"relu6", -INFINITY, 0, 0},
        {"relu6", 6, 6, 0},
        {"relu6", tiny, tiny, 1},
        {"relu6", NAN, NAN, NAN},
        {"squared_relu", INFINITY, INFINITY, INFINITY},
        {"squared_relu", -INFINITY, 0, 0},
        {"squared_relu", 3, 9, 6},
        {"squared_relu", tiny, 0, 2 * tiny},
        {"squared_relu", NAN, NAN, NAN},
        {"elu", INFINITY, INFINITY, 1},
        {"elu", -INFINITY, -0.5, 0},
        {"elu", 0, 0, 0.5},
        {"elu", NAN, NAN, NAN},
        {"celu", INFINITY, INFINITY, 1},
        {"celu", -INFINITY, -0.5, 0},
        {"celu", 0, 0, 1},
        {"celu", NAN, NAN, NAN},
        {"selu", INFINITY, INFINITY, rounded(kernels, 1.0507009873554804934193349852946)},
        {"selu", -INFINITY, -rounded(kernels, 1.0507009873554804934193349852946 * 1.6732632423543772848170429916717),
         0},
        {"selu", NAN, NAN, NAN},
        {"exponential", INFINITY, INFINITY, INFINITY},
        {"exponential", -INFINITY, 0, 0},
        {"exponential", 0, 1, 1},
        {"exponential", NAN, NAN, NAN},
        {"squareplus", INFINITY, INFINITY, 1},
        {"squareplus", -INFINITY, 0, 0},
        {"squareplus", kernels->dtype == GML_F32 ? 0x1p100 : 0x1p700, kernels->dtype == GML_F32 ? 0x1p100 : 0x1p700, 1},
        {"squareplus", NAN, NAN, NAN},
        {"hard_swish", INFINITY, INFINITY, 1},
        {"hard_swish", -INFINITY, 0, 0},
        {"hard_swish", 0, 0, 0.5},
        {"hard_swish", NAN, NAN, NAN},
        {"gaussian", INFINITY, 0, 0},
        {"gaussian", -INFINITY, 0, 0},
        {"gaussian", 0, 1, 0},
        {"gaussian", tiny, 1, -2 * tiny},
        {"gaussian", NAN, NAN, NAN},
        {"sine", 0, 0, 0.5},
        {"sine", -0.0, -0.0, 0.5},
        {"sine", INFINITY, NAN, NAN},
        {"sine", NAN, NAN, NAN},
        {"identity", INFINITY, INFINITY, 1},
        {"identity", -0.0, -0.0, 1},
        {"identity", NAN, NAN, 1},
    };
    enum { COUNT = 67 }; /* some whole vectors and a rest */
    double half = 0.5;
    void *x = entries(kernels, COUNT, 0), *y = entries(kernels, COUNT, 0), *d = entries(kernels, COUNT, 0);
    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        for (size_t i = 0; i < COUNT; i++) {
            put(kernels, x, i, cases[c].x);
        }
        gml_forward_call call = {
            .rows = 1, .cols = COUNT, .stride = COUNT, .z = x, .y = y, .slope = d, .parameters = &half};
        gml_kernels_activation(kernels, cases[c].name)->forward(&call);
        for (size_t i = 0; i < COUNT; i++) {
            assert_near(kernels, get(kernels, y, i), cases[c].y, 0, cases[c].name, c);
            assert_near(kernels, get(kernels, d, i), cases[c].slope, 0, "its slope", c);
            ck_assert_msg(cases[c].x != 0 || !signbit(cases[c].y) == !signbit(get(kernels, y, i)),
                          "%s of %g has the wrong sign", cases[c].name, cases[c].x);
        }
    }
    free(x);
    free(y);
    free(d);
}

TEST(special_values_give_what_is_documented)
{
    for_each_table(check_special);
}
