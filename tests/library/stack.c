/* tests/library/stack.c - how much of the caller's stack the library takes: on a painted stack, whose paint is looked
 * for afterwards. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/product/gemm.h"
#include "kernel/product/product.h"
#include "kernel_tables.h"
#include "numbers.h"

enum {
    STACK = 1 << 20,
    PAINT = 0xA5,
    KIB = 1024,
    PRODUCT_LIMIT = 16 * KIB, /* as gemmule/context.h states them */
    CALL_LIMIT = 64 * KIB,
    ROWS = 96,
    INPUTS = 300,
    OUTPUTS = 10
};

typedef void body(void *argument);

typedef struct run {
    body *run;
    void *argument;
} run;

static void *start(void *argument)
{
    const run *of = argument;
    of->run(of->argument);
    return NULL;
}

/* Bytes of a painted stack that are not paint after `run`. */
static size_t depth_of(body *function, void *argument)
{
    pthread_attr_t attributes;
    pthread_t thread;
    run of = {function, argument};
    unsigned char *stack = NULL;
    ck_assert_int_eq(posix_memalign((void **)&stack, 4096, STACK), 0);
    memset(stack, PAINT, STACK);
    ck_assert_int_eq(pthread_attr_init(&attributes), 0);
    ck_assert_int_eq(pthread_attr_setstack(&attributes, stack, STACK), 0);
    ck_assert_int_eq(pthread_create(&thread, &attributes, start, &of), 0);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    size_t clean = 0;
    while (clean < STACK && stack[clean] == PAINT) {
        clean++;
    }
    pthread_attr_destroy(&attributes);
    free(stack);
    return STACK - clean;
}

static void do_nothing(void *argument)
{
    (void)argument;
}

/* Fails if `function` takes more than `limit` beyond what a thread takes by itself. */
static void assert_depth(const char *what, const char *isa, body *function, void *argument, size_t limit)
{
    size_t base = depth_of(do_nothing, NULL), depth = depth_of(function, argument);
    size_t taken = depth > base ? depth - base : 0;
    printf("%s, %s: %zu bytes\n", what, isa, taken);
    ck_assert_msg(taken <= limit, "%s, %s: %zu bytes of stack, at most %zu are promised", what, isa, taken, limit);
}

/* ---- products ---- */

typedef struct product {
    const gml_kernels *kernels;
    gml_gemm call;
} product;

static void multiply(void *argument)
{
    const product *p = argument;
    p->kernels->product->run(&p->call, NULL);
}

/* All forms, half of A zeros, with the memory that a context lends and without. */
static void check_products(const gml_kernels *kernels)
{
    enum { SIDE = 200 };
    static _Alignas(64) char memory[GML_PRODUCT_BYTES];
    void *a = random_entries(kernels, SIDE * SIDE, 1), *b = random_entries(kernels, SIDE * SIDE, 2);
    void *c = entries(kernels, SIDE * SIDE, 0);
    for (size_t i = 0; i < SIDE * SIDE; i += 2) {
        put(kernels, a, i, 0);
    }
    for (int form = 0; form < 8; form++) {
        product p = {.kernels = kernels, .call = {.m = SIDE, .n = SIDE, .k = SIDE, .a = a, .b = b, .c = c}};
        p.call.a_stride = p.call.b_stride = p.call.c_stride = SIDE;
        p.call.a_transposed = form & 1;
        p.call.b_transposed = form & 2;
        p.call.memory = form & 4 ? memory : NULL;
        assert_depth(p.call.memory != NULL ? "product, memory lent" : "product", kernels->isa, multiply, &p,
                     PRODUCT_LIMIT);
    }
    free(a), free(b), free(c);
}

TEST(a_product_takes_at_most_16_KiB)
{
    for_each_table(check_products);
}

/* ---- calls ---- */

typedef struct calls {
    gml_network *network;
    gml_trainer *trainer;
    gml_pass *pass;
    gml_matrix x, t, y;
} calls;

static void predict(void *argument)
{
    const calls *c = argument;
    gml_network_predict(c->network, c->x, c->y);
}

static void step(void *argument)
{
    const calls *c = argument;
    gml_trainer_step(c->trainer, c->x, c->t, NULL);
}

static void go_both_ways(void *argument)
{
    const calls *c = argument;
    gml_pass_forward(c->pass, c->x, c->y);
    gml_pass_backward(c->pass, c->y, gml_matrix_none());
}

static void check_calls(const gml_kernels *kernels)
{
    gml_context *context = NULL;
    gml_network_options dtype = {.dtype = kernels->dtype};
    gml_train_options training = {.batch = ROWS};
    calls c = {0};
    double *x = random_doubles(ROWS * INPUTS, 1), *t = random_classes(ROWS, OUTPUTS, 2);
    void *y = entries(kernels, ROWS * OUTPUTS, 0);
    context = context_with((gml_context_options){.threads = 1, .isa = kernels->isa});
    assert_ok(context,
              gml_network_create(context, "300 -> 256 relu -> batchnorm -> 256 rational -> dropout 0.1 -> 10 softmax",
                                 &dtype, &c.network));
    assert_ok(context, gml_trainer_create(c.network, &training, &c.trainer));
    assert_ok(context, gml_pass_create(c.network, ROWS, &c.pass));
    c.x = gml_matrix_f64(x, ROWS, INPUTS);
    c.t = gml_matrix_f64(t, ROWS, 1);
    c.y = gml_matrix_view(y, kernels->dtype, ROWS, OUTPUTS);
    assert_depth("predict", kernels->isa, predict, &c, CALL_LIMIT);
    assert_depth("step", kernels->isa, step, &c, CALL_LIMIT);
    assert_depth("pass", kernels->isa, go_both_ways, &c, CALL_LIMIT);
    gml_pass_destroy(c.pass);
    gml_trainer_destroy(c.trainer);
    gml_network_destroy(c.network);
    gml_context_destroy(context);
    free(x), free(t), free(y);
}

TEST(a_call_takes_at_most_64_KiB)
{
    for_each_table(check_calls);
}

int main(void)
{
#ifdef __SANITIZE_ADDRESS__
    puts("skipped: a sanitizer's frames are larger");
    return 77;
#endif
    return run_tests("stack", 60);
}
