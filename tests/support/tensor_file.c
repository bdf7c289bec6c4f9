/* tests/support/tensor_file.c - reads safetensors with nothing of the library. */
#include "tensor_file.h"

#include <check.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { LARGEST_FILE = 1 << 20 };

struct tensor_file {
    unsigned char *bytes;
    const unsigned char *values;
    json_t *header;
};

static size_t read_file(const char *path, unsigned char *bytes)
{
    FILE *file = fopen(path, "rb");
    ck_assert_msg(file != NULL, "%s cannot be opened", path);
    size_t size = fread(bytes, 1, LARGEST_FILE, file);
    ck_assert_msg(size > 8 && size < LARGEST_FILE, "%s has %zu bytes, which no such file has", path, size);
    fclose(file);
    return size;
}

tensor_file *open_tensor_file(const char *folder, const char *name)
{
    const char *root = getenv("GEMMULE_SOURCE_ROOT");
    ck_assert_msg(root != NULL, "GEMMULE_SOURCE_ROOT is not set");
    char path[4096];
    snprintf(path, sizeof path, "%s/tests/%s/%s", root, folder, name);
    tensor_file *file = malloc(sizeof *file);
    ck_assert_ptr_nonnull(file);
    file->bytes = malloc(LARGEST_FILE);
    ck_assert_ptr_nonnull(file->bytes);
    size_t size = read_file(path, file->bytes), length = 0;
    for (size_t i = 0; i < 8; i++) {
        length |= (size_t)file->bytes[i] << (8 * i);
    }
    ck_assert_msg(length < size - 8, "%s has no header", path);
    json_error_t error;
    file->header = json_loadb((const char *)file->bytes + 8, length, 0, &error);
    ck_assert_msg(file->header != NULL, "%s: %s", path, error.text);
    file->values = file->bytes + 8 + length;
    return file;
}

void close_tensor_file(tensor_file *file)
{
    json_decref(file->header);
    free(file->bytes);
    free(file);
}

static json_t *find(const tensor_file *file, const char *name)
{
    json_t *tensor = json_object_get(file->header, name);
    ck_assert_msg(tensor != NULL, "there is no tensor \"%s\"", name);
    return tensor;
}

const void *tensor_values(const tensor_file *file, const char *name, size_t rank, size_t *shape)
{
    json_t *tensor = find(file, name);
    json_t *sizes = json_object_get(tensor, "shape");
    ck_assert_uint_eq(json_array_size(sizes), rank);
    for (size_t i = 0; i < rank; i++) {
        shape[i] = (size_t)json_integer_value(json_array_get(sizes, i));
    }
    const unsigned char *values =
        file->values + json_integer_value(json_array_get(json_object_get(tensor, "data_offsets"), 0));
    const char *dtype = json_string_value(json_object_get(tensor, "dtype"));
    size_t size = (size_t)strtoul(dtype + 1, NULL, 10) / 8;
    ck_assert_msg((uintptr_t)values % size == 0, "\"%s\" begins where no %s may", name, dtype);
    return values;
}

const void *tensor_values_if_any(const tensor_file *file, const char *name, size_t rank, size_t *shape)
{
    const bool is_there = json_object_get(file->header, name) != NULL;
    return is_there ? tensor_values(file, name, rank, shape) : NULL;
}

const char *tensor_dtype(const tensor_file *file, const char *name)
{
    return json_string_value(json_object_get(find(file, name), "dtype"));
}

const char *tensor_text_if_any(const tensor_file *file, const char *name)
{
    return json_string_value(json_object_get(json_object_get(file->header, "__metadata__"), name));
}

const char *tensor_text(const tensor_file *file, const char *name)
{
    const char *text = tensor_text_if_any(file, name);
    ck_assert_msg(text != NULL, "there is no text \"%s\"", name);
    return text;
}

double tensor_number(const tensor_file *file, const char *name)
{
    return strtod(tensor_text(file, name), NULL);
}
