/* cli/explain/inspect_text.c - the health of layers as text, and first-layer weights as pictures. */
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "cli/explain/first_layer.h"
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

/* Singular values, the greatest first; of more than a line has room for, the mean of neighbours. */
static void print_spectrum(const gml_layer_health *layer)
{
    uint64_t bars[BARS] = {0};
    const size_t count = layer->singular_count < BARS ? layer->singular_count : BARS;
    for (size_t i = 0; i < count; i++) {
        const size_t first = i * layer->singular_count / count, end = (i + 1) * layer->singular_count / count;
        double sum = 0;
        for (size_t k = first; k < end; k++) {
            sum += layer->singular_values[k];
        }
        const double share = sum / (double)(end - first) / layer->spectral_norm;
        bars[i] = share > 0 ? (uint64_t)ceil(1000 * share) : 0;
    }
    print_bars(bars, count);
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
    if (layer->singular_count > 1) {
        fputs("  ", stdout);
        print_spectrum(layer);
    }
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

static void print_spectra(const gml_network *network, const gml_health *health)
{
    bool found = false;
    for (size_t i = 0; i < gml_network_layers(network); i++) {
        gml_layer_health layer;
        if (gml_health_layer(health, i, &layer) == GML_OK && layer.singular_count > 1) {
            fputs(found ? "" : "\nsingular values of the weights, the greatest first, from 0\n", stdout);
            printf("%4zu  ", i + 1);
            print_spectrum(&layer);
            found = true;
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
        if (isinf(summary.noise_scale)) {
            printf(", gradient lost in its noise");
        } else {
            printf(", noise scale of the gradient %.3g samples", summary.noise_scale);
        }
    }
    puts("\n");
    if (wide) {
        printf("%-*s%6s%5s%5s%5s%10s%10s%10s%10s%10s%10s\n", NAME, "layer", "units", "dead", "sat", "dup", "mean",
               "deviation", "gradient", "norm", "spectral", "rank");
    }
    int code = print_layers(network, health, wide);
    if (code == 0 && wide) {
        print_histograms(network, health);
        print_spectra(network, health);
    }
    return code;
}

/* ---- pictures ---- */

enum { MOST_PICTURES = 8 };

/* Prints the pictures of some units in as many rows as the terminal needs. */
static void print_units_as_pictures(const first_layer *layer, picture_shape shape, double *values, double *norms)
{
    size_t units[MOST_PICTURES], count = first_layer_choose(layer, norms, MOST_PICTURES, units);
    const size_t inputs = layer->weights.rows;
    size_t width = terminal_width(USUAL), across = (width + 2) / (shape.width + 2);
    across = across > 0 ? across : 1;
    weight_picture pictures[MOST_PICTURES];
    for (size_t i = 0; i < count; i++) {
        pictures[i] = (weight_picture){values + i * inputs, shape.height, shape.width};
        first_layer_unit(layer, units[i], values + i * inputs);
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
    first_layer layer;
    if (!first_layer_of(network, &layer)) {
        return 0;
    }
    double *values = calloc(layer.weights.rows * MOST_PICTURES, sizeof *values);
    double *norms = calloc(layer.weights.cols, sizeof *norms);
    const bool room = values != NULL && norms != NULL;
    if (room) {
        printf("\nweights of the first layer, units with the greatest norms\n");
        print_units_as_pictures(&layer, shape, values, norms);
    }
    free(values), free(norms);
    return room ? 0 : complain(EXIT_MEMORY, "out of memory for pictures of weights");
}
