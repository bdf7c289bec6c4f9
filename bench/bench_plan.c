/* bench/bench_plan.c - the matrix products of steps on one thread, cut as in the plan, and in other ways: other task
 * sizes, and native instead of OpenBLAS or the reverse. Products are compared with a dot product before timing. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gemmule/plan.h"
#include "harness.h"
#include "kernel/product/product.h"
#include "product.h"
#include "setup.h"

enum { MOST_PARTS = 64, MOST_CUTS = 8, LEAST_SIDE = 4 };

/* A product cut into tasks of [rows x cols]. */
typedef struct bench_cut {
    const gml_gemm *product;
    const gml_kernels *kernels;
    size_t rows, cols;
    bool native;
} bench_cut;

static void multiply(const bench_cut *cut, const gml_gemm *part)
{
    if (cut->native) {
        static _Thread_local _Alignas(64) char memory[GML_PRODUCT_BYTES];
        gml_gemm call = *part;
        call.memory = memory;
        cut->kernels->product->run(&call, NULL);
    } else {
        gml_gemm_run(cut->kernels->dtype, part);
    }
}

static void run_cut(void *argument)
{
    const bench_cut *cut = argument;
    const gml_gemm *product = cut->product;
    for (size_t row = 0; row < product->m; row += cut->rows) {
        for (size_t col = 0; col < product->n; col += cut->cols) {
            gml_gemm part = bench_product_part(cut->kernels->dtype, product, row, cut->rows, col, cut->cols);
            multiply(cut, &part);
        }
    }
}

/* Lists task sizes from a quarter to four times the plan's, and the other kind of product. */
static size_t list_cuts(const bench_cut *chosen, bench_cut cuts[MOST_CUTS])
{
    static const struct {
        double rows, cols;
        bool other;
    } changes[MOST_CUTS] = {{1, 1, false}, {1, 1, true},  {0.25, 1, false}, {0.5, 1, false},
                            {2, 1, false}, {4, 1, false}, {1, 0.5, false},  {1, 2, false}};
    size_t count = 0;
    for (size_t i = 0; i < MOST_CUTS; i++) {
        double rows = changes[i].rows * (double)chosen->rows, cols = changes[i].cols * (double)chosen->cols;
        bool fits = rows >= LEAST_SIDE && cols >= LEAST_SIDE && rows < 2.0 * (double)chosen->product->m &&
                    cols < 2.0 * (double)chosen->product->n;
        if (i == 0 || fits) {
            cuts[count] = *chosen;
            cuts[count].rows = (size_t)rows;
            cuts[count].cols = (size_t)cols;
            cuts[count].native = chosen->native != changes[i].other;
            count++;
        }
    }
    return count;
}

static json_t *time_cuts(const bench_options *options, const bench_cut *chosen, const char *title)
{
    bench_cut cuts[MOST_CUTS];
    bench_contender contenders[MOST_CUTS];
    bench_result results[MOST_CUTS];
    size_t count = list_cuts(chosen, cuts);
    for (size_t i = 0; i < count; i++) {
        contenders[i] = (bench_contender){cuts[i].native ? "native" : "OpenBLAS", run_cut, &cuts[i]};
        bench_product_verify(chosen->kernels->dtype, chosen->product, title, run_cut, &cuts[i]);
    }
    bench_compare(options, contenders, count, results);
    json_t *rows = json_array();
    printf("  %s: %s %zu x %zu x %zu\n", title, bench_product_form(chosen->product), chosen->product->m,
           chosen->product->n, chosen->product->k);
    for (size_t i = 0; i < count; i++) {
        printf("    %s %5zu x %-5zu %-8s  %10.2f us\n", i == 0 ? "plan" : "    ", cuts[i].rows, cuts[i].cols,
               contenders[i].name, results[i].median * 1e6);
        json_t *row = bench_to_json(contenders[i].name, &results[i]);
        json_object_set_new(row, "rows", json_integer((json_int_t)cuts[i].rows));
        json_object_set_new(row, "cols", json_integer((json_int_t)cuts[i].cols));
        json_array_append_new(rows, row);
    }
    fflush(stdout);
    return rows;
}

/* Returns the matrix product of a part; a backward part multiplies by the weights of the next layer. */
static gml_gemm make_product(const bench_net *net, const gml_plan_part *part)
{
    size_t in = net->sizes[part->layer], out = net->sizes[part->layer + 1];
    if (strcmp(part->name, "forward") == 0) {
        return bench_product_make(GML_F32, net->batch, out, in, false, false);
    }
    if (strcmp(part->name, "backward") == 0) {
        return bench_product_make(GML_F32, net->batch, out, net->sizes[part->layer + 2], false, true);
    }
    return bench_product_make(GML_F32, in, out, net->batch, true, false);
}

static void run_products(const bench_options *options, const bench_net *net, const char *description, json_t *cases)
{
    gml_context *context = bench_context(1);
    gml_network *network = bench_network(context, net, GML_F32);
    gml_train_options recipe = {.optimizer = "sgd", .batch = net->batch};
    gml_plan plan;
    gml_plan_part parts[MOST_PARTS];
    bench_must(context, gml_network_plan(network, &recipe, &plan, parts, MOST_PARTS));
    gml_gemm_open();
    for (size_t i = 0; i < plan.parts && i < MOST_PARTS; i++) {
        const gml_plan_part *part = &parts[i];
        if (part->flops == 0) {
            continue;
        }
        char title[32];
        snprintf(title, sizeof title, "%s of layer %zu", part->name, part->layer + 1);
        gml_gemm product = make_product(net, part);
        bench_cut chosen = {.product = &product, .kernels = gml_kernels_find(GML_F32, bench_isa())};
        chosen.rows = part->rows;
        chosen.cols = part->cols;
        chosen.native = strcmp(part->products, "native") == 0;
        json_t *rows = time_cuts(options, &chosen, title);
        json_array_append_new(cases,
                              json_pack("{s:s, s:i, s:s, s:s, s:i, s:i, s:i, s:o}", "net", description, "batch",
                                        (int)net->batch, "part", title, "form", bench_product_form(&product), "m",
                                        (int)product.m, "n", (int)product.n, "k", (int)product.k, "contenders", rows));
        bench_product_free(&product);
    }
    gml_gemm_close();
    gml_network_destroy(network);
    gml_context_destroy(context);
}

int main(int argc, char **argv)
{
    bench_options options = bench_parse(argc, argv, "Times matrix products cut as in the plan, and cut in other ways.");
    options.one_thread = true;
    json_t *cases = json_array();
    for (const bench_net *net = bench_nets; net->sizes[0] != 0; net++) {
        char description[BENCH_DESCRIPTION];
        bench_describe(net, description);
        if ((net->quick || !options.quick) && bench_wanted(&options, description)) {
            printf("\n%s, batch %zu\n", description, net->batch);
            run_products(&options, net, description, cases);
        }
    }
    return bench_finish(&options, "bench_plan", cases);
}
