/* cli/split/split_npy.c - the rows of an NPY file, byte for byte, with the number of rows in each header. */
#include <stdlib.h>
#include <string.h>

#include "cli/shell/exit.h"
#include "cli/shell/interrupt.h"
#include "cli/split/split.h"

enum { FRONT = 8, ALIGNMENT = 64, BREAK_ROWS = 4096 };

/* A header that the library has accepted, as text around the number of rows. */
typedef struct npy_header {
    unsigned char front[FRONT]; /* magic and version */
    char *text;                 /* owns the two texts */
    const char *before, *after;
    size_t length_size; /* bytes of the header's length: 2 or 4 */
} npy_header;

static bool read_header(FILE *data, npy_header *header)
{
    unsigned char bytes[4] = {0};
    if (fread(header->front, 1, FRONT, data) != FRONT) {
        return false;
    }
    header->length_size = header->front[6] == 1 ? 2 : 4;
    if (fread(bytes, 1, header->length_size, data) != header->length_size) {
        return false;
    }
    const size_t length = bytes[0] | (size_t)bytes[1] << 8 | (size_t)bytes[2] << 16 | (size_t)bytes[3] << 24;
    header->text = calloc(length + 1, 1);
    return header->text != NULL && fread(header->text, 1, length, data) == length;
}

/* Cuts the text at the number of rows, the first number of the shape. `columns` tells whether more numbers follow. */
static bool cut_header(npy_header *header, bool *columns)
{
    char *shape = strstr(header->text, "shape"), *first = shape != NULL ? strchr(shape, '(') : NULL;
    char *end = strrchr(header->text, '}');
    if (first == NULL || end == NULL || end < first) {
        return false;
    }
    end[1] = '\0'; /* without the padding */
    first += 1 + strspn(first + 1, " \t\n");
    const size_t digits = strspn(first, "0123456789");
    header->before = header->text;
    header->after = first + digits;
    *columns = header->after[strspn(header->after, "L, \t\n")] != ')';
    *first = '\0';
    return digits > 0;
}

static void write_header(const npy_header *header, size_t rows, FILE *stream)
{
    const size_t front = FRONT + header->length_size;
    const size_t used = (size_t)snprintf(NULL, 0, "%s%zu%s\n", header->before, rows, header->after);
    const size_t padding = (ALIGNMENT - (front + used) % ALIGNMENT) % ALIGNMENT, length = used + padding;
    fwrite(header->front, 1, FRONT, stream);
    for (size_t i = 0; i < header->length_size; i++) {
        fputc((int)(length >> 8 * i & 0xff), stream);
    }
    fprintf(stream, "%s%zu%s%*s\n", header->before, rows, header->after, (int)padding, "");
}

/* Copies each row to its part. */
static int copy_rows(split_run *run, FILE *data, size_t row_size)
{
    const size_t samples = gml_dataset_size(run->dataset);
    char *row = malloc(row_size);
    int code = row != NULL ? 0 : complain(EXIT_MEMORY, "not enough memory for a row of %s", run->data);
    for (size_t i = 0; code == 0 && i < samples; i++) {
        if (fread(row, 1, row_size, data) != row_size) {
            code = ferror(data) ? complain(EXIT_IO, "%s: reading failed", run->data)
                                : complain(EXIT_DATA, "%s: has changed since it was read", run->data);
        } else {
            fwrite(row, 1, row_size, run->parts[run->part_of[i]].file);
        }
        if (i % BREAK_ROWS == 0 && interrupt() != 0) {
            code = EXIT_SIGNAL + interrupt();
        }
    }
    free(row);
    return code;
}

static int split_rows(split_run *run, FILE *data, npy_header *header)
{
    bool columns = false;
    const bool fortran = strstr(header->text, "True") != NULL;
    const long begin = ftell(data);
    const long end = fseek(data, 0, SEEK_END) == 0 ? ftell(data) : -1;
    if (begin < 0 || end <= begin || fseek(data, begin, SEEK_SET) != 0) {
        return complain(EXIT_IO, "%s: reading failed", run->data);
    }
    if (!cut_header(header, &columns)) {
        return complain(EXIT_DATA, "%s: has changed since it was read", run->data);
    }
    if (fortran && columns) {
        return complain(EXIT_UNSUPPORTED,
                        "%s: is in Fortran order, column by column; save it in C order (numpy.ascontiguousarray)",
                        run->data);
    }
    for (size_t i = 0; i < run->part_count; i++) {
        write_header(header, run->parts[i].size, run->parts[i].file);
    }
    return copy_rows(run, data, (size_t)(end - begin) / gml_dataset_size(run->dataset));
}

int split_npy_rows(split_run *run, FILE *data)
{
    npy_header header = {.text = NULL};
    const int code = read_header(data, &header) ? split_rows(run, data, &header)
                                                : complain(EXIT_IO, "%s: reading failed", run->data);
    free(header.text);
    return code;
}
