/* bench/parameters.c - walks the blocks of a network. */
#include "parameters.h"

#include "setup.h"

double *bench_parameters(const gml_network *network, size_t *count)
{
    *count = gml_network_parameter_count(network);
    double *parameters = bench_allocate(*count, sizeof *parameters), *next = parameters;
    for (size_t i = 0; i < gml_network_block_count(network); i++) {
        gml_block block;
        gml_network_block(network, i, &block);
        for (size_t j = 0; j < block.values.rows * block.values.cols; j++) {
            *next++ = bench_get(block.values.dtype, block.values.data, j);
        }
    }
    return parameters;
}

void bench_set_parameters(gml_network *network, const double *parameters)
{
    for (size_t i = 0; i < gml_network_block_count(network); i++) {
        gml_block block;
        gml_network_block(network, i, &block);
        for (size_t j = 0; j < block.values.rows * block.values.cols; j++) {
            bench_put(block.values.dtype, block.values.data, j, *parameters++);
        }
    }
}
