/* tests/kernel/accuracy_logarithm.c - the exponential and the logarithm inside sigmoid and the losses keep their
 * bounds. */
#include <stdio.h>

#include "accuracy.h"
#include "kernel/activation/activation.h"
#include "kernel/loss/loss.h"

/* Far out on the left the sigmoid is e^x to the last bit but the product with 1. */
static void check_exp(const gml_kernels *kernels)
{
    void *x = sweep(kernels), *y = entries(kernels, POINTS, 0);
    gml_forward_call call = {.rows = 1, .cols = POINTS, .stride = POINTS, .z = x, .y = y};
    gml_kernels_activation(kernels, "sigmoid")->forward(&call);
    const yardstick exponential = {expl, 1.25, 0, NULL};
    long double *exact = exact_values(kernels, x, &exponential);
    double error = worst_error(kernels, x, y, exact, &exponential, -INFINITY, kernels->dtype == GML_F32 ? -20 : -40);
    printf("%s %-9s exp     %.2f ULP\n", gml_dtype_name(kernels->dtype), kernels->isa, error);
    ck_assert_double_le(error, exponential.bound);
    free(exact);
    free(x);
    free(y);
}

TEST(the_exponential_keeps_its_bound_down_to_denormals)
{
    for_each_table(check_exp);
}

/* For a target of 0 and z <= 0 binary cross-entropy is log(1 + e^z). All entries of the row but one are so far out that
 * they add nothing. */
static void check_log1p(const gml_kernels *kernels)
{
    enum { COLS = 32 };
    void *z = entries(kernels, COLS, -10000), *t = entries(kernels, COLS, 0);
    const gml_loss_kernel *loss = gml_kernels_loss(kernels, "binary_cross_entropy");
    gml_loss_call call = {.rows = 1,
                          .cols = COLS,
                          .stride = COLS,
                          .outputs = z,
                          .targets = t,
                          .target_cols = COLS,
                          .scale = 1,
                          .parameters = (const double[]){1}};
    long double worst = 0;
    size_t place = 0;
    for (double x = 0; x > (kernels->dtype == GML_F32 ? -103 : -744); x -= 0.000331 * (1 - x)) {
        double at = rounded(kernels, x);
        put(kernels, z, place, -10000);
        place = (place + 1) % COLS;
        put(kernels, z, place, at);
        long double wanted = exact_softplus(at);
        long double error = fabsl(loss->run(&call) - wanted) / ulp(kernels->dtype, wanted);
        worst = error > worst ? error : worst;
    }
    printf("%s %-9s log1p(exp) %.2f ULP\n", gml_dtype_name(kernels->dtype), kernels->isa, (double)worst);
    ck_assert_double_le((double)worst, 2.0);
    free(z);
    free(t);
}

TEST(the_logarithm_in_binary_cross_entropy_keeps_its_bound)
{
    for_each_table(check_log1p);
}

/* Equal logits: the value is the logarithm of their number. */
static void check_log(const gml_kernels *kernels)
{
    enum { MOST = 3000 };
    void *z = entries(kernels, MOST, 0), *class_number = entries(kernels, 1, 0);
    const gml_loss_kernel *loss = gml_kernels_loss(kernels, "softmax_cross_entropy");
    long double worst = 0;
    for (size_t cols = 1; cols <= MOST; cols++) {
        gml_loss_call call = {.rows = 1,
                              .cols = cols,
                              .stride = cols,
                              .outputs = z,
                              .targets = class_number,
                              .parameters = (const double[]){0}};
        call.target_cols = 1;
        long double wanted = logl((long double)cols);
        long double error = fabsl(loss->run(&call) - wanted) / ulp(kernels->dtype, wanted);
        worst = error > worst ? error : worst;
    }
    printf("%s %-9s log %.2f ULP\n", gml_dtype_name(kernels->dtype), kernels->isa, (double)worst);
    ck_assert_double_le((double)worst, 1.5);
    free(z);
    free(class_number);
}

TEST(the_logarithm_in_softmax_cross_entropy_keeps_its_bound)
{
    for_each_table(check_log);
}
