/* store/tensors.c - the tensors of a model file, and their byte order. */
#include <stdio.h>
#include <string.h>

#include "kernel/data/data.h"
#include "kernel/data/entry.h"
#include "store/format.h"

static void size_tensor(gml_tensor *tensor)
{
    size_t bytes = gml_dtype_size(tensor->dtype);
    for (size_t i = 0; i < tensor->rank; i++) {
        if (__builtin_mul_overflow(bytes, tensor->shape[i], &bytes)) {
            bytes = SIZE_MAX;
            break;
        }
    }
    tensor->bytes = bytes;
}

/* Describes the tensor at *index if it is one of the two with these names, [count] each; returns true. Otherwise
 * subtracts their number from *index. */
static bool pair_tensor(bool there, const char *const names[2], size_t count, size_t *index, gml_tensor *tensor)
{
    if (there && *index < 2) {
        *tensor = (gml_tensor){.dtype = GML_F64, .rank = 1, .shape = {count}};
        snprintf(tensor->name, sizeof tensor->name, "%s", names[*index]);
        return true;
    }
    *index -= there ? 2 : 0;
    return false;
}

/* Describes the numbers of a preparation if there are some and *index is 0; otherwise subtracts their tensor. */
static bool preparation_tensor(const gml_contents *contents, size_t *index, gml_tensor *tensor)
{
    if (contents->prepared > 0 && *index == 0) {
        *tensor = (gml_tensor){.dtype = GML_F64, .rank = 1, .shape = {contents->prepared}};
        snprintf(tensor->name, sizeof tensor->name, "preparation.numbers");
        return true;
    }
    *index -= contents->prepared > 0 ? 1 : 0;
    return false;
}

/* Describes array `index` of a checkpoint. */
static bool saved_tensor(const gml_saved *saved, size_t index, gml_tensor *tensor)
{
    if (saved == NULL || index >= saved->array_count) {
        return false;
    }
    const gml_saved_array *array = &saved->arrays[index];
    *tensor = (gml_tensor){.dtype = array->dtype, .rank = 1, .shape = {array->count}};
    snprintf(tensor->name, sizeof tensor->name, GML_SAVED_PREFIX "%s", array->name);
    return true;
}

/* Describes tensor `index` of the layers' blocks and of a checkpoint's arrays. */
static bool layer_tensor(const gml_contents *contents, size_t index, gml_tensor *tensor)
{
    for (size_t i = 0; i < contents->spec->layer_count; i++) {
        gml_block_spec blocks[GML_MAX_BLOCKS];
        size_t count = gml_layer_blocks(&contents->spec->layers[i], blocks);
        if (index < count) {
            const gml_block_spec *block = &blocks[index];
            bool matrix = block->role == GML_ROLE_WEIGHT || block->role == GML_ROLE_ACTIVATION ||
                          gml_layer_kind_of(&contents->spec->layers[i])->list_vectors != NULL;
            *tensor = (gml_tensor){.dtype = contents->dtype, .rank = matrix ? 2 : 1};
            tensor->shape[0] = matrix ? block->rows : block->cols;
            tensor->shape[1] = matrix ? block->cols : 0;
            snprintf(tensor->name, sizeof tensor->name, "layers.%zu.%s", i, block->name);
            return true;
        }
        index -= count;
    }
    return saved_tensor(contents->saved, index, tensor);
}

bool gml_contents_tensor(const gml_contents *contents, size_t index, gml_tensor *tensor)
{
    static const char *const input_names[] = {"input.shift", "input.scale"},
                             *const output_names[] = {"output.shift", "output.scale"},
                             *const limit_names[] = {"output.least", "output.greatest"};
    const gml_spec *spec = contents->spec;
    size_t outputs = spec->layers[spec->layer_count - 1].units;
    bool found = preparation_tensor(contents, &index, tensor) ||
                 pair_tensor(contents->input_scaling, input_names, spec->inputs, &index, tensor) ||
                 pair_tensor(contents->output_scaling, output_names, outputs, &index, tensor) ||
                 pair_tensor(contents->limits, limit_names, outputs, &index, tensor) ||
                 layer_tensor(contents, index, tensor);
    if (found) {
        size_tensor(tensor);
    }
    if (found && contents->member > 0) {
        char name[48];
        memcpy(name, tensor->name, sizeof name);
        name[sizeof name - 1] = '\0';
        snprintf(tensor->name, sizeof tensor->name, "members.%zu.%s", contents->member - 1, name);
    }
    return found;
}

const char *gml_tensor_dtype_name(gml_dtype dtype)
{
    return dtype == GML_F64 ? "F64" : "F32";
}

gml_status gml_tensor_check_finite(gml_context *context, const char *path, const gml_tensor *tensor,
                                   const void *numbers)
{
    const gml_kernels *kernels = context->kernels[tensor->dtype];
    size_t count = tensor->bytes / kernels->size, at = kernels->data->first_nonfinite(count, numbers);
    if (at == count) {
        return GML_OK;
    }
    double number = gml_entry_at(tensor->dtype, numbers, at);
    char place[64];
    if (tensor->rank == 2) {
        snprintf(place, sizeof place, "row %zu, column %zu", at / tensor->shape[1], at % tensor->shape[1]);
    } else {
        snprintf(place, sizeof place, "entry %zu", at);
    }
    return gml_fail(context, GML_ERROR_DATA,
                    "%s: %s is %g at %s, counted from 0; all numbers of a model must be finite", path, tensor->name,
                    number, place);
}

/* ---- bytes ---- */

void gml_write_length(uint64_t length, uint8_t bytes[GML_LENGTH_SIZE])
{
    for (int i = 0; i < GML_LENGTH_SIZE; i++) {
        bytes[i] = (uint8_t)(length >> 8 * i);
    }
}

uint64_t gml_read_length(const uint8_t bytes[GML_LENGTH_SIZE])
{
    uint64_t length = 0;
    for (int i = 0; i < GML_LENGTH_SIZE; i++) {
        length |= (uint64_t)bytes[i] << 8 * i;
    }
    return length;
}

void gml_reverse_bytes(void *data, size_t count, size_t size)
{
    uint8_t *bytes = data;
    for (size_t i = 0; i < count; i++, bytes += size) {
        for (size_t j = 0; j < size / 2; j++) {
            uint8_t byte = bytes[j];
            bytes[j] = bytes[size - 1 - j];
            bytes[size - 1 - j] = byte;
        }
    }
}

void gml_order_bytes(void *data, size_t count, size_t size)
{
    const uint16_t one = 1;
    if (*(const uint8_t *)&one == 0) { /* big-endian */
        gml_reverse_bytes(data, count, size);
    }
}
