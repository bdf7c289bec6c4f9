/* cli/check/check_set.c - the standard set: small networks with every activation and every loss. */
#include "cli/check/check_set.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "gemmule/gemmule.h"

static size_t table_size(const gml_entry *(*entry)(size_t index))
{
    size_t size = 0;
    while (entry(size) != NULL) {
        size++;
    }
    return size;
}

bool standard_check(size_t index, char text[CHECK_TEXT_SIZE], const char **loss)
{
    static const char *const particular[] = {"5 -> 6 tanh -> 4 softmax", "5 -> 6 tanh -> 1 sigmoid",
                                             "5 -> 6 tanh bias=no -> 4 sigmoid bias=no"};
    const size_t activations = table_size(gml_activation_entry), losses = table_size(gml_loss_entry);
    *loss = NULL;
    if (index < activations) {
        const char *name = gml_activation_entry(index)->name;
        snprintf(text, CHECK_TEXT_SIZE, "5 -> 7 %s -> 6 %s -> 4", name, name);
        *loss = "mean_squared_error";
        return true;
    }
    index -= activations;
    if (index < losses) {
        *loss = gml_loss_entry(index)->name;
        snprintf(text, CHECK_TEXT_SIZE, "5 -> 7 tanh -> 4");
        return true;
    }
    index -= losses;
    if (index < sizeof particular / sizeof particular[0]) {
        snprintf(text, CHECK_TEXT_SIZE, "%s", particular[index]);
        return true;
    }
    return false;
}

/* SplitMix64 (Steele, Lea and Flood 2014) as a counter-based generator: uniform in (0, 1). */
static double uniform(uint64_t counter)
{
    uint64_t z = (counter + 1) * 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return ((double)((z ^ (z >> 31)) >> 11) + 0.5) * 0x1p-53;
}

void fill_example(const char *loss, double *x, double *y, size_t samples, size_t inputs, size_t targets)
{
    const bool binary = gml_loss_facts_of(loss).binary_targets;
    uint64_t counter = 0;
    for (size_t i = 0; i < samples * inputs; i++) {
        x[i] = 2 * uniform(counter++) - 1;
    }
    for (size_t i = 0; i < samples; i++) {
        double *row = y + i * targets, sum = 0;
        for (size_t k = 0; k < targets; k++) {
            row[k] = uniform(counter++);
            sum += row[k];
        }
        for (size_t k = 0; targets > 1 && k < targets; k++) {
            row[k] /= sum;
        }
        for (size_t k = 0; binary && k < targets; k++) {
            row[k] = row[k] * (targets > 1 ? (double)targets : 2) < 1 ? 0 : 1;
        }
    }
}
