/* tests/support/parity_case.c - reads tests/parity/ and compares with it. */
#include "parity_case.h"

#include <check.h>
#include <dirent.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tensor_file.h"

/* The case that a file describes. */
static parity_case describe(const char *name, const tensor_file *file)
{
    parity_case parity = {.name = name,
                          .network = tensor_text(file, "network"),
                          .loss = tensor_text(file, "loss"),
                          .optimizer = tensor_text(file, "optimizer"),
                          .schedule = tensor_text_if_any(file, "schedule"),
                          .class_weights = tensor_text_if_any(file, "class_weights"),
                          .l2 = tensor_number(file, "l2"),
                          .clip_norm = tensor_number(file, "clip_norm"),
                          .clip_value = tensor_number(file, "clip_value")};
    size_t shape[3];
    parity.parameters = tensor_values(file, "parameters", 1, &parity.parameter_count);
    parity.statistics = tensor_values_if_any(file, "statistics", 1, &parity.statistic_count);
    parity.losses = tensor_values(file, "loss", 1, &parity.steps);
    if (parity.schedule != NULL) {
        parity.rates = tensor_values(file, "rates", 1, shape);
    }
    parity.gradients = tensor_values(file, "gradients", 2, shape);
    ck_assert_uint_eq(shape[1], parity.parameter_count);
    parity.x = tensor_values(file, "x", 3, shape);
    parity.batch = shape[1];
    parity.inputs = shape[2];
    parity.y = tensor_values(file, "y", 3, shape);
    parity.target_cols = shape[2];
    const char *dtype = tensor_dtype(file, "y");
    parity.target_dtype = strcmp(dtype, "U8") == 0 ? GML_U8 : GML_F32;
    return parity;
}

static void visit_file(const char *name, void (*visit)(const parity_case *parity))
{
    tensor_file *file = open_tensor_file("parity", name);
    parity_case parity = describe(name, file);
    visit(&parity);
    close_tensor_file(file);
}

void each_parity_case(void (*visit)(const parity_case *parity))
{
    const char *root = getenv("GEMMULE_SOURCE_ROOT");
    ck_assert_msg(root != NULL, "GEMMULE_SOURCE_ROOT is not set");
    char folder[2048];
    snprintf(folder, sizeof folder, "%s/tests/parity", root);
    DIR *files = opendir(folder);
    ck_assert_msg(files != NULL, "%s is missing", folder);
    size_t count = 0;
    for (struct dirent *file = readdir(files); file != NULL; file = readdir(files)) {
        if (strstr(file->d_name, ".safetensors") != NULL) {
            visit_file(file->d_name, visit);
            count++;
        }
    }
    closedir(files);
    ck_assert_msg(count >= 18, "%zu cases, fewer than there are losses times optimizers", count);
}

static void set_values(gml_matrix values, const float *from)
{
    for (size_t i = 0; i < values.rows * values.cols; i++) {
        size_t index = i / values.cols * values.stride + i % values.cols;
        if (values.dtype == GML_F64) {
            ((double *)values.data)[index] = from[i];
        } else {
            ((float *)values.data)[index] = from[i];
        }
    }
}

void set_parity_parameters(const parity_case *parity, gml_network *network)
{
    size_t parameters = 0, statistics = 0;
    for (size_t b = 0; b < gml_network_block_count(network); b++) {
        gml_block block;
        ck_assert_int_eq(gml_network_block(network, b, &block), GML_OK);
        const bool trained = block.role != GML_ROLE_STATISTIC;
        size_t *first = trained ? &parameters : &statistics, next = *first + block.values.rows * block.values.cols;
        if (trained || parity->statistics != NULL) {
            ck_assert_uint_le(next, trained ? parity->parameter_count : parity->statistic_count);
            set_values(block.values, (trained ? parity->parameters : parity->statistics) + *first);
            *first = next;
        }
    }
    ck_assert_uint_eq(parameters, parity->parameter_count);
    ck_assert_uint_eq(statistics, parity->statistic_count);
}

gml_matrix parity_inputs(const parity_case *parity, size_t step)
{
    return gml_matrix_f32(parity->x + step * parity->batch * parity->inputs, parity->batch, parity->inputs);
}

gml_matrix parity_targets(const parity_case *parity, size_t step)
{
    gml_matrix all =
        gml_matrix_view(parity->y, parity->target_dtype, parity->steps * parity->batch, parity->target_cols);
    return gml_matrix_rows(all, step * parity->batch, parity->batch);
}

void assert_parity_loss(const parity_case *parity, size_t step, double loss, double tolerance)
{
    double expected = parity->losses[step];
    ck_assert_msg(fabs(loss - expected) <= tolerance * fabs(expected), "%s, step %zu: the loss is %.17g, not %.17g",
                  parity->name, step + 1, loss, expected);
}

static double entry(gml_matrix m, size_t i, size_t j)
{
    size_t index = i * m.stride + j;
    return m.dtype == GML_F64 ? ((const double *)m.data)[index] : (double)((const float *)m.data)[index];
}

void assert_parity_gradient(const parity_case *parity, size_t step, size_t first, gml_matrix gradient, double tolerance)
{
    const double *expected = parity->gradients + step * parity->parameter_count + first;
    double largest = 0, difference = 0;
    for (size_t i = 0; i < gradient.rows; i++) {
        for (size_t j = 0; j < gradient.cols; j++) {
            double right = expected[i * gradient.cols + j], off = fabs(entry(gradient, i, j) - right);
            ck_assert_msg(!isnan(off), "%s, step %zu: a gradient is not a number", parity->name, step + 1);
            largest = fmax(largest, fabs(right));
            difference = fmax(difference, off);
        }
    }
    ck_assert_msg(difference <= tolerance * largest,
                  "%s, step %zu, parameters from %zu on: the gradient is off by %.3g of its largest entry",
                  parity->name, step + 1, first, difference / largest);
}
