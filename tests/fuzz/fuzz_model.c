/* tests/fuzz/fuzz_model.c - model files.
 *
 * A mutated file would end at its length or its checksum. So both are set right first, and the fuzzer reaches what lies
 * behind: JSON, descriptions, tensors. Only where the highest byte of the length is not 0 the file is taken as it is.
 *
 * A file that is read is saved and read again; the second save gives the same bytes as the first. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/checksum.h"
#include "fuzz.h"
#include "gemmule/gemmule.h"
#include "store/format.h"

enum { LARGEST = 1 << 16 };

/* Where the JSON object that begins at `begin` ends, and the spaces behind it up to a 64-byte line. */
static size_t find_header_end(const uint8_t *data, size_t begin, size_t size)
{
    size_t at = begin, depth = 0;
    bool in_text = false;
    for (; at < size; at++) {
        if (in_text) {
            at += data[at] == '\\';
            in_text = at < size && data[at] != '"';
        } else if (data[at] == '"') {
            in_text = true;
        } else if (data[at] == '{') {
            depth++;
        } else if (data[at] == '}' && --depth == 0) {
            break;
        }
        if (depth == 0) {
            return size;
        }
    }
    for (at = at < size ? at + 1 : size; at < size && data[at] == ' ' && at % 64 != 0; at++) {
    }
    return at;
}

static void repair(uint8_t *data, size_t size)
{
    char digits[GML_DIGITS + 1];
    memcpy(data + GML_LENGTH_SIZE, GML_HEADER_START, sizeof GML_HEADER_START - 1);
    gml_write_length(find_header_end(data, GML_LENGTH_SIZE, size) - GML_LENGTH_SIZE, data);
    memset(data + GML_DIGITS_AT, '0', GML_DIGITS);
    snprintf(digits, sizeof digits, "%016" PRIx64, gml_checksum(0, data, size));
    memcpy(data + GML_DIGITS_AT, digits, GML_DIGITS);
}

/* One answer to a sample of zeros: any number may come, but nothing breaks. */
static void predict(const gml_network *network)
{
    size_t inputs = gml_network_columns(network), outputs = gml_network_outputs(network);
    double *x = calloc(inputs, sizeof *x), *y = calloc(outputs, sizeof *y);
    fuzz_check(x != NULL && y != NULL, "the fuzzer has memory");
    gml_matrix to = gml_network_dtype(network) == GML_F64 ? gml_matrix_f64(y, 1, outputs)
                                                          : gml_matrix_f32((float *)(void *)y, 1, outputs);
    fuzz_ok(gml_network_predict(network, gml_matrix_f64(x, 1, inputs), to));
    free(x);
    free(y);
}

/* Saves the network as "again", and gives a copy of the file. */
static uint8_t *save(const gml_network *network, size_t *size)
{
    fuzz_ok(gml_model_save(network, "again"));
    const uint8_t *file = fuzz_get("again", size);
    uint8_t *copy = malloc(*size + 1);
    fuzz_check(file != NULL && copy != NULL, "a saved file is there");
    memcpy(copy, file, *size);
    return copy;
}

static void save_and_load_again(gml_network *network)
{
    size_t first_size = 0, second_size = 0;
    gml_network *again = NULL;
    uint8_t *first = save(network, &first_size);
    fuzz_ok(gml_model_load(fuzz_context(), "again", &again));
    if (again != NULL) {
        uint8_t *second = save(again, &second_size);
        fuzz_check(first_size == second_size && memcmp(first, second, first_size) == 0,
                   "a model that is saved, loaded and saved again is the same file");
        free(second);
    }
    gml_network_destroy(again);
    free(first);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const gml_status documented[] = {GML_ERROR_READ, GML_ERROR_DATA, GML_ERROR_MEMORY, GML_ERROR_NAME};
    static uint8_t file[LARGEST];
    if (size > sizeof file) {
        return 0;
    }
    memcpy(file, data, size);
    if (size >= GML_FRONT_SIZE && data[GML_LENGTH_SIZE - 1] == 0) {
        repair(file, size);
    }
    fuzz_begin(((size_t)4 << 20) + 1024 * size);
    fuzz_put("model", file, size);
    gml_network *network = NULL;
    if (fuzz_status(gml_model_load(fuzz_context(), "model", &network), documented, 4)) {
        predict(network);
        save_and_load_again(network);
    } else {
        fuzz_check(network == NULL, "a failed load gives no network");
    }
    gml_network_destroy(network);
    fuzz_end();
    return 0;
}
