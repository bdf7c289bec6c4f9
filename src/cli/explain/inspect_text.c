/* cli/explain/inspect_text.c - the health of layers as text, and first-layer weights as pictures. */
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "cli/explain/inspect.h"
#include "cli/report/report.h"
#include "cli/shell/escape.h"
#include "cli/shell/exit.h"
#include "cli/shell/terminal.h"

enum { WIDE = 110, USUAL = 80, BARS = GML_HEALTH_BINS / 2, NAME = 24 };

/* ---- alarms ---- */

enum { MOST_LISTED = 12 };

static void print_units(const gml_alarm *alarm)
{
    printf("  units (from 0)");
    for (size_t i = 0; i < alarm->unit_count && i < MOST_LISTED; i++) {
        printf("%s %zu", i > 0 ? "," : "", alarm->units[i]);
    }
    puts(alarm->unit_count > MOST_LISTED ? ", ..." : "");
}

static void print_alarms(const gml_health *health)
{
    const gml_alarm *alarm;
    for (size_t i = 0; (alarm = gml_health_alarm(health, i)) != NULL; i++) {
        printf("%s: ", alarm->kind->name);
        print_text(stdout, alarm->text, 0);
        putchar('\n');
        if (alarm->unit_count > 0) {
            print_units(alarm);
        }
    }
    if (gml_health_alarm(health, 0) == NULL) {
        puts("no alarms");
    }
}

/* ---- layers ---- */

/* Two bins side by side become one bar. */
static void print_histogram(const uint64_t bins[GML_HEALTH_BINS])
{
    uint64_t bars[BARS];
    for (size_t i = 0; i < BARS; i++) {
        bars[i] = bins[2 * i] + bins[2 * i + 1];
    }
    print_bars(bars, BARS);
    putchar('\n');
}

/* A number in at most 9 columns; "-" if it does not exist. */
static void write_number(double value, char text[16])
{
    snprintf(text, 16, isnan(value) ? "-" : "%.3g", value);
}

static void print_row(const gml_layer_view *view, size_t number, const gml_layer_health *layer)
{
    const double figures[] = {layer->mean,        layer->deviation,     layer->gradient_norm,
                              layer->weight_norm, layer->spectral_norm, layer->effective_rank};
    char name[NAME + 24];
    snprintf(name, sizeof name, "%zu %.*s", number, NAME - 4, view->text);
    print_text(stdout, name, NAME);
    printf("%6zu%5zu%5zu%5zu", layer->units, layer->dead, layer->saturated, layer->duplicated);
    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++) {
        char number_text[16];
        write_number(figures[i], number_text);
        printf("%10s", number_text);
    }
    putchar('\n');
}

/* For a terminal that is too narrow for the table. */
static void print_block(const gml_layer_view *view, size_t number, const gml_layer_health *layer)
{
    const struct {
        const char *name;
        double value;
    } figures[] = {{"mean", layer->mean},        {"deviation", layer->deviation},    {"gradient", layer->gradient_norm},
                   {"norm", layer->weight_norm}, {"spectral", layer->spectral_norm}, {"rank", layer->effective_rank}};
    printf("layer %zu: ", number);
    print_text(stdout, view->text, 0);
    printf("\n  units %zu, dead %zu\n  saturated %zu, duplicated %zu\n", layer->units, layer->dead, layer->saturated,
           layer->duplicated);
    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++) {
        char text[16];
        write_number(figures[i].value, text);
        printf("  %-10s%s\n", figures[i].name, text);
    }
    fputs("  ", stdout);
    print_histogram(layer->histogram);
}

static int print_layers(const gml_network *network, const gml_health *health, bool wide)
{
    for (size_t i = 0; i < gml_network_layers(network); i++) {
        gml_layer_view view;
        gml_layer_health layer;
        gml_status status = gml_network_layer(network, i, &view);
        status = status == GML_OK ? gml_health_layer(health, i, &layer) : status;
        if (status != GML_OK) {
            return complain_status(gml_network_context(network), status);
        }
        if (wide) {
            print_row(&view, i + 1, &layer);
        } else {
            print_block(&view, i + 1, &layer);
        }
    }
    return 0;
}

static void print_histograms(const gml_network *network, const gml_health *health)
{
    printf("\nvalues, in x / (1 + |x|) from -1 to 1; 0 is in the middle, -1 and 1 are halfway\n");
    for (size_t i = 0; i < gml_network_layers(network); i++) {
        gml_layer_health layer;
        if (gml_health_layer(health, i, &layer) == GML_OK) {
            printf("%4zu  ", i + 1);
            print_histogram(layer.histogram);
        }
    }
}

