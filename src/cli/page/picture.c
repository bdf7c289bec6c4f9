/* cli/page/picture.c - turns values into pixels, and pixels into images of a page. */
#include "cli/page/picture.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/page/html.h"
#include "cli/page/png.h"
#include "cli/shell/exit.h"

enum { MOST_PIXELS = 65536 };

bool page_picture_fits(picture_shape shape)
{
    size_t pixels;
    return shape.height > 0 && !__builtin_mul_overflow(shape.height, shape.width, &pixels) && pixels <= MOST_PIXELS;
}

double page_picture_most(const double *values, size_t count)
{
    double most = 0;
    for (size_t i = 0; i < count; i++) {
        most = isfinite(values[i]) ? fmax(most, fabs(values[i])) : most;
    }
    return most > 0 ? most : 1;
}

static int no_memory(void)
{
    return complain(EXIT_MEMORY, "not enough memory for the pictures of the page");
}

/* Writes pixels `zoom` times as large as they are; releases them. */
static int write_pixels(FILE *stream, uint8_t *pixels, size_t width, size_t height, bool signed_colors, size_t zoom,
                        const char *label)
{
    size_t size = 0;
    uint8_t *file = page_png_encode(&(page_png){width, height, pixels, signed_colors}, &size);
    if (file != NULL) {
        html_image(stream, "pixels", "image/png", file, size, width * zoom, height * zoom, label);
    }
    free(file), free(pixels);
    return file != NULL ? 0 : no_memory();
}

/* How many times as large as it is a picture is shown, to be about `wanted` pixels wide or high. */
static size_t zoom_of(picture_shape shape, size_t wanted)
{
    const size_t side = shape.height > shape.width ? shape.height : shape.width;
    return side < wanted ? wanted / side : 1;
}

enum { SINGLE = 96, IN_SHEET = 56 }; /* CSS pixels */

int page_picture_signed(FILE *stream, const double *values, picture_shape shape, double most, const char *label)
{
    const size_t count = shape.height * shape.width;
    uint8_t *pixels = malloc(count);
    for (size_t i = 0; pixels != NULL && i < count; i++) {
        pixels[i] = page_png_color(values[i], most);
    }
    return pixels != NULL ? write_pixels(stream, pixels, shape.width, shape.height, true, zoom_of(shape, SINGLE), label)
                          : no_memory();
}

int page_picture_grey(FILE *stream, const double *values, picture_shape shape, double low, double high,
                      const char *label)
{
    const size_t count = shape.height * shape.width;
    uint8_t *pixels = malloc(count);
    for (size_t i = 0; pixels != NULL && i < count; i++) {
        const double share = high > low ? (values[i] - low) / (high - low) : 0;
        pixels[i] = (uint8_t)lround(255 * fmin(fmax(isnan(share) ? 0 : share, 0), 1));
    }
    return pixels != NULL
               ? write_pixels(stream, pixels, shape.width, shape.height, false, zoom_of(shape, SINGLE), label)
               : no_memory();
}

/* Pictures beside each other: as many as fit into the width of a figure, at most 8. */
static size_t sheet_columns(picture_shape shape, size_t count)
{
    enum { WIDTH = 600, MOST = 8 };
    const size_t fit = WIDTH / (shape.width * zoom_of(shape, IN_SHEET) + 1);
    const size_t columns = fit < 1 ? 1 : fit > MOST ? MOST : fit;
    return columns < count ? columns : count;
}

int page_picture_sheet(FILE *stream, const double *values, size_t count, picture_shape shape, double most,
                       const char *label)
{
    const size_t columns = sheet_columns(shape, count), rows = (count + columns - 1) / columns;
    const size_t width = columns * (shape.width + 1) + 1, height = rows * (shape.height + 1) + 1;
    uint8_t *pixels = malloc(width * height);
    if (pixels == NULL) {
        return no_memory();
    }
    memset(pixels, PAGE_PNG_GAP, width * height);
    for (size_t k = 0; k < rows * columns; k++) {
        const size_t top = k / columns * (shape.height + 1) + 1, left = k % columns * (shape.width + 1) + 1;
        for (size_t i = 0; i < shape.height * shape.width; i++) {
            const double value = k < count ? values[k * shape.height * shape.width + i] : 0;
            pixels[(top + i / shape.width) * width + left + i % shape.width] = page_png_color(value, most);
        }
    }
    return write_pixels(stream, pixels, width, height, true, zoom_of(shape, IN_SHEET), label);
}

int page_picture_key(FILE *stream, double most)
{
    enum { LENGTH = 2 * (PAGE_PNG_ZERO - 1) + 1, HIGH = 1, SHOWN_WIDTH = 127, SHOWN_HEIGHT = 10 };
    uint8_t pixels[LENGTH];
    size_t size = 0;
    for (size_t i = 0; i < LENGTH; i++) {
        pixels[i] = (uint8_t)(i + 1);
    }
    uint8_t *file = page_png_encode(&(page_png){LENGTH, HIGH, pixels, true}, &size);
    if (file == NULL) {
        return no_memory();
    }
    fputs("<p class=\"key\">", stream);
    html_number(stream, -most);
    fputc(' ', stream);
    html_image(stream, "pixels", "image/png", file, size, SHOWN_WIDTH, SHOWN_HEIGHT,
               "colors from blue, below 0, to orange, above 0");
    html_number(stream, most);
    fputs("</p>\n", stream);
    free(file);
    return 0;
}
