/* tests/layer/kinds_case.h - networks with every kind of layer, changed from what they begin with, and their
 * predictions. */
#ifndef GML_TESTS_KINDS_CASE_H
#define GML_TESTS_KINDS_CASE_H
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"
#include "numbers.h"

enum { ROWS = 9 };

static const char *const MIXED[] = {
    "5 -> 7 bias=no -> batchnorm -> tanh -> 7 silu -> layernorm -> residual 3 -> 6 prelu(per=unit) -> swiglu -> "
    "rmsnorm -> swish -> 2",
    "8 -> 8 tanh -> residual 1 -> residual 2 -> 8 tanh -> residual 4 -> residual 1 -> residual 6 -> 3",
    "6 -> gaussian_noise 0.2 -> batchnorm -> 8 tanh -> alpha_dropout 0.3 -> dropout 0.25 -> prelu -> 4 gelu",
    "6 -> 7 bias=no -> weight_norm -> gelu -> 70 bias=no -> weight_norm -> swish -> residual 1 -> 4 bias=no -> "
    "weight_norm",
    "5 -> members 3 -> scale(std=1) -> 7 bias=no -> affine -> relu -> dropout 0.1 -> 7 swish(per=unit) -> batchnorm -> "
    "residual 2 -> 4 heads -> average",
    "6 -> scale(std=1) -> 9 bias=no -> affine -> tanh -> 9 relu -> affine -> residual 3 -> scale -> 4",
    "6 -> pbld(numbers=3, std=0.5) -> scale -> 5 tanh -> plr(numbers=2, size=3, frequencies=5, std=0.5) -> "
    "ple(numbers=4, "
    "bins=5, size=3) -> 3",
};

/* The block of a name, which the network has. */
static inline gml_block block_named(gml_context *context, const gml_network *network, const char *name)
{
    gml_block block;
    for (size_t i = 0; gml_network_block(network, i, &block) == GML_OK; i++) {
        if (strcmp(block.name, name) == 0) {
            return block;
        }
    }
    ck_abort_msg("no block %s: %s", name, gml_context_message(context));
}

/* Changes gains, biases and statistics from what they begin with. */
static inline void stir(gml_network *network)
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

/* Writes a kind as it may stand in any description: some are not written by their name, or not alone. */
static inline void write_kind(const gml_entry *entry, char *text, size_t size)
{
    static const char *const otherwise[][2] = {{"dense", "8 tanh"},
                                               {"activation", "leaky_relu(slope=0.5)"},
                                               {"weight_norm", "8 bias=no -> weight_norm"},
                                               {"embedding", "embedding(columns=2, levels=3)"},
                                               {"pbld", "pbld(numbers=2, std=0.5)"},
                                               {"plr", "plr(numbers=2, size=5, std=0.5)"},
                                               {"ple", "ple(numbers=2, bins=6)"},
                                               {"members", "members(count=3) -> average"},
                                               {"average", "members(count=2) -> 8 tanh -> average"}};
    snprintf(text, size, "%s", entry->name);
    for (size_t i = 0; i < sizeof otherwise / sizeof otherwise[0]; i++) {
        if (strcmp(entry->name, otherwise[i][0]) == 0) {
            snprintf(text, size, "%s", otherwise[i][1]);
        }
    }
}

/* Predictions for x [rows x inputs]; the test frees them. */
static inline double *predict(gml_context *context, const gml_network *network, const double *x, size_t rows)
{
    size_t outputs = gml_network_outputs(network);
    double *y = calloc(rows * outputs, sizeof *y);
    assert_ok(context, gml_network_predict(network, gml_matrix_f64((void *)x, rows, gml_network_inputs(network)),
                                           gml_matrix_f64(y, rows, outputs)));
    return y;
}

#endif
