/* tests/fuzz/array_options.h - options for reading arrays, chosen by a byte. */
#ifndef GML_TESTS_FUZZ_ARRAY_OPTIONS_H
#define GML_TESTS_FUZZ_ARRAY_OPTIONS_H

#include "dataset_checks.h"

/* Bits 0 and 1 the target, bits 2 and 3 the task or no targets, bit 4 missing targets, bit 5 inputs that are not
 * finite, bit 6 weights and groups. `names`: a target, the weights and the groups. */
static inline gml_dataset_options array_options(const char *format, unsigned choice, const char *const names[3])
{
    static const gml_task tasks[] = {GML_TASK_AUTO, GML_TASK_REGRESSION, GML_TASK_CLASSIFICATION, GML_TASK_AUTO};
    return (gml_dataset_options){
        .format = format,
        .target = (choice & 3) == 1 ? names[0] : NULL,
        .features = (choice & 3) == 2 ? 2 : 0,
        .targets = (choice >> 2 & 3) == 3 ? GML_CHOICE_NO : GML_CHOICE_AUTO,
        .task = tasks[choice >> 2 & 3],
        .missing_targets = (choice & 16) != 0,
        .bad_inputs = (choice & 32) != 0,
        .weights = (choice & 64) != 0 ? names[1] : NULL,
        .groups = (choice & 64) != 0 ? names[2] : NULL,
    };
}

#endif
