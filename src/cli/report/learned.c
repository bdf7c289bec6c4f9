/* cli/report/learned.c - the trained parameters of a model's activations, as numbers and as pictures. */
#include "cli/report/learned.h"

#include <stdio.h>
#include <string.h>

#include "cli/chart/activation_plot.h"
#include "cli/report/report.h"
#include "cli/shell/exit.h"
#include "cli/shell/output.h"

/* The trained parameters of the activation of layer `index` [numbers x units]; false if it has none. */
static bool find_numbers(const gml_network *network, size_t index, gml_matrix *numbers)
{
    char prefix[32];
    gml_block block;
    snprintf(prefix, sizeof prefix, "layers.%zu.", index);
    for (size_t i = 0; i < gml_network_block_count(network); i++) {
        gml_network_block(network, i, &block);
        if (block.role == GML_ROLE_ACTIVATION && strncmp(block.name, prefix, strlen(prefix)) == 0) {
            *numbers = block.values;
            return true;
        }
    }
    return false;
}

bool layer_learns(const gml_network *network, size_t index, size_t *units)
{
    gml_matrix numbers;
    const bool found = find_numbers(network, index, &numbers);
    *units = found ? numbers.cols : 0;
    return found;
}

static double number_at(gml_matrix numbers, size_t row, size_t col)
{
    size_t index = row * numbers.stride + col;
    return numbers.dtype == GML_F32 ? (double)((const float *)numbers.data)[index]
                                    : ((const double *)numbers.data)[index];
}

static void print_number(gml_matrix numbers, size_t row)
{
    double least = number_at(numbers, row, 0), greatest = least, sum = 0;
    for (size_t j = 0; j < numbers.cols; j++) {
        double number = number_at(numbers, row, j);
        least = number < least ? number : least;
        greatest = number > greatest ? number : greatest;
        sum += number;
    }
    printf("%14.6g", unsigned_nan(sum / (double)numbers.cols));
    if (numbers.cols > 1) {
        printf("  mean of %zu units, from %.6g to %.6g", numbers.cols, unsigned_nan(least), unsigned_nan(greatest));
    }
    putchar('\n');
}

int print_learned(const gml_network *network)
{
    gml_layer_view layer;
    gml_matrix numbers;
    size_t found = 0;
    for (size_t i = 0; i < gml_network_layers(network); i++) {
        if (find_numbers(network, i, &numbers)) {
            gml_network_layer(network, i, &layer);
            printf("layer %zu  %s: %s\n", i + 1, layer.text, gml_activation_learns(layer.activation));
            for (size_t row = 0; row < numbers.rows; row++) {
                print_number(numbers, row);
            }
            found++;
        }
    }
    if (found == 0) {
        puts("None of the activations is trainable.");
    }
    return 0;
}

int draw_learned(const gml_network *network, const char *model, const char *folder)
{
    gml_matrix numbers;
    int code = 0;
    bool found = false;
    for (size_t i = 0; code == 0 && i < gml_network_layers(network); i++) {
        if (find_numbers(network, i, &numbers)) {
            code = found ? 0 : make_folder(folder);
            code = code == 0 ? draw_layer(network, i, numbers.cols, model, folder) : code;
            found = true;
        }
    }
    return code != 0 || found ? code
                              : complain(EXIT_DATA, "nothing to draw: none of the model's activations is trainable");
}