int report_health(const gml_network *network, const gml_health *health)
{
    bool wide = terminal_width(WIDE) >= WIDE;
    gml_health_summary summary;
    gml_status status = gml_health_summarize(health, &summary);
    if (status != GML_OK) {
        return complain_status(gml_network_context(network), status);
    }
    print_alarms(health);
    printf("\n%zu sample%s", summary.samples, plural(summary.samples));
    if (!isnan(summary.noise_scale)) {
        printf(", noise scale of the gradient %.3g samples", summary.noise_scale);
    }
    puts("\n");
    if (wide) {
        printf("%-*s%6s%5s%5s%5s%10s%10s%10s%10s%10s%10s\n", NAME, "layer", "units", "dead", "sat", "dup", "mean",
               "deviation", "gradient", "norm", "spectral", "rank");
    }
    int code = print_layers(network, health, wide);
    if (code == 0 && wide) {
        print_histograms(network, health);
    }
    return code;
}

/* ---- pictures ---- */

enum { MOST_PICTURES = 8 };

/* The first block of weights; its unit `unit` in `values` [inputs]. */
static void copy_weights(const gml_matrix *weights, size_t unit, double *values)
{
    for (size_t i = 0; i < weights->rows; i++) {
        size_t at = i * weights->stride + unit;
        values[i] = weights->dtype == GML_F64 ? ((const double *)weights->data)[at]
                                              : (double)((const float *)weights->data)[at];
    }
}

static double norm_of(const gml_matrix *weights, size_t unit, double *values)
{
    double sum = 0;
    copy_weights(weights, unit, values);
    for (size_t i = 0; i < weights->rows; i++) {
        sum += values[i] * values[i];
    }
    return sum;
}

/* Finds the units with the greatest norms, the greatest first; returns their number. */
static size_t choose_units(const gml_matrix *weights, double *values, size_t units[MOST_PICTURES])
{
    double norms[MOST_PICTURES + 1];
    size_t count = 0, chosen[MOST_PICTURES + 1];
    for (size_t unit = 0; unit < weights->cols; unit++) {
        double norm = norm_of(weights, unit, values);
        size_t at = count;
        for (; at > 0 && norms[at - 1] < norm; at--) {
            norms[at] = norms[at - 1];
            chosen[at] = chosen[at - 1];
        }
        norms[at] = norm;
        chosen[at] = unit;
        count = count < MOST_PICTURES ? count + 1 : count;
    }
    memcpy(units, chosen, count * sizeof *units);
    return count;
}

/* Prints the pictures of some units in as many rows as the terminal needs. */
static void print_units_as_pictures(const gml_matrix *weights, picture_shape shape, double *values)
{
    size_t units[MOST_PICTURES], count = choose_units(weights, values, units);
    size_t width = terminal_width(USUAL), across = (width + 2) / (shape.width + 2);
    across = across > 0 ? across : 1;
    weight_picture pictures[MOST_PICTURES];
    for (size_t i = 0; i < count; i++) {
        pictures[i] = (weight_picture){values + i * weights->rows, shape.height, shape.width};
        copy_weights(weights, units[i], values + i * weights->rows);
    }
    for (size_t first = 0; first < count; first += across) {
        size_t row = count - first < across ? count - first : across;
        for (size_t i = first; i < first + row; i++) {
            char title[32];
            snprintf(title, sizeof title, "unit %zu", units[i]);
            printf("%s%-*.*s", i > first ? "  " : "", (int)shape.width, (int)shape.width, title);
        }
        putchar('\n');
        print_pictures(pictures + first, row);
    }
}

int report_pictures(const gml_network *network, picture_shape shape)
{
    gml_block block;
    if (gml_network_block(network, 0, &block) != GML_OK || block.role != GML_ROLE_WEIGHT ||
        block.values.rows != shape.height * shape.width) {
        return 0;
    }
    double *values = calloc(block.values.rows * MOST_PICTURES, sizeof *values);
    if (values == NULL) {
        return complain(EXIT_MEMORY, "out of memory for pictures of weights");
    }
    printf("\nweights of the first layer, units with the greatest norms\n");
    print_units_as_pictures(&block.values, shape, values);
    free(values);
    return 0;
}
