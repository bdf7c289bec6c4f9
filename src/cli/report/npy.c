/* cli/report/npy.c - a matrix of numbers as an NPY file: numpy.lib.format, version 1.0. */
#include "cli/report/npy.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

enum { PIECE = 64 /* numbers that are written at a time */ };

enum { FRONT = 10, ALIGNMENT = 64 }; /* bytes: magic, version and length; the numbers begin at a multiple */

static char byte_order(void)
{
    const uint16_t one = 1;
    char first;
    memcpy(&first, &one, 1);
    return first == 1 ? '<' : '>';
}

bool npy_is_named(const char *path)
{
    const size_t length = strlen(path);
    return length > 4 && strcmp(path + length - 4, ".npy") == 0;
}

void npy_print_header(FILE *stream, npy_type type, size_t rows, size_t columns)
{
    static const char *const types[] = {"f4", "f8", "i8"};
    char text[256], shape[64];
    if (columns > 0) {
        snprintf(shape, sizeof shape, "(%zu, %zu)", rows, columns);
    } else {
        snprintf(shape, sizeof shape, "(%zu,)", rows);
    }
    const int length = snprintf(text, sizeof text, "{'descr': '%c%s', 'fortran_order': False, 'shape': %s, }",
                                byte_order(), types[type], shape);
    const int padding = ALIGNMENT - (FRONT + length + 1) % ALIGNMENT, whole = length + padding + 1;
    fwrite("\x93NUMPY\x01\x00", 1, 8, stream);
    fputc(whole & 0xff, stream);
    fputc(whole >> 8, stream);
    fprintf(stream, "%s%*s\n", text, padding, "");
}

/* Writes at most PIECE numbers. */
static void print_piece(FILE *stream, npy_type type, const double *numbers, size_t count)
{
    float narrow[PIECE];
    int64_t whole[PIECE];
    for (size_t i = 0; type == NPY_F32 && i < count; i++) {
        narrow[i] = (float)numbers[i];
    }
    for (size_t i = 0; type == NPY_I64 && i < count; i++) {
        whole[i] = isnan(numbers[i]) ? -1 : (int64_t)numbers[i];
    }
    if (type == NPY_F64) {
        fwrite(numbers, sizeof *numbers, count, stream);
    } else if (type == NPY_F32) {
        fwrite(narrow, sizeof *narrow, count, stream);
    } else {
        fwrite(whole, sizeof *whole, count, stream);
    }
}

void npy_print_numbers(FILE *stream, npy_type type, const double *numbers, size_t count)
{
    for (size_t done = 0; done < count; done += PIECE) {
        print_piece(stream, type, numbers + done, count - done < PIECE ? count - done : PIECE);
    }
}
