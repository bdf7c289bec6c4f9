/* data/fingerprint.c - the checksum of a dataset. Rows are collected, since the checksum is faster on many bytes. */
#include "data/fingerprint.h"

#include <string.h>

#include "base/checksum.h"
#include "base/view.h"

enum { COLLECTED = 1 << 14 };

typedef struct collector {
    uint64_t sum;
    size_t used;
    unsigned char bytes[COLLECTED];
} collector;

static void flush(collector *to)
{
    to->sum = gml_checksum(to->sum, to->bytes, to->used);
    to->used = 0;
}

static void add(collector *to, const void *data, size_t size)
{
    if (size > COLLECTED - to->used) {
        flush(to);
    }
    if (size > COLLECTED) {
        to->sum = gml_checksum(to->sum, data, size);
        return;
    }
    memcpy(to->bytes + to->used, data, size);
    to->used += size;
}

static void add_names(collector *to, char *const *names, size_t count)
{
    for (size_t i = 0; names != NULL && i < count; i++) {
        add(to, names[i], strlen(names[i]) + 1);
    }
}

static void add_columns(collector *to, const gml_schema *schema)
{
    for (size_t i = 0; schema->columns != NULL && i < schema->features; i++) {
        const gml_column *column = &schema->columns[i];
        const uint64_t facts[] = {(uint64_t)column->kind, column->level_count};
        add(to, facts, sizeof facts);
        for (size_t j = 0; j < column->level_count; j++) {
            add(to, column->levels[j], strlen(column->levels[j]) + 1);
        }
    }
}

static void add_schema(collector *to, const gml_dataset *dataset)
{
    const gml_schema *schema = &dataset->schema;
    const uint64_t facts[] = {(uint64_t)schema->task,
                              schema->features,
                              schema->targets,
                              schema->classes,
                              dataset->size,
                              (uint64_t)dataset->inputs.dtype,
                              (uint64_t)dataset->targets.dtype,
                              dataset->weights != NULL,
                              dataset->masked};
    add(to, facts, sizeof facts);
    add_names(to, schema->feature_names, schema->features);
    add_names(to, schema->class_names, schema->classes);
    add_columns(to, schema);
}

static void add_row(collector *to, gml_matrix matrix, size_t row)
{
    if (matrix.data != NULL) {
        add(to, gml_view_row(matrix, row), matrix.cols * gml_dtype_size(matrix.dtype));
    }
}

uint64_t gml_dataset_fingerprint(const gml_dataset *dataset)
{
    collector to = {.sum = 0};
    add_schema(&to, dataset);
    for (size_t i = 0; i < dataset->size; i++) {
        size_t row = gml_dataset_row(dataset, i);
        add_row(&to, dataset->inputs, row);
        add_row(&to, dataset->targets, row);
        if (dataset->weights != NULL) {
            add(&to, &dataset->weights[row], sizeof dataset->weights[row]);
        }
    }
    flush(&to);
    return to.sum;
}
