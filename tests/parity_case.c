/* tests/parity_case.c - reads tests/parity/ and compares with it. */
#include "parity_case.h"

#include <check.h>
#include <dirent.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LARGEST_FILE = 1 << 20 };

/* Reads a whole file into memory that the caller frees. */
static unsigned char *read_file(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    ck_assert_msg(file != NULL, "%s cannot be opened", path);
    unsigned char *bytes = malloc(LARGEST_FILE);
    ck_assert_ptr_nonnull(bytes);
    *size = fread(bytes, 1, LARGEST_FILE, file);
    ck_assert_msg(*size < LARGEST_FILE, "%s is larger than any such file", path);
    fclose(file);
    return bytes;
}

/* Where the values of a tensor begin; its shape has `rank` sizes. */
static const void *find_tensor(json_t *header, const unsigned char *values, const char *name, size_t rank,
                               size_t *shape)
{
    json_t *tensor = json_object_get(header, name);
    ck_assert_msg(tensor != NULL, "there is no tensor \"%s\"", name);
    json_t *sizes = json_object_get(tensor, "shape");
    ck_assert_uint_eq(json_array_size(sizes), rank);
    for (size_t i = 0; i < rank; i++) {
        shape[i] = (size_t)json_integer_value(json_array_get(sizes, i));
    }
    json_t *offsets = json_object_get(tensor, "data_offsets");
    return values + json_integer_value(json_array_get(offsets, 0));
}

static const char *find_text(json_t *header, const char *name)
{
    const char *text = json_string_value(json_object_get(json_object_get(header, "__metadata__"), name));
    ck_assert_msg(text != NULL, "there is no text \"%s\"", name);
    return text;
}

/* The case that a header and the values behind it describe. */
static parity_case describe(const char *name, json_t *header, const unsigned char *values)
{
    parity_case parity = {.name = name,
                          .network = find_text(header, "network"),
                          .loss = find_text(header, "loss"),
                          .optimizer = find_text(header, "optimizer"),
                          .schedule =
                              json_string_value(json_object_get(json_object_get(header, "__metadata__"), "schedule")),
                          .l2 = strtod(find_text(header, "l2"), NULL),
                          .clip_norm = strtod(find_text(header, "clip_norm"), NULL),
                          .clip_value = strtod(find_text(header, "clip_value"), NULL)};
    size_t shape[3];
    parity.parameters = find_tensor(header, values, "parameters", 1, &parity.parameter_count);
    parity.losses = find_tensor(header, values, "loss", 1, &parity.steps);
    if (parity.schedule != NULL) {
        parity.rates = find_tensor(header, values, "rates", 1, shape);
    }
    parity.gradients = find_tensor(header, values, "gradients", 2, shape);
    ck_assert_uint_eq(shape[1], parity.parameter_count);
    parity.x = find_tensor(header, values, "x", 3, shape);
    parity.batch = shape[1];
    parity.inputs = shape[2];
    parity.y = find_tensor(header, values, "y", 3, shape);
    parity.target_cols = shape[2];
    const char *dtype = json_string_value(json_object_get(json_object_get(header, "y"), "dtype"));
    parity.target_dtype = strcmp(dtype, "U8") == 0 ? GML_U8 : GML_F32;
    return parity;
}

static void visit_file(const char *folder, const char *name, void (*visit)(const parity_case *parity))
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    size_t size, length = 0;
    unsigned char *bytes = read_file(path, &size);
    ck_assert_uint_gt(size, 8);
    for (size_t i = 0; i < 8; i++) {
        length |= (size_t)bytes[i] << (8 * i);
    }
    ck_assert_msg(length < size - 8, "%s has no header", path);
    json_error_t error;
    json_t *header = json_loadb((const char *)bytes + 8, length, 0, &error);
    ck_assert_msg(header != NULL, "%s: %s", path, error.text);
    parity_case parity = describe(name, header, bytes + 8 + length);
    visit(&parity);
    json_decref(header);
    free(bytes);
}

void each_parity_case(void (*visit)(const parity_case *parity))
{
    const char *root = getenv("GEMMULE_SOURCE_ROOT");
    ck_assert_msg(root != NULL, "GEMMULE_SOURCE_ROOT is not set");
    char folder[2048];
    snprintf(folder, sizeof folder, "%s/tests/parity", root);
    DIR *files = opendir(folder);
    ck_assert_msg(files != NULL, "%s is missing", folder);
    size_t count = 0;
    for (struct dirent *file = readdir(files); file != NULL; file = readdir(files)) {
        if (strstr(file->d_name, ".safetensors") != NULL) {
            visit_file(folder, file->d_name, visit);
            count++;
        }
    }
    closedir(files);
    ck_assert_msg(count >= 18, "%zu cases, fewer than there are losses times optimizers", count);
}

gml_matrix parity_inputs(const parity_case *parity, size_t step)
{
    return gml_matrix_f32(parity->x + step * parity->batch * parity->inputs, parity->batch, parity->inputs);
}

gml_matrix parity_targets(const parity_case *parity, size_t step)
{
    gml_matrix all =
        gml_matrix_view(parity->y, parity->target_dtype, parity->steps * parity->batch, parity->target_cols);
    return gml_matrix_rows(all, step * parity->batch, parity->batch);
}

void assert_parity_loss(const parity_case *parity, size_t step, double loss, double tolerance)
{
    double expected = parity->losses[step];
    ck_assert_msg(fabs(loss - expected) <= tolerance * fabs(expected), "%s, step %zu: the loss is %.17g, not %.17g",
                  parity->name, step + 1, loss, expected);
}

static double entry(gml_matrix m, size_t i, size_t j)
{
    size_t index = i * m.stride + j;
    return m.dtype == GML_F64 ? ((const double *)m.data)[index] : (double)((const float *)m.data)[index];
}

void assert_parity_gradient(const parity_case *parity, size_t step, size_t first, gml_matrix gradient, double tolerance)
{
    const double *expected = parity->gradients + step * parity->parameter_count + first;
    double largest = 0, difference = 0;
    for (size_t i = 0; i < gradient.rows; i++) {
        for (size_t j = 0; j < gradient.cols; j++) {
            double right = expected[i * gradient.cols + j], off = fabs(entry(gradient, i, j) - right);
            ck_assert_msg(!isnan(off), "%s, step %zu: a gradient is not a number", parity->name, step + 1);
            largest = fmax(largest, fabs(right));
            difference = fmax(difference, off);
        }
    }
    ck_assert_msg(difference <= tolerance * largest,
                  "%s, step %zu, parameters from %zu on: the gradient is off by %.3g of its largest entry",
                  parity->name, step + 1, first, difference / largest);
}
